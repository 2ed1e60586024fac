"""Files stay small enough to be read in one go; a file once over its limit may only shrink."""

import re
import tomllib
from collections.abc import Mapping

from tests.tidy.tree import ROOT, files, text, under

LIMITS: tuple[tuple[str, int], ...] = (
    (r"libs/eventing", 3_200),  # all its files together: a library and not a framework
    (r"libs/operating", 3_000),
    (r"libs/(eventing|operating)/.*\.py", 250),
    (r"(libs|services|deploy|scripts)/.*\.py", 400),
    (r"tests/.*\.py", 500),
    (r".*/templates/.*\.(html|txt)", 150),
    (r"docs/decisions/.*\.md", 60),
    (r"services/[^/]*/README\.md", 80),
    (r"docs/events\.md", 100_000),
    (r"docs/.*\.md", 250),
)


def limit(path: str) -> int | None:
    """The most lines a file may have; the first pattern that fits decides."""
    return next((most for pattern, most in LIMITS if re.fullmatch(pattern, path)), None)


def problems(sizes: Mapping[str, int], ratchet: Mapping[str, int]) -> list[str]:
    """What is too long, what grew, and what may leave the ratchet."""
    found = []
    for path, lines in sizes.items():
        most = limit(path)
        if most is None:
            continue
        if path in ratchet:
            if lines <= most:
                found.append(f"{path} is within {most} lines again: take it out of the ratchet")
            elif lines > ratchet[path]:
                found.append(f"{path} grew from {ratchet[path]} to {lines} lines; its limit is {most}")
        elif lines > most:
            found.append(f"{path} has {lines} lines; its limit is {most}")
    return found + [f"{path} is in the ratchet and not in the tree" for path in ratchet if path not in sizes]


def lines(path: str) -> int:
    return text(path).count("\n")


def test_nothing_is_longer_than_its_limit() -> None:
    ratchet = tomllib.loads((ROOT / "tests/tidy/ratchet.toml").read_text()).get("lines", {})
    sizes = {path: lines(path) for path in files() if limit(path)}
    for folder in ("libs/eventing", "libs/operating"):
        sizes[folder] = sum(lines(path) for path in under(folder))
    assert problems(sizes, ratchet) == []


def test_the_checker_sees_a_long_file_a_grown_one_and_a_stale_exception() -> None:
    assert problems({"libs/eventing/eventing/db.py": 251, "libs/webui/webui/pages.py": 400}, {}) == [
        "libs/eventing/eventing/db.py has 251 lines; its limit is 250"
    ]
    assert problems({"services/a/a/web.py": 431}, {"services/a/a/web.py": 430}) == [
        "services/a/a/web.py grew from 430 to 431 lines; its limit is 400"
    ]
    assert problems({"services/a/a/web.py": 420}, {"services/a/a/web.py": 430}) == []
    assert problems({"services/a/a/web.py": 399}, {"services/a/a/web.py": 430}) == [
        "services/a/a/web.py is within 400 lines again: take it out of the ratchet"
    ]
