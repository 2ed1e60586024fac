"""House rules on Python that no linter of ours knows."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

from tests.tidy.tree import LIBS, ROOT, SERVICES, files, parsed, text, under

HTTP_CLIENTS = {"httpx", "httpx2", "requests", "aiohttp", "urllib3", "http.client", "urllib.request"}
SPEAKS_TO_PARTNERS = {"services/integration/integration/work/outbound.py"}  # webhooks, to outside alone
OFFSETS_ARE_COMMITTED_IN = {
    f"libs/eventing/eventing/{name}.py" for name in ("kafka", "kafka_admin", "memory", "consumer")
}
COME_WITH_ANOTHER = {"starlette", "pydantic_core"}  # of fastapi and of pydantic, whose versions choose theirs
OPTIMISED = re.compile(r"python[\d.]*\"?,? +\"?-O\b|PYTHONOPTIMIZE")


def undocumented(path: str, tree: ast.Module) -> list[str]:
    """The public classes and functions that say nothing of themselves; a closed list speaks by its values."""
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    public = [node for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")]
    silent = [node for node in public if not ast.get_docstring(node) and not is_closed_list(node)]
    return [f"{path}:{node.lineno} {node.name}" for node in silent]


def is_closed_list(node: ast.AST) -> bool:
    """Whether a class is an enumeration."""
    bases = node.bases if isinstance(node, ast.ClassDef) else []
    return any(isinstance(base, ast.Name) and base.id in ("ClosedList", "StrEnum") for base in bases)


def imported(tree: ast.Module) -> Iterator[str]:
    """Every module that a module imports, by its full name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_every_module_says_why_it_exists() -> None:
    modules = [p for p in files() if p.endswith(".py") and text(p).strip()]
    assert [p for p in modules if not ast.get_docstring(parsed(p))] == []


def test_every_public_name_of_the_libraries_is_documented() -> None:
    found = [line for p in under(*(f"libs/{name}" for name in LIBS)) for line in undocumented(p, parsed(p))]
    assert found == []


def test_the_checker_sees_a_name_without_a_word() -> None:
    tree = ast.parse("def told():\n    'Says it.'\n\n\ndef untold(): ...\n\n\nclass _Private: ...\n")
    assert undocumented("a.py", tree) == ["a.py:5 untold"]


def test_only_the_transaction_commits() -> None:
    allowed = {
        "libs/eventing/eventing/db.py",
        "libs/operating/operating/migrate.py",
        *OFFSETS_ARE_COMMITTED_IN,
    }
    places = [p for p in under("libs", "services") if ".commit(" in text(p)]
    assert [p for p in places if p not in allowed and "/migrations/" not in p] == []


def test_contracts_know_pydantic_and_the_standard_library_only() -> None:
    allowed = {"contracts", "pydantic", "pydantic_core"} | set(sys.stdlib_module_names)
    outside = {
        p: name
        for p in under("libs/contracts/contracts")
        for name in imported(parsed(p))
        if name.split(".")[0] not in allowed
    }
    assert outside == {}


def test_services_speak_to_each_other_by_events_only() -> None:
    found = {p for p in under("services") for name in imported(parsed(p)) if name in HTTP_CLIENTS}
    assert found == SPEAKS_TO_PARTNERS
    for service in SERVICES:
        project = tomllib.loads(text(f"services/{service}/pyproject.toml"))["project"]
        names = {re.split(r"[^\w-]", dependency)[0] for dependency in project["dependencies"]}
        assert names & (HTTP_CLIENTS | set(SERVICES)) == set()


def test_python_is_never_run_optimised_so_that_assertions_hold() -> None:
    places = [
        p
        for p in files()
        if p in ("Makefile", ".ci/run") or p.startswith(("scripts/", "deploy/", "services/"))
    ]
    scripts = [p for p in places if p.endswith((".py", ".sh", "Makefile", "run", "/uv", "/python"))]
    assert [p for p in scripts if OPTIMISED.search(text(p))] == []


def test_only_eventing_speaks_to_kafka() -> None:
    allowed = ("libs/eventing/", "deploy/", "tests/", "bench/reference/")
    found = [
        p
        for p in files()
        if p.endswith(".py") and not p.startswith(allowed) and "aiokafka" in set(imported(parsed(p)))
    ]
    assert found == []


def test_the_scripts_can_be_run() -> None:
    for name in (".ci/run", "scripts/uv", "scripts/python"):
        assert (ROOT / name).stat().st_mode & 0o100, f"{name} has no run bit"


def dependencies(project: str) -> set[str]:
    """What a member may import: what it declares, and what the members that it declares may."""
    names = {re.split(r"[^\w-]", name)[0] for name in tomllib.loads(text(project))["project"]["dependencies"]}
    members = {path.split("/")[-2]: path for path in under("libs", "services", suffix="pyproject.toml")}
    inherited = (dependencies(members[name]) for name in names if name in members)
    return names.union(*inherited)


def undeclared(project: str) -> set[str]:
    """The packages of others that a member imports although nothing it declares brings them."""
    folder = project.removesuffix("/pyproject.toml")
    known = {name.lower().replace("-", "_") for name in dependencies(project)} | COME_WITH_ANOTHER
    known |= set(sys.stdlib_module_names) | {
        p.split("/")[-2] for p in under(folder) if p.endswith("/__init__.py")
    }
    providers = packages_distributions()
    modules = {name.split(".")[0] for path in under(folder) for name in imported(parsed(path))}
    return {
        m for m in modules - known if not {p.lower().replace("-", "_") for p in providers.get(m, [])} & known
    }


def test_every_package_declares_what_it_imports() -> None:
    projects = under("libs", "services", "deploy", suffix="pyproject.toml")
    assert {project: lacking for project in projects if (lacking := undeclared(project))} == {}
