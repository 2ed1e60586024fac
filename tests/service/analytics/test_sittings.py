"""Sittings: a case examined twice is one case and two passages; opinions, and who was told of them."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from contracts.cases import AgendaPublished, MinutesApproved, SittingOpened
from contracts.registration import CommissionHeld
from tests.service.analytics import case_facts as c
from tests.service.analytics.facts import an_id, at, call, calls
from tests.service.analytics.house import House
from tests.service.analytics.test_commissions import (
    COMMISSION,
    DAY,
    NAME,
    confirmed,
    present,
    received,
    scheduled,
)

SECOND = an_id("second panel")


async def sit(house: House, day: date) -> None:
    house.clock.at = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def last_event(house: House) -> UUID:
    """The id of the last fact told."""
    assert house.told.last is not None
    return house.told.last


async def two_sittings(house: House) -> None:
    await house.tell(scheduled(), *(c.submitted(word, date(2023, 2, 1)) for word in "abc"))
    agenda = AgendaPublished(commission_id=COMMISSION, version=1, cases=3, minutes=45)
    await house.tell(*(c.scheduled(word, COMMISSION) for word in "abc"), agenda)
    await sit(house, DAY)
    opened = SittingOpened(commission_id=COMMISSION, opened_at=at(DAY, 9), quorum_needed=6,
                           voting_present=9, quorum=True)  # fmt: skip
    await house.tell(
        opened, c.examined("a", panel=COMMISSION), c.decided("a", DAY, panel=COMMISSION),
        c.examined("b", panel=COMMISSION), c.adjourned("b", date(2023, 4, 11), COMMISSION),
        c.postponed("c", COMMISSION),
        c.sitting_closed(2, 1, 1, 1, COMMISSION),
        MinutesApproved(commission_id=COMMISSION, version=1, root_sha256="9f" * 32,
                        approved_on=date(2023, 3, 21), approved_by=an_id("chair")),
    )  # fmt: skip
    await sit(house, date(2023, 4, 11))
    second = scheduled().model_copy(
        update={"commission_id": SECOND, "starts_at": at(date(2023, 4, 11), 9), "workshops": ()}
    )
    await house.tell(second, c.scheduled("b", SECOND), c.examined("b", 2, SECOND))
    await house.tell(c.decided("b", date(2023, 4, 11), "support_only", SECOND))


async def test_a_sitting_says_its_agenda_and_what_came_of_it(house: House) -> None:
    await two_sittings(house)
    rows = await house.rows("sittings", annee=2023)
    assert rows[NAME] == [3, 2, 1, 1, 1, "Oui", "2023-03-21"]
    assert len(rows) == 2


async def test_a_case_examined_twice_is_one_case_and_two_passages(house: House) -> None:
    await two_sittings(house)
    figure = await house.figure("panel_activity", annee=2023)
    by_month = {row[0]: row[1:] for row in figure["rows"]}
    assert by_month["mars 2023"] == [2, 2, 1, 1]
    assert by_month["avril 2023"] == [1, 1, 1, 0]
    assert figure["total"] == ["Ensemble", 3, 2, 2, 1]


async def test_who_was_told_counts_days_from_the_opinion(house: House) -> None:
    await house.tell(c.submitted("a", date(2023, 2, 1)), c.submitted("b", date(2023, 2, 1)))
    await house.tell(c.decided("a", DAY))
    about = last_event(house)
    house.clock.advance(seconds=1)
    await house.tell(
        c.referrer_told("a", about, DAY + timedelta(days=1)),
        c.household_told("a", about, DAY + timedelta(days=2), "could_not_reach"),
        c.decided("b", DAY),
    )
    assert (await house.rows("decisions_told", annee=2023))["mars 2023"] == [2, 1, 1, 0, "n. c.", 2]
    await house.tell(c.household_told("a", about, DAY + timedelta(days=5)))
    await house.tell(c.household_told("a", about, DAY + timedelta(days=9)))
    assert (await house.rows("decisions_told", annee=2023))["mars 2023"] == [2, 1, 1, 1, 5, 1]


async def test_a_corrected_opinion_counts_once_as_corrected(house: House) -> None:
    await house.tell(c.submitted("a", date(2023, 2, 1)), c.decided("a", DAY))
    about = last_event(house)
    await house.tell(c.household_told("a", about, DAY + timedelta(days=1)))
    await house.tell(c.decided("a", DAY, "support_only", name="other", corrects=about))
    assert await house.rows("decision_outcomes", annee=2023) == {"Accompagnement seul": [1]}
    await house.tell(c.decided("a", DAY, "reexamine_on", name="third", corrects=about))
    assert await house.rows("decision_outcomes", annee=2023) == {"Réexamen à une date": [1]}
    assert {name: row[0] for name, row in (await house.rows("case_states")).items()} == {"Recevable": 1}
    assert (await house.rows("decisions_told", annee=2023))["mars 2023"][3] == 1


async def test_what_services_counted_stands_beside_what_is_counted_here(house: House) -> None:
    await two_sittings(house)
    held = CommissionHeld(occurred_on=DAY, commission_id=COMMISSION, held_on=DAY, registered=2, present=2,
                          represented=0, walk_ins=0)  # fmt: skip
    await house.tell(received("a"), confirmed("a"), received("b"), confirmed("b"), present("a"), held)
    await house.tell(calls("k", DAY, 100, 60, 40), *(call(f"f{n}", DAY) for n in range(58)))
    rows = (await house.figure("reconciliation", annee=2023))["rows"]
    found = {(row[0], row[1]): row[2:5] for row in rows}
    assert found[("Dossiers examinés en séance", NAME)] == [2, 2, 0]
    assert found[("Reportés en séance", NAME)] == [1, 1, 0]
    assert found[("Présentes", NAME)] == [2, 1, -1]
    assert found[("Appels décrochés au 115", "mars 2023")] == [60, 58, -2]
    assert rows[0][4] != 0
    assert all(row[5] for row in rows)
    page = await house.page("/analytics/rapprochement?annee=2023")
    assert "Les deux comptes sont égaux" in page
