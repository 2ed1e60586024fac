"""What is invented adds up to what was published, names nobody, and is the same every time."""

import json
from collections import Counter
from datetime import date
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from contracts.lists import Composition, OrgKind
from integration.domain.envelope import Parsed, Sender, read_event
from integration.domain.partners import SCOPES
from seuil_dev.demo import demand, published, year_2022
from seuil_dev.demo.commissions import MARCH, OCTOBER, guests, next_day, participants
from seuil_dev.demo.seeding import apportion, dealt, dice, identifier
from seuil_dev.demo.sending import Row, event
from seuil_dev.demo.territory import CELLS, SOURCE, of_kind, organisations, people
from tests.world import Clock

SHELTERED = {"street", "night_shelter_or_winter", "emergency_shelter", "shelter", "hotel"}


@pytest.fixture(scope="module")
def rows() -> dict[str, list[Row]]:
    """The whole year by kind of record."""
    found: dict[str, list[Row]] = {}
    parts = (
        year_2022.calls,
        year_2022.supply,
        year_2022.allocations,
        year_2022.requests,
        year_2022.encounters,
    )
    for row in chain.from_iterable(make() for make in parts):
        found.setdefault(row.record, []).append(row)
    return found


@given(some.integers(0, 5_000), some.lists(some.floats(0.01, 100), min_size=1, max_size=12))
def test_shares_add_up_and_stray_by_less_than_one(total: int, weights: list[float]) -> None:
    shares = apportion(total, dict(enumerate(weights)))
    assert sum(shares.values()) == total
    for name, weight in enumerate(weights):
        assert abs(shares[name] - total * weight / sum(weights)) < 1 + 1e-6


def test_ids_and_chances_come_from_the_seed_and_look_random() -> None:
    assert identifier("a", 1) == identifier("a", 1) != identifier("a", 2)
    assert identifier("a", 1).version == 4
    assert dice("x").random() == dice("x").random() != dice("y").random()
    assert Counter(dealt(10, {"a": 1.0, "b": 4.0}, dice("z"))) == {"a": 2, "b": 8}


def test_allocations_of_2022_by_the_definition_are_those_that_were_published(
    rows: dict[str, list[Row]],
) -> None:
    counted = [
        row
        for row in rows["allocation"]
        if row.fields["scheme"] == "social_housing"
        and row.fields["lease_signed_on"].startswith("2022")
        and row.fields["situation_at_request"] in SHELTERED
    ]
    assert len(counted) == 2_951
    others = Counter(row.fields["situation_at_request"] for row in rows["allocation"] if row not in counted)
    assert others["third_party"] == 940
    assert others["state_reception"] == 265


def test_the_dates_of_an_allocation_follow_one_another(rows: dict[str, list[Row]]) -> None:
    for row in rows["allocation"]:
        decided, leased, entered = (
            row.fields[f"{name}_on"] for name in ("decided", "lease_signed", "entered")
        )
        assert decided < leased <= entered


def test_calls_are_365_daily_counts_with_the_worst_day(rows: dict[str, list[Row]]) -> None:
    calls = {row.fields["day"]: row.fields for row in rows["call_count"]}
    assert len(calls) == 365
    assert sum(day["offered"] for day in calls.values()) == year_2022.CALLS_OFFERED
    assert calls["2022-12-13"]["offered"] == max(day["offered"] for day in calls.values()) == 1_015
    assert all(day["offered"] == day["answered"] + day["abandoned"] for day in calls.values())


def test_requests_are_thirty_thousand_each_with_an_answer_of_its_own_household(
    rows: dict[str, list[Row]],
) -> None:
    requests = {row.ref: row.fields for row in rows["request"]}
    assert len(rows["request"]) == len(requests) == 30_000
    answered = Counter(row.fields["request_ref"] for row in rows["answer"])
    nights = [ref for ref, fields in requests.items() if fields["branch"] == "emergency"]
    assert all(answered[ref] >= 1 for ref in nights)
    assert len(answered) / len(requests) > 0.97
    for row in rows["answer"]:
        assert requests[row.fields["request_ref"]]["household_ref"] == row.fields["household_ref"]
    places = Counter((fields["household_ref"], fields.get("night_of")) for fields in requests.values())
    assert max(places.values()) == 1, "a household asks once a night"


def test_households_are_composed_as_was_published() -> None:
    found = demand.households(27_000)
    assert sum(household.requests for household in found) == 27_000
    share = Counter(household.composition for household in found)
    assert share[Composition.MAN_ALONE] / len(found) == pytest.approx(0.62, abs=0.001)
    assert share[Composition.WOMAN_ALONE] / len(found) == pytest.approx(0.13, abs=0.001)
    assert sum(share[c] for c in demand.FAMILIES) / len(found) == pytest.approx(0.19, abs=0.001)


def test_refusals_are_mostly_for_want_of_a_place(rows: dict[str, list[Row]]) -> None:
    unmet = [row.fields for row in rows["answer"] if row.fields["answer"] == "unmet"]
    no_place = sum(fields["unmet_origin"] == "no_place" for fields in unmet)
    assert no_place / len(unmet) == pytest.approx(0.68, abs=0.01)


def test_shelter_has_three_thousand_places_at_the_end_of_the_year(rows: dict[str, list[Row]]) -> None:
    last = [row.fields for row in rows["supply"] if row.fields["day"] == "2022-12-31"]
    shelter = ("emergency_shelter", "hotel", "chrs", "stabilisation", "alt")
    assert sum(each["places"] for each in last if each["scheme"] in shelter) == 3_000
    assert all(each["occupied"] + each["out_of_use"] <= each["places"] for each in last)


def test_encounters_are_five_thousand_in_known_communes(rows: dict[str, list[Row]]) -> None:
    assert len(rows["encounter"]) == 5_000
    assert {row.fields["territory_cell"] for row in rows["encounter"]} <= CELLS.keys()


def test_the_partner_s_door_takes_every_kind_as_it_is(rows: dict[str, list[Row]]) -> None:
    sender = Sender(identifier("partner"), SOURCE, frozenset(SCOPES))
    sample = [row for kind in rows.values() for row in kind[:: max(len(kind) // 300, 1)]]
    for row in [*sample, *published.figures()]:
        written: dict[str, Any] = json.loads(json.dumps(event(row, SOURCE)))
        read = read_event(written, written["data"], sender, Clock().at)
        assert isinstance(read, Parsed), (row, read)
        assert read.unmapped == ()
        assert read.backfill


def test_a_row_is_one_event_for_ever(rows: dict[str, list[Row]]) -> None:
    every = [(row.record, row.ref, row.version) for kind in rows.values() for row in kind]
    assert len(every) == len(set(every))
    again = [event(row, SOURCE) for row in year_2022.allocations(20)]
    assert again == [event(row, SOURCE) for row in year_2022.allocations(20)]


def test_a_share_keeps_the_shape() -> None:
    twentieth = Counter(row.record for part in year_2022.year(20) for row in part.rows())
    assert twentieth["request"] == 1_500
    assert twentieth["encounter"] == 250
    assert twentieth["call_count"] == 365


def test_the_published_total_has_its_source_edition_and_perimeter() -> None:
    [row] = [row for row in published.figures() if row.fields["table"] == "allocations_homeless"]
    assert row.fields["cells"] == [{"dims": {"year": 2022}, "value": 2_951}]
    assert (row.fields["vintage"], row.fields["perimeter"]) == ("2023-05-01", "not_stated")


def test_nobody_of_the_territory_exists() -> None:
    assert all(person.email.endswith(".example") for person in people())
    assert len({person.email for person in people()}) == len(people()) == 140
    assert len({organisation.ref for organisation in organisations()}) == len(organisations())
    assert all(of_kind(kind) for kind in OrgKind if kind is not OrgKind.UNKNOWN)


def test_the_commissions_are_those_that_were_told() -> None:
    assert (MARCH.day, MARCH.capacity, MARCH.sign_ups, len(MARCH.workshops)) == (date(2023, 3, 14), 80, 84, 3)
    assert sum(MARCH.attendance.values()) == MARCH.capacity
    assert sum(size for _, size in MARCH.workshops) >= MARCH.capacity
    assert (OCTOBER.day, sum(OCTOBER.attendance.values())) == (date(2023, 10, 10), OCTOBER.sign_ups)
    for held in (MARCH, OCTOBER):
        everyone = [person.email for person in (*participants(held), *guests(held))]
        assert len(set(everyone)) == held.sign_ups + held.walk_ins


@given(some.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_the_one_to_come_is_three_weeks_ahead_on_a_working_day(today: date) -> None:
    day = next_day(today)
    assert 21 <= (day - today).days <= 23
    assert day.weekday() < 5
