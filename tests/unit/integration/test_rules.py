"""The rules of the partner's door, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.lists import Composition, NeedGroup, SituationGroup
from contracts.records import Record
from integration.domain.codes import COMPOSITIONS, NEEDS, SITUATIONS, translate
from integration.domain.envelope import Parsed, Sender, Unfit, read_event
from integration.domain.identifying import looks_identifying
from integration.domain.inbound import RECORDS
from integration.domain.intake import RecordState, take
from integration.domain.limits import Bucket, Rates, draw
from integration.domain.partners import check_scopes, check_source
from tests.service.integration.records import example

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
PARTNER = UUID("6a1f0e2d-0000-4000-8000-000000000001")
SENDER = Sender(PARTNER, "urn:seuil:partner:x", frozenset(RECORDS))
CALL = {
    "record_ref": "c",
    "record_version": 1,
    "night_of": "2022-12-13",
    "caller": "person",
    "outcome": "request",
}


def read(data: Any, **attributes: Any) -> Parsed | Unfit:
    envelope = {
        "specversion": "1.0",
        "id": "1",
        "type": "seuil.partner.call.v1",
        "source": SENDER.source,
        "time": "2022-12-13T22:00:00+01:00",
    }
    return read_event(envelope | attributes, data, SENDER, NOW)


@pytest.mark.parametrize(
    ("ref", "household", "record"),
    [
        ("m-77", False, False),
        ("6a1f0e2d-1111-4000-8000-000000000001", False, False),
        ("1670932800000", True, False),
        ("185015935012345", True, False),
        ("180017511200170", True, False),
        ("0612345678", True, True),
        ("+33.6.12.34.56.78", True, True),
        ("(06)12,34,56,78", True, True),
        ("a@exemple.example", True, True),
        ("059021200012359350", True, True),
        ("1060000000000000000", False, False),
        ("552100554", False, False),
    ],
)
def test_what_a_reference_may_look_like(ref: str, household: bool, record: bool) -> None:
    assert looks_identifying(ref, household=True) is household
    assert looks_identifying(ref, household=False) is record


def test_a_nir_with_its_two_digits_of_control_is_seen_everywhere() -> None:
    digits = "1850159350123"
    assert looks_identifying(digits + f"{97 - int(digits) % 97:02}", household=False)


@pytest.mark.parametrize("word", ["0612345678", "185015935012345"])
@pytest.mark.parametrize("where", ["table", "perimeter", "source_code", "name", "value"])
def test_figures_are_filed_under_words_that_name_nobody(where: str, word: str) -> None:
    dims = {"name": {word: 2022}, "value": {"who": word}}
    fields = {"cells": [{"dims": dims[where], "value": 1}]} if where in dims else {where: word}
    found = read(example("figures", **fields), type="seuil.partner.figures.v1")
    assert isinstance(found, Unfit)
    assert found.problem.code == "identifying_reference"
    assert word not in str(found)


def test_every_national_code_has_its_group_once() -> None:
    assert SITUATIONS.keys() == {str(n) for n in range(20, 58)}
    assert NEEDS.keys() == {str(n) for n in range(201, 226)}
    assert COMPOSITIONS.keys() == {*map(str, range(10, 110, 10)), "120"}
    assert translate(SituationGroup, {"list": "si-siao/situationDemandes", "code": "55"}) == "withheld"
    assert translate(NeedGroup, {"list": "seuil/need_group", "code": "eviction"}) is NeedGroup.EVICTION
    assert translate(Composition, {"list": "si-siao/situationDemandes", "code": "20"}) == "unmapped"


PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()


@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20))
def test_whatever_the_data_reading_answers(data: Any) -> None:
    found = read(data)
    assert isinstance(found, Unfit)
    assert found.problem.status == 422


@given(
    st.sampled_from(sorted(CALL)), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())
)
def test_whatever_one_field_holds_reading_answers(name: str, value: Any) -> None:
    found = read(CALL | {name: value})
    if isinstance(found, Unfit):
        assert all(error.pointer.startswith("/data") for error in found.problem.errors)
        assert not (isinstance(value, str) and len(value) > 12 and value in str(found.problem))


def parsed(version: int, night: str = "2022-12-13", **fields: Any) -> Parsed:
    found = read(CALL | {"record_version": version, "night_of": night} | fields)
    assert isinstance(found, Parsed)
    return found


@given(st.permutations(range(1, 7)), st.sets(st.integers(1, 6)))
def test_whatever_the_order_the_highest_version_is_the_record(order: list[int], void: set[int]) -> None:
    state = RecordState(UUID("6a1f0e2d-0000-4000-8000-000000000002"))
    facts: list[Record] = []
    for version in order:
        taken = take(state, parsed(version, f"2022-12-{version:02}", void=version in void), PARTNER, {})
        state = taken.state
        facts += taken.facts
        again = take(state, parsed(version, f"2022-12-{version:02}", void=version in void), PARTNER, {})
        assert (again.outcome in ("duplicate", "stale"), again.facts) == (True, ())
    assert [fact.revision for fact in facts] == list(range(1, len(facts) + 1))
    assert state.version == 6
    assert state.void == (6 in void)
    if facts and 6 not in void:
        assert not facts[-1].void
    elif facts:
        assert facts[-1].void


def test_a_bucket_fills_at_its_rate_and_never_over_its_depth() -> None:
    first = draw(None, 10, 20, 20, NOW)
    assert (first.wait, first.left, first.reset) == (0, 0, 2)
    late = draw(first.bucket, 10, 20, 15, NOW + timedelta(seconds=1))
    assert (late.wait, late.left) == (1, 10)
    assert draw(late.bucket, 10, 20, 15, NOW + timedelta(seconds=2)).wait == 0
    assert draw(Bucket(0, NOW), 10, 20, 1, NOW + timedelta(days=1)).left == 19
    assert draw(Bucket(5, NOW), 10, 20, 1, NOW - timedelta(days=1)).left == 4


def test_history_goes_slower_by_day() -> None:
    rates = Rates(50, 500, 200)
    assert (rates.at(NOW, False), rates.at(NOW, True)) == (50, 100)
    assert rates.at(NOW.replace(hour=22), True) == 200
    assert Rates(None, 500, None).at(NOW, True) is None


@pytest.mark.parametrize(
    "source", ["", "cmao", "urn:", "https://", "urn:seuil:partner:é", "http://x.example", "urn:x y:z"]
)
def test_a_source_is_a_uri(source: str) -> None:
    with pytest.raises(Exception, match="source_format"):
        check_source(source)


def test_scopes_are_record_types() -> None:
    check_scopes(["call", "answer"])
    for wrong in ([], ["weather"]):
        with pytest.raises(Exception, match="unknown_scope"):
            check_scopes(wrong)
