"""Every route of cases, tried by everybody it is not for: nothing is shown, nothing moves, nothing is learnt.

The routes are read from the application: a new one is tried without anybody thinking of it. Whoever has no
sight of a case gets the same answer as for a case that does not exist (users U1, U7, U18).
"""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from cases.commands.guarding import protect_case
from cases.domain.case import Case
from cases.domain.sitting import Recusal
from cases.store import sittings
from contracts.lists import Attendance, ByWhom, OrgKind, Pack, Seat, SeatCause, Via
from contracts.registration import AttendanceRecorded, RegistrationConfirmed, RegistrationReceived
from tests.service.cases.house import (
    AGENT,
    CHAIR,
    COLLEAGUE,
    COMMISSION,
    COORDINATOR,
    ELSEWHERE,
    HEALTH_MEMBER,
    IML_WORKER,
    LANDLORD,
    LANDLORD_MEMBER,
    OFFICER,
    OPERATOR,
    ORG_ADMIN,
    REFERRER,
    STATE,
    STRANGER,
    House,
    ident,
)
from webui.identity import User

OUTSIDERS: dict[str, User | None] = {
    "visitor": None,
    "foreign referrer": STRANGER,
    "colleague not in the team": COLLEAGUE,
    "landlord without proposal": LANDLORD,
    "provider without proposal": IML_WORKER,
    "member before the agenda": LANDLORD_MEMBER,
    "chair off agenda": CHAIR,
    "other territory": ELSEWHERE,
    "data officer": OFFICER,
    "operator": OPERATOR,
    "state": STATE,
    "organisation's administrator": ORG_ADMIN,
}
UNKNOWN = ident(0xDEAD)
SHUT = {401, 403, 404, 405, 409, 410, 422}
"""What an outsider may be answered; a redirection is only ever to the sign-in page."""
PUBLIC = re.compile(r"^/(static|health|metrics)|/(health|metrics|openapi\.json)")
STREAM = "/direct"
"""A route that ends this way never ends: its own tests read it."""


def routes_of(app: Any) -> Iterator[tuple[str, str]]:
    """(method, path) of everything the application answers."""

    def walk(routes: Any, prefix: str) -> Iterator[tuple[str, str]]:
        for route in routes:
            inner = getattr(route, "original_router", None)
            if inner is not None:
                yield from walk(inner.routes, prefix + route.include_context.prefix)
            elif getattr(route, "methods", None):
                for method in sorted(route.methods - {"HEAD", "OPTIONS"}):
                    yield method, prefix + route.path

    return walk(app.routes, "")


def address(path: str, case_id: UUID) -> str:
    """The path with this case, the trial's commission, and ids that are nobody's."""
    path = re.sub(r"\{case_id(:\w+)?\}", str(case_id), path)
    path = re.sub(r"\{link_id(:\w+)?\}", str(case_id), path)
    path = re.sub(r"\{commission_id(:\w+)?\}", str(COMMISSION), path)
    return re.sub(r"\{[^}]+\}", str(UNKNOWN), path)


def about_a_case(path: str) -> bool:
    return "{case_id" in path and "/brouillons/" not in path and "/drafts/" not in path


async def ask(house: House, user: User | None, method: str, path: str) -> tuple[int, str, str]:
    async with house.client(user) as client:
        if method == "GET":
            answer = await client.get(path, headers={"accept": "text/html"})
        elif "/api/" in path:
            answer = await client.request(method, path, json={})
        else:
            answer = await client.request(method, path, data={"cle_idempotence": str(ident(0xB0B))})
    return answer.status_code, answer.headers.get("location", ""), answer.text


async def state_of(house: House, case_id: UUID) -> tuple[Any, int]:
    async with house.desk.database.read() as tx:
        count = await tx.connection.fetchval("SELECT count(*) FROM outbox")
        count += await tx.connection.fetchval("SELECT count(*) FROM event_log")
    stored = await house.stored(case_id)
    return (stored.case, stored.version, stored.guard), count


async def test_the_routes_are_found(house: House) -> None:
    found = list(routes_of(house.app))
    assert len([path for _, path in found if about_a_case(path)]) > 30
    assert any(path.startswith("/cases/api/v1/partner") for _, path in found)


@pytest.mark.timeout(180)
async def test_an_outsider_learns_nothing_of_a_case_by_any_route(house: House) -> None:
    made = await house.case(admitted=True)
    await house.commission(members=((LANDLORD_MEMBER, Seat.LANDLORD, Pack.LANDLORD, True),))
    before = await state_of(house, made.case_id)
    faults = [
        f"{who}: {fault}"
        for who, user in OUTSIDERS.items()
        for method, path in sorted(set(routes_of(house.app)))
        if about_a_case(path)
        for fault in await tried(house, user, method, path, made)
    ]
    assert faults == []
    assert await state_of(house, made.case_id) == before


async def tried(house: House, user: User | None, method: str, path: str, made: Case) -> list[str]:
    """What is wrong with the answer to somebody who must learn nothing."""
    status, location, text = await ask(house, user, method, address(path, made.case_id))
    other, elsewhere, _ = await ask(house, user, method, address(path, UNKNOWN))
    faults = []
    if status not in SHUT and not (status == 303 and location.startswith("/registration/session")):
        faults.append(f"{method} {path}: {status}")
    if (status, location.replace(str(made.case_id), str(UNKNOWN))) != (other, elsewhere):
        faults.append(f"{method} {path}: {status} for a case that is there, {other} for none")
    if any(word in text for word in (made.case_ref, "Lemaire", "059012345")):
        faults.append(f"{method} {path}: says something of the case")
    return faults


@pytest.mark.parametrize("who", ["recused", "protected"])
async def test_one_who_saw_a_case_sees_it_by_no_route_any_more(house: House, who: str) -> None:
    """Recused: at once, before and after the sitting (U44). Protected: but for the persons named (U19)."""
    made = await house.case(admitted=True)
    await house.commission(members=((HEALTH_MEMBER, Seat.HEALTH, Pack.FULL, True),))
    user = AGENT
    async with house.transaction(COORDINATOR) as tx:
        if who == "recused":
            recusal = Recusal(case_id=made.case_id, person_id=user.account_id)
            await sittings.add_recusal(tx, COMMISSION, recusal)
        else:
            await protect_case(tx, house.desk, COORDINATOR, made.case_id, True)
    for method, path in sorted(set(routes_of(house.app))):
        if about_a_case(path):
            status, _, text = await ask(house, user, method, address(path, made.case_id))
            other, _, _ = await ask(house, user, method, address(path, UNKNOWN))
            assert (method, path, status) == (method, path, other)
            assert made.case_ref not in text
    for path in ("/cases/", "/cases/dossiers", "/cases/dossiers?q=Lemaire-Essai", "/cases/propositions"):
        _, _, text = await ask(house, user, "GET", path)
        assert made.case_ref not in text, path
        assert "Lemaire" not in text.replace("q=Lemaire-Essai", "").replace('value="Lemaire-Essai"', ""), path


@pytest.mark.timeout(180)
async def test_no_route_fails_and_whoever_may_look_is_answered(house: House) -> None:
    made = await house.case(admitted=True)
    await house.commission()
    for user in (COORDINATOR, AGENT, REFERRER):
        for method, path in sorted(set(routes_of(house.app))):
            if PUBLIC.search(path) or path.endswith(STREAM):
                continue
            status, _, text = await ask(house, user, method, address(path, made.case_id))
            assert status < 500, (user.roles, method, path, text[:300])
            if method == "GET" and path == "/cases/dossiers/{case_id:uuid}":
                assert (status, made.case_ref in text) == (200, True)


async def test_registering_and_attending_gives_sight_of_no_case(house: House) -> None:
    """U1: sight comes from being named to the panel, never from a registration."""
    made = await house.case(admitted=True)
    sitting = await house.commission()
    who = {
        "occurred_on": house.clock.at.date(),
        "registration_id": ident(0x77),
        "commission_id": sitting.commission_id,
        "person_id": LANDLORD.account_id,
    }
    await house.tell(
        RegistrationReceived(
            **who,
            organisation_kind=OrgKind.LANDLORD,
            by=ByWhom.SELF,
            verified=True,
            workshops=(),
            position=1,
            link_generation=1,
        ),
        RegistrationConfirmed(**who, workshops=(), cause=SeatCause.DIRECT, link_generation=1),
        AttendanceRecorded(**who, status=Attendance.PRESENT, recorded_via=Via.DESK),
    )
    async with house.client(LANDLORD) as client:
        assert (await client.get(f"/cases/dossiers/{made.case_id}")).status_code == 404
        for path in ("/cases/", "/cases/dossiers", "/cases/propositions"):
            assert made.case_ref not in (await client.get(path)).text
