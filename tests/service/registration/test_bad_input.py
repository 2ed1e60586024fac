"""Bad input: a French sentence, a stable code, a pointer; nothing half-written; never a 500."""

from typing import Any

import pytest

from contracts.lists import Role
from tests.service.registration.office import Office

WORKSHOP = {"workshop_id": "5e6f7081-1111-4111-8111-111111111111", "title": "Intermédiation", "capacity": 5}
UNKNOWN = "00000000-0000-4000-8000-000000000000"


async def refused(office: Office, method: str, path: str, body: Any, **options: Any) -> dict[str, Any]:
    """The problem, after checking that nothing was said nor kept."""
    await office.user(Role.COORDINATOR)
    before = await office.said(), await people(office)
    answer = await office.call(method, path, body, **options)
    problem: dict[str, Any] = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert 400 <= answer.status_code < 500, problem
    assert problem["detail"].endswith((".", "!"))
    assert (await office.said(), await people(office)) == before
    return problem


async def people(office: Office) -> int:
    async with office.database.read() as tx:
        found: int = await tx.connection.fetchval("SELECT count(*) FROM person")
    return found


async def test_a_workshop_of_another_commission(office: Office) -> None:
    other = await office.published(workshops=[WORKSHOP])
    commission = (await office.published())["commission_id"]
    body = {"registration_id": str(office.new_id()), "email": "a@x.example"}
    body |= {"workshops": [other["workshops"][0]["workshop_id"]]}  # type: ignore[dict-item]
    path = f"/commissions/{commission}/registrations"
    problem = await refused(office, "POST", path, body, role=None)
    assert (problem["code"], problem["errors"][0]["pointer"]) == ("unknown_workshop", "/workshops")
    problem = await refused(office, "POST", "/commissions", office.plan(workshops=[WORKSHOP]))
    assert problem["code"] == "foreign_workshop"


async def test_the_hour_that_does_not_exist(office: Office) -> None:
    plan = office.plan(day="2027-03-28", starts="02:30", ends="05:00")
    problem = await refused(office, "POST", "/commissions", plan)
    assert problem["code"] == "hour_does_not_exist"
    assert problem["errors"][0]["pointer"] == "/starts"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "a@x.example\r\nBcc: b@x.example"),
        ("email", "sans-arobase"),
        ("email", None),
        ("given_name", "a\nb"),
        ("given_name", "x" * 81),
        ("workshops", "tous"),
        ("registration_id", "pas-un-uuid"),
        ("registration_id", "0d5a7c3e-0000-1000-8000-000000000000"),
        ("organisation_kind", "unknown"),
        ("occurred_on", "demain"),
        ("admin", True),
    ],
)
async def test_a_field_that_does_not_fit(office: Office, field: str, value: Any) -> None:
    commission = (await office.published())["commission_id"]
    body = {"registration_id": str(office.new_id()), "email": "a@x.example", field: value}
    problem = await refused(office, "POST", f"/commissions/{commission}/registrations", body, role=None)
    assert problem["status"] == 422
    assert problem["errors"][0]["pointer"].startswith(f"/{field}")


async def test_a_name_with_html_is_kept_as_it_is(office: Office) -> None:
    commission = (await office.published())["commission_id"]
    await office.joined(commission, "a@x.example", given_name="<b>Ana</b>")
    assert (await office.registrations(commission))[0]["given_name"] == "<b>Ana</b>"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"/commissions/{UNKNOWN}", None),
        ("POST", f"/commissions/{UNKNOWN}/publish", {"version": 1}),
        ("GET", f"/commissions/{UNKNOWN}/registrations", None),
        (
            "POST",
            f"/commissions/{UNKNOWN}/registrations",
            {"registration_id": UNKNOWN, "email": "a@x.example"},
        ),
        ("POST", f"/commissions/{UNKNOWN}/participation-links", {"email": "a@x.example"}),
        ("POST", f"/registrations/{UNKNOWN}/cancel", {}),
        ("POST", f"/registrations/{UNKNOWN}/attendance", {"status": "present"}),
        ("POST", f"/accounts/{UNKNOWN}/disable", {"version": 1}),
        ("PUT", f"/people/{UNKNOWN}", {"version": 1}),
    ],
)
async def test_unknown_ids(office: Office, method: str, path: str, body: Any) -> None:
    assert (await refused(office, method, path, body))["status"] == 404


async def test_unreadable_json_and_a_body_too_large(office: Office) -> None:
    address = "/registration/api/v1/proofs"
    sent = {"content-type": "application/json"}
    answer = await office.client.post(address, content=b"{", headers=sent)
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable_json")
    answer = await office.client.post(address, content=b"x" * 3_000_000, headers=sent)
    assert answer.status_code == 413


async def test_an_id_that_served_for_somebody_else(office: Office) -> None:
    commission = (await office.published())["commission_id"]
    made = await office.sign_up(commission, "a@x.example")
    body = {"registration_id": made["registration_id"], "email": "b@x.example"}
    problem = await refused(office, "POST", f"/commissions/{commission}/registrations", body, role=None)
    assert problem["code"] == "id_taken"


async def test_outside_the_window(office: Office) -> None:
    body = {"registration_id": str(office.new_id()), "email": "a@x.example"}
    soon = (await office.published(registration_opens_on="2026-11-10"))["commission_id"]
    path = f"/commissions/{soon}/registrations"
    assert (await refused(office, "POST", path, body, role=None))["code"] == "registration_not_open"
    office.clock.advance(days=32)
    assert (await refused(office, "POST", path, body, role=None))["code"] == "registration_closed"


async def test_a_commission_that_cannot_be(office: Office) -> None:
    plan = office.plan(ends="08:00", registration_closes_on="2026-12-09")
    problem = await refused(office, "POST", "/commissions", plan)
    assert [error["pointer"] for error in problem["errors"]] == ["/ends", "/registration_closes_on"]
