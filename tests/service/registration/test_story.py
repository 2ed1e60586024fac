"""The whole path: first account, sign-in, plan, publish, sign-up, proof, confirmed, waiting, offered."""

from contracts.accounts import AccountRecorded
from contracts.directory import CommissionDescribed, PersonRecorded
from contracts.lists import FreedBy, LinkPurpose, Role
from contracts.registration import PlaceOffered, RegistrationConfirmed, RegistrationReceived
from registration.commands import open_session, request_sign_in
from tests.conftest import MakeDatabase
from tests.service.registration.office import Office, opened
from webui import links


async def test_from_the_first_account_to_a_session(make_database: MakeDatabase) -> None:
    async with opened(make_database, seuil_coordinator="claire@siao.example") as office:
        recorded = await office.facts(AccountRecorded)
        assert {role.role for role in recorded[0].roles} == {Role.COORDINATOR, Role.DATA_OFFICER}
        assert [p.email for p in await office.facts(PersonRecorded)] == ["claire@siao.example"]

        async with office.database.transaction() as tx:
            await request_sign_in(tx, office.desk.rules, "claire@siao.example", "/registration/aujourdhui")
        token = await office.last_link(LinkPurpose.SIGN_IN)
        link = links.read(office.desk.link_key, token)
        assert link is not None
        async with office.database.transaction() as tx:
            session = await open_session(tx, office.desk.rules, link.id, link.generation)
        assert session.user.has(Role.COORDINATOR)
        assert session.names_missing
        assert session.next == "/registration/aujourdhui"


async def test_from_the_plan_to_a_seat(office: Office) -> None:
    commission = await office.published()
    assert [c.title for c in await office.facts(CommissionDescribed)] == ["Commission Logement d’abord"]

    proved = await office.joined(commission["commission_id"], "ana@asso.example", given_name="Ana")
    assert proved["state"] == "confirmed"
    received = (await office.facts(RegistrationReceived))[0]
    assert (received.verified, received.position) == (False, 1)
    assert len(await office.facts(RegistrationConfirmed)) == 1
    assert await office.said() == [
        "commission_scheduled",
        "registration_received",
        "link_requested",
        "registration_confirmed",
    ]


async def test_a_freed_place_is_offered_taken_and_offered_on_when_left_again(office: Office) -> None:
    commission = (await office.published(capacity=1))["commission_id"]
    first = await office.joined(commission, "a@x.example")
    second = await office.joined(commission, "b@x.example")
    third = await office.joined(commission, "c@x.example")
    assert [p["state"] for p in (first, second, third)] == ["confirmed", "waitlisted", "waitlisted"]

    await office.done("POST", "/participation/cancel", {"link": first["link"]}, role=None)
    offer = {"link": second["link"], "answer": "accept"}
    taken = await office.done("POST", "/participation/offer", offer, role=None)
    assert taken["state"] == "confirmed"
    assert taken["video_url"] == "https://visio.example/lda"
    await office.done("POST", "/participation/cancel", {"link": second["link"]}, role=None)

    offers = await office.facts(PlaceOffered)
    assert [str(o.registration_id) for o in offers] == [second["registration_id"], third["registration_id"]]
    assert {o.freed_by for o in offers} == {FreedBy.CANCELLATION}
    assert await office.states(commission) == {
        "a@x.example": "cancelled",
        "b@x.example": "cancelled",
        "c@x.example": "offered",
    }
