"""Moderated sign-ups (R6): nobody has a place before the decision; several are decided at once."""

from typing import Any

import pytest

from contracts.lists import LinkPurpose, Role
from contracts.registration import RegistrationConfirmed, RegistrationRefused, RegistrationWaitlisted
from tests.service.registration.office import ELSEWHERE, TERRITORY, Office


async def three(office: Office, **changes: Any) -> tuple[str, list[str]]:
    """A moderated commission of two places, and three people who proved their addresses."""
    one = (await office.published(moderated=True, **{"capacity": 2} | changes))["commission_id"]
    for name in "abc":
        await office.joined(one, f"{name}@x.example")
    return one, [row["registration_id"] for row in await office.registrations(one)]


async def test_nobody_has_a_place_before_the_decision(office: Office) -> None:
    one, _ = await three(office)
    assert set((await office.states(one)).values()) == {"in_review"}
    view = await office.done("GET", f"/commissions/{one}")
    assert (view["taken"], view["left"], view["in_review"]) == (0, 2, 3)
    assert await office.facts(RegistrationConfirmed) == []


async def test_those_accepted_are_seated_in_order_of_signing_up_then_wait(office: Office) -> None:
    """Together with capacity: the list of those decided may be in any order, and sent twice."""
    one, (first, second, third) = await three(office)
    for _ in range(2):
        await office.done("POST", f"/commissions/{one}/approvals", {"registration_ids": [third, second]})
    await office.done("POST", f"/commissions/{one}/approvals", {"registration_ids": [first]})
    assert list((await office.states(one)).values()) == ["waitlisted", "confirmed", "confirmed"]
    confirmed = [str(f.registration_id) for f in await office.facts(RegistrationConfirmed)]
    assert confirmed == [second, third]
    (waits,) = await office.facts(RegistrationWaitlisted)
    assert str(waits.registration_id) == first


async def test_those_refused_are_said_once_and_may_not_be_accepted_after(office: Office) -> None:
    one, ids = await three(office)
    await office.done("POST", f"/commissions/{one}/refusals", {"registration_ids": ids[:2]})
    await office.done("POST", f"/commissions/{one}/approvals", {"registration_ids": ids})
    assert list((await office.states(one)).values()) == ["refused", "refused", "confirmed"]
    told = [str(f.registration_id) for f in await office.facts(RegistrationRefused)]
    assert told == ids[:2]


async def test_a_choice_of_workshop_waits_for_the_decision_too(office: Office) -> None:
    shop = {"workshop_id": str(office.new_id()), "title": "Dettes locatives", "capacity": 1}
    one = (await office.published(moderated=True, parts=["workshops"], workshops=[shop]))["commission_id"]
    for name in "ab":
        await office.joined(one, f"{name}@x.example", workshops=[shop["workshop_id"]])
    ids = [row["registration_id"] for row in await office.registrations(one)]
    await office.done("POST", f"/commissions/{one}/approvals", {"registration_ids": ids[1:]})
    view = await office.done("GET", f"/commissions/{one}")
    assert (view["workshops"][0]["taken"], view["in_review"]) == (1, 1)
    await office.done("POST", f"/commissions/{one}/refusals", {"registration_ids": ids[:1]})
    assert list((await office.states(one)).values()) == ["refused", "confirmed"]


async def test_who_the_coordinator_registers_is_not_examined(office: Office) -> None:
    one = (await office.published(moderated=True))["commission_id"]
    await office.sign_up(one, "a@x.example", role=Role.COORDINATOR, on_behalf="coordinator")
    assert await office.states(one) == {"a@x.example": "confirmed"}


async def test_somebody_under_review_signs_up_once_and_may_leave(office: Office) -> None:
    one, ids = await three(office)
    await office.sign_up(one, "a@x.example")
    assert len(await office.registrations(one)) == 3
    link = await office.last_link(LinkPurpose.PARTICIPATION)
    await office.done("POST", "/participation/cancel", {"link": link}, role=None)
    assert (await office.states(one))["a@x.example"] == "cancelled"
    await office.done("POST", f"/commissions/{one}/approvals", {"registration_ids": ids})
    assert list((await office.states(one)).values()) == ["cancelled", "confirmed", "confirmed"]


@pytest.mark.parametrize("decision", ["approvals", "refusals"])
@pytest.mark.parametrize(
    ("role", "territory"),
    [(None, TERRITORY), (Role.SIAO_AGENT, TERRITORY), (Role.CHAIR, TERRITORY), (Role.COORDINATOR, ELSEWHERE)],
)
async def test_only_the_coordinator_decides(
    office: Office, decision: str, role: Role | None, territory: str
) -> None:
    one, ids = await three(office)
    path, asked = f"/commissions/{one}/{decision}", {"registration_ids": ids}
    answer = await office.call("POST", path, asked, role=role, territory=territory)
    assert answer.status_code in (401, 403)
    assert set((await office.states(one)).values()) == {"in_review"}


async def test_bad_decisions(office: Office) -> None:
    one, ids = await three(office)
    other = (await office.published())["commission_id"]
    for path, asked, status in (
        (f"/commissions/{one}/approvals", {"registration_ids": []}, 422),
        (f"/commissions/{one}/approvals", {"registration_ids": [str(office.new_id())]}, 404),
        (f"/commissions/{other}/approvals", {"registration_ids": ids}, 404),
        (f"/commissions/{office.new_id()}/refusals", {"registration_ids": ids}, 404),
    ):
        assert (await office.call("POST", path, asked)).status_code == status
