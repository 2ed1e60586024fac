"""Pages of a sitting as people use them, without JavaScript, and the stream that open pages follow."""

import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi.sse import ServerSentEvent

from cases.commands.agenda import publish_agenda, recuse
from cases.commands.minutes import approve_minutes
from cases.commands.sitting import close_sitting, decide_case, examine_case, give_opinion, open_sitting
from cases.domain.sitting import SittingState
from cases.live import Watch, words
from contracts.lists import CaseState, DecisionOutcome, Heard, MemberReason, Part
from contracts.registration import PanelMemberRemoved
from tests.service.cases.house import (
    AGENT,
    CHAIR,
    COMMISSION,
    COORDINATOR,
    HAVRE,
    IML_WORKER,
    LANDLORD,
    LANDLORD_MEMBER,
    OFFICER,
    REFERRER,
    STRANGER,
    House,
)
from tests.service.cases.test_sitting import MEMBERS, ORIENT, VOTERS, agenda, do
from webui.identity import User

ROOT = f"/cases/commissions/{COMMISSION}"


async def send(client: httpx2.AsyncClient, path: str, **fields: Any) -> httpx2.Response:
    """What a browser posts."""
    return await client.post(path, data={"cle_idempotence": str(uuid4()), **fields})


async def text_of(house: House, user: User | None, path: str) -> str:
    async with house.client(user) as client:
        answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_the_office_builds_an_agenda_and_publishes_it(house: House) -> None:
    """C7: order by buttons, minutes left, candidates by seniority."""
    await house.commission(members=MEMBERS)
    cases = [await house.case(number, admitted=True) for number in (0xD1, 0xD2)]
    async with house.client(AGENT) as client:
        page = (await client.get(ROOT + "/ordre-du-jour")).text
        assert all(case.case_ref in page for case in cases)
        for case in cases:
            answer = await send(
                client, ROOT + "/ordre-du-jour/ajouter", situation=str(case.case_id), minutes="20"
            )
            assert answer.status_code == 303, answer.text
        answer = await send(client, ROOT + "/ordre-du-jour/ajouter", situation=str(cases[0].case_id))
        assert answer.status_code == 409
        await send(client, ROOT + "/ordre-du-jour/deplacer", situation=str(cases[1].case_id), sens="haut")
        page = (await client.get(ROOT + "/ordre-du-jour")).text
        assert page.index(cases[1].case_ref) < page.index(cases[0].case_ref)
        assert "40 minutes sur 180" in page
        version = re.search(r'name="version" value="(\d+)"', page)
        assert version is not None
        answer = await send(client, ROOT + "/ordre-du-jour/publier", version=version[1])
        assert answer.headers["location"].endswith("fait=publie")
        answer = await send(client, ROOT + "/ordre-du-jour/publier", version=version[1])
        assert answer.status_code == 409
    assert (await house.sitting()).state is SittingState.PUBLISHED
    listed = await text_of(house, LANDLORD_MEMBER, "/cases/commissions")
    assert "Vous y siégez" in listed


async def test_who_opens_the_pages_of_a_sitting(house: House) -> None:
    """U1: a registration, a name in the same organisation, another territory open nothing."""
    (case_id,) = await agenda(house, 0xD1)
    reference = (await house.stored(case_id)).case.case_ref
    for user in (LANDLORD, STRANGER, REFERRER, OFFICER):
        async with house.client(user) as client:
            for path in ("", "/ordre-du-jour", "/seance", "/ecran", "/releve"):
                assert (await client.get(ROOT + path)).status_code == 404
    page = await text_of(house, LANDLORD_MEMBER, ROOT + "/ordre-du-jour")
    assert reference in page
    async with house.client(LANDLORD_MEMBER) as client:
        answer = await client.get(ROOT + "/ecran")
        assert answer.status_code == 403
        assert answer.headers["cache-control"] == "no-store"


async def test_the_chair_decides_case_by_case_without_script(house: House) -> None:
    """C26: one press examines and decides, and shows the next case."""
    first, second = await agenda(house, 0xD1, 0xD2)
    references = [(await house.stored(each)).case.case_ref for each in (first, second)]
    async with house.client(CHAIR) as client:
        page = (await client.get(ROOT + "/seance")).text
        version = re.search(r'name="version" value="(\d+)"', page)
        assert version is not None
        await send(
            client, ROOT + "/seance/ouvrir", version=version[1], present=[str(each) for each in VOTERS]
        )
        page = (await client.get(ROOT + "/seance")).text
        assert f"<h1>{references[0]}</h1>" in page
        assert "Lemaire-Essai" not in page
        known = str((await house.stored(first)).version)
        answer = await send(
            client,
            ROOT + "/seance/decider",
            situation=str(first),
            version=known,
            outcome="orient",
            minutes="Texte gardé",
        )
        assert answer.status_code in (409, 422)
        assert "Texte gardé" in answer.text
        answer = await send(
            client,
            ROOT + "/seance/decider",
            situation=str(first),
            version=known,
            outcome="orient",
            scheme="iml_sublet",
            owner=f"{REFERRER.account_id}:{HAVRE}",
            due_on="10/12/2026",
            heard="written",
            minutes="La commission retient une orientation.",
        )
        assert answer.status_code == 303, answer.text
        page = (await client.get(ROOT + "/seance")).text
        assert f"<h1>{references[1]}</h1>" in page
        screen = (await client.get(ROOT + "/ecran")).text
    assert references[1] in screen
    assert (await house.stored(first)).case.state is CaseState.IN_FOLLOW_UP
    for name in ("Nadia", "Référente", "Havre", "Lemaire", "Amina"):
        assert name not in screen
    member = await text_of(house, LANDLORD_MEMBER, ROOT + "/seance")
    assert "Deux refus pour taille de logement" not in member
    assert "1\u202f150\u00a0€ par mois" in member
    async with house.client(COORDINATOR) as client:
        version_now = str((await house.sitting()).version)
        answer = await send(
            client, ROOT + "/seance/cloturer", version=version_now, **{f"cause_{second}": "referrer_absent"}
        )
        assert answer.headers["location"].endswith("releve?fait=cloturee")
    async with house.client(CHAIR) as client:
        page = (await client.get(ROOT + "/releve")).text
        assert "La commission retient une orientation." in page
        await send(client, ROOT + "/releve/approuver")
        page = (await client.get(ROOT + "/releve")).text
        assert "Vérifié" in page
    member = await text_of(house, LANDLORD_MEMBER, ROOT + "/releve")
    assert references[0] in member
    assert "La commission retient une orientation." not in member


async def test_a_recused_member_sees_nothing_in_the_sitting(house: House) -> None:
    """U44: the page and the stream."""
    (case_id,) = await agenda(house, 0xD1)
    reference = (await house.stored(case_id)).case.case_ref
    await do(house, CHAIR, open_sitting, COMMISSION, VOTERS)
    assert reference in await text_of(house, IML_WORKER, ROOT + "/seance")
    async with house.client(IML_WORKER) as client:
        answer = await send(client, ROOT + "/deport", situation=str(case_id))
        assert answer.status_code == 303
    page = await text_of(house, IML_WORKER, ROOT + "/seance")
    assert reference not in page
    assert "Vous ne voyez pas cette situation" in page


async def test_a_confidential_opinion_is_for_the_chair(house: House) -> None:
    """C17, T14: counted for all, read by the chair and its author alone."""
    (case_id,) = await agenda(house, 0xD1)
    await do(house, CHAIR, open_sitting, COMMISSION, VOTERS)
    outcome = DecisionOutcome.ORIENT
    await do(house, LANDLORD_MEMBER, give_opinion, COMMISSION, case_id, outcome, "Un mot partagé")
    await do(house, IML_WORKER, give_opinion, COMMISSION, case_id, outcome, "Un mot gardé", confidential=True)
    for user, expected in ((CHAIR, True), (IML_WORKER, True), (LANDLORD_MEMBER, False), (AGENT, False)):
        page = await text_of(house, user, ROOT + "/seance")
        assert "2 avis sur 3 demandés" in page
        assert "Un mot partagé" in page
        assert ("Un mot gardé" in page) is expected


async def collect(stream: AsyncIterator[ServerSentEvent]) -> list[ServerSentEvent]:
    return [word async for word in stream]


async def test_a_stream_tells_that_something_moved_and_nothing_more(house: House) -> None:
    """U45: the right is looked at again at each push; a recusal moves it, the end of the right ends it."""
    (case_id,) = await agenda(house, 0xD1)
    watch = Watch(house.desk, 1.0)
    shown = await watch.look(IML_WORKER, COMMISSION)
    assert shown is not None
    turns = iter(range(100))

    async def step() -> bool:
        match next(turns):
            case 0:
                await do(house, CHAIR, open_sitting, COMMISSION, VOTERS)
            case 1:
                house.clock.advance(seconds=16)
            case 2:
                await do(house, IML_WORKER, recuse, COMMISSION, case_id)
            case 3:
                await house.tell(
                    PanelMemberRemoved(
                        occurred_on=house.clock.at.date(),
                        commission_id=COMMISSION,
                        person_id=IML_WORKER.account_id,
                        reason=MemberReason.REPLACED,
                    )
                )
        return False

    found = await collect(words(watch, IML_WORKER, COMMISSION, step, shown))
    said = [(each.event or "", each.raw_data or "", each.comment or "") for each in found]
    assert [kind for kind, _, _ in said] == ["", "seance", "", "seance", "seance"]
    assert said[2][2]
    assert said[-1][1] == "fin"
    assert str(case_id) not in str(said)
    async with house.client(IML_WORKER) as client:
        answer = await client.get(ROOT + "/seance", headers={"hx-request": "true"})
    assert "ne vous est plus ouverte" in answer.text


async def test_a_stream_tells_what_moved_while_nobody_listened(house: House) -> None:
    """Between the page and its stream, in the background, on a cut line: the last moment seen is compared."""
    await agenda(house, 0xD1)
    watch = Watch(house.desk, 1.0)

    async def told(seen: str) -> list[ServerSentEvent]:
        turns = iter(range(3))

        async def over() -> bool:
            return next(turns, None) is None

        return [each async for each in words(watch, IML_WORKER, COMMISSION, over, seen) if each.event]

    async with house.client(IML_WORKER) as client:
        page = (await client.get(ROOT + "/seance")).text
    seen = page.partition("/direct?vu=")[2].partition('"')[0]
    assert await told(seen) == []
    await do(house, CHAIR, open_sitting, COMMISSION, VOTERS)
    (word,) = await told(seen)
    assert word.event == "seance"
    assert await told(str(word.id)) == []


async def test_a_stream_is_for_who_sits(house: House) -> None:
    """A visitor is sent to sign in; somebody without a seat finds nothing."""
    await agenda(house, 0xD1)
    async with house.client(None) as client:
        answer = await client.get(ROOT + "/direct", headers={"accept": "text/event-stream"})
        assert answer.status_code in (303, 401)
    async with house.client(STRANGER) as client:
        assert (await client.get(ROOT + "/direct")).status_code == 404


async def test_approved_minutes_end_the_stream_of_cases(house: House) -> None:
    (case_id,) = await agenda(house, 0xD1)
    await do(house, CHAIR, open_sitting, COMMISSION, VOTERS)
    await do(house, AGENT, examine_case, COMMISSION, case_id, Heard.WRITTEN)
    with pytest.raises(Exception, match="undecided"):
        await do(house, CHAIR, close_sitting, COMMISSION)
    await do(house, AGENT, recuse, COMMISSION, case_id)
    await do(house, IML_WORKER, recuse, COMMISSION, case_id)
    await do(house, CHAIR, close_sitting, COMMISSION)
    with pytest.raises(Exception, match="undecided"):
        await do(house, CHAIR, approve_minutes, COMMISSION)


async def test_a_decision_is_corrected_on_its_page(house: House) -> None:
    """C18: the referrer asks, the coordination approves, both opinions are in the history."""
    (case_id,) = await agenda(house, 0xD1)
    await do(house, CHAIR, open_sitting, COMMISSION, VOTERS)
    await do(house, AGENT, examine_case, COMMISSION, case_id, Heard.WRITTEN)
    await do(house, CHAIR, decide_case, COMMISSION, case_id, ORIENT)
    path = f"/cases/dossiers/{case_id}/corrections"
    asked = {
        "outcome": "orient",
        "scheme": "social_housing",
        "owner": f"{REFERRER.account_id}:{HAVRE}",
        "due_on": "2026-12-10",
    }
    async with house.client(REFERRER) as client:
        answer = await send(client, path, **asked)
        assert answer.status_code == 422
        answer = await send(client, path, **asked, reason="Le dispositif noté est faux")
        assert answer.status_code == 303, answer.text
        assert "Approuver" not in (await client.get(path)).text
    async with house.client(STRANGER) as client:
        assert (await client.get(path)).status_code == 404
    async with house.client(COORDINATOR) as client:
        page = (await client.get(path)).text
        wanted = re.search(r'name="demande" value="([^"]+)"', page)
        assert wanted is not None
        answer = await send(client, path + "/reponse", demande=wanted[1], oui="oui")
        assert answer.status_code == 303, answer.text
    case = (await house.stored(case_id)).case
    assert [each.corrected for each in case.decisions] == [True, False]


async def test_a_territory_without_panel_has_no_menu_of_cases(house: House) -> None:
    """U55."""
    await house.commission(panel=False)
    page = await text_of(house, COORDINATOR, "/cases/commissions")
    assert "Aucune commission pour vous" in page
    assert Part.PLENARY
    async with house.client(COORDINATOR) as client:
        assert (await client.get(ROOT + "/ordre-du-jour")).status_code == 404
    with pytest.raises(Exception, match="empty_agenda"):
        await do(house, AGENT, publish_agenda, COMMISSION)
