"""The documents tell the truth: what they name exists, and what exists is named."""

import re
import tomllib
from pathlib import Path

from tests.tidy.tree import LIBS, ROOT, SERVICES, built, files, text, under

TARGETS = {
    *("help", "run", "demo", "check", "test", "journey", "fix", "contracts", "bench", "chaos", "cluster"),
    *("backup", "restore", "compose-check", "clean"),
}
PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "THIRD-PARTY.md", "CHANGELOG.md")
FOLDERS = ("libs/", "services/", "deploy/", "docs/", "tests/", "scripts/", "bench/", ".ci/")
WORDS = ("contract", "command", "domain", "projection", "policy", "outbox", "inbox", "due", "page")
SECTIONS = ("Status", "Date", "Context", "Decision", "Consequences", "References")


def pages() -> list[str]:
    """The documents of the project."""
    return [
        p
        for p in files()
        if p in PAGES or (p.startswith("docs/") and p.endswith(".md")) or p.endswith("/README.md")
    ]


def targets(makefile: str) -> dict[str, str]:
    """The targets of a Makefile that a person may type, each with its one line of help."""
    return dict(re.findall(r"^([a-z][a-z-]*):[^\n#]*(?:## +(.*))?$", makefile, re.MULTILINE))


def paths_quoted(page: str) -> list[str]:
    """The paths of the repository that a document quotes."""
    quoted = re.findall(r"`([\w./*-]+)`", page) + re.findall(r"\]\((?!\w+:)([\w./-]+)\)", page)
    return [path for path in quoted if path.startswith(FOLDERS)]


def section(page: str, title: str) -> str:
    """What stands under a heading of a document, up to the next heading of the same rank."""
    match = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return match[1] if match else ""


def test_every_make_target_is_of_the_closed_list_has_a_word_of_help_and_is_told() -> None:
    found = targets(text("Makefile"))
    assert set(found) <= TARGETS
    assert [name for name, told in found.items() if not told] == []
    told = text("CONTRIBUTING.md") + (text("README.md") if "README.md" in files() else "")
    assert [name for name in found if f"make {name}" not in told] == []


def test_every_make_target_told_exists() -> None:
    found = targets(text("Makefile"))
    told = {(p, name) for p in pages() for name in re.findall(r"`(?:\w+=\S+ )*make ([a-z-]+)", text(p))}
    assert {(page, name) for page, name in told if name not in found} == set()


def test_every_path_quoted_in_a_document_exists() -> None:
    missing = [
        f"{page}: {path}"
        for page in pages()
        for path in paths_quoted(text(page))
        if built(path) and not any(ROOT.glob(path.rstrip("/")))
    ]
    assert missing == []


def test_every_level_of_tests_is_explained() -> None:
    levels = {"/".join(path.split("/")[:2]) for path in under("tests") if path.count("/") > 1}
    assert levels - set(paths_quoted(text("docs/testing.md"))) == set()


def test_relative_links_lead_somewhere() -> None:
    links = [(page, link) for page in pages() for link in re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", text(page))]
    broken = [f"{page}: {link}" for page, link in links if not ((ROOT / page).parent / link).exists()]
    assert broken == []


def test_every_dependency_has_its_reason_and_every_reason_its_dependency() -> None:
    declared = set()
    for path in ("pyproject.toml", *under("libs", "services", "deploy", suffix="pyproject.toml")):
        project = tomllib.loads(text(path))
        lists = [project["project"]["dependencies"], *project.get("dependency-groups", {}).values()]
        declared |= {re.split(r"[^\w.-]", name)[0] for names in lists for name in names}
    declared -= {*SERVICES, *LIBS}
    explained = set(
        re.findall(r"^\| `([\w.-]+)` \| [^|]+ \| [^|]{10,} \|", text("docs/dependencies.md"), re.MULTILINE)
    )
    assert declared - explained == set(), "a dependency without a reason in docs/dependencies.md"
    assert explained - declared == set(), "a reason without its dependency"


def test_everything_shipped_from_elsewhere_is_credited() -> None:
    credited = text("THIRD-PARTY.md")
    made_elsewhere = re.compile(r"\.(woff2?|ttf|min\.js|geojson)$|/vendor/(?!.*(LICENSE|vendor\.lock))")
    foreign = [path for path in files() if made_elsewhere.search(path)]
    assert [p for p in foreign if f"`{p}`" not in credited] == []


def test_the_glossary_knows_the_vocabulary() -> None:
    glossary = text("docs/glossary.md").lower()
    wanted = [*WORDS, *SERVICES, "commission", "household", "person", "organisation", "partner", "allocation"]
    assert [word for word in wanted if f"| {word} |" not in glossary] == []


def test_the_glossary_names_every_closed_list() -> None:
    told = set(re.findall(r"`(\w+)`", section(text("docs/glossary.md"), "Closed lists")))
    if not built("libs/contracts"):
        return
    from contracts.lists import LISTS

    assert set(LISTS) - told == set(), "a closed list that docs/glossary.md does not name"
    assert told - set(LISTS) == set(), "docs/glossary.md names a closed list that is gone"


def test_decisions_have_one_form_and_one_sequence() -> None:
    decisions = sorted(p for p in under("docs/decisions", suffix=".md") if re.match(r"\d{4}-", Path(p).name))
    assert [int(Path(p).name[:4]) for p in decisions] == list(range(1, len(decisions) + 1))
    for path in [*decisions, "docs/decisions/template.md"]:
        page = text(path)
        assert [
            name for name in SECTIONS if f"## {name}\n" not in page and f"**{name}**" not in page
        ] == [], path


def test_the_changelog_opens_with_what_is_not_released() -> None:
    assert re.search(r"^## Unreleased$", text("CHANGELOG.md"), re.MULTILINE)


def test_the_licence_is_the_true_one() -> None:
    licence = text("LICENSE")
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in licence
    assert len(licence.split()) > 2_200
    members = under("libs", "services", "deploy", suffix="pyproject.toml")
    assert {tomllib.loads(text(p))["project"]["license"] for p in ["pyproject.toml", *members]} == {
        "EUPL-1.2"
    }


def test_the_readers_see_what_they_should() -> None:
    assert targets("run: .venv/.stamp  ## start\n\t@exec x\nodd:\n.venv/.stamp: a\n") == {
        "run": "start",
        "odd": "",
    }
    assert paths_quoted("see `libs/a/b.py`, `not/one` and [x](docs/c.md)") == ["libs/a/b.py", "docs/c.md"]
    assert section("## A\none\n## B\ntwo\n", "A") == "one\n"
