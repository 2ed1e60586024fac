"""What the tidy tests look at: the files that would be committed, and which packages are already built."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("registration", "notifications", "integration", "analytics", "cases")
LIBS = ("contracts", "eventing", "operating", "webui")
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".html",
    ".txt",
    ".css",
    ".js",
    ".json",
    ".lock",
    ".yml",
    ".yaml",
    ".sh",
    ".ini",
    ".jars",
    ".cfg",
    "",
}


@cache
def files() -> tuple[str, ...]:
    """Every file that is committed or about to be, as paths from the root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=True).stdout.splitlines()
    return tuple(sorted({path for path in listed if (ROOT / path).is_file()}))


def text(path: str) -> str:
    """The text of a file of the tree."""
    return (ROOT / path).read_text(encoding="utf-8")


def texts() -> list[str]:
    """The files that hold text."""
    return [path for path in files() if Path(path).suffix in TEXT]


def under(*folders: str, suffix: str = ".py") -> list[str]:
    """The files of some folders that have a suffix."""
    return [p for p in files() if p.startswith(tuple(f"{f}/" for f in folders)) and p.endswith(suffix)]


def templates() -> list[str]:
    """Every page and mail template."""
    found = under("libs", "services", "deploy", suffix=".html") + under("libs", "services", suffix=".txt")
    return [path for path in found if "/templates/" in path]


@cache
def parsed(path: str) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(text(path), filename=path)


def built(path: str) -> bool:
    """Whether the package that a path lies in has any code yet: an empty one owes nothing."""
    if not (match := re.match(r"(libs|services)/(\w+)(?:/|$)", path)):
        return True
    package = f"{match[1]}/{match[2]}/{match[2]}"
    return any(not p.endswith("__init__.py") for p in under(package))


def built_services() -> list[str]:
    """The services that have an application already."""
    return [s for s in SERVICES if any(Path(p).stem == "app" for p in under(f"services/{s}/{s}"))]
