"""Finding a household: searches, near files, what an oracle must not tell; queues by what one does."""

import re
from datetime import date
from uuid import uuid4

import httpx2

from cases.commands.guarding import protect_case
from cases.domain.drafting import typed_from
from cases.domain.file import CaseFile, Person
from contracts.accounts import AccountRecorded
from contracts.lists import AccountState, Assurance
from tests.service.cases.house import (
    AGENT,
    AGREED,
    COORDINATOR,
    INFORMED,
    LANDLORD,
    REFERRER,
    STRANGER,
    House,
    a_file,
    ident,
)

NEAR = "Un dossier proche existe peut-être"


async def search(client: httpx2.AsyncClient, **typed: str) -> httpx2.Response:
    return await client.post("/cases/recherche", data={"cle_idempotence": str(uuid4()), **typed})


async def transmit(house: House, number: int, user: object = STRANGER, file: CaseFile | None = None) -> str:
    """A file typed by somebody; what the page after it says."""
    async with house.client(user) as client:  # type: ignore[arg-type]
        values = {**typed_from(file or a_file(), INFORMED, AGREED), "version": "0", "action": "transmettre"}
        here = f"/cases/brouillons/{ident(number)}"
        sent = await client.post(here, data={"cle_idempotence": str(uuid4()), **values})
        assert sent.status_code == 303, sent.text
        return (await client.get(sent.headers["location"])).text


async def test_agents_find_every_name_and_referrers_their_own(house: House) -> None:
    """Searches by name, birth and number; both ways; nothing typed is in an address; each is logged."""
    case = await house.case()
    born = {"family_name": "LEMAIRE essai", "given_name": "amina", "birth_date": "1991-05-17"}
    for user, found in ((AGENT, True), (COORDINATOR, True), (REFERRER, True), (STRANGER, False)):
        async with house.client(user) as client:
            for typed in (born, {"family_name": "Lemaire-Essai"}, {"number": "0590 1234 5678 901234"}):
                answer = await search(client, **typed)
                assert answer.status_code == 200
                assert (case.case_ref in answer.text) == found, (user, typed)
    async with house.client(LANDLORD) as client:
        assert (await search(client, **born)).status_code == 403
    async with house.desk.database.read() as tx:
        rows = await tx.connection.fetch("SELECT purpose FROM access_log WHERE what = 'search'")
    assert len(rows) == 12
    async with house.client(AGENT) as client:
        straight = await search(client, reference=case.case_ref.lower().replace("-", " "))
        assert straight.headers["location"] == f"/cases/dossiers/{case.case_id}"


async def test_a_protected_file_is_never_found_nor_near(house: House) -> None:
    """U19, U18: neither a search nor a duplicate check tells that it exists, even to those named."""
    case = await house.case(protected=True)
    async with house.client(REFERRER) as client:
        assert case.case_ref not in (await search(client, family_name="Lemaire-Essai")).text
    told = await transmit(house, 0xE1)
    assert NEAR not in told
    async with house.client(AGENT) as client:
        assert case.case_ref not in (await client.get("/cases/dossiers?etape=toutes")).text
        assert case.case_ref not in (await search(client, family_name="Lemaire-Essai")).text
        assert "Aucun rapprochement" in (await client.get("/cases/doublons")).text


async def test_protecting_afterwards_takes_a_file_out_of_the_queue_and_of_pairs(house: House) -> None:
    case = await house.case()
    await transmit(house, 0xE1)
    async with house.client(AGENT) as client:
        assert case.case_ref in (await client.get("/cases/doublons")).text
    async with house.transaction(COORDINATOR) as tx:
        await protect_case(tx, house.desk, COORDINATOR, case.case_id, True)
    async with house.client(AGENT) as client:
        assert case.case_ref not in (await client.get("/cases/doublons")).text
        assert case.case_ref not in (await client.get("/cases/dossiers?etape=toutes")).text


async def test_a_near_file_is_told_as_perhaps_and_judged_by_the_siao(house: House) -> None:
    """T15, C6: for every writer; side by side, linked or put aside with a reason, undone."""
    case = await house.case()
    told = await transmit(house, 0xE1)
    assert NEAR in told
    assert case.case_ref not in told
    assert "Association du Havre" not in told
    pair = "/cases/doublons"
    async with house.client(STRANGER) as client:
        assert (await client.get(pair)).status_code == 403
    async with house.client(AGENT) as client:
        listed = await client.get(pair)
        link = re.search(r'href="(/cases/doublons/[^"]+)"', listed.text)
        assert link is not None
        both = await client.get(link[1])
        assert both.text.count("Lemaire-Essai") >= 4
        for typed in ({"verdict": "meme", "reason": ""}, {"reason": "Nom et date"}):
            answer = await client.post(link[1], data={"cle_idempotence": str(uuid4()), **typed})
            assert answer.status_code == 422
        same = {"cle_idempotence": str(uuid4()), "verdict": "meme", "reason": "Même ménage, deux structures"}
        assert (await client.post(link[1], data=same)).status_code == 303
        assert (await house.stored(case.case_id)).case.linked == (ident(0xE1),)
        undo = await client.post(link[1] + "/reprendre", data={"cle_idempotence": str(uuid4())})
        assert undo.status_code == 303
        assert (await house.stored(case.case_id)).case.linked == ()
        other = {"cle_idempotence": str(uuid4()), "verdict": "autre", "reason": "Deux familles"}
        assert (await client.post(link[1], data=other)).status_code == 303
        assert "Ménages différents" in (await client.get(pair)).text


async def test_a_name_alone_is_not_a_near_file(house: House) -> None:
    await house.case()
    brother = CaseFile(
        persons=(Person(given_name="Karim", family_name="Lemaire-Essai", birth_date=date(1980, 1, 2)),),
        social=a_file().social,
    )
    assert NEAR not in await transmit(house, 0xE2, file=brother)


async def test_past_twenty_tries_a_day_the_answer_is_kept_from_the_writer(house: House) -> None:
    """U18: an oracle that is asked too often says nothing; the SIAO still sees the pair."""
    await house.case()
    async with house.client(STRANGER) as client:
        for _ in range(20):
            assert (await search(client, family_name="Quelconque")).status_code == 200
        assert (await search(client, family_name="Quelconque")).status_code == 429
    assert NEAR not in await transmit(house, 0xE3)
    async with house.client(AGENT) as client:
        assert "Aucun rapprochement à juger" not in (await client.get("/cases/doublons")).text


async def test_people_found_by_name_before_are_found_after(house: House) -> None:
    """T31: completing a file, and throwing a draft away, lose nobody."""
    case = await house.case()
    await house.case(0xD2)
    async with house.client(AGENT) as client:
        asked = {"missing": ["resources"], "due_on": "2026-12-01", "version": "1"}
        await client.post(
            f"/cases/dossiers/{case.case_id}/complement", data={"cle_idempotence": str(uuid4()), **asked}
        )
    async with house.client(REFERRER) as client:
        place = (await client.post(f"/cases/dossiers/{case.case_id}/completer", data={})).headers["location"]
        values = {**typed_from(a_file(resources_monthly=900)), "version": "1", "action": "transmettre"}
        sent = await client.post(place, data={"cle_idempotence": str(uuid4()), **values})
        assert sent.status_code == 303, sent.text
        answer = await search(client, family_name="Lemaire-Essai", given_name="Amina")
        assert "2 situations trouvées" in answer.text.replace("\u00a0", " ")


async def test_a_referrer_who_left_shows_in_the_queue_without_referrer(house: House) -> None:
    """U43: orphan cases are a queue of their own, and a case is confided to somebody."""
    case = await house.case()
    gone = {"person_id": REFERRER.account_id, "version": 2, "generation": 2, "state": AccountState.DISABLED}
    await house.tell(AccountRecorded.model_validate({**gone, "roles": [], "assurance": Assurance.MAIL_LINK}))
    async with house.client(AGENT) as client:
        page = await client.get("/cases/")
        assert "Situations sans référent" in page.text
        listed = await client.get("/cases/dossiers?etape=toutes&signe=sans-referent")
        assert case.case_ref in listed.text
        to = f"{STRANGER.account_id} {STRANGER.organisation_id}"
        given = {"to": to, "cause": "left_organisation", "version": "1", "cle_idempotence": str(uuid4())}
        assert (await client.post(f"/cases/dossiers/{case.case_id}/confier", data=given)).status_code == 303
        after = await client.get("/cases/dossiers?etape=toutes&signe=sans-referent")
        assert case.case_ref not in after.text
    async with house.client(STRANGER) as client:
        mine = await client.get("/cases/dossiers?etape=toutes&signe=nouvelles")
        assert case.case_ref in mine.text


async def test_every_count_of_today_opens_a_list_of_that_length(house: House) -> None:
    """C4: each number is a link, and its list has that many lines."""
    await house.case(0xD1)
    await house.case(0xD2, admitted=True)
    await house.case(0xD3, first_transmitted_on=None)
    for user in (AGENT, REFERRER):
        async with house.client(user) as client:
            page = await client.get("/cases/")
            counts = re.findall(r'<p class="n"><a href="(/cases/dossiers[^"]+)">(\d+)<', page.text)
            assert counts
            for url, number in counts:
                listed = await client.get(url.replace("&amp;", "&"))
                assert len(re.findall(r'<th role="rowheader"', listed.text)) == int(number), url
    async with house.client(LANDLORD) as client:
        assert (await client.get("/cases/")).status_code == 200


async def test_filters_are_kept_for_the_team_and_names_go_out_for_a_purpose(house: House) -> None:
    """C19, U63."""
    case = await house.case()
    async with house.client(AGENT) as client:
        kept = {"name": "Familles", "query": "etape=verifier&composition=single_parent", "shared": "oui"}
        sent = await client.post("/cases/dossiers/filtres", data={"cle_idempotence": str(uuid4()), **kept})
        assert sent.status_code == 303
        plain = await client.get("/cases/dossiers/export.csv?etape=toutes")
        assert case.case_ref in plain.text
        assert "Lemaire" not in plain.text
        refused = await client.post(
            "/cases/dossiers/export-nominatif", data={"cle_idempotence": str(uuid4()), "query": ""}
        )
        assert refused.status_code == 422
        told = {"cle_idempotence": str(uuid4()), "query": "", "purpose": "seance"}
        assert (await client.post("/cases/dossiers/export-nominatif", data=told)).status_code == 200
    async with house.client(COORDINATOR) as client:
        assert "Familles" in (await client.get("/cases/dossiers?etape=verifier")).text
        page = await client.get("/cases/regles")
        assert page.status_code == 200
        wrong = await client.post(
            "/cases/regles/lda_panel", data={"cle_idempotence": str(uuid4()), "offer_days": "3"}
        )
        assert wrong.status_code == 422
    async with house.client(REFERRER) as client:
        assert "Familles" not in (await client.get("/cases/dossiers?etape=verifier")).text
        told = {"cle_idempotence": str(uuid4()), "query": "", "purpose": "seance"}
        assert (await client.post("/cases/dossiers/export-nominatif", data=told)).status_code == 403
        assert (await client.get("/cases/regles")).status_code == 403
    async with house.desk.database.read() as tx:
        rows = await tx.connection.fetch("SELECT purpose FROM access_log WHERE purpose = 'seance'")
    assert len(rows) == 1
