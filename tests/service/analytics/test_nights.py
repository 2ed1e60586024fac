"""Met or not: the flow by night, judged at six the next morning, Paris time."""

from datetime import date, timedelta

import pytest

from tests.service.analytics.facts import answer, at, request
from tests.service.analytics.house import House

NIGHT = date(2022, 12, 13)
NEXT = NIGHT + timedelta(days=1)


async def december(house: House, **asked: str | int) -> list[object]:
    """New, met, unmet, flow rate, all, all unmet, stock rate of the month."""
    return (await house.rows("unmet", annee=2022, **asked))["décembre 2022"]


async def test_a_yes_before_the_cut_off_is_met_and_a_later_one_is_not(house: House) -> None:
    await house.tell(
        request("r1"), answer("n1", "r1", at(NEXT, 5, 59)),
        request("r2"), answer("n2", "r2", at(NEXT, 6, 0)),
        request("r3"),
    )  # fmt: skip
    assert (await december(house))[:3] == [3, 1, 2]


async def test_a_no_then_a_yes_the_same_night_is_met(house: House) -> None:
    await house.tell(
        request("r1"),
        answer("n2", "r1", at(NIGHT, 21)),
        answer("n1", "r1", at(NIGHT, 14), "unmet", unmet_origin="no_place"),
    )
    assert (await december(house))[:3] == [1, 1, 0]


async def test_a_yes_to_another_request_of_the_household_that_night_counts(house: House) -> None:
    await house.tell(
        request("r1", home="same"), answer("n1", "r1", at(NIGHT, 14), "unmet", home="same"),
        request("r2", home="same", door="outreach"), answer("n2", "r2", at(NIGHT, 23), home="same"),
        request("r3", home="same", night_of=NEXT),
    )  # fmt: skip
    assert (await december(house))[:3] == [2, 1, 1]


async def test_the_last_word_before_the_cut_off_counts(house: House) -> None:
    await house.tell(
        request("r1"),
        answer("n1", "r1", at(NIGHT, 20)),
        answer("n2", "r1", at(NIGHT, 23), "unmet", unmet_origin="capacity_closed"),
    )
    assert (await december(house))[:3] == [1, 0, 1]


async def test_the_flow_is_of_new_requests_and_the_stock_of_all(house: House) -> None:
    told = [request(f"n{n}") for n in range(20)]
    told += [request(f"k{n}", kind="renewal") for n in range(30)]
    yes = [answer(f"yk{n}", f"k{n}", at(NIGHT, 18)) for n in range(24)]
    yes += [answer(f"yn{n}", f"n{n}", at(NIGHT, 18)) for n in range(5)]
    await house.tell(*told, *yes)
    assert await december(house) == [20, 5, 15, 75.0, 50, 21, 42.0]


async def test_no_rate_on_fewer_than_twenty(house: House) -> None:
    await house.tell(*(request(f"r{n}") for n in range(19)))
    assert (await december(house))[3] == "n. c."


async def test_one_door_at_a_time_the_115_first(house: House) -> None:
    await house.tell(request("r1"), request("r2", door="outreach"), request("r3", branch="housing"))
    assert (await december(house))[0] == 1
    assert (await december(house, porte="outreach"))[0] == 1
    assert (await house.figure("unmet_by_door", annee=2022))["total"] is None


async def test_why_requests_stay_unmet(house: House) -> None:
    await house.tell(
        request("r1", adults=2, minors=1),
        answer("n1", "r1", at(NIGHT, 20), "unmet", unmet_origin="no_place"),
        request("r2"), answer("n2", "r2", at(NIGHT, 20), "unmet", unmet_origin="household"),
        request("r3"), answer("n3", "r3", at(NIGHT, 20), "withdrawn"),
        request("r4"),
    )  # fmt: skip
    assert await house.rows("unmet_origins", annee=2022) == {
        "Pas de place": [1, 3],
        "Choix du ménage": [1, 1],
        "Demande retirée": [1, 1],
        "Sans réponse à l’heure limite": [1, 1],
    }


async def test_the_night_under_way_is_not_judged(house: House) -> None:
    today = house.clock.at.date()
    await house.tell(request("r1", night_of=today - timedelta(days=1)), request("r2", night_of=today))
    assert (await house.rows("unmet", annee=2023))["juin 2023"][0] == 1
    house.clock.advance(days=1)
    assert (await house.rows("unmet", annee=2023))["juin 2023"][0] == 2


@pytest.mark.parametrize("night", [date(2022, 3, 26), date(2022, 10, 29)])
async def test_nights_when_the_hour_changes_end_at_six_all_the_same(house: House, night: date) -> None:
    morning = night + timedelta(days=1)
    await house.tell(
        request("early", night_of=night), answer("n1", "early", at(morning, 5, 59)),
        request("late", night_of=night), answer("n2", "late", at(morning, 6, 1)),
    )  # fmt: skip
    rows = await house.rows("unmet", annee=2022, mois=night.month)
    found = [row[:3] for row in rows.values() if row[0] == 2]
    assert found == [[2, 1, 1]]


async def test_the_days_of_a_month_add_up_to_the_month(house: House) -> None:
    """T23, on the two months when the hour changes."""
    for month in (3, 10):
        first = date(2022, month, 1)
        nights = [first + timedelta(days=n) for n in (0, 24, 25, 26, 27, 28, 29, 30)]
        await house.tell(*(request(f"r{n}{m}", night_of=n) for n in nights for m in range(2)))
        name = {3: "mars 2022", 10: "octobre 2022"}[month]
        for measure in ("unmet", "requests"):
            days = await house.figure(measure, annee=2022, mois=month)
            assert sum(row[1] for row in days["rows"]) == 16 == days["total"][1]
            assert (await house.rows(measure, annee=2022))[name][0] == 16
