"""What somebody tries who wants to see, or to change, more than is theirs: each way in stays closed."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from cases.commands.admission import ask_completion, complete_case, transfer_case
from cases.commands.agenda import recuse
from cases.commands.allocating import answer_offer, cancel_allocation, sign_lease
from cases.commands.asking import ask_for_household
from cases.commands.consent import record_agreement, withdraw_agreement
from cases.commands.correcting import ask_correction
from cases.commands.drafts import save_draft, start_completion, start_draft
from cases.commands.duplicates import judge_pair
from cases.commands.guarding import protect_case
from cases.commands.minutes import approve_minutes, write_text
from cases.commands.ruling import lodge_appeal
from cases.commands.sitting import close_sitting, decide_case, examine_case, give_opinion, open_sitting
from cases.documents import Sheet
from cases.domain.asking import Asking
from cases.domain.drafting import typed_from
from cases.domain.file import Agreement
from cases.store import duplicates, history
from cases.web import documents as printed
from contracts.lists import (
    AllocationCancel,
    CommitteeOutcome,
    DecisionOutcome,
    Heard,
    LeaseKind,
    MissingItem,
    OfferAnswer,
    TransferCause,
)
from contracts.refusal import Refused
from tests.service.cases.house import (
    AGENT,
    AGREED,
    BAILLEUR,
    CHAIR,
    COMMISSION,
    COORDINATOR,
    IML_WORKER,
    INFORMED,
    LANDLORD,
    LANDLORD_MEMBER,
    REFERRER,
    RIVAGE,
    STRANGER,
    House,
    a_file,
    ident,
)
from tests.service.cases.test_following import GIVEN, accepted, committee, decided, placed, proposed
from tests.service.cases.test_sitting import ORIENT, VOTERS, agenda, do
from webui.identity import User

ROOT = f"/cases/commissions/{COMMISSION}"
NONE_HERE = "Aucun dossier ouvert à vous ne porte cette référence"


async def text_of(house: House, user: User, path: str, status: int = 200) -> str:
    async with house.client(user) as client:
        answer = await client.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


async def post(house: House, user: User, path: str, **fields: str) -> Any:
    async with house.client(user) as client:
        return await client.post(path, data={"cle_idempotence": str(uuid4()), **fields})


async def readings(house: House, what: str) -> list[tuple[UUID, UUID | None]]:
    async with house.desk.database.read() as tx:
        rows = await tx.connection.fetch("SELECT person_id, case_id FROM access_log WHERE what = $1", what)
    return [(row["person_id"], row["case_id"]) for row in rows]


async def incomplete(house: House) -> UUID:
    """A case whose completion the referrer has begun to write."""
    case = await house.case()
    due = house.clock.at.date() + timedelta(days=10)
    await do(house, AGENT, ask_completion, case.case_id, [MissingItem.RESOURCES], due)
    await do(house, REFERRER, start_completion, case.case_id)
    return case.case_id


async def test_a_reference_is_no_oracle(house: House) -> None:
    """U18, U19: that a reference exists is told to nobody who may not open its case."""
    theirs, hidden = await house.case(), await house.case(0xD2)
    await do(house, COORDINATOR, protect_case, hidden.case_id, True)
    for user, case in ((STRANGER, theirs), (AGENT, hidden)):
        found = await post(house, user, "/cases/recherche", reference=case.case_ref)
        absent = await post(house, user, "/cases/recherche", reference="ZZZZZZZ")
        assert (found.status_code, absent.status_code) == (422, 422)
        assert NONE_HERE in found.text
        assert "location" not in found.headers
    async with house.client(AGENT) as client:
        here = f"/cases/api/v1/cases/{theirs.case_id}/links"
        answers = [
            await client.post(here, json={"reference": reference, "reason": "Même ménage"})
            for reference in (hidden.case_ref, "ZZZZZZZ")
        ]
    assert [each.status_code for each in answers] == [409, 409]
    assert answers[0].json()["code"] == answers[1].json()["code"] == "unknown_reference"


async def test_a_completion_is_lost_with_the_case(house: House) -> None:
    """U43: after a transfer the former referrer reads no more what it was mending."""
    case_id = await incomplete(house)
    assert "Lemaire-Essai" in await text_of(house, REFERRER, f"/cases/brouillons/{case_id}")
    assert (REFERRER.account_id, case_id) in await readings(house, "identity")
    await do(
        house, AGENT, transfer_case, case_id, (STRANGER.account_id, RIVAGE), TransferCause.LEFT_ORGANISATION
    )
    assert (await post(house, REFERRER, f"/cases/brouillons/{case_id}", version="1")).status_code == 404
    assert "Lemaire-Essai" not in await text_of(house, REFERRER, "/cases/brouillons")
    async with house.client(REFERRER) as client:
        assert (await client.get(f"/cases/api/v1/drafts/{case_id}")).status_code == 404
        assert (await client.get(f"/cases/brouillons/{case_id}/ma-situation.pdf")).status_code == 404
    with pytest.raises(Refused, match="unknown_case"):
        await do(house, REFERRER, save_draft, case_id, {}, 1)


async def test_a_draft_of_a_protected_case_is_hidden_too(house: House) -> None:
    """U19: from the SIAO as from others, in the list as behind the address; typed or transmitted."""
    case_id = await incomplete(house)
    await do(house, COORDINATOR, protect_case, case_id, True)
    typed = typed_from(a_file(protected=True), INFORMED, AGREED)
    await do(house, REFERRER, start_draft, ident(0xE7), dict(typed))
    for draft in (case_id, ident(0xE7)):
        async with house.client(AGENT) as client:
            assert (await client.get(f"/cases/api/v1/drafts/{draft}")).status_code == 404
    assert "Lemaire-Essai" not in await text_of(house, AGENT, "/cases/brouillons")
    assert "Lemaire-Essai" in await text_of(house, REFERRER, "/cases/brouillons")


async def test_a_file_sent_again_in_danger_is_hidden_at_once(house: House) -> None:
    """U19: the box ticked when a file is completed protects as it does on the first day."""
    case_id = await incomplete(house)
    await do(house, REFERRER, complete_case, case_id, a_file(protected=True))
    guard = (await house.stored(case_id)).guard
    assert (guard.protected, guard.audience) == (True, frozenset({REFERRER.account_id}))
    await text_of(house, STRANGER, f"/cases/dossiers/{case_id}", 404)


async def test_the_referrer_of_a_protected_file_names_who_goes_on_with_it(house: House) -> None:
    """U19: it is closed to the SIAO until one of its people is named, and never left without any."""
    case = await house.case(protected=True)
    here = f"/cases/dossiers/{case.case_id}"
    await text_of(house, AGENT, here, 404)
    assert "Alain Siao" in await text_of(house, REFERRER, here + "/proteger")
    said = {"protected": "oui", "version": "1"}
    alone = await post(house, REFERRER, here + "/proteger", **said)
    assert alone.status_code == 409
    assert "Nommez au moins une personne du SIAO" in alone.text
    named = await post(house, REFERRER, here + "/proteger", audience=str(AGENT.account_id), **said)
    assert named.status_code == 303, named.text
    await text_of(house, AGENT, here)
    for user in (COORDINATOR, STRANGER, CHAIR):
        await text_of(house, user, here, 404)


async def test_a_protected_file_leaves_no_mark_on_the_one_it_was_near(house: House) -> None:
    """U19: neither in a queue nor on the page of the other file."""
    case = await house.case()
    await house.case(0xE1, STRANGER)
    async with house.transaction(AGENT) as tx:
        assert await duplicates.suspected(tx)
    await do(house, COORDINATOR, protect_case, case.case_id, True)
    async with house.transaction(AGENT) as tx:
        assert not await duplicates.suspected(tx)
        assert await duplicates.waiting_of(tx, ident(0xE1)) == 0


async def test_a_pair_is_judged_once(house: House) -> None:
    """T22: the second of two agents learns that the first has judged; nothing contradicts the link."""
    case = await house.case()
    await house.case(0xE1, STRANGER)
    await do(house, AGENT, judge_pair, case.case_id, ident(0xE1), True, "Même nom")
    with pytest.raises(Refused) as refusal:
        await do(house, COORDINATOR, judge_pair, case.case_id, ident(0xE1), False, "Deux familles")
    assert refusal.value.code == "judged"
    assert (await house.stored(case.case_id)).case.linked == (ident(0xE1),)


async def closed(house: House) -> UUID:
    """A case decided in a sitting that is over, with an opinion in words."""
    (case_id,) = await agenda(house, 0xD1)
    await do(house, CHAIR, open_sitting, COMMISSION, VOTERS)
    said = (COMMISSION, case_id, DecisionOutcome.ORIENT, "Le père est parti")
    await do(house, IML_WORKER, give_opinion, *said)
    return case_id


async def test_a_landlord_on_the_panel_reads_no_words_of_others(house: House) -> None:
    """Contracts 6: its pack has no text, and an opinion is one."""
    await closed(house)
    assert "Le père est parti" not in await text_of(house, LANDLORD_MEMBER, ROOT + "/seance")
    for user in (IML_WORKER, CHAIR, AGENT):
        assert "Le père est parti" in await text_of(house, user, ROOT + "/seance")


async def end(house: House, case_id: UUID) -> None:
    await do(house, AGENT, examine_case, COMMISSION, case_id, Heard.WRITTEN)
    await do(house, CHAIR, decide_case, COMMISSION, case_id, ORIENT)
    await do(house, CHAIR, close_sitting, COMMISSION)


async def test_minutes_hide_a_file_protected_after_them(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """U19: on the page for who is not named, on paper for everybody; the proof still holds."""
    sheets: list[Sheet] = []

    async def look(sheet: Sheet) -> bytes:
        sheets.append(sheet)
        return b"%PDF"

    monkeypatch.setattr(printed, "pdf", look)
    case_id = await closed(house)
    await end(house, case_id)
    await do(house, CHAIR, approve_minutes, COMMISSION)
    reference = (await house.stored(case_id)).case.case_ref
    assert reference in await text_of(house, LANDLORD_MEMBER, ROOT + "/releve")
    await do(house, COORDINATOR, protect_case, case_id, True)
    for user in (LANDLORD_MEMBER, CHAIR, AGENT):
        page = await text_of(house, user, ROOT + "/releve")
        assert reference not in page
        assert "Situation réservée" in page
    for user in (LANDLORD_MEMBER, COORDINATOR):
        await text_of(house, user, ROOT + "/releve.pdf")
        assert reference not in str(sheets[-1])
        assert "IML" not in str(sheets[-1])
    assert "Vérifié" in await text_of(house, COORDINATOR, ROOT + "/releve")


async def test_the_chair_approves_what_was_read(house: House) -> None:
    """T22: words changed since the page was opened are read before they are approved."""
    case_id = await closed(house)
    await end(house, case_id)
    read = (await house.sitting()).version
    await do(house, AGENT, write_text, COMMISSION, case_id, "Autre compte rendu")
    with pytest.raises(Refused) as late:
        await do(house, CHAIR, approve_minutes, COMMISSION, read)
    with pytest.raises(Refused) as second:
        await do(house, COORDINATOR, write_text, COMMISSION, case_id, "Encore un autre", read)
    assert late.value.code == second.value.code == "stale_version"
    page = await text_of(house, CHAIR, ROOT + "/releve")
    assert f'name="version" value="{(await house.sitting()).version}"' in page
    await do(house, CHAIR, approve_minutes, COMMISSION, (await house.sitting()).version)


async def test_without_the_households_yes_a_landlord_has_the_reference_alone(house: House) -> None:
    """U16: not the composition, the priority, the opinion; on the page, in lists, in what is taken away."""
    (case_id,) = await agenda(house, 0xD1)
    no = Agreement(panel=True, landlord=False, given_on=AGREED.given_on)
    await do(house, AGENT, record_agreement, case_id, no)
    reference = (await house.stored(case_id)).case.case_ref
    page = await text_of(house, LANDLORD_MEMBER, f"/cases/dossiers/{case_id}")
    queue = await text_of(house, LANDLORD_MEMBER, "/cases/dossiers?etape=toutes")
    sheet = await text_of(house, LANDLORD_MEMBER, "/cases/dossiers/export.csv")
    for shown in (page, queue, sheet):
        assert reference in shown
    assert "2 enfants" not in page
    assert "parent" not in sheet.lower()
    async with house.client(LANDLORD_MEMBER) as client:
        (line,) = (await client.get("/cases/api/v1/cases")).json()["cases"]
        assert (line["composition"], line["persons"], line["priority"]) == (None, None, [])
    composition = (await house.stored(case_id)).case.composition
    narrowed = await text_of(
        house, LANDLORD_MEMBER, f"/cases/dossiers?etape=toutes&composition={composition.value}"
    )
    assert reference not in narrowed


async def test_a_provider_hears_of_no_appeal(house: House) -> None:
    """Contracts 6: it sees its pack and its own proposal."""
    case = await decided(house)
    await proposed(house, case.case_id)
    async with house.transaction(REFERRER) as tx:
        decision = next(
            line.event_id for line in await history.of(tx, case.case_id) if line.kind == "case_decided"
        )
    today = house.clock.at.date()
    await do(house, REFERRER, lodge_appeal, case.case_id, ident(0xAB), decision, today, "Contestation")
    here = f"/cases/dossiers/{case.case_id}"
    lists = ("/cases/dossiers?etape=toutes", "/cases/dossiers/export.csv")
    assert "Un recours du" in await text_of(house, COORDINATOR, here)
    assert "Un recours du" not in await text_of(house, LANDLORD, here)
    for path in (here, *lists):
        assert "Recours à traiter" in await text_of(house, COORDINATOR, path)
        assert "Recours à traiter" not in await text_of(house, LANDLORD, path)
    assert "Proposition à répondre" in await text_of(house, LANDLORD, lists[0])


async def test_the_words_of_a_correction_are_no_part_of_a_landlords_pack(house: House) -> None:
    """Contracts 6: it may ask for one; what others wrote is text."""
    case = await decided(house)
    await proposed(house, case.case_id)
    await do(house, REFERRER, ask_correction, case.case_id, ORIENT, "Le père est revenu")
    await do(house, LANDLORD, ask_correction, case.case_id, ORIENT, "Ce n’est pas notre dispositif")
    here = f"/cases/dossiers/{case.case_id}/corrections"
    page = await text_of(house, LANDLORD, here)
    assert "Le père est revenu" not in page
    assert "Ce n’est pas notre dispositif" in page
    assert "Le père est revenu" in await text_of(house, COORDINATOR, here)


async def test_two_people_who_protect_at_once_do_not_overwrite_each_other(house: House) -> None:
    """T22: the audience that one of them chose is read before the other changes it."""
    case = await house.case()
    read = (await house.stored(case.case_id)).version
    await do(house, AGENT, protect_case, case.case_id, True, [COORDINATOR.account_id], read)
    with pytest.raises(Refused) as refusal:
        await do(house, COORDINATOR, protect_case, case.case_id, True, [], read)
    assert refusal.value.code == "stale_version"
    audience = {AGENT.account_id, COORDINATOR.account_id, REFERRER.account_id}
    assert (await house.stored(case.case_id)).guard.audience == audience


async def test_a_case_is_not_given_to_who_could_not_read_it(house: House) -> None:
    """U43: a case whose referrer has no right to it waits for nobody."""
    case = await house.case()
    async with house.client(AGENT) as client:
        given = {
            "referrer_id": str(LANDLORD.account_id),
            "organisation_id": str(BAILLEUR),
            "cause": "absence",
        }
        answer = await client.post(f"/cases/api/v1/cases/{case.case_id}/transfer", json=given)
    assert answer.status_code == 409
    assert answer.json()["code"] == "not_a_referrer"


async def test_the_coordination_reads_no_reference_of_a_protected_file(house: House) -> None:
    """U19: what households ask has its queue; the file it is about stays with those named."""
    case = await house.case()
    await do(house, REFERRER, ask_for_household, case.case_id, ident(0xE8), Asking.ACCESS, "Une copie")
    await do(house, AGENT, protect_case, case.case_id, True)
    page = await text_of(house, COORDINATOR, "/cases/donnees")
    assert case.case_ref not in page
    assert "réservé" in page


async def test_the_id_of_another_request_is_not_ones_own(house: House) -> None:
    case, other = await house.case(), await house.case(0xD2, STRANGER)
    await do(house, STRANGER, ask_for_household, other.case_id, ident(0xE8), Asking.ACCESS, "Un secret")
    with pytest.raises(Refused) as refusal:
        await do(house, REFERRER, ask_for_household, case.case_id, ident(0xE8), Asking.ACCESS, "Une copie")
    assert refusal.value.code == "id_taken"


async def test_an_agreement_is_not_taken_back_before_it_was_given(house: House) -> None:
    case = await house.case()
    early = AGREED.given_on - timedelta(days=1)
    with pytest.raises(Refused) as refusal:
        await do(house, REFERRER, withdraw_agreement, case.case_id, early)
    assert refusal.value.code == "before_agreement"


async def test_a_recused_person_is_out_of_drafts_and_numbers(house: House) -> None:
    """U44: the SIAO’s own agent too."""
    (case_id,) = await agenda(house, 0xD1)
    await do(house, AGENT, recuse, COMMISSION, case_id)
    reference = (await house.stored(case_id)).case.case_ref
    for path in ("", "/histoire", "/numeros", "/decision.pdf", "/versions/1-submitted"):
        await text_of(house, AGENT, f"/cases/dossiers/{case_id}{path}", 404)
    for path in ("/cases/dossiers?etape=toutes", "/cases/dossiers/export.csv", "/cases/"):
        assert reference not in await text_of(house, AGENT, path)
    found = await post(house, AGENT, "/cases/recherche", family_name="Lemaire-Essai")
    assert reference not in found.text


async def test_a_lease_and_a_cancellation_come_after_what_they_follow(house: House) -> None:
    """Dates out of order make figures of no household: answer, lease, entry, end, each after the last."""
    case = await decided(house)
    await proposed(house, case.case_id)
    await accepted(house, case.case_id)
    await committee(house, case.case_id, CommitteeOutcome.A)
    await placed(house, case.case_id)
    first = house.clock.at.date()
    house.clock.advance(days=3)
    today = house.clock.at.date()
    yes = (GIVEN, OfferAnswer.ACCEPTED, today)
    await do(house, LANDLORD, answer_offer, case.case_id, *yes)
    with pytest.raises(Refused) as lease:
        await do(house, LANDLORD, sign_lease, case.case_id, GIVEN, LeaseKind.LEASE, first)
    await do(house, LANDLORD, sign_lease, case.case_id, GIVEN, LeaseKind.LEASE, today)
    cause = AllocationCancel.DWELLING_WITHDRAWN
    with pytest.raises(Refused) as end:
        await do(house, AGENT, cancel_allocation, case.case_id, GIVEN, cause, first)
    assert lease.value.code == end.value.code == "dates_out_of_order"
