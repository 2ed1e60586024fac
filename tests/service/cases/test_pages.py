"""The pages: a draft typed, kept, transmitted, found in the queue, judged; rights both ways on each."""

import re
from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

import httpx2

from cases.domain.drafting import typed_from
from tests.service.cases.house import (
    AGENT,
    AGREED,
    COLLEAGUE,
    COORDINATOR,
    INFORMED,
    LANDLORD,
    REFERRER,
    STRANGER,
    House,
    a_file,
    ident,
)

DRAFT = ident(0xD1)


def typed(**more: str) -> dict[str, list[str] | str]:
    """The form as somebody fills it."""
    return {**typed_from(a_file(), INFORMED, AGREED), **more}


async def post(client: httpx2.AsyncClient, path: str, **fields: object) -> httpx2.Response:
    sent = {"cle_idempotence": str(uuid4()), **{name.replace("__", "."): v for name, v in fields.items()}}
    return await client.post(path, data=sent)


async def send(client: httpx2.AsyncClient, path: str, values: Mapping[str, object]) -> httpx2.Response:
    return await client.post(path, data={"cle_idempotence": str(uuid4()), **values})


def counts(page: str) -> dict[str, int]:
    """The queues of the page, by name."""
    found = re.findall(r'etape=(\w+)"[^>]*>[^<]*<span class="compte">(\d+)', page)
    return {name: int(number) for name, number in found}


async def test_a_draft_is_kept_as_typed_then_transmitted_and_admitted(house: House) -> None:
    """C1: nothing typed is lost; the whole path from the first letter to the queue."""
    async with house.client(REFERRER) as client:
        page = await client.get("/cases/brouillons/nouveau")
        assert page.status_code == 200
        place = re.search(r'action="(/cases/brouillons/[0-9a-f-]{36})"', page.text)
        assert place is not None
        here = place[1]
        kept = await send(client, here, {"version": "0", "action": "garder", "social.adults": "beaucoup"})
        assert kept.status_code == 303
        again = await client.get(here)
        assert 'value="beaucoup"' in again.text
        refused = await send(
            client, here, {"version": "1", "action": "transmettre", "social.adults": "beaucoup"}
        )
        assert refused.status_code == 422
        assert 'href="#social-adults"' in refused.text
        sent = await send(client, here, {**typed(), "version": "1", "action": "transmettre"})
        assert sent.status_code == 303, sent.text
        case_id = here.rsplit("/", 1)[1]
        shown = await client.get(f"/cases/dossiers/{case_id}")
        assert "Lemaire-Essai" in shown.text
        assert "••••1234" in shown.text
        assert "059012345678901234" not in shown.text
    async with house.client(AGENT) as client:
        queue = await client.get("/cases/dossiers?etape=verifier")
        assert counts(queue.text)["verifier"] == 1
        done = await post(client, f"/cases/dossiers/{case_id}/recevable", version="1")
        assert done.status_code == 303, done.text
        assert counts((await client.get("/cases/dossiers?etape=inscrire")).text)["inscrire"] == 1


async def test_two_versions_of_a_draft_are_shown_side_by_side(house: House) -> None:
    """C25: nobody overwrites anybody in silence."""
    async with house.client(REFERRER) as client:
        here = f"/cases/brouillons/{DRAFT}"
        await send(client, here, {"version": "0", "social.question_text": "Première question"})
        await send(client, here, {"version": "1", "social.question_text": "La question de l’autre"})
        late = await send(client, here, {"version": "1", "social.question_text": "Ma question"})
        assert late.status_code == 409
        assert "La question de l’autre" in late.text
        assert "Ma question" in late.text
        mine = await send(client, here, {"version": "2", "social.question_text": "Ma question"})
        assert mine.status_code == 303


async def test_drafts_are_for_their_author_and_the_siao(house: House) -> None:
    async with house.client(REFERRER) as client:
        await send(client, f"/cases/brouillons/{DRAFT}", {"version": "0", "persons.0.family_name": "Secrète"})
    for user, status in ((COLLEAGUE, 404), (STRANGER, 404), (LANDLORD, 403), (AGENT, 200)):
        async with house.client(user) as client:
            assert (await client.get(f"/cases/brouillons/{DRAFT}")).status_code == status
            listed = await client.get("/cases/brouillons")
            assert ("Secrète" in listed.text) == (status == 200)


async def test_an_agent_types_on_behalf_of_a_referrer(house: House) -> None:
    async with house.client(AGENT) as client:
        named = {"referrer": f"{REFERRER.account_id} {REFERRER.organisation_id}", "door": "siao"}
        sent = await send(
            client,
            f"/cases/brouillons/{DRAFT}",
            {**typed(), **named, "version": "0", "action": "transmettre"},
        )
        assert sent.status_code == 303, sent.text
    async with house.client(REFERRER) as client:
        assert (await client.get(f"/cases/dossiers/{DRAFT}")).status_code == 200


async def test_every_count_of_a_queue_is_that_of_its_list(house: House) -> None:
    """T16: a case is in one stage queue only; T24: what is taken away is what is on screen."""
    for number in range(6):
        await house.case(0xD1 + number, admitted=number % 2 == 0)
    async with house.client(AGENT) as client:
        page = await client.get("/cases/dossiers?etape=toutes")
        total, each = counts(page.text), {}
        for name, count in total.items():
            listed = await client.get(f"/cases/dossiers?etape={name}")
            each[name] = len(re.findall(r'<th role="rowheader"', listed.text))
            assert each[name] == count
            taken = await client.get(f"/cases/dossiers/export.csv?etape={name}")
            assert len(taken.text.strip().split("\r\n")) - 1 == count
        assert sum(count for name, count in each.items() if name != "toutes") == each["toutes"] == 6
        few = "/cases/dossiers?etape=toutes&composition=single_parent&signe=menage-a-informer"
        assert len(re.findall(r'<th role="rowheader"', (await client.get(few)).text)) == 0
        nothing = await client.get(few.replace("/dossiers", "/dossiers/export.csv"))
        assert len(nothing.text.strip().split("\r\n")) == 1


async def test_a_case_is_seen_by_those_who_follow_it(house: House) -> None:
    case = await house.case()
    for user, status in (
        (REFERRER, 200),
        (AGENT, 200),
        (COORDINATOR, 200),
        (STRANGER, 404),
        (COLLEAGUE, 404),
    ):
        async with house.client(user) as client:
            for page in ("", "/histoire", "/versions/1-submitted"):
                got = await client.get(f"/cases/dossiers/{case.case_id}{page}")
                assert got.status_code == status, (user, page)
            assert (await client.get(f"/cases/dossiers/{case.case_id}/annuler")).status_code == status


async def test_what_is_done_to_a_case_has_a_page_each_and_a_version(house: House) -> None:
    case = await house.case()
    here = f"/cases/dossiers/{case.case_id}"
    async with house.client(REFERRER) as client:
        assert (await client.get(f"{here}/recevable")).status_code == 403
    async with house.client(AGENT) as client:
        for name in ("recevable", "complement", "non-recevable", "suspendre", "confier", "equipe", "lier"):
            assert (await client.get(f"{here}/{name}")).status_code == 200, name
        for name in ("annuler", "anciennete", "proteger", "note", "information", "accord", "demande"):
            assert (await client.get(f"{here}/{name}")).status_code == 200, name
        assert (await client.get(f"{here}/rouvrir")).status_code == 409
        missing = await post(client, f"{here}/complement", version="1")
        assert missing.status_code == 422
        due = (house.clock.at.date() + timedelta(days=10)).isoformat()
        asked = {"missing": ["resources", "nur"], "due_on": due, "text": "L’avis d’imposition"}
        assert (await post(client, f"{here}/complement", version="1", **asked)).status_code == 303
        stale = await post(client, f"{here}/non-recevable", version="1", reason="I1")
        assert stale.status_code == 409
        assert "Quelqu’un a modifié" in stale.text
    async with house.client(REFERRER) as client:
        shown = await client.get(here)
        assert "L’avis d’imposition" in shown.text
        again = await client.post(f"{here}/completer", data={})
        assert again.status_code == 303
        form = await client.get(again.headers["location"])
        assert "Lemaire-Essai" in form.text
        assert "Compléter le dossier" in form.text
        values = {**typed_from(a_file(resources_monthly=1200)), "version": "1", "action": "transmettre"}
        back = await send(client, again.headers["location"], values)
        assert back.status_code == 303, back.text
    assert (await house.stored(case.case_id)).case.file_version == 2


async def test_editing_a_case_changes_neither_information_nor_agreement(house: House) -> None:
    """T13, C23: three records, none altered by an edit; withdrawing takes the case off its agenda."""
    case = await house.case()
    here = f"/cases/dossiers/{case.case_id}"
    async with house.client(AGENT) as client:
        due = (house.clock.at.date() + timedelta(days=10)).isoformat()
        await post(client, f"{here}/complement", missing=["resources"], due_on=due)
    async with house.client(REFERRER) as client:
        place = (await client.post(f"{here}/completer", data={})).headers["location"]
        values = {**typed_from(a_file()), "agreement.panel": "non", "information.how": "phone"}
        await send(client, place, {**values, "version": "1", "action": "transmettre"})
        shown = await client.get(here)
        assert "En entretien" in shown.text
        assert "Accord du 28" in shown.text
        gone = await post(client, f"{here}/accord-retire", withdrawn_on=house.clock.at.date().isoformat())
        assert gone.status_code == 303
        assert "Accord retiré le" in (await client.get(here)).text


async def test_numbers_are_shown_for_a_reason_that_the_log_keeps(house: House) -> None:
    """U68."""
    case = await house.case()
    async with house.client(REFERRER) as client:
        here = f"/cases/dossiers/{case.case_id}/numeros"
        assert (await post(client, here, reason="")).status_code == 422
        shown = await post(client, here, reason="Saisir la demande chez le bailleur")
        assert "059012345678901234" in shown.text
    async with house.desk.database.read() as tx:
        rows = await tx.connection.fetch("SELECT purpose FROM access_log WHERE what = 'numbers'")
    assert [row["purpose"] for row in rows] == ["Saisir la demande chez le bailleur"]
