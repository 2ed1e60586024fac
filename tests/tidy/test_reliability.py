"""The failure matrix tells the truth: each row names what proves it, and that exists.

A proof is a test; for several brokers it is `make cluster`, which no build machine runs.
"""

import re

from tests.tidy.tree import files, text

PAGE = "docs/reliability.md"
PROOF = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`|`make (cluster)`")


def rows(page: str) -> dict[str, list[tuple[str, str]]]:
    """Each fault of the matrix, with the proofs of its last column: (file, test), or ("Makefile", target)."""
    matrix = re.search(r"^\| fault \|.*?\n\n", page + "\n\n", re.MULTILINE | re.DOTALL)
    lines = matrix[0].strip().splitlines()[2:] if matrix else []
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {
        row[0]: [("Makefile", make) if make else (path, name) for path, name, make in PROOF.findall(row[-1])]
        for row in cells
    }


def problems(page: str, known: dict[str, str]) -> list[str]:
    """Rows without a proof, and proofs that do not exist; `known` is path → text of each test file."""
    found = []
    for fault, proofs in rows(page).items():
        if not proofs:
            found.append(f"{fault}: no test")
        for path, name in proofs:
            start = rf"^{name}:" if path == "Makefile" else rf"def {name}\("
            if not re.search(start, known.get(path, ""), re.MULTILINE):
                found.append(f"{fault}: {path}::{name} does not exist")
    return found


def test_each_row_of_the_failure_matrix_names_tests_that_exist() -> None:
    assert len(rows(text(PAGE))) >= 30
    tests = {path: text(path) for path in files() if re.fullmatch(r"Makefile|tests/.*\.py", path)}
    assert problems(text(PAGE), tests) == []


def test_the_checker_sees_a_row_without_a_proof_and_a_proof_that_is_gone() -> None:
    head = "| fault | what happens | proof |\n|---|---|---|\n"
    page = f"{head}| a | b | soon |\n| c | d | `tests/x.py::test_y` |\n\n"
    assert problems(page, {"tests/x.py": "def test_z("}) == [
        "a: no test",
        "c: tests/x.py::test_y does not exist",
    ]
    assert problems(page.replace("soon", "`tests/x.py::test_y`"), {"tests/x.py": "def test_y("}) == []
