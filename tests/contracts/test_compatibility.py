"""The checker finds planted breakages and lets additive changes pass; what was published still reads."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.__main__ import PUBLISHED, disagreements
from contracts.compatibility import Finding, Schema, Side, findings
from contracts.event import REGISTRY
from contracts.integration import AllocationReported
from contracts.registration import CommissionScheduled
from contracts.schemas import schema_of

Plant = Callable[[Any], None]
SCHEDULED = schema_of(CommissionScheduled)
ALLOCATION = schema_of(AllocationReported)


def planted(schema: Schema, plant: Plant) -> set[str]:
    """What the checker says when `plant` has changed a published schema."""
    changed = copy.deepcopy(schema)
    plant(changed)
    return {str(each) for each in findings(schema, changed)}


def test_a_schema_agrees_with_itself() -> None:
    assert all(findings(schema_of(fact), schema_of(fact)) == [] for fact in REGISTRY.values())


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (lambda s: s["required"].append("capacity"), {"readers capacity: required added"}),
        (lambda s: s["required"].remove("territory"), {"writers territory: required removed"}),
        (lambda s: s["properties"].pop("capacity"), {"writers capacity: field removed"}),
        (
            lambda s: s["properties"]["capacity"].update(type="string"),
            {"readers capacity: type changed", "writers capacity: type changed"},
        ),
        (
            lambda s: s["properties"]["starts_at"].update(format="date"),
            {"readers starts_at: format changed", "writers starts_at: format changed"},
        ),
        (
            lambda s: s["properties"]["territory"].update(pattern="^[a-z]+$"),
            {"readers territory: format changed", "writers territory: format changed"},
        ),
        (
            lambda s: s["properties"]["commission_id"].update({"x-uuid-version": 7}),
            {"readers commission_id: format changed", "writers commission_id: format changed"},
        ),
        (
            lambda s: s["properties"]["capacity"].update({"x-class": "P"}),
            {"readers capacity: data class changed", "writers capacity: data class changed"},
        ),
        (
            lambda s: s.update({"x-key": ["territory"]}),
            {"readers (whole): key changed", "writers (whole): key changed"},
        ),
        (lambda s: s["properties"]["capacity"].update(minimum=1), {"readers capacity: bounds tightened"}),
        (lambda s: s["properties"]["capacity"].update(maximum=10), {"readers capacity: bounds tightened"}),
        (lambda s: s["properties"]["capacity"].pop("maximum"), {"writers capacity: bounds loosened"}),
        (lambda s: s["properties"]["capacity"].update(minimum=-1), {"writers capacity: bounds loosened"}),
        (lambda s: s["properties"]["workshops"].pop("uniqueItems"), {"writers workshops: bounds loosened"}),
        (lambda s: s["$defs"]["Part"]["enum"].remove("panel"), {"readers parts[]: list narrowed"}),
        (lambda s: s["$defs"]["Part"]["enum"].append("party"), {"writers parts[]: list widened"}),
        (
            lambda s: s["$defs"]["Workshop"]["required"].append("capacity"),
            {"readers workshops[].capacity: required added"},
        ),
        (
            lambda s: s["$defs"]["Workshop"]["properties"].pop("slot"),
            {"writers workshops[].slot: field removed"},
        ),
    ],
)
def test_a_planted_breakage_is_found(plant: Plant, found: set[str]) -> None:
    assert planted(SCHEDULED, plant) == found


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (lambda s: s["else"]["required"].append("entered_on"), {"readers entered_on: required added"}),
        (lambda s: s["else"]["required"].remove("persons"), {"writers persons: required removed"}),
        (
            lambda s: s["properties"]["quota"].pop("$ref"),
            {"writers quota: list widened", "readers quota: type changed", "writers quota: type changed"},
        ),
    ],
)
def test_a_planted_breakage_of_a_record_is_found(plant: Plant, found: set[str]) -> None:
    assert planted(ALLOCATION, plant) == found


def test_changes_inside_published_figures_are_found() -> None:
    figures = schema_of(REGISTRY["seuil.integration.figures_imported.v1"])

    def plant(schema: Any) -> None:
        dims = schema["$defs"]["FigureCell"]["properties"]["dims"]
        (values,) = dims["patternProperties"].values()
        values["anyOf"].pop()
        dims["maxProperties"] = 2

    assert planted(figures, plant) == {
        "readers cells[].dims: bounds tightened",
        "readers cells[].dims: type changed",
        "writers cells[].dims: type changed",
    }


def test_an_optional_field_more_is_no_breakage() -> None:
    assert planted(SCHEDULED, lambda s: s["properties"].update(zone={"type": "string"})) == set()


def test_a_list_may_grow_if_readers_are_released_first() -> None:
    assert not Finding(Side.WRITERS, "parts[]", "list widened").blocks
    assert Finding(Side.READERS, "parts[]", "list narrowed").blocks


def test_everything_published_is_still_said() -> None:
    assert [
        f"{name}: {each}" for name, found in disagreements().items() for each in found if each.blocks
    ] == []


SAMPLES = sorted((PUBLISHED / "samples").glob("*/*.json"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_sample_ever_published_reads_today(sample: Path) -> None:
    fact = REGISTRY[sample.parent.name].read(sample.read_bytes())
    written = json.loads(fact.dump())
    assert written == json.loads(sample.read_text())


def test_every_published_fact_has_a_sample() -> None:
    published = {path.stem for path in (PUBLISHED / "schemas").glob("*.json")}
    assert published
    assert published == {path.parent.name for path in SAMPLES}
