"""One allocation told by a case, a landlord and the national register counts once, and is never added."""

from datetime import date
from typing import Any

from contracts.cases import CommitteeDecided
from tests.service.analytics import case_facts as c
from tests.service.analytics.facts import allocation, an_id
from tests.service.analytics.house import House

DECIDED, LEASED, ENTERED = date(2022, 12, 20), date(2023, 1, 10), date(2023, 1, 20)


async def told_three_times(house: House) -> None:
    await house.tell(
        c.submitted("a", date(2022, 9, 1)),
        c.allocated("a", DECIDED),
        c.leased("a", LEASED),
        c.housed("a", ENTERED),
        allocation("landlord", register="landlord", organisation_id=c.LANDLORD, persons=3,
                   composition="single_parent", decided_on=DECIDED, lease_signed_on=date(2023, 1, 9)),
        allocation("sne", composition="single_parent", persons=3, lease_signed_on=date(2022, 12, 30)),
    )  # fmt: skip


async def by_year(house: House) -> dict[str, list[Any]]:
    """Leased, decided, entered."""
    return await house.rows("allocations_by_year")


CASE, BY_LANDLORD, BY_SNE = an_id("allocation a"), an_id("landlord"), an_id("sne")


async def test_three_reports_of_one_allocation_count_once_when_matched(house: House) -> None:
    await told_three_times(house)
    assert await by_year(house) == {"2022": [1, 2, 0], "2023": [2, 0, 1]}
    await house.tell(c.matched("m1", CASE, BY_LANDLORD))
    assert await by_year(house) == {"2022": [1, 1, 0], "2023": [1, 0, 1]}
    await house.tell(c.matched("m2", BY_SNE, BY_LANDLORD))
    assert await by_year(house) == {"2022": [1, 1, 0], "2023": [0, 0, 1]}
    assert await house.rows("allocations_by_scheme", annee=2022) == {"Logement social": [1]}
    assert (await house.rows("allocations_homeless"))["2022"][0] == 1
    sources = await house.rows("allocations_sources", annee=2022)
    assert sources["Système national d’enregistrement (SNE)"] == [1, 1, 0]
    assert sources["Comptées une fois"] == [1, 1, "–"]
    page = await house.page("/analytics/publics?annee=2022", None)
    assert "Attributions par an" in page


async def test_a_match_taken_back_counts_each_again_in_any_order(house: House) -> None:
    await house.tell(c.matched("m1", CASE, BY_LANDLORD), c.matched("m2", BY_SNE, BY_LANDLORD))
    await told_three_times(house)
    assert await by_year(house) == {"2022": [1, 1, 0], "2023": [0, 0, 1]}
    await house.tell(c.matched("m1", CASE, revision=2, void=True))
    assert await by_year(house) == {"2022": [1, 2, 0], "2023": [1, 0, 1]}
    await house.tell(c.matched("m2", BY_SNE, revision=2, void=True))
    assert await by_year(house) == {"2022": [1, 2, 0], "2023": [2, 0, 1]}


async def test_unmatched_look_alikes_are_shown_and_not_dropped(house: House) -> None:
    await told_three_times(house)
    figure = await house.figure("possible_doubles", annee=2023)
    assert [row[:3] for row in figure["rows"]] == [["Dossiers de Seuil", "Bailleur", 1]]
    await house.tell(c.matched("m1", CASE, BY_LANDLORD))
    assert (await house.figure("possible_doubles", annee=2023))["rows"] == []
    same_home = allocation("again", register="siao", household_id=c.home_id("a"), persons=3,
                           composition="single_parent", lease_signed_on=date(2023, 1, 12))  # fmt: skip
    await house.tell(same_home)
    figure = await house.figure("possible_doubles", annee=2023)
    assert [row[2:] for row in figure["rows"]] == [[1, 1, 0]]


async def test_a_cancelled_allocation_leaves_the_period_it_was_counted_in(house: House) -> None:
    await told_three_times(house)
    await house.tell(c.matched("m1", CASE, BY_LANDLORD, BY_SNE))
    await house.tell(c.cancelled("a", date(2023, 2, 1)))
    assert await by_year(house) == {"2022": [0, 0, 0], "2023": [0, 0, 0]}
    sources = await house.rows("allocations_sources", annee=2023)
    assert sources["Dossiers de Seuil"] == [0, 0, 1]


async def test_committees_and_offers_say_what_came_of_them(house: House) -> None:
    await house.tell(*(c.submitted(word, date(2022, 9, 1)) for word in "abcd"))
    for word, outcome in zip("abcd", "aabd", strict=True):
        said = {"committee_outcome": outcome, "decided_on": DECIDED} | ({"rank": 2} if outcome == "b" else {})
        orientation = an_id(f"orientation {word}")
        decided = CommitteeDecided(case_id=c.case_id(word), orientation_id=orientation, **said)
        await house.tell(c.proposed(word), decided)
    await house.tell(*(c.allocated(word, DECIDED) for word in "ab"))
    await house.tell(c.leased("a", LEASED), c.cancelled("b", LEASED))
    assert await house.rows("committee_outcomes", annee=2022) == {
        "a – Attribution": [2],
        "b – Attribution avec rang": [1],
        "d – Non-attribution": [1],
    }
    assert await house.rows("offers", annee=2022) == {"Bail signé": [1], "Refus du ménage": [1]}
    assert (await by_year(house))["2022"][1] == 1


async def test_a_correction_moves_the_allocation_and_keeps_its_lease(house: House) -> None:
    await house.tell(c.submitted("a", date(2022, 9, 1)), c.allocated("a", DECIDED))
    told = house.told.last
    await house.tell(c.leased("a", LEASED))
    corrected = c.allocated("a", date(2022, 11, 2), scheme="iml_sublet", corrects=told)
    await house.tell(corrected)
    assert await house.rows("allocations_by_scheme", annee=2022, base="decided") == {
        "Intermédiation locative, sous-location": [1]
    }
    assert (await house.rows("allocations_by_period", annee=2022, base="decided"))["novembre 2022"] == [1]
    assert (await by_year(house))["2023"][0] == 1
