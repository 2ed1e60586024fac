"""The waiting stock at a date, by seniority; T29: a housed household leaves it the same day."""

from datetime import date
from typing import Any

from tests.service.analytics import case_facts as c
from tests.service.analytics.facts import allocation, answer, at, request
from tests.service.analytics.house import House

ASKED = date(2022, 3, 1)


def waiting(word: str, since: date | None = ASKED, **said: Any) -> Any:
    """A housing request by the SIAO, first transmitted on that day."""
    fields: dict[str, Any] = {"door": "siao", "branch": "housing", "night_of": None}
    fields |= {"registered_on": ASKED, "first_transmitted_on": since}
    return request(word, **(fields | said))


async def bands(house: House, day: date) -> dict[str, list[Any]]:
    """Households, persons, stale and suspended by band, empty ones aside."""
    found = await house.rows("waiting", au=day.isoformat())
    return {name: row for name, row in found.items() if any(row)}


async def test_the_stock_is_read_at_the_end_of_a_day_by_seniority(house: House) -> None:
    await house.tell(
        waiting("a", date(2017, 1, 1)),
        waiting("b", date(2020, 6, 1), adults=2, minors=1),
        waiting("c", date(2022, 1, 15)),
        waiting("d", None),
        waiting("e", date(2022, 1, 1), registered_on=date(2022, 4, 2)),
        request("emergency"),
    )
    assert await bands(house, date(2022, 4, 1)) == {
        "Moins de six mois": [1, 1, 0, 0],
        "Un à deux ans": [1, 3, 0, 0],
        "Cinq ans ou plus": [1, 1, 0, 0],
        "Ancienneté non transmise": [1, 1, 0, 0],
    }
    assert await bands(house, date(2022, 2, 28)) == {}
    assert (await bands(house, date(2022, 4, 2)))["Moins de six mois"][0] == 2
    total = (await house.figure("waiting", au="2022-04-02"))["total"]
    assert total == ["Ensemble", 5, 7, 0, 0]


async def test_changes_and_answers_move_the_stock_on_their_day(house: House) -> None:
    await house.tell(
        waiting("a"), waiting("b"), waiting("s"), waiting("x"), waiting("y"),
        c.changed("w1", "a", "withdrawn", date(2022, 5, 1)),
        c.changed("w2", "a", "reactivated", date(2022, 6, 1)),
        c.changed("s1", "s", "suspended", date(2022, 5, 1)),
        c.changed("x1", "x", "expired", date(2022, 5, 1)),
        answer("no", "b", at(date(2022, 4, 20), 10), "unmet", unmet_origin="no_place"),
        answer("yes", "y", at(date(2022, 5, 1), 23, 30), "attributed"),
    )  # fmt: skip
    assert await bands(house, date(2022, 4, 30)) == {"Moins de six mois": [5, 5, 0, 0]}
    assert await bands(house, date(2022, 5, 1)) == {"Moins de six mois": [1, 1, 0, 1]}
    assert await bands(house, date(2022, 6, 1)) == {"Moins de six mois": [2, 2, 0, 1]}


async def test_a_request_not_heard_of_for_three_months_is_to_be_refreshed(house: House) -> None:
    await house.tell(waiting("a"), c.changed("r", "a", "refreshed", date(2022, 5, 20)))
    assert (await bands(house, date(2022, 8, 20)))["Moins de six mois"][2] == 0
    assert (await bands(house, date(2022, 8, 21)))["Moins de six mois"][2] == 1


async def test_a_housed_household_leaves_the_stock_the_same_day(house: House) -> None:
    await house.tell(
        waiting("a"), waiting("b"), waiting("k"),
        c.submitted("a", date(2022, 3, 1)), c.allocated("a", date(2022, 5, 1)),
        c.housed("a", date(2022, 6, 10)),
        allocation("lease", household_id=c.home_id("b"), lease_signed_on=date(2022, 6, 12)),
        allocation("before", household_id=c.home_id("k"), lease_signed_on=date(2021, 6, 12)),
    )  # fmt: skip
    counted = [(await bands(house, date(2022, 6, n)))["Moins de six mois"][0] for n in (9, 10, 11, 12)]
    assert counted == [3, 2, 2, 1]
    await house.tell(c.cancelled("a", date(2022, 7, 1)))
    assert (await bands(house, date(2022, 6, 12)))["Moins de six mois"][0] == 2


async def test_households_judged_to_be_one_count_once(house: House) -> None:
    await house.tell(waiting("a", date(2021, 1, 1)), waiting("b"), c.linked("l", "b", "a"))
    assert await bands(house, date(2022, 4, 1)) == {"Un à deux ans": [1, 1, 0, 0]}
    await house.tell(c.linked("l", "b", revision=2, void=True))
    assert sum(row[0] for row in (await bands(house, date(2022, 4, 1))).values()) == 2


async def test_an_erased_household_waits_no_more(house: House) -> None:
    await house.tell(waiting("a"), waiting("b"))
    await house.tell(c.erased("a", day=date(2023, 6, 15)))
    assert (await house.figure("waiting", au="2023-06-14"))["total"][1] == 2
    assert (await house.figure("waiting", au="2023-06-15"))["total"][1] == 1
