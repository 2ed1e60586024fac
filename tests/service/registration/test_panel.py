"""The case panel: named by the coordinator alone, with an undertaking; never what the public may join."""

from typing import Any
from uuid import UUID

import pytest

from contracts.accounts import AccountRecorded
from contracts.directory import PersonRecorded
from contracts.lists import Role
from contracts.registration import CommissionScheduled, PanelMemberNamed, PanelMemberRemoved
from registration.commands import AdmitMember, admit_panel_member
from tests.service.registration.office import ELSEWHERE, TERRITORY, Office

PANEL = {"parts": ["panel"], "capacity": None}


async def organisation(office: Office) -> str:
    made = {"organisation_id": str(office.new_id()), "name": "Lys Habitat", "kind": "landlord"}
    await office.done("POST", "/organisations", made)
    return made["organisation_id"]


async def member(office: Office, email: str = "lea@lys.example", **changes: Any) -> dict[str, Any]:
    """What a coordinator sends to name somebody recorded just now."""
    place = changes.pop("organisation_id", None) or await organisation(office)
    person = {"person_id": str(office.new_id()), "email": email, "organisation_id": place}
    await office.done("POST", "/people", person)
    return {
        "person_id": person["person_id"],
        "organisation_id": place,
        "seat": "landlord",
        "pack": "landlord",
        "voting": True,
        "undertaking_on": "2026-11-02",
        **changes,
    }


async def test_named_once_removed_once_and_named_again(office: Office) -> None:
    """U1: seat, pack and dated undertaking are what the fact says."""
    path = f"/commissions/{(await office.published(**PANEL))['commission_id']}/panel"
    lea = await member(office)
    for _ in range(2):
        await office.done("POST", path, lea)
    (named,) = await office.facts(PanelMemberNamed)
    assert named.model_dump(mode="json", exclude_none=True).items() >= lea.items()
    (shown,) = await office.done("GET", path)
    assert shown.items() >= lea.items()
    for _ in range(2):
        await office.done("POST", f"{path}/{lea['person_id']}/remove", {"reason": "asked"})
    (removed,) = await office.facts(PanelMemberRemoved)
    assert str(removed.person_id) == lea["person_id"]
    assert await office.done("GET", path) == []
    await office.done("POST", path, lea)
    assert len(await office.facts(PanelMemberNamed)) == 2


async def test_who_may_not_be_named(office: Office) -> None:
    commission = await office.published(**PANEL)
    path = f"/commissions/{commission['commission_id']}/panel"
    lea = await member(office)
    late = lea | {"undertaking_on": "2026-11-04"}
    for asked, code in (
        (late, "date_to_come"),
        (lea | {"person_id": str(office.new_id())}, "unknown_person"),
        (lea | {"organisation_id": str(office.new_id())}, "unknown_organisation"),
        (lea | {"seat": "unknown"}, "unknown_seat"),
        (lea | {"substitute_of": str(office.new_id())}, "unknown_member"),
        (lea | {"substitute_of": lea["person_id"]}, "unknown_member"),
    ):
        assert (await office.call("POST", path, asked)).json()["code"] == code
    plenary = (await office.published())["commission_id"]
    refused = await office.call("POST", f"/commissions/{plenary}/panel", lea)
    assert refused.json()["code"] == "no_panel"
    draft = await office.done("POST", "/commissions", office.plan(**PANEL))
    refused = await office.call("POST", f"/commissions/{draft['commission_id']}/panel", lea)
    assert refused.json()["code"] == "not_published"
    assert await office.facts(PanelMemberNamed) == []


@pytest.mark.parametrize(
    ("role", "territory"),
    [(role, TERRITORY) for role in (None, Role.REFERRER, Role.SIAO_AGENT, Role.CHAIR, Role.STATE)]
    + [(Role.COORDINATOR, ELSEWHERE)],
)
async def test_only_the_coordinator_names_and_removes(
    office: Office, role: Role | None, territory: str
) -> None:
    path = f"/commissions/{(await office.published(**PANEL))['commission_id']}/panel"
    lea = await member(office)
    await office.done("POST", path, lea)
    who: dict[str, Any] = {"role": role, "territory": territory}
    other = await member(office, "b@lys.example", organisation_id=lea["organisation_id"])
    for tail, asked in (("", other), (f"/{lea['person_id']}/remove", {"reason": "asked"})):
        assert (await office.call("POST", path + tail, asked, **who)).status_code in (401, 403)
    seen = role in (Role.SIAO_AGENT, Role.CHAIR)
    assert (await office.call("GET", path, **who)).is_success is seen
    assert len(await office.done("GET", path)) == 1


async def test_a_substitute_is_named_by_address_recorded_and_able_to_sign_in(office: Office) -> None:
    """U54: nobody sits blind, nobody borrows a login."""
    commission = await office.published(**PANEL)
    lea = await member(office)
    await office.done("POST", f"/commissions/{commission['commission_id']}/panel", lea)
    user = await office.user(Role.COORDINATOR)
    async with office.database.transaction() as tx:
        kept = {name: lea[name] for name in ("organisation_id", "seat", "pack", "voting")}
        asked = AdmitMember.model_validate(
            kept
            | {
                "person_id": tx.new_id(),
                "email": "omar@lys.example",
                "given_name": "Omar",
                "family_name": "Belkacem",
                "undertaking_on": "2026-11-03",
                "substitute_of": lea["person_id"],
            }
        )
        omar = await admit_panel_member(tx, user, UUID(commission["commission_id"]), asked)
    named = (await office.facts(PanelMemberNamed))[-1]
    assert (named.person_id, str(named.substitute_of)) == (omar, lea["person_id"])
    assert [a.person_id for a in await office.facts(AccountRecorded) if a.person_id == omar] == [omar]
    (record,) = [p for p in await office.facts(PersonRecorded) if p.person_id == omar]
    assert (record.given_name, record.email) == ("Omar", "omar@lys.example")
    members = await office.done("GET", f"/commissions/{commission['commission_id']}/panel")
    assert {m["name"] for m in members} == {"lea@lys.example", "Omar Belkacem"}


async def test_a_panel_alone_is_announced_to_nobody(office: Office) -> None:
    """Its fact is said; visitors neither see it nor sign up, whoever is signed in may read its date."""
    panel = (await office.published(**PANEL))["commission_id"]
    both = (await office.published(parts=["plenary", "panel"]))["commission_id"]
    listed = await office.done("GET", "/commissions", role=None)
    assert [one["commission_id"] for one in listed] == [both]
    assert (await office.call("GET", f"/commissions/{panel}", role=None)).status_code == 404
    read = await office.done("GET", f"/commissions/{panel}", role=Role.REFERRER)
    assert read["accepts"] is False
    asked = {"registration_id": str(office.new_id()), "email": "a@x.example"}
    for role in (None, Role.REFERRER):
        answer = await office.call("POST", f"/commissions/{panel}/registrations", asked, role=role)
        assert answer.json()["code"] == "unknown_commission"
    assert len(await office.facts(CommissionScheduled)) == 2


async def test_cases_are_due_ten_days_before_a_panel_unless_said_otherwise(office: Office) -> None:
    """U26."""
    for changes, day in (
        (PANEL, "2026-11-28"),
        (PANEL | {"case_deadline_on": "2026-12-01"}, "2026-12-01"),
        ({"parts": ["plenary"]}, None),
    ):
        planned = await office.done("POST", "/commissions", office.plan(**changes))
        assert planned["case_deadline_on"] == day
