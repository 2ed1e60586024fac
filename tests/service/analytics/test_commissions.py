"""Commissions as sign-ups and attendance say: registered, waiting, present, workshop by workshop."""

from datetime import date
from typing import Any

from contracts.registration import (
    AttendanceRecorded,
    CommissionCancelled,
    CommissionChanged,
    CommissionHeld,
    CommissionRescheduled,
    CommissionScheduled,
    PlaceDeclined,
    PlaceOffered,
    RegistrationCancelled,
    RegistrationChanged,
    RegistrationConfirmed,
    RegistrationLapsed,
    RegistrationReceived,
    RegistrationWaitlisted,
    Workshop,
)
from tests.service.analytics.facts import an_id, at
from tests.service.analytics.house import TERRITORY, House

DAY = date(2023, 3, 14)
COMMISSION = an_id("commission")
ROOMS = tuple(Workshop(workshop_id=an_id(f"workshop {n}"), slot=1, capacity=30) for n in (1, 2))
NAME = "Commission Logement d’abord, plénière, 14\u00a0mars 2023"


def scheduled() -> CommissionScheduled:
    return CommissionScheduled(
        occurred_on=date(2023, 2, 1), commission_id=COMMISSION, territory=TERRITORY,
        commission_type="lda_plenary", parts=("plenary", "workshops"),
        starts_at=at(DAY, 9), ends_at=at(DAY, 17),
        registration_opens_at=at(date(2023, 2, 1), 9), registration_closes_at=at(date(2023, 3, 10), 18),
        capacity=80, workshops=ROOMS,
    )  # fmt: skip


def common(who: str) -> dict[str, Any]:
    return {
        "occurred_on": date(2023, 2, 2),
        "registration_id": an_id(f"registration {who}"),
        "commission_id": COMMISSION,
        "person_id": an_id(f"person {who}"),
    }


def received(who: str, *rooms: Workshop, verified: bool = True) -> RegistrationReceived:
    workshops = tuple(room.workshop_id for room in rooms)
    return RegistrationReceived(**common(who), organisation_kind="landlord", by="self", verified=verified,
                                workshops=workshops, position=1, link_generation=1)  # fmt: skip


def confirmed(who: str, *rooms: Workshop, cause: str = "direct") -> RegistrationConfirmed:
    workshops = tuple(room.workshop_id for room in rooms)
    return RegistrationConfirmed(**common(who), workshops=workshops, cause=cause, link_generation=1)


def waiting(who: str, room: Workshop | None = None) -> RegistrationWaitlisted:
    place = room.workshop_id if room else None
    return RegistrationWaitlisted(**common(who), rank=1, for_workshop=place, link_generation=1)


def present(who: str, status: str = "present", room: Workshop | None = None) -> AttendanceRecorded:
    place = room.workshop_id if room else None
    return AttendanceRecorded(**common(who), workshop_id=place, status=status, recorded_via="desk")


async def listed(house: House, year: int = 2023) -> dict[str, list[Any]]:
    """State, capacity, registered, seated, waiting, present, represented, excused, walk-ins."""
    return await house.rows("commissions", annee=year)


async def test_registered_waiting_and_present(house: House) -> None:
    await house.tell(
        scheduled(),
        received("a"), confirmed("a"), received("b"), confirmed("b"), received("c"), waiting("c"),
        received("d", verified=False), RegistrationLapsed(**common("d")),
        received("e"), confirmed("e"), RegistrationCancelled(**common("e"), by="self", late=False),
        received("f", verified=False),
        received("w"), confirmed("w", cause="walk_in"),
        present("a"), present("b", "represented"), present("w"), present("c", "excused"),
        present("a", "absent"),
        present("a"),
        CommissionHeld(occurred_on=DAY, commission_id=COMMISSION, held_on=DAY, registered=4, present=2,
                       represented=1, walk_ins=1),
    )  # fmt: skip
    assert await listed(house) == {NAME: ["Tenue", 80, 4, 3, 1, 2, 1, 1, 1]}


async def test_an_offer_refused_leaves_the_list_and_one_withdrawn_stays(house: House) -> None:
    until = at(date(2023, 3, 12), 17)
    offers = [
        PlaceOffered(**common(who), until=until, freed_by="cancellation", link_generation=1)
        for who in ("a", "b")
    ]
    await house.tell(scheduled(), received("a"), waiting("a"), received("b"), waiting("b"), *offers)
    assert (await listed(house))[NAME][2:5] == [2, 0, 2]
    await house.tell(
        PlaceDeclined(**common("a"), how="expired"), PlaceDeclined(**common("b"), how="withdrawn")
    )
    assert (await listed(house))[NAME][2:5] == [1, 0, 1]


async def test_workshops_follow_choices_waits_and_cancellations(house: House) -> None:
    first, second = ROOMS
    await house.tell(
        scheduled(),
        received("a", first), confirmed("a", first), received("b", first), confirmed("b", first),
        RegistrationChanged(**common("b"), workshops=(second.workshop_id,)), waiting("b", first),
        received("c", second), confirmed("c", second),
        RegistrationCancelled(**common("c"), by="self", late=True),
        present("a", room=first),
    )  # fmt: skip
    rows = (await house.figure("workshops", annee=2023))["rows"]
    by_id = sorted(ROOMS, key=lambda room: str(room.workshop_id))
    counts = {by_id[n].workshop_id: row[2:] for n, row in enumerate(rows)}
    assert counts == {first.workshop_id: [30, 1, 1, 1], second.workshop_id: [30, 1, 0, 0]}


async def test_a_commission_that_moves_changes_or_is_cancelled(house: House) -> None:
    await house.tell(
        scheduled(),
        CommissionChanged(occurred_on=DAY, commission_id=COMMISSION, changed=("capacity", "workshops"),
                          capacity=None, workshops=ROOMS[:1]),
        CommissionRescheduled(occurred_on=DAY, commission_id=COMMISSION, old_starts_at=at(DAY, 9),
                              old_ends_at=at(DAY, 17), starts_at=at(date(2024, 1, 9), 9),
                              ends_at=at(date(2024, 1, 9), 17), reason="room"),
    )  # fmt: skip
    assert await listed(house) == {}
    [row] = (await listed(house, 2024)).values()
    assert row == ["Annoncée", "n. c.", 0, 0, 0, "n. c.", "n. c.", "n. c.", "n. c."]
    assert len((await house.figure("workshops", annee=2024))["rows"]) == 1
    await house.tell(CommissionCancelled(occurred_on=DAY, commission_id=COMMISSION, reason="organiser"))
    [row] = (await listed(house, 2024)).values()
    assert row[0] == "Annulée"
    assert (await house.figure("workshops", annee=2024))["rows"] == []


async def test_a_commission_at_midnight_in_paris_is_of_its_civil_year(house: House) -> None:
    told = scheduled().model_copy(update={"starts_at": at(date(2023, 1, 1), 0, 30)})
    await house.tell(told)
    assert len(await listed(house, 2023)) == 1
    assert await listed(house, 2022) == {}
