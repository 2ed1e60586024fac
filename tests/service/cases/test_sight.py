"""What a page of a case shows to each: packs, masks, reserved notes; and what an export never holds."""

import io
import zipfile
from uuid import uuid4

from cases.commands.agenda import publish_agenda, schedule_case
from tests.service.cases.house import (
    AGENT,
    CHAIR,
    COMMISSION,
    LANDLORD,
    LANDLORD_MEMBER,
    REFERRER,
    House,
)
from tests.service.cases.test_following import decided, proposed
from tests.service.cases.test_sitting import MEMBERS

SECRET = "Une note que la structure ne lit pas"


async def note(house: House, case_id: object, text: str, *, reserved: bool) -> None:
    async with house.client(AGENT) as client:
        said = {"text": text, "cle_idempotence": str(uuid4())} | ({"reserved": "oui"} if reserved else {})
        done = await client.post(f"/cases/dossiers/{case_id}/note", data=said)
        assert done.status_code == 303, done.text


async def test_no_reserved_note_is_in_a_page_nor_an_export_of_others(house: House) -> None:
    """T14, U31: reserved notes stay with the SIAO; no text of a file is in any list that is taken away."""
    case = await house.case()
    await note(house, case.case_id, SECRET, reserved=True)
    await note(house, case.case_id, "Rendez-vous le 12", reserved=False)
    async with house.client(REFERRER) as client:
        shown = await client.get(f"/cases/dossiers/{case.case_id}")
        assert "Rendez-vous le 12" in shown.text
        assert SECRET not in shown.text
        mine = await client.get("/cases/dossiers/export.csv")
        assert case.case_ref in mine.text
        assert "Rendez-vous" not in mine.text
        reserved = {"text": "Autre", "reserved": True}
        refused = await client.post(f"/cases/api/v1/cases/{case.case_id}/notes", json=reserved)
        assert refused.status_code == 403
    async with house.client(AGENT) as client:
        assert SECRET in (await client.get(f"/cases/dossiers/{case.case_id}")).text
        named = {"purpose": "seance", "query": "", "cle_idempotence": str(uuid4())}
        sheet = await client.post("/cases/dossiers/export-nominatif", data=named)
    inside = zipfile.ZipFile(io.BytesIO(sheet.content)).read("xl/worksheets/sheet1.xml").decode()
    assert "Lemaire-Essai" in inside
    for text in (SECRET, "Rendez-vous", "059012345678901234", "Deux refus"):
        assert text not in inside


async def test_a_member_sees_the_pack_and_nothing_more(house: House) -> None:
    """Contracts 6: a landlord on the panel has no name, no number, no text."""
    await house.commission(members=MEMBERS)
    case = await house.case(admitted=True, health_support="yes")
    async with house.transaction(AGENT) as tx:
        await schedule_case(tx, house.desk, AGENT, COMMISSION, case.case_id)
    async with house.client(LANDLORD_MEMBER) as client:
        assert (await client.get(f"/cases/dossiers/{case.case_id}")).status_code == 404
    async with house.transaction(AGENT) as tx:
        await publish_agenda(tx, house.desk, AGENT, COMMISSION)
    hidden = ("Lemaire", "06 12 34", "1234", "Deux refus", "Quel dispositif", "Hôtel 115")
    for user, sees in ((LANDLORD_MEMBER, "1\u202f150"), (CHAIR, "Quel dispositif")):
        async with house.client(user) as client:
            shown = await client.get(f"/cases/dossiers/{case.case_id}")
            assert shown.status_code == 200
            assert sees in shown.text
            assert "Lemaire" not in shown.text
            assert "••••" not in shown.text
            if user is LANDLORD_MEMBER:
                assert [text for text in hidden if text in shown.text] == []
                assert (await client.get("/cases/dossiers?etape=toutes")).text.count(case.case_ref) == 1
            assert (
                await client.get(f"/cases/dossiers/{case.case_id}/versions/1-submitted")
            ).status_code == 404
            seen = (await client.get(f"/cases/api/v1/cases/{case.case_id}")).json()
            assert seen["persons"] is None
            assert seen["numbers"] is None


async def test_a_provider_finds_what_is_proposed_to_it_and_only_that(house: House) -> None:
    """U7: sight follows an open proposal to one's organisation; names come with the acceptance."""
    await house.case(0xD2)
    case = await decided(house)
    async with house.client(LANDLORD) as client:
        assert (await client.get(f"/cases/dossiers/{case.case_id}")).status_code == 404
    await proposed(house, case.case_id)
    async with house.client(LANDLORD) as client:
        shown = await client.get(f"/cases/dossiers/{case.case_id}")
        assert shown.status_code == 200
        assert "Lemaire" not in shown.text
        waiting = await client.get("/cases/dossiers?etape=toutes&signe=a-repondre")
        assert waiting.text.count('<th role="rowheader"') == 1
        taken = await client.get("/cases/dossiers/export.csv?etape=toutes")
        assert len(taken.text.strip().split("\r\n")) == 2
        assert "Propositions à votre structure" in (await client.get("/cases/")).text
