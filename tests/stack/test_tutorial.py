"""docs/add-an-event.md is done to a copy of the tree, block by block: it works as it is written."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.tidy.tree import LIBS, ROOT, SERVICES, text, under

pytestmark = pytest.mark.timeout(240)
PAGE = "docs/add-an-event.md"
COMMAND_SECONDS = 120
BLOCK = re.compile(r"^```(\w+) (append|write|edit|run)(?:=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COPIED = ("libs/contracts", "services/registration/registration", "services/analytics/analytics")
PROGRAMS = {"make contracts": [sys.executable, "-m", "contracts"]}
PYTEST = ".venv/bin/pytest "


def edited(content: str, hunk: str) -> str:
    """`content` with the lines of a diff replaced; they must stand there once."""
    lines = hunk.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    assert content.count(before) == 1, f"these lines are not there, once:\n{before}"
    return content.replace(before, after)


def apply(tree: Path, how: str, path: str, block: str) -> None:
    """Write one block into the tree."""
    file = tree / path
    match how:
        case "append":
            file.write_text(file.read_text() + block)
        case "edit":
            file.write_text(edited(file.read_text(), block))
        case _:
            assert not file.exists() or file.suffix == ".json", f"{path} is there already"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block)


def run(tree: Path, line: str) -> str:
    """Run one of the two programs that the page may ask for."""
    command = PROGRAMS.get(line)
    if command is None:
        assert line.startswith(PYTEST), f"the page asks to run {line}"
        command = [sys.executable, "-m", "pytest", "-p", "no:randomly", *line.removeprefix(PYTEST).split()]
    done = subprocess.run(
        command, cwd=tree, env=environment(tree), capture_output=True, text=True, timeout=COMMAND_SECONDS
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return done.stdout


def environment(tree: Path) -> Mapping[str, str]:
    """Ours, with the packages of the copy before those installed."""
    packages = [str(tree / path).removesuffix(f"/{Path(path).name}") for path in COPIED]
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(tree / "libs/contracts"), *packages])}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """What the page touches, and what its commands need."""
    for path in (*COPIED, "tests/contracts", "tests/__init__.py", "pyproject.toml", "docs/events.md"):
        source, target = ROOT / path, tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, target)
    return tmp_path


def test_an_event_is_added_as_the_page_says(tree: Path) -> None:
    said, written = [], []
    blocks = BLOCK.findall(text(PAGE))
    assert len(blocks) == text(PAGE).count("\n```") // 2, "a block that nothing is done with"
    for _, how, path, block in blocks:
        if how == "run":
            said += [run(tree, line) for line in block.splitlines()]
        else:
            apply(tree, how, path, block)
            written.append(str(tree / path))
    assert "fill in libs/contracts/examples/seuil.registration.presence_counted.v1.json" in said[0]
    assert (tree / "libs/contracts/schemas/seuil.registration.presence_counted.v1.json").exists()
    events = (tree / "docs/events.md").read_text()
    told = events.partition("### `seuil.registration.presence_counted.v1`")[2].partition("\n### ")[0]
    assert "heard by: analytics (projection commissions)" in told
    python = [path for path in written if path.endswith(".py")]
    ours = f"lint.isort.known-first-party = {[*LIBS, *SERVICES]}"
    for words in (["check", "--quiet"], ["format", "--check", "--quiet"]):
        ruff = [str(Path(sys.executable).parent / "ruff"), *words, "--config", ours, *python]
        subprocess.run(ruff, cwd=tree, check=True, timeout=COMMAND_SECONDS)
    module = "registration.commands.presence"
    imported = [sys.executable, "-c", f"import {module}"]
    subprocess.run(imported, cwd=tree, env=environment(tree), check=True, timeout=COMMAND_SECONDS)


def test_the_page_shows_the_files_of_the_tree() -> None:
    shown = {path for _, how, path, _ in BLOCK.findall(text(PAGE)) if how in ("append", "edit")}
    assert shown <= set(under("libs", "services"))


def test_an_edit_that_fits_nowhere_is_seen() -> None:
    assert edited("a\nb\nc\n", " a\n-b\n+B\n") == "a\nB\nc\n"
    with pytest.raises(AssertionError, match="not there"):
        edited("a\nb\n", "-c\n+d\n")
