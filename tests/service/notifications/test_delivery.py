"""Between the service and the mail server: tried again, given up with a cause, never twice unseen."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.lists import Failure, LinkPurpose
from eventing.db import run
from notifications import store
from notifications.commands import record_delivered, record_refusal, record_sent, resend
from notifications.domain import Answer
from tests.conftest import MakeDatabase
from tests.service.notifications.post import NOW, Post, calendar_of, opened, text_of

DELAYS = (60, 300, 1800, 7200, 28800)


async def ask(post: Post, n: int = 1) -> None:
    await post.tell(post.recorded(n), post.link(n, LinkPurpose.SIGN_IN, until=NOW + timedelta(days=2)))


async def only(post: Post) -> Any:
    [message] = await post.messages()
    return message


def failures(post: Post) -> list[tuple[str, int]]:
    told = [fact.model_dump() for fact in post.said() if type(fact).__name__ == "MessageFailed"]
    return [(fact["cause"], fact["attempts"]) for fact in told]


async def test_a_temporary_refusal_is_tried_again_at_growing_delays_then_given_up(post: Post) -> None:
    post.relay.refusals["*"] = "450 4.7.1 greylisted"
    await ask(post)
    for delay in DELAYS:
        message = await only(post)
        assert (message["state"], message["next_at"]) == ("sending", post.clock.at + timedelta(seconds=delay))
        post.clock.advance(seconds=delay - 1)
        await post.settle()
        assert (await only(post))["attempts"] == message["attempts"]
        post.clock.advance(seconds=1)
        await post.settle()
    assert (await only(post))["state"] == "failed"
    assert failures(post) == [(Failure.GREYLISTED_OUT, 6)]
    assert len(await post.rows("SELECT 1 FROM attempt")) == 6


async def test_every_attempt_has_the_same_identity_and_the_same_bytes(post: Post) -> None:
    post.relay.content_refusal = "451 4.3.0 try later"
    await post.plan()
    await post.tell(post.recorded(1), post.received(1), post.confirmed(1))
    message = await only(post)
    post.relay.content_refusal = ""
    post.clock.advance(minutes=1)
    await post.tell(post.recorded(1, version=2, given_name="Autre"))
    [mail] = post.mails
    assert mail["Message-ID"] == f"<{message['message_id']}@127.0.0.1>"
    assert "Prénom1" in text_of(mail)
    assert post.said_types() == ["MessageQueued", "MessageSent"]


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        ("550 5.1.1 no such user", Failure.UNKNOWN_ADDRESS),
        ("552 5.2.2 mailbox full", Failure.MAILBOX_FULL),
        ("550 5.1.2 bad domain", Failure.DOMAIN_UNKNOWN),
        ("554 5.7.1 refused", Failure.REFUSED_CONTENT),
    ],
)
async def test_a_permanent_refusal_ends_at_once_with_its_cause(
    post: Post, answer: str, cause: Failure
) -> None:
    post.relay.refusals["p1@bailleur.example"] = answer
    await ask(post)
    await ask(post, 2)
    assert failures(post) == [(cause, 1)]
    assert post.relay.recipients == [["p2@bailleur.example"]]


async def test_refused_content_fails_and_the_next_message_leaves(post: Post) -> None:
    post.relay.content_refusal = "554 5.6.0 no"
    await ask(post)
    assert failures(post) == [(Failure.REFUSED_CONTENT, 1)]
    post.relay.content_refusal = ""
    await ask(post, 2)
    assert len(post.mails) == 1


async def test_a_server_that_is_away_delays_and_loses_nothing(post: Post) -> None:
    await post.relay.stop()
    await ask(post)
    await ask(post, 2)
    assert [m["state"] for m in await post.messages()] == ["sending", "sending"]
    await post.relay.start()
    post.clock.advance(minutes=1)
    await post.settle()
    assert sorted(to for [to] in post.relay.recipients) == ["p1@bailleur.example", "p2@bailleur.example"]


async def test_a_server_that_never_answers_is_our_fault_in_the_end(make_database: MakeDatabase) -> None:
    async with opened(make_database, smtp_timeout=1, seuil_retry_delays="1") as post:
        post.relay.silent = True
        await ask(post)
        post.clock.advance(seconds=1)
        await post.settle()
        assert failures(post) == [(Failure.OUR_FAULT, 2)]


async def test_a_process_that_died_while_sending_leaves_the_message_to_another(post: Post) -> None:
    await post.tell(post.link(1, LinkPurpose.SIGN_IN, until=NOW + timedelta(days=2)))
    async with post.service.database.transaction() as tx:
        await tx.connection.execute(
            "UPDATE message SET state = 'sending', leased_until = $1", tx.now + timedelta(minutes=10)
        )
    await post.tell(post.recorded(1))
    assert post.mails == []
    post.clock.advance(minutes=10)
    await post.settle()
    assert len(post.mails) == 1


async def test_dying_between_acceptance_and_record_sends_again_under_the_same_identity(post: Post) -> None:
    await ask(post)
    async with post.service.database.transaction() as tx:
        await tx.connection.execute("UPDATE message SET state = 'sending', attempts = 0")
        await tx.connection.execute("DELETE FROM attempt")
    await post.settle()
    first, second = post.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert post.relay.raw[0] == post.relay.raw[1]


async def test_a_late_status_never_moves_a_message_backwards(post: Post) -> None:
    """T10."""
    await ask(post)
    message_id: UUID = (await only(post))["message_id"]
    async with post.service.database.transaction() as tx:
        assert await record_delivered(tx, message_id)
    for late in (record_sent, record_refusal):
        async with post.service.database.transaction() as tx:
            extra = (DELAYS,) if late is record_refusal else ()
            assert not await late(tx, message_id, Answer(550, "late"), *extra)
    async with post.service.database.transaction() as tx:
        assert not await record_delivered(tx, message_id)
    await post.settle()
    assert (await only(post))["state"] == "delivered"
    assert post.said_types() == ["MessageDelivered", "MessageQueued", "MessageSent"]


async def test_delivered_before_sent_stays_delivered(post: Post) -> None:
    await post.tell(post.link(1, LinkPurpose.SIGN_IN, until=NOW + timedelta(days=2)))
    message_id: UUID = (await only(post))["message_id"]
    async with post.service.database.transaction() as tx:
        await record_delivered(tx, message_id)
    async with post.service.database.transaction() as tx:
        assert not await record_sent(tx, message_id, Answer(250, "ok"))
    assert (await only(post))["state"] == "delivered"


async def test_a_message_that_cannot_be_written_fails_alone(post: Post) -> None:
    await post.plan()
    await post.publish(post.recorded(1), post.received(1), post.confirmed(1))
    await post.tell(post.link(2, LinkPurpose.SIGN_IN, until=NOW + timedelta(days=2)))
    async with post.service.database.transaction() as tx:
        await tx.connection.execute(
            "UPDATE message SET template = 'commission_rescheduled', state = 'queued', written_at = NULL "
            "WHERE template = 'registration_confirmed'"
        )
    post.forget_mails()
    await post.tell(post.recorded(2))
    assert [cause for cause, _ in failures(post)] == [Failure.OUR_FAULT]
    assert post.relay.recipients == [["p2@bailleur.example"]]


async def test_what_is_sent_again_is_the_same_but_for_its_marker(post: Post) -> None:
    """T30."""
    await post.plan()
    await post.tell(post.recorded(1), post.received(1), post.confirmed(1))
    post.clock.advance(hours=1)
    async with post.service.database.transaction("person:x") as tx:
        await resend(tx, (await only(post))["message_id"])
    await post.tell(post.described(2, title="Autre titre"))
    first, again = post.mails
    assert again["Subject"] == f"Renvoi : {first['Subject']}"
    assert again["Message-ID"] != first["Message-ID"]
    assert text_of(again) == text_of(first)
    assert text_of(again, "html") == text_of(first, "html")
    calendars = [calendar_of(mail) for mail in (first, again)]
    assert calendars[0] is not None
    assert calendars[1] is not None
    assert calendars[0].to_ical() == calendars[1].to_ical()
    same = ("From", "To", "Reply-To", "Auto-Submitted", "Content-Language")
    assert [again[name] for name in same] == [first[name] for name in same]


async def test_old_messages_are_deleted_with_their_attempts(post: Post) -> None:
    await ask(post)
    post.clock.advance(days=397)
    await post.settle()
    assert await post.messages() == []
    assert await post.rows("SELECT 1 FROM attempt") == []


async def test_two_postmen_never_take_the_same_message(post: Post) -> None:
    await post.tell(*(post.link(n, LinkPurpose.SIGN_IN, until=NOW + timedelta(days=2)) for n in range(1, 6)))
    for n in range(1, 6):
        await post.publish(post.recorded(n))
    async with post.service.database.transaction() as first, post.service.database.transaction() as second:
        assert post.service.policies is not None
        claims = [
            await run(
                tx,
                store.CLAIM,
                now=tx.now + timedelta(days=3),
                until=tx.now,
                patience=tx.now,
                batch=3,
            )
            for tx in (first, second)
        ]
    taken = [row["message_id"] for claim in claims for row in claim]
    assert len(taken) == len(set(taken)) == 5
