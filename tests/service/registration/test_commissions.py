"""A commission changed, moved, called off, entered in arrears, said held: rows, facts and deadlines."""

from datetime import UTC, datetime
from typing import Any

from contracts.directory import CommissionDescribed
from contracts.lists import CommissionField, Role
from contracts.registration import (
    CommissionCancelled,
    CommissionChanged,
    CommissionHeld,
    CommissionRescheduled,
    PlaceDeclined,
    PlaceOffered,
    RegistrationReceived,
)
from tests.service.registration.office import Office

PAST = {
    "day": "2026-03-10",
    "registration_opens_on": "2026-02-01",
    "registration_closes_on": "2026-03-06",
}


def wording(plan: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What a change sends: the plan without its dates."""
    dates = ("commission_id", "territory", "day", "starts", "ends")
    return {k: v for k, v in plan.items() if k not in dates} | changes


async def deadlines(office: Office) -> list[str]:
    async with office.database.read() as tx:
        rows = await tx.connection.fetch("SELECT command FROM due ORDER BY at")
    return [row["command"] for row in rows]


async def test_more_places_are_offered_and_fewer_than_taken_refused(office: Office) -> None:
    plan = office.plan(capacity=1)
    path = f"/commissions/{plan['commission_id']}"
    await office.done("POST", "/commissions", plan)
    await office.done("POST", f"{path}/publish", {"version": 1})
    await office.joined(plan["commission_id"], "a@x.example")
    second = await office.joined(plan["commission_id"], "b@x.example")

    await office.done("PUT", path, wording(plan, version=2, capacity=2, title="Autre titre"))
    changed = (await office.facts(CommissionChanged))[0]
    assert set(changed.changed) == {CommissionField.CAPACITY, CommissionField.TITLE}
    assert changed.capacity == 2
    assert (await office.facts(CommissionDescribed))[-1].title == "Autre titre"
    offered = await office.facts(PlaceOffered)
    assert [str(fact.registration_id) for fact in offered] == [second["registration_id"]]

    answer = await office.call("PUT", path, wording(plan, version=3, capacity=1))
    assert (answer.status_code, answer.json()["code"]) == (409, "capacity_below_taken")
    assert "déjà prises" in answer.json()["detail"]


async def test_moved_old_and_new_are_said_and_offers_made_again(office: Office) -> None:
    commission = (await office.published(capacity=1))["commission_id"]
    first = await office.joined(commission, "a@x.example")
    second = await office.joined(commission, "b@x.example")
    await office.done("POST", "/participation/cancel", {"link": first["link"]}, role=None)
    moved = {
        "version": 2,
        "reason": "room",
        "day": "2026-11-04",
        "starts": "10:00",
        "ends": "12:00",
        "registration_opens_on": "2026-11-01",
        "registration_closes_on": "2026-11-03",
    }
    await office.done("POST", f"/commissions/{commission}/reschedule", moved)
    fact = (await office.facts(CommissionRescheduled))[0]
    assert fact.old_starts_at == datetime(2026, 12, 8, 8, 0, tzinfo=UTC)
    assert fact.starts_at == datetime(2026, 11, 4, 9, 0, tzinfo=UTC)
    assert [str(f.registration_id) for f in await office.facts(PlaceDeclined)] == [second["registration_id"]]
    assert (await office.facts(PlaceOffered))[-1].until == datetime(2026, 11, 4, 7, 0, tzinfo=UTC)
    assert await deadlines(office) == ["expire"]


async def test_called_off_with_people_registered(office: Office) -> None:
    commission = (await office.published(capacity=2))["commission_id"]
    joined = [await office.joined(commission, f"p{n}@x.example") for n in range(3)]
    await office.sign_up(commission, "late@x.example")
    body = {"version": 2, "reason": "organiser"}
    await office.done("POST", f"/commissions/{commission}/cancel", body)
    assert len(await office.facts(CommissionCancelled)) == 1
    assert await deadlines(office) == []
    assert len(await office.registrations(commission, everyone=False)) == 4
    own = await office.done("POST", "/participation", {"link": joined[0]["link"]}, role=None)
    assert own["commission"]["state"] == "cancelled"
    answer = await office.call("POST", "/participation/cancel", {"link": joined[0]["link"]}, role=None)
    assert answer.json()["code"] == "commission_cancelled"
    body = {"registration_id": str(office.new_id()), "email": "new@x.example"}
    answer = await office.call("POST", f"/commissions/{commission}/registrations", body, role=None)
    assert answer.json()["code"] == "commission_cancelled"


async def test_in_arrears_nobody_is_held_and_nothing_is_timed(office: Office) -> None:
    commission = await office.published(capacity=2, **PAST)
    path = f"/commissions/{commission['commission_id']}"
    for number in range(3):
        body = {"on_behalf": "import", "occurred_on": "2026-02-10"}
        made = await office.sign_up(
            commission["commission_id"], f"p{number}@x.example", role=Role.COORDINATOR, **body
        )
        assert made["state"] == ("confirmed" if number < 2 else "waitlisted")
    received = await office.facts(RegistrationReceived)
    assert {(f.verified, f.by.value, str(f.occurred_on)) for f in received} == {
        (True, "import", "2026-02-10")
    }
    assert "link_requested" not in await office.said()

    rows = await office.registrations(commission["commission_id"])
    for row, status in zip(rows, ("present", "represented", "present"), strict=True):
        attended = {"status": status, "occurred_on": "2026-03-10"}
        await office.done("POST", f"/registrations/{row['registration_id']}/attendance", attended)
    body = {"occurred_on": "2026-02-20"}
    await office.done("POST", f"/registrations/{rows[0]['registration_id']}/cancel", body)
    assert await deadlines(office) == []
    assert "place_offered" not in await office.said()

    walk_in = {"registration_id": str(office.new_id()), "email": "venu@x.example"}
    await office.done("POST", f"{path}/walk-ins", walk_in)
    await office.done("POST", f"{path}/hold", {"version": 2})
    held = (await office.facts(CommissionHeld))[0]
    assert (held.registered, held.present, held.represented, held.walk_ins) == (2, 2, 1, 1)
    assert str(held.occurred_on) == str(held.held_on) == "2026-03-10"


async def test_attendance_waits_for_the_day_and_the_latest_value_wins(office: Office) -> None:
    commission = await office.published()
    proved = await office.joined(commission["commission_id"], "a@x.example")
    path = f"/registrations/{proved['registration_id']}/attendance"
    early = await office.call("POST", path, {"status": "present"})
    assert early.json()["code"] == "before_the_day"
    held = f"/commissions/{commission['commission_id']}/hold"
    assert (await office.call("POST", held, {"version": 2})).json()["code"] == "not_over"

    office.clock.at = datetime(2026, 12, 8, 12, 0, tzinfo=UTC)
    await office.done("POST", path, {"status": "present", "via": "desk"})
    await office.done("POST", path, {"status": "absent", "via": "correction"})
    rows = await office.registrations(commission["commission_id"])
    assert [row["attendance"] for row in rows] == ["absent"]


async def test_a_stale_version_is_told_and_a_repeat_is_answered(office: Office) -> None:
    plan = office.plan()
    path = f"/commissions/{plan['commission_id']}"
    first = await office.done("POST", "/commissions", plan)
    assert await office.done("POST", "/commissions", plan) == first
    published = await office.done("POST", f"{path}/publish", {"version": 1}, idempotency_key="k1")
    again = await office.done("POST", f"{path}/publish", {"version": 1}, idempotency_key="k1")
    assert again == published
    assert (await office.said()).count("commission_scheduled") == 1

    stale = await office.call("PUT", path, wording(plan, version=1, capacity=5))
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    other = await office.call(
        "POST", f"{path}/cancel", {"version": 2, "reason": "other"}, idempotency_key="k1"
    )
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


async def test_a_planned_commission_is_seen_by_its_organisers_only(office: Office) -> None:
    plan = office.plan()
    await office.done("POST", "/commissions", plan)
    path = f"/commissions/{plan['commission_id']}"
    assert (await office.call("GET", path, role=None)).status_code == 404
    assert (await office.done("GET", path))["video_url"] == "https://visio.example/lda"
    await office.done("POST", f"{path}/publish", {"version": 1})
    assert "video_url" not in await office.done("GET", path, role=None)
    assert [c["commission_id"] for c in await office.done("GET", "/commissions", role=None)] == [
        plan["commission_id"]
    ]
