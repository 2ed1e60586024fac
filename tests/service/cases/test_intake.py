"""Files of partners: a case, a version, a thing to look at; never the loss of what a person typed."""

import json
from typing import Any
from uuid import UUID

import httpx2

from cases.commands.admission import ask_completion, complete_case
from cases.store import files, intake
from contracts.intake import IntakeSubmitted
from contracts.lists import CaseState, MissingItem
from tests.service.cases.house import AGENT, HAVRE, REFERRER, House, a_file, ident
from webui.partner_tokens import PartnerBearer, issue_partner_token
from webui.sealing import seal

PARTNER, OTHER_PARTNER = ident(0xF1), ident(0xF2)
RECORD, HOUSEHOLD = ident(0xF3), ident(0xF4)


def sent(**changes: Any) -> dict[str, Any]:
    return {
        "record_ref": "D-1",
        "record_version": 1,
        "persons": [
            {
                "given_name": "Amina",
                "family_name": "Lemaire-Essai",
                "birth_date": "1991-05-17",
                "is_adult": True,
            },
            {
                "given_name": "Tom",
                "family_name": "Lemaire-Essai",
                "birth_date": "2025-09-02",
                "is_adult": False,
            },
        ],
        "composition": "40",
        "situation": "35",
        "need": "999",
        "numbers": [{"kind": "nur", "value": "059012345678901234"}],
        "first_transmitted_on": "2024-03-04",
        "question": "which_scheme",
        "question_text": "Quel dispositif\u00a0?",
        "resources_monthly": 1150,
        "informed_on": "2026-10-20",
        "information_how": "in_person",
        "agreement": {"panel": True, "landlord": True, "health": False},
        "referrer_email": "personne3@seuil.example",
        **changes,
    }


async def send(
    house: House, data: dict[str, Any], revision: int = 1, record: UUID = RECORD, kind: str = "case"
) -> None:
    clear = {
        "record": kind,
        "intake_id": str(ident(0xF5)),
        "record_id": str(record),
        "revision": revision,
        "household_id": str(HOUSEHOLD),
        "partner_id": str(PARTNER),
        "case_type": "complex_situation",
        "backfill": False,
        "received_at": "2026-11-02T09:00:00Z",
        "groups": {"composition": "single_parent", "situation_group": "hotel", "need_group": "unmapped"},
        "data": data,
    }
    await house.tell(
        IntakeSubmitted(
            intake_id=ident(0xF5),
            household_id=HOUSEHOLD,
            partner_id=PARTNER,
            sealed=seal(house.sealing_key, json.dumps(clear).encode()),
        )
    )


async def taken(house: House, record: UUID = RECORD) -> intake.Intake:
    async with house.desk.database.read() as tx:
        found = await intake.find(tx, record)
    assert found is not None
    return found


async def case_of(house: House) -> UUID:
    found = await taken(house)
    assert found.case_id is not None
    return found.case_id


async def latest(house: House, case_id: UUID) -> files.Version:
    async with house.desk.database.read() as tx:
        version = await files.latest(tx, house.desk.vault, case_id)
    assert version is not None
    return version


async def test_a_partners_file_becomes_a_case_of_the_referrer_it_names(house: House) -> None:
    await send(house, sent())
    case = (await house.stored(await case_of(house))).case
    assert (case.referrer_id, case.organisation_id) == (REFERRER.account_id, HAVRE)
    assert (case.household_id, case.state) == (HOUSEHOLD, CaseState.SUBMITTED)
    assert (case.composition, case.need_group) == ("single_parent", "unmapped")
    assert (case.adults, case.minors, case.minors_under_3) == (1, 1, 1)
    file = (await latest(house, case.case_id)).file
    assert file.persons[0].given_name == "Amina"
    assert file.social.need == "999"
    said = str(await house.said())
    assert not any(word in said for word in ("Lemaire", "Amina", "1991", "059012345"))


async def test_a_file_that_names_nobody_known_waits_for_a_referrer(house: House) -> None:
    await send(house, sent(referrer_email="inconnue@ailleurs.example"))
    case = (await house.stored(await case_of(house))).case
    assert case.referrer_id == PARTNER


async def test_the_same_or_an_older_version_is_nothing(house: House) -> None:
    await send(house, sent(), revision=2)
    before = await house.said()
    await send(house, sent(resources_monthly=1), revision=2)
    await send(house, sent(resources_monthly=2), revision=1)
    assert await house.said() == before


async def test_a_later_version_is_the_file_until_a_person_has_written_in_it(house: House) -> None:
    await send(house, sent())
    case_id = await case_of(house)
    await send(house, sent(resources_monthly=900), revision=2)
    assert (await latest(house, case_id)).file.social.resources_monthly == 900
    async with house.transaction(AGENT) as tx:
        await ask_completion(tx, house.desk, AGENT, case_id, [MissingItem.NUR], house.clock.at.date())
    async with house.transaction(REFERRER) as tx:
        await complete_case(tx, house.desk, REFERRER, case_id, a_file(resources_monthly=1234))
    await send(house, sent(resources_monthly=5), revision=3)
    assert (await latest(house, case_id)).file.social.resources_monthly == 1234
    found = await taken(house)
    assert (found.state, found.sealed is not None) == ("proposed", True)


async def test_a_file_rolled_back_takes_nothing_of_what_people_typed(house: House) -> None:
    """T31: import, roll back: nothing typed since is lost, people are found by name as before."""
    await send(house, sent())
    case_id = await case_of(house)
    async with house.transaction(AGENT) as tx:
        await ask_completion(tx, house.desk, AGENT, case_id, [MissingItem.NUR], house.clock.at.date())
    async with house.transaction(REFERRER) as tx:
        await complete_case(tx, house.desk, REFERRER, case_id, a_file(resources_monthly=1234))
    await send(house, {"record_ref": "D-1", "record_version": 9, "void": True}, revision=4)
    assert (await latest(house, case_id)).file.social.resources_monthly == 1234
    assert PARTNER not in (await house.stored(case_id)).guard.partners
    digest = house.desk.vault.digest("family_name", "LEMAIRE essai")
    async with house.desk.database.read() as tx:
        found = await tx.connection.fetch("SELECT case_id FROM trace WHERE digest = $1", digest)
    assert [row["case_id"] for row in found] == [case_id]


async def test_a_file_nobody_can_read_waits_sealed_with_its_faults(house: House) -> None:
    await send(house, sent(persons=[]))
    found = await taken(house)
    assert (found.state, found.case_id) == ("waiting", None)
    assert "Lemaire" not in json.dumps(found.faults)
    assert [fault["pointer"] for fault in found.faults]


async def test_long_texts_and_unknown_numbers_are_kept_whole(house: House) -> None:
    text = "mot " * 300
    await send(house, sent(obstacles_text=text, numbers=[{"kind": "caf", "value": "123"}]))
    from cases.store import wordings

    case_id = await case_of(house)
    async with house.desk.database.read() as tx:
        kept = {each.text for each in await wordings.of_case(tx, house.desk.vault, case_id)}
    assert kept == {text.strip(), "caf\u00a0: 123"}


async def test_a_partner_asks_for_an_erasure_and_nothing_is_erased_yet(house: House) -> None:
    await send(house, sent())
    await send(house, {"ground": "request", "asked_on": "2026-11-01"}, record=ident(0xF6), kind="erasure")
    async with house.desk.database.read() as tx:
        asked = await tx.connection.fetchrow("SELECT * FROM erasure_request")
    assert (asked["household_id"], asked["ground"], asked["done_at"]) == (HOUSEHOLD, "request", None)
    assert (await house.stored(await case_of(house))).case.state is CaseState.SUBMITTED


async def test_a_waiting_file_becomes_a_draft_with_all_it_said(house: House) -> None:
    await send(house, sent(adults=0, minors=0))
    async with house.client(AGENT) as client:
        page = await client.get("/cases/recus")
        assert "personne majeure" in page.text
        made = await client.post(
            f"/cases/recus/{RECORD}/brouillon", data={"cle_idempotence": str(ident(0xAB))}
        )
        draft = await client.get(made.headers["location"])
    assert made.status_code == 303
    assert draft.status_code == 200
    assert "Lemaire-Essai" in draft.text
    assert (await taken(house)).state == "taken"
    async with house.client(REFERRER) as client:
        assert (await client.get("/cases/recus")).status_code == 403


async def test_a_proposed_version_is_compared_then_taken_or_left(house: House) -> None:
    for number, (verb, resources) in enumerate((("garder", 1234), ("prendre", 5))):
        record = ident(0x1F0 + number)
        await send(house, sent(), record=record)
        case_id = (await taken(house, record)).case_id
        assert case_id is not None
        async with house.transaction(AGENT) as tx:
            await ask_completion(tx, house.desk, AGENT, case_id, [MissingItem.NUR], house.clock.at.date())
        async with house.transaction(REFERRER) as tx:
            await complete_case(tx, house.desk, REFERRER, case_id, a_file(resources_monthly=1234))
        await send(house, sent(resources_monthly=5), revision=3, record=record)
        async with house.client(AGENT) as client:
            page = await client.get(f"/cases/recus/{record}")
            assert "1234" in page.text
            answer = await client.post(
                f"/cases/recus/{record}/{verb}", data={"cle_idempotence": str(ident(0xAC + number))}
            )
        assert answer.status_code == 303
        file = (await latest(house, case_id)).file
        assert file.social.resources_monthly == resources
        assert file.social.support_in_place


def door(house: House, partner: UUID, organisation: UUID | None = None) -> httpx2.AsyncClient:
    bearer = PartnerBearer(partner, organisation, frozenset({"case"}))
    client = house.client(None)
    client.headers["authorization"] = (
        f"Bearer {issue_partner_token(house.partner_signer, bearer, house.clock.at)}"
    )
    return client


async def test_the_partners_door_shows_its_own_cases_and_no_other(house: House) -> None:
    await send(house, sent())
    case_id = await case_of(house)
    async with door(house, PARTNER) as client:
        by_case = await client.get(f"/cases/api/v1/partner/cases/{case_id}")
        by_record = await client.get(f"/cases/api/v1/partner/cases/{RECORD}")
    assert by_case.status_code == 200
    assert by_case.json() == by_record.json()
    assert by_case.json()["persons"][0]["family_name"] == "Lemaire-Essai"
    async with door(house, OTHER_PARTNER) as client:
        assert (await client.get(f"/cases/api/v1/partner/cases/{case_id}")).status_code == 404
    async with house.client(AGENT) as client:
        assert (await client.get(f"/cases/api/v1/partner/cases/{case_id}")).status_code == 401
    house.clock.advance(minutes=16)
    async with house.client(None) as client:
        client.headers["authorization"] = by_case.request.headers["authorization"]
        assert (await client.get(f"/cases/api/v1/partner/cases/{case_id}")).status_code == 401
    async with house.desk.database.read() as tx:
        read = await tx.connection.fetch("SELECT * FROM access_log WHERE what = 'partner'")
    assert {row["partner_id"] for row in read} == {PARTNER}
