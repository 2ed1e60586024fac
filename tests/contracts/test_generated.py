"""What is committed follows from the classes, and examples are examples."""

import json
import sys
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace

import jsonschema_rs
import pytest

from contracts import __main__ as generator
from contracts.event import REGISTRY
from contracts.integration import AllocationReported
from contracts.registration import CommissionHeld, CommissionScheduled
from contracts.schemas import is_skeleton, schema_of

AGAIN = "run `make contracts` and commit what it writes"


def test_schemas_are_those_of_the_classes() -> None:
    wanted = generator.schema_files()
    committed = {path: path.read_text() for path in generator.SCHEMAS.glob("*.json")}
    assert sorted(path.name for path in committed) == sorted(path.name for path in wanted), AGAIN
    assert [path.name for path in wanted if committed[path] != wanted[path]] == [], AGAIN


def test_the_events_page_is_that_of_the_classes() -> None:
    assert generator.EVENTS_PAGE.read_text() == generator.page(), AGAIN


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_fact_has_an_example_worth_reading(name: str) -> None:
    path = generator.EXAMPLES / f"{name}.json"
    assert path.exists(), f"no example for {name}: {AGAIN}"
    text = path.read_text()
    assert not is_skeleton(text), f"fill in {path.name}"
    fact = REGISTRY[name].model_validate_json(text)
    assert generator.pretty(json.loads(fact.dump())) == text
    assert jsonschema_rs.is_valid(schema_of(REGISTRY[name]), json.loads(text), validate_formats=True)


def test_examples_are_of_living_facts() -> None:
    assert {path.stem for path in generator.EXAMPLES.glob("*.json")} == set(REGISTRY)


def example(fact: type[CommissionScheduled | AllocationReported]) -> dict[str, object]:
    said: dict[str, object] = json.loads((generator.EXAMPLES / f"{fact.TYPE}.json").read_text())
    return said


@pytest.mark.parametrize(
    ("fact", "changes"),
    [
        (CommissionScheduled, {"capacity": None}),
        (CommissionScheduled, {"capacity": -1}),
        (CommissionScheduled, {"parts": ["party"]}),
        (CommissionScheduled, {"parts": ["plenary", "plenary"]}),
        (CommissionScheduled, {"commission_id": "twelve"}),
        (CommissionScheduled, {"starts_at": "yesterday"}),
        (CommissionScheduled, {"workshops": [{"slot": 1}]}),
        (AllocationReported, {"void": True}),
        (AllocationReported, {"persons": 10}),
        (AllocationReported, {"territory_cell": "12 rue de la Paix"}),
    ],
)
def test_the_schema_refuses_what_the_class_refuses(
    fact: type[CommissionScheduled | AllocationReported], changes: dict[str, object]
) -> None:
    said = example(fact) | changes
    assert not jsonschema_rs.is_valid(schema_of(fact), said, validate_formats=True)


def test_the_schema_takes_a_void_record_and_a_field_added_since() -> None:
    said = example(AllocationReported)
    ids = {name: said[name] for name in ("record_id", "allocation_id", "partner_id")}
    void = ids | {"revision": 2, "void": True, "backfill": False}
    assert jsonschema_rs.is_valid(schema_of(AllocationReported), void, validate_formats=True)
    assert AllocationReported.read(void).void
    assert jsonschema_rs.is_valid(schema_of(AllocationReported), said | {"mood": "good"})


@pytest.fixture
def listening() -> Iterator[str]:
    """A service whose subscriptions can be imported."""
    package, module = ModuleType("cases"), ModuleType("cases.subscriptions")
    package.__path__ = []
    vars(module)["POLICIES"] = SimpleNamespace(
        handlers={CommissionScheduled: None}, memory={CommissionScheduled: None}
    )
    vars(module)["PROJECTIONS"] = [SimpleNamespace(name="agenda", handlers={CommissionHeld: None})]
    before = dict(sys.modules)
    sys.modules |= {"cases": package, "cases.subscriptions": module}
    yield "cases"
    for name in ("cases", "cases.subscriptions"):
        sys.modules.pop(name)
    sys.modules.update({name: each for name, each in before.items() if name.startswith("cases")})


def test_the_page_says_who_listens(listening: str) -> None:
    heard = generator.listeners()
    assert {f"{listening} (policy)", f"{listening} (memory)"} <= set(heard[CommissionScheduled.TYPE])
    assert f"{listening} (projection agenda)" in heard[CommissionHeld.TYPE]
    assert f"{listening} (projection agenda)" in generator.page()
