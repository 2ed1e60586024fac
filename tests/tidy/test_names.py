"""The same names everywhere: a closed list of files in a service, and no name that says nothing."""

from pathlib import Path, PurePosixPath

import pytest

from tests.tidy.tree import ROOT, SERVICES, built_services, files, under

EMPTY_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "managers",
    "common",
    "base",
    "core",
    "data",
    "info",
    "misc",
}
IN_A_SERVICE = {
    *("__init__", "__main__", "app", "settings", "api", "web", "live", "work", "subscriptions", "policies"),
    *(
        "commands",
        "projections",
        "queries",
        "store",
        "tables",
        "documents",
        "domain",
        "templates",
        "py.typed",
    ),
}
BESIDE_A_SERVICE = {"migrations", "README.md", "pyproject.toml"}
AN_APPLICATION_HAS = {"__main__.py", "settings.py", "tables.py"}


def says_nothing(path: str) -> bool:
    """Whether a Python module or one of its folders has a name that fits anything."""
    parts = PurePosixPath(path).with_suffix("").parts
    return any(part in EMPTY_NAMES for part in parts)


def test_no_module_has_a_name_that_fits_anything() -> None:
    assert [p for p in files() if p.endswith(".py") and says_nothing(p)] == []


def test_the_checker_sees_an_empty_name() -> None:
    assert says_nothing("services/registration/registration/helpers.py")
    assert says_nothing("libs/webui/webui/core/pages.py")
    assert not says_nothing("libs/webui/webui/pages.py")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_holds_only_the_files_of_the_closed_list(service: str) -> None:
    inside = {p.split("/")[3] for p in files() if p.startswith(f"services/{service}/{service}/")}
    assert {Path(name).stem if name.endswith(".py") else name for name in inside} - IN_A_SERVICE == set()
    beside = {p.split("/")[2] for p in files() if p.startswith(f"services/{service}/")} - {service}
    assert beside - BESIDE_A_SERVICE == set()


def test_every_application_has_the_same_skeleton() -> None:
    lacking = []
    for service in built_services():
        folder = f"services/{service}"
        present = {p.split("/")[3].removesuffix(".py") + ".py" for p in under(f"{folder}/{service}")}
        lacking += [f"{folder}/{service}/{name}" for name in sorted(AN_APPLICATION_HAS - present)]
        wanted = ("README.md", "migrations/env.py", "migrations/versions/0001_initial.py")
        lacking += [f"{folder}/{name}" for name in wanted if not (ROOT / folder / name).exists()]
    assert lacking == []
