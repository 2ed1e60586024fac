"""Links act once, on one sign-up only, and never because something looked at them."""

import pytest

from contracts.lists import LinkPurpose
from contracts.registration import LinkRequested
from tests.service.registration.office import Office
from webui import links


async def count(office: Office) -> int:
    """How much has ever been said."""
    await office.settle()
    async with office.database.read() as tx:
        found: int = await tx.connection.fetchval("SELECT count(*) FROM event_log")
    return found


async def test_each_link_acts_on_its_own_sign_up(office: Office) -> None:
    commission = (await office.published(capacity=5))["commission_id"]
    people = [await office.joined(commission, f"p{n}@x.example") for n in range(4)]
    for chosen in (people[1], people[-1]):
        await office.done("POST", "/participation/cancel", {"link": chosen["link"]}, role=None)
    states = list((await office.states(commission)).values())
    assert states == ["confirmed", "cancelled", "confirmed", "cancelled"]
    own = await office.done("POST", "/participation", {"link": people[0]["link"]}, role=None)
    assert "p1@x.example" not in str(own)


async def test_looking_at_a_link_changes_nothing(office: Office) -> None:
    commission = (await office.published(capacity=1))["commission_id"]
    seated = await office.joined(commission, "a@x.example")
    await office.sign_up(commission, "b@x.example")
    proof = await office.last_link(LinkPurpose.PROVE_ADDRESS)
    before = await count(office)
    for token in (proof, seated["link"]):
        for method in ("HEAD", "GET", "GET"):
            await office.client.request(method, f"{links.PATH}{token}", follow_redirects=True)
    assert await count(office) == before
    assert (await office.done("POST", "/proofs", {"link": proof}, role=None))["state"] == "waitlisted"


async def test_a_proof_serves_once_and_in_time(office: Office) -> None:
    commission = (await office.published())["commission_id"]
    await office.joined(commission, "a@x.example")
    used = await office.last_link(LinkPurpose.PROVE_ADDRESS)
    answer = await office.call("POST", "/proofs", {"link": used}, role=None)
    assert (answer.status_code, answer.json()["code"]) == (410, "link_used")

    await office.sign_up(commission, "b@x.example")
    late = await office.last_link(LinkPurpose.PROVE_ADDRESS)
    office.clock.advance(minutes=30)
    answer = await office.call("POST", "/proofs", {"link": late}, role=None)
    assert (answer.status_code, answer.json()["code"]) == (410, "link_expired")
    assert (await office.states(commission))["b@x.example"] == "pending_proof"
    await office.settle()
    assert (await office.states(commission))["b@x.example"] == "lapsed"


@pytest.mark.parametrize("route", ["/proofs", "/participation", "/participation/cancel"])
async def test_forged_cut_and_foreign_links_are_refused(office: Office, route: str) -> None:
    commission = (await office.published())["commission_id"]
    proved = await office.joined(commission, "a@x.example")
    await office.sign_up(commission, "b@x.example")
    proof = await office.last_link(LinkPurpose.PROVE_ADDRESS)
    own = office.participation(proved["registration_id"])
    foreign = own if route == "/proofs" else proof
    older = office.participation(proved["registration_id"], 2)
    before = await count(office)
    for token in (own[:-1] + "!", own[:-3], "x", "participation.é.1.x", foreign):
        answer = await office.call("POST", route, {"link": token}, role=None)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_link")
    if route != "/proofs":
        answer = await office.call("POST", route, {"link": older}, role=None)
        assert (answer.status_code, answer.json()["code"]) == (410, "link_revoked")
    assert await count(office) == before


async def test_a_known_address_gets_the_same_answer_and_its_link_again(office: Office) -> None:
    commission = (await office.published())["commission_id"]
    known = await office.joined(commission, "a@x.example")
    again = await office.sign_up(commission, "A@X.example")
    new = await office.sign_up(commission, "b@x.example")
    assert again.keys() == new.keys()
    assert again["state"] is new["state"] is None
    purposes = [(f.purpose.value, str(f.link_id)) for f in await office.facts(LinkRequested)]
    assert purposes[1] == ("participation", known["registration_id"])
    assert await office.states(commission) == {"a@x.example": "confirmed", "b@x.example": "pending_proof"}


async def test_three_mails_an_hour_to_one_address(office: Office) -> None:
    commission = (await office.published())["commission_id"]
    for _ in range(3):
        await office.sign_up(commission, "a@x.example")
    body = {"registration_id": str(office.new_id()), "email": "a@x.example"}
    path = f"/commissions/{commission}/registrations"
    answer = await office.call("POST", path, body, role=None)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_mails")
    again = f"/commissions/{commission}/participation-links"
    await office.done("POST", again, {"email": "a@x.example"}, role=None)
    assert len(await office.facts(LinkRequested)) == 4, "a lost link is counted apart"
    office.clock.advance(hours=1)
    await office.done("POST", path, body, role=None)
    assert len(await office.facts(LinkRequested)) == 5


async def test_nothing_tells_a_visitor_who_is_registered(office: Office) -> None:
    made = await office.published()
    commission, other = made["commission_id"], (await office.published())["commission_id"]
    await office.joined(commission, "known@x.example")
    path = f"/commissions/{commission}/registrations"
    nowhere = str(office.new_id())

    async def told(email: str, to: str = path, **fields: object) -> tuple[int, str]:
        body = {"registration_id": str(office.new_id()), "email": email, **fields}
        answer = await office.call("POST", to, body, role=None)
        return answer.status_code, answer.json().get("code", "")

    for wrong in ({"workshops": [nowhere]}, {"organisation_id": nowhere}):
        assert await told("known@x.example", **wrong) == await told("new@x.example", **wrong)
    for first in ("known@x.example", "fresh@x.example"):
        used = str(office.new_id())
        assert await told(first, registration_id=used) == (202, "")
        assert await told(first, registration_id=used) == (202, "")
        assert await told("own@x.example", registration_id=used) == (409, "id_taken")
    again = f"/commissions/{commission}/participation-links"
    for email in ("known@x.example", "never@x.example"):
        for _ in range(4):
            await office.done("POST", again, {"email": email}, role=None)
        assert await told(email, to=f"/commissions/{other}/registrations") == (202, "")
    mailed = [f for f in await office.facts(LinkRequested) if f.person_id]
    assert len({f.person_id for f in mailed}) == 3
    proofs = [f for f in mailed if f.purpose is LinkPurpose.PROVE_ADDRESS]
    assert len(proofs) == 4, "nobody loses a sign-up by what others asked for them"
    office.clock.advance(days=40)
    closed = (409, "registration_closed")
    assert [await told("known@x.example"), await told("new2@x.example")] == [closed, closed]
