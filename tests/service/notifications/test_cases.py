"""Mails about cases: a link and nothing else, once, to who follows or sits and to nobody else."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.cases import (
    AgendaPublished,
    AllocationCancelled,
    AllocationRecorded,
    AppealDecided,
    CaseAdjourned,
    CaseDecided,
    CasePostponed,
    CaseRejected,
    CaseTransferred,
    CompletionRequested,
    HouseholdErased,
    MinutesApproved,
    OrientationAccepted,
    OrientationEnded,
    OrientationProposed,
    OrientationRefused,
    ReferrerInformed,
    StepAssigned,
)
from contracts.lists import Role
from contracts.registration import PanelMemberRemoved
from tests.conftest import MakeDatabase
from tests.service.notifications.files import (
    CHAIR,
    COLLEAGUE,
    COORDINATOR,
    HOUSEHOLD,
    MEMBER,
    PROVIDER,
    REFERENCE,
    REFERRER,
    about,
    account,
    by,
    case,
    named,
    peopled,
    received,
    submitted,
    told,
)
from tests.service.notifications.post import COMMISSION, NOW, Post, opened, person, text_of

DOSSIER = f"http://127.0.0.1:8000/cases/dossiers/{case()}"
AGENDA = f"http://127.0.0.1:8000/cases/commissions/{COMMISSION}/ordre-du-jour"
DUE = NOW + timedelta(days=3)
UUID_NOBODY = UUID(int=8888, version=4)
TO_REFERRER = [
    (CompletionRequested, "Un dossier que vous suivez est à compléter avant le mercredi 1er mars 2023"),
    (CaseRejected, "Une réponse du SIAO vous attend sur un dossier"),
    (CaseDecided, "Un avis de la commission vous attend"),
    (CaseAdjourned, "La commission souhaite revoir un dossier que vous suivez"),
    (AppealDecided, "Une réponse à un recours vous attend"),
    (AllocationRecorded, "Du nouveau sur un dossier que vous suivez"),
    (CasePostponed, "Un dossier que vous suivez est reporté"),
]


def proposed(n: int = 1, **changes: Any) -> Any:
    return about(OrientationProposed, n, **{"answer_due_at": DUE, **changes})


@pytest.mark.parametrize(("kind", "subject"), TO_REFERRER)
async def test_the_referrer_is_told_the_same_day_with_a_link_and_nothing_else(
    post: Post, kind: Any, subject: str
) -> None:
    await peopled(post)
    await post.tell(about(kind))
    assert received(post) == [(f"p{REFERRER}", subject)]
    [mail] = post.mails
    assert DOSSIER in text_of(mail)
    assert DOSSIER in text_of(mail, "html")
    everything = str(mail["Subject"]) + text_of(mail) + text_of(mail, "html").replace(DOSSIER, "")
    for secret in (REFERENCE, str(HOUSEHOLD), "iml_sublet", "T3", "hotel", "ressources", str(case())):
        assert secret not in everything.replace(DOSSIER, "")


async def test_an_allocation_cancelled_tells_the_referrer_and_the_coordinators(post: Post) -> None:
    """Ended proposals are not revived: somebody chooses what comes next (contracts 3)."""
    await peopled(post)
    await post.tell(about(AllocationCancelled))
    assert {to for to, _ in received(post)} == {f"p{REFERRER}", f"p{COORDINATOR}"}


async def test_nothing_kept_leads_to_the_page_but_the_case_itself(post: Post) -> None:
    """U23: the text in the log holds no link; people read ••• in its place."""
    await peopled(post)
    await post.tell(about(CaseDecided))
    [message] = await post.messages()
    assert str(case()) not in str((message["text"], message["html"], message["subject"], message["details"]))
    async with post.client(Role.COORDINATOR, cookie=True) as client:
        page = (await client.get(f"/notifications/messages/{message['message_id']}")).text
    assert "•••" in page
    assert str(case()) not in page


async def test_nobody_is_told_of_their_own_act(post: Post) -> None:
    await peopled(post)
    await by(post, f"person:{person(REFERRER)}", about(AllocationRecorded))
    assert post.mails == []
    await by(post, f"person:{person(COORDINATOR)}", about(CaseDecided))
    assert received(post) == [(f"p{REFERRER}", "Un avis de la commission vous attend")]


async def test_decisions_leave_at_night_and_the_rest_waits_for_the_morning(post: Post) -> None:
    await peopled(post)
    post.clock.advance(hours=12)
    await post.tell(about(CaseDecided), about(StepAssigned, owner_id=person(COLLEAGUE)))
    assert [to for to, _ in received(post)] == [f"p{REFERRER}"]
    post.clock.advance(hours=12)
    await post.settle()
    assert [to for to, _ in received(post)] == [f"p{REFERRER}", f"p{COLLEAGUE}"]


async def test_an_unread_decision_is_recalled_once(post: Post) -> None:
    await peopled(post)
    await post.tell(about(CaseDecided))
    post.forget_mails()
    post.clock.advance(hours=47)
    await post.settle()
    assert post.mails == []
    for _ in range(3):
        post.clock.advance(hours=24)
        await post.settle()
    assert received(post) == [(f"p{REFERRER}", "Rappel : un avis de la commission vous attend")]


async def test_a_decision_that_was_read_is_not_recalled(post: Post) -> None:
    await peopled(post)
    decided = await by(post, "system", about(CaseDecided))
    post.forget_mails()
    await post.tell(about(ReferrerInformed, about=decided))
    post.clock.advance(days=4)
    await post.settle()
    assert post.mails == []


async def test_a_transfer_tells_the_new_referrer_and_no_more_the_former(post: Post) -> None:
    """U43."""
    await peopled(post)
    post.clock.advance(hours=12)
    await post.tell(about(CasePostponed), about(CaseTransferred, referrer_id=person(COLLEAGUE)))
    post.clock.advance(hours=12)
    await post.tell(about(CaseDecided))
    assert received(post) == [
        (f"p{COLLEAGUE}", "Un avis de la commission vous attend"),
        (f"p{COLLEAGUE}", "Un dossier vous est confié"),
    ]


async def test_a_closed_account_is_never_mailed_and_coordinators_are_told(post: Post) -> None:
    """U43."""
    await peopled(post)
    await post.tell(account(REFERRER, version=2, state="disabled"), about(CaseDecided))
    post.clock.advance(days=3)
    await post.settle()
    assert received(post) == [(f"p{COORDINATOR}", "Un dossier n’a plus de référent joignable")]


async def test_an_account_closed_while_its_message_waits_stops_it(post: Post) -> None:
    await peopled(post)
    post.clock.advance(hours=12)
    await post.tell(about(CasePostponed))
    await post.tell(account(REFERRER, version=2, state="disabled"))
    post.clock.advance(hours=12)
    await post.settle()
    assert post.mails == []
    assert [m["state"] for m in await post.messages()] == ["dropped"]


async def test_a_provider_is_asked_reminded_then_the_coordinators_are_told_once_each(post: Post) -> None:
    """N25."""
    await peopled(post)
    await post.tell(proposed())
    [(to, subject)] = received(post)
    assert (to, subject) == (f"p{PROVIDER}", "Une proposition attend la réponse de votre organisme")
    assert "avant le vendredi 6" in " ".join(text_of(post.mails[0]).split())
    post.forget_mails()
    post.clock.advance(days=3)
    await post.settle()
    assert received(post) == [
        (f"p{PROVIDER}", "Rappel : une proposition attend la réponse de votre organisme")
    ]
    post.forget_mails()
    post.clock.advance(hours=23)
    await post.settle()
    assert post.mails == []
    for _ in range(4):
        post.clock.advance(hours=24)
        await post.settle()
    assert received(post) == [(f"p{COORDINATOR}", "Une proposition reste sans réponse")]


@pytest.mark.parametrize("end", [OrientationAccepted, OrientationRefused, OrientationEnded])
@pytest.mark.parametrize("after", [2, 3.1])
async def test_an_answer_or_an_end_stops_reminders_and_escalation(post: Post, end: Any, after: float) -> None:
    await peopled(post)
    await post.tell(proposed())
    post.clock.advance(days=after)
    await post.settle()
    post.forget_mails()
    await post.tell(about(end))
    post.clock.advance(days=5)
    await post.settle()
    assert post.mails == []
    assert await post.rows("SELECT 1 FROM due") == []


async def test_a_message_in_hand_is_not_called_dropped_as_it_leaves(post: Post) -> None:
    await peopled(post)
    post.clock.advance(hours=12)
    await post.tell(proposed())
    async with post.service.database.transaction() as tx:
        leased = "UPDATE message SET state = 'sending', leased_until = $1"
        await tx.connection.execute(leased, tx.now + timedelta(minutes=1))
    await post.tell(about(OrientationAccepted))
    assert [m["state"] for m in await post.messages()] == ["sending"]
    await post.tell(told(HouseholdErased, case_ids=(case(),)))
    post.clock.advance(hours=12)
    await post.settle()
    assert post.mails == []
    assert [m["state"] for m in await post.messages()] == ["dropped"]


async def test_silence_of_an_organisation_without_account_reaches_the_coordinators(post: Post) -> None:
    await peopled(post)
    await post.tell(proposed(organisation_id=UUID_NOBODY))
    post.clock.advance(days=3)
    await post.settle()
    post.clock.advance(days=1)
    await post.settle()
    assert received(post) == [(f"p{COORDINATOR}", "Une proposition reste sans réponse")]


async def test_a_refusal_after_acceptance_is_always_told(post: Post) -> None:
    """C14."""
    await peopled(post)
    await post.tell(about(OrientationRefused, after_acceptance=True))
    subject = "Une proposition acceptée n’aboutit pas"
    assert received(post) == [(f"p{REFERRER}", subject), (f"p{COORDINATOR}", subject)]


async def test_a_step_is_told_to_its_owner(post: Post) -> None:
    await peopled(post)
    await post.tell(about(StepAssigned, owner_id=person(COLLEAGUE)), about(StepAssigned, owner_id=None))
    assert [to for to, _ in received(post)] == [f"p{COLLEAGUE}"]


async def test_a_decision_and_its_step_are_one_mail_for_one_person(post: Post) -> None:
    await peopled(post)
    await post.tell(about(CaseDecided), about(StepAssigned, owner_id=person(REFERRER)))
    await post.tell(about(CaseDecided, 1), about(StepAssigned, owner_id=person(COLLEAGUE)))
    assert [to for to, _ in received(post)] == [f"p{REFERRER}", f"p{REFERRER}", f"p{COLLEAGUE}"]
    post.clock.advance(minutes=1)
    await post.tell(about(StepAssigned, owner_id=person(REFERRER)))
    assert len(post.mails) == 4


async def test_an_agenda_is_told_to_each_member_and_to_who_joins_later(post: Post) -> None:
    await peopled(post)
    await post.tell(named(MEMBER), named(CHAIR))
    await post.tell(told(AgendaPublished))
    subject = "Ordre du jour : commission du mardi 8 décembre 2026, 9 h"
    assert received(post) == [(f"p{MEMBER}", subject), (f"p{CHAIR}", subject)]
    assert all(AGENDA in text_of(mail) for mail in post.mails)
    await post.tell(named(PROVIDER), named(MEMBER))
    assert received(post) == [(f"p{n}", subject) for n in (PROVIDER, MEMBER, CHAIR)]


async def test_a_member_who_left_is_told_nothing_more(post: Post) -> None:
    await peopled(post)
    await post.tell(named(MEMBER), named(CHAIR))
    post.clock.advance(hours=12)
    removed = told(PanelMemberRemoved, person_id=person(MEMBER), occurred_on=post.today)
    await post.tell(told(AgendaPublished), removed)
    post.clock.advance(hours=12)
    await post.tell(told(MinutesApproved, approved_by=person(CHAIR)))
    assert {to for to, _ in received(post)} == {f"p{CHAIR}"}
    assert len(post.mails) == 2


async def test_a_moved_commission_tells_members_and_each_referrer_once(post: Post) -> None:
    await peopled(post)
    await post.publish(submitted(2), submitted(3, COLLEAGUE), named(MEMBER), named(CHAIR))
    await post.seat(MEMBER)
    moved = await by(post, f"person:{person(COORDINATOR)}", post.moved())
    for n in (1, 2, 3):
        postponed = about(CasePostponed, n, cause="commission_moved")
        await by(post, "system", postponed, causation=moved)
    assert received(post) == [
        (f"p{REFERRER}", "Des dossiers que vous suivez changent de commission"),
        (f"p{COLLEAGUE}", "Des dossiers que vous suivez changent de commission"),
        (f"p{MEMBER}", "Nouvelle date : commission du jeudi 10 décembre 2026, 9 h"),
        (f"p{CHAIR}", "Nouvelle date : examen des dossiers, jeudi 10 décembre 2026, 9 h"),
    ]
    assert [m["case_id"] for m in await post.messages() if m["template"] == "agenda_moved"] == [None, None]


async def test_a_cancelled_commission_tells_members_and_referrers(post: Post) -> None:
    await peopled(post)
    await post.tell(named(MEMBER))
    cancelled = await by(post, "system", post.cancelled())
    await by(post, "system", about(CasePostponed, cause="commission_cancelled"), causation=cancelled)
    assert received(post) == [
        (f"p{REFERRER}", "Des dossiers que vous suivez changent de commission"),
        (f"p{MEMBER}", "Annulée : examen des dossiers du mardi 8 décembre 2026, 9 h"),
    ]


async def test_an_erased_household_leaves_no_thread_in_the_log(post: Post) -> None:
    """U64: nothing here leads to the case; what was about to leave does not."""
    await peopled(post)
    await post.tell(about(CaseDecided), proposed())
    post.clock.advance(hours=12)
    await post.tell(about(CasePostponed))
    assert len(post.mails) == 2
    await post.tell(told(HouseholdErased, case_ids=(case(),)))
    post.clock.advance(days=6)
    await post.tell(about(CaseAdjourned), proposed(), submitted())
    assert len(post.mails) == 2
    assert await post.rows("SELECT 1 FROM due") == []
    for table in ("message", "attempt", "memory_case", "memory_orientation"):
        for row in await post.rows(f"SELECT t::text FROM {table} AS t"):  # noqa: S608 - names of ours only, values are bound
            assert str(case()) not in row[0]
    states = {m["template"]: (m["state"], m["text"]) for m in await post.messages()}
    assert states["case_postponed"][0] == "dropped"
    assert states["case_decided"] == ("sent", None)


async def test_a_message_cut_from_its_case_is_not_sent_again(post: Post) -> None:
    await peopled(post)
    await post.tell(about(CaseDecided))
    await post.tell(told(HouseholdErased, case_ids=(case(),)))
    [message] = await post.messages()
    async with post.client(Role.COORDINATOR) as client:
        path = f"/notifications/api/v1/messages/{message['message_id']}/resend"
        answer = await client.post(path, headers={"idempotency-key": "again-and-again"})
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_resend")


async def test_history_mails_nobody(make_database: MakeDatabase) -> None:
    async with opened(make_database, seuil_mail_since=NOW + timedelta(days=1)) as post:
        await peopled(post)
        await post.tell(named(MEMBER), told(AgendaPublished), about(CaseDecided), proposed())
        assert await post.messages() == []
        assert await post.rows("SELECT 1 FROM due") == []
        post.clock.advance(days=1)
        await post.tell(about(CaseAdjourned))
        assert [to for to, _ in received(post)] == [f"p{REFERRER}"]


async def test_a_case_never_heard_of_mails_nobody(post: Post) -> None:
    await peopled(post)
    await post.tell(about(CaseDecided, 9), proposed(9), about(CaseTransferred, 9))
    assert post.mails == []
