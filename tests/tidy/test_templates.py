"""Pages keep their promises: nothing inline, no dead template, words that respect people."""

import re
from pathlib import Path

from tests.tidy.tree import templates, text, under

JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAGS = re.compile(r"<[^>]*>", re.DOTALL)
DEVELOPMENT = "deploy/"
INLINE = {
    "inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>|\son[a-z]+\s*=|javascript:", re.IGNORECASE),
}
WORDS = {
    "« SDF »": re.compile(r"\bSDF\b"),
    "« veuillez »": re.compile(r"\bveuillez\b", re.IGNORECASE),
    "straight apostrophe": re.compile(r"[A-Za-zÀ-ÿ]'[A-Za-zÀ-ÿ]"),
}


def problems(content: str) -> list[str]:
    """The house rules that a template breaks."""
    found = [name for name, pattern in INLINE.items() if pattern.search(JINJA.sub("", content))]
    words = TAGS.sub(" ", JINJA.sub("", content))
    return found + [name for name, pattern in WORDS.items() if pattern.search(words)]


def names(path: str) -> set[str]:
    """The ways in which code may name a template: its path under templates/, its file name, its stem."""
    inner = path.split("/templates/", 1)[1]
    return {inner, Path(inner).name, Path(inner).stem, inner.rpartition(".")[0]}


def test_templates_hold_nothing_inline_and_no_word_we_refuse() -> None:
    found = {path: problems(text(path)) for path in templates()}
    for path in templates():
        if path.startswith(
            DEVELOPMENT
        ):  # the mail catcher shows whole mails, whose styles are inline by nature
            found[path] = [problem for problem in found[path] if problem not in INLINE]
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_every_template_is_used() -> None:
    code = under("libs", "services", "deploy") + templates()
    quoted = {word for path in code for word in re.findall(r"""["'/]([\w./-]+)["'.]""", text(path))}
    assert [path for path in templates() if not names(path) & quoted] == []


def test_the_checker_sees_planted_faults() -> None:
    assert problems('<p style="color:red">Bonjour</p>') == ["inline style"]
    assert problems("<script>alert(1)</script>") == ["inline script"]
    assert problems('<script src="/static/a.js"></script>') == []
    assert problems("<p>Les SDF, veuillez l'attendre</p>") == [
        "« SDF »",
        "« veuillez »",
        "straight apostrophe",
    ]
    assert problems("<p title=\"l'x\">{{ _('l' if x else 'd') }} l’attente</p>") == []
