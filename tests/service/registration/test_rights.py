"""Who may: the coordinator of the territory, and nobody else; nobody gives a role to oneself."""

from typing import Any

import pytest

from contracts.accounts import AccountRecorded
from contracts.lists import LinkPurpose, Role
from registration.commands import (
    end_all_sessions,
    end_session,
    open_session,
    renew_session,
    request_sign_in,
)
from registration.commands.sessions import OpenedSession
from tests.service.registration.office import ELSEWHERE, TERRITORY, Office
from webui import links
from webui.identity import User

OUTSIDERS: list[tuple[Role | None, str]] = [
    (None, TERRITORY),
    (Role.REFERRER, TERRITORY),
    (Role.OPERATOR, TERRITORY),
    (Role.COORDINATOR, ELSEWHERE),
]
MOVED = {
    "version": 2,
    "reason": "room",
    "day": "2026-12-10",
    "starts": "09:00",
    "ends": "12:00",
    "registration_opens_on": "2026-11-01",
    "registration_closes_on": "2026-12-04",
}


@pytest.mark.parametrize(("role", "territory"), OUTSIDERS)
async def test_others_change_nothing(office: Office, role: Role | None, territory: str) -> None:
    commission = await office.published()
    proved = await office.joined(commission["commission_id"], "a@x.example")
    path, one = f"/commissions/{commission['commission_id']}", f"/registrations/{proved['registration_id']}"
    plan = office.plan()
    new = {"registration_id": str(office.new_id()), "email": "n@x.example"}
    asked: list[tuple[str, str, Any]] = [
        ("POST", "/commissions", plan),
        ("PUT", path, {k: plan[k] for k in plan if k not in MOVED and k not in ("commission_id", "territory")}
         | {"version": 2, "registration_opens_on": "2026-11-01", "registration_closes_on": "2026-12-04"}),
        ("POST", f"{path}/publish", {"version": 2}),
        ("POST", f"{path}/reschedule", MOVED),
        ("POST", f"{path}/cancel", {"version": 2, "reason": "other"}),
        ("POST", f"{path}/hold", {"version": 2}),
        ("GET", f"{path}/registrations", None),
        ("POST", f"{path}/registrations", new | {"on_behalf": "coordinator"}),
        ("POST", f"{path}/registrations", new | {"occurred_on": "2026-11-02"}),
        ("POST", f"{path}/walk-ins", new),
        ("PUT", f"{one}/workshops", {"workshops": []}),
        ("POST", f"{one}/cancel", {}),
        ("POST", f"{one}/attendance", {"status": "present"}),
    ]  # fmt: skip
    before = await office.said()
    for method, address, body in asked:
        answer = await office.call(method, address, body, role=role, territory=territory)
        expected = (401, "sign_in_needed") if role is None else (403, "forbidden")
        assert (answer.status_code, answer.json()["code"]) == expected, (method, address)
    assert await office.said() == before


async def test_attendance_is_noted_by_the_siao_too(office: Office) -> None:
    commission = await office.published()
    proved = await office.joined(commission["commission_id"], "a@x.example")
    office.clock.advance(days=35)
    path = f"/registrations/{proved['registration_id']}"
    await office.done("POST", f"{path}/attendance", {"status": "present"}, role=Role.SIAO_AGENT)
    answer = await office.call("POST", f"{path}/cancel", {}, role=Role.SIAO_AGENT)
    assert answer.status_code == 403


async def test_nobody_gives_a_role_to_oneself(office: Office) -> None:
    me = await office.user(Role.COORDINATOR)
    role = {"role": "data_officer", "territory": TERRITORY, "version": 1}
    answer = await office.call("POST", f"/accounts/{me.account_id}/roles", role)
    assert (answer.status_code, answer.json()["code"]) == (403, "own_role")
    answer = await office.call("POST", f"/accounts/{me.account_id}/disable", {"version": 1})
    assert answer.json()["code"] == "own_role"


async def test_roles_are_given_on_ones_own_territory_and_taken_back_at_once(office: Office) -> None:
    agent = await office.user(Role.SIAO_AGENT)
    path = f"/accounts/{agent.account_id}"
    chair = {"role": "chair", "territory": TERRITORY, "version": 1}
    away = await office.call("POST", f"{path}/roles", chair | {"territory": ELSEWHERE})
    assert away.status_code == 403
    given = await office.done("POST", f"{path}/roles", chair)
    assert {role["role"] for role in given["roles"]} == {"siao_agent", "chair"}
    stale = await office.call("POST", f"{path}/roles", chair | {"until": "2027-01-01"})
    assert stale.json()["code"] == "stale_version"
    assert (await office.call("GET", "/me", role=Role.SIAO_AGENT)).status_code == 200

    taken = {"role": "siao_agent", "territory": TERRITORY, "version": 2}
    after = await office.done("POST", f"{path}/roles/revoke", taken)
    assert after["generation"] == 2
    assert (await office.call("GET", "/me", role=Role.SIAO_AGENT)).status_code == 401
    said = [f.version for f in await office.facts(AccountRecorded) if f.person_id == agent.account_id]
    assert said == [1, 2, 3]


async def signed_in(office: Office, user: User) -> OpenedSession:
    """A session opened by a mailed link."""
    email = next(email for email, known in office.users.items() if known is user)
    async with office.database.transaction() as tx:
        await request_sign_in(tx, office.desk.rules, email, "//evil.example")
    link = links.read(office.desk.link_key, await office.last_link(LinkPurpose.SIGN_IN))
    assert link is not None
    async with office.database.transaction() as tx:
        opened = await open_session(tx, office.desk.rules, link.id, link.generation)
    assert opened.next == ""
    return opened


async def renewed(office: Office, session: OpenedSession) -> User | None:
    async with office.database.transaction() as tx:
        return await renew_session(tx, office.desk.rules, session.secret)


async def test_a_session_idles_thirty_minutes_and_lives_eight_hours(office: Office) -> None:
    session = await signed_in(office, await office.user(Role.REFERRER))
    for _ in range(16):
        office.clock.advance(minutes=29)
        assert await renewed(office, session) is not None
    office.clock.advance(minutes=29)
    assert await renewed(office, session) is None

    idle = await signed_in(office, await office.user(Role.REFERRER))
    office.clock.advance(minutes=30)
    assert await renewed(office, idle) is None


async def test_signing_out_here_and_everywhere(office: Office) -> None:
    user = await office.user(Role.REFERRER)
    here, there = await signed_in(office, user), await signed_in(office, user)
    async with office.database.transaction() as tx:
        await end_session(tx, here.secret)
    assert await renewed(office, here) is None
    assert await renewed(office, there) is not None
    async with office.database.transaction(user.actor) as tx:
        await end_all_sessions(tx, user)
    assert await renewed(office, there) is None
    assert (await office.call("GET", "/me", role=Role.REFERRER)).status_code == 401


async def test_an_unknown_address_is_mailed_nothing(office: Office) -> None:
    agent = await office.user(Role.REFERRER)
    async with office.database.transaction() as tx:
        await request_sign_in(tx, office.desk.rules, "nobody@x.example")
    await office.done("POST", f"/accounts/{agent.account_id}/disable", {"version": 1})
    async with office.database.transaction() as tx:
        await request_sign_in(tx, office.desk.rules, next(e for e in office.users if "referrer" in e))
    assert "link_requested" not in await office.said()
