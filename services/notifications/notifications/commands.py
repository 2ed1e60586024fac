"""What is done to messages: intended, sent, put off, failed, dropped, sent again. Each says its fact."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from contracts.lists import Category, DropCause, Failure
from contracts.notifications import (
    AddressSuspended,
    MessageDelivered,
    MessageDropped,
    MessageFailed,
    MessageQueued,
    MessageSent,
)
from contracts.refusal import Refused
from eventing.db import Tx, run, run_one
from eventing.outbox import append
from eventing.requests import remember, settle
from notifications import store
from notifications.domain import (
    HARD,
    KEPT_WAITING,
    TEMPLATES,
    Answer,
    QuietHours,
    State,
    advance,
    cause_of,
    check_resend,
    next_try,
)

WORDS_KEPT = 500


@dataclass(frozen=True)
class Intent:
    """That somebody is to be told something. One per (about, person, template).

    `about` is the event that causes it, `sequence` its number on the commission's stream, for the calendar.
    `wording_from`: wait for a wording said at that instant or later. `details` holds codes, never a link.
    """

    person_id: UUID
    template: str
    about: UUID
    expires_at: datetime | None = None
    wording_from: datetime | None = None
    commission_id: UUID | None = None
    registration_id: UUID | None = None
    link_id: UUID | None = None
    link_generation: int | None = None
    sequence: int | None = None
    case_id: UUID | None = None
    details: dict[str, Any] = field(default_factory=dict)


async def intend(tx: Tx, intent: Intent, quiet: QuietHours) -> UUID | None:
    """Queues a message and says so; None when this event has already led to it, or the person is erased."""
    if await store.is_erased(tx, intent.person_id):
        return None
    template = TEMPLATES[intent.template]
    send_after = tx.now if template.category is Category.ESSENTIAL else quiet.after(tx.now)
    return await _queue(
        tx,
        message_id=tx.new_id(),
        person_id=intent.person_id,
        template=template.code,
        template_version=template.version,
        category=template.category.value,
        priority=template.priority,
        about=intent.about,
        copy=0,
        resent_from=None,
        state=State.QUEUED.value,
        created_at=tx.now,
        send_after=send_after,
        next_at=send_after,
        expires_at=intent.expires_at or tx.now + KEPT_WAITING,
        wording_from=intent.wording_from,
        commission_id=intent.commission_id,
        registration_id=intent.registration_id,
        link_id=intent.link_id,
        link_generation=intent.link_generation,
        sequence=intent.sequence,
        case_id=intent.case_id,
        details=intent.details,
    )


async def _queue(tx: Tx, **row: Any) -> UUID | None:
    if not await run(tx, store.INTEND, **row):
        return None
    message_id: UUID = row["message_id"]
    await store.open_stream(tx, message_id)
    await append(
        tx,
        MessageQueued(
            message_id=message_id,
            person_id=row["person_id"],
            template=row["template"],
            template_version=row["template_version"],
            about=row["about"],
            category=Category(row["category"]),
            send_after=row["send_after"],
        ),
    )
    return message_id


async def resend(tx: Tx, message_id: UUID) -> UUID:
    """Queues the same words to the same person again, as a message of its own. Raises Refused."""
    row = await run_one(tx, store.ONE_MESSAGE, id=message_id)
    if row is None:
        raise Refused("not_found", "Ce message n’existe pas.", 404)
    check_resend(row["template"], State(row["state"]))
    if row["text"] is None:
        raise Refused(
            "nothing_to_resend", "Le texte de ce message n’existe plus : il ne peut pas être renvoyé."
        )
    if await run(tx, store.SUSPENDED, id=row["person_id"]):
        raise Refused(
            "address_suspended",
            "L’adresse de cette personne est suspendue : plus rien ne lui est envoyé. Reprenez d’abord "
            "les envois, depuis la page des adresses suspendues.",
        )
    last = await run_one(
        tx, store.LAST_COPY, about=row["about"], person=row["person_id"], code=row["template"]
    )
    assert last is not None
    changed = {
        "message_id": tx.new_id(),
        "copy": last[0] + 1,
        "resent_from": message_id,
        "state": State.QUEUED.value,
        "created_at": tx.now,
        "send_after": tx.now,
        "next_at": tx.now,
        "expires_at": tx.now + KEPT_WAITING,
        "wording_from": None,
    }
    columns = store.INTEND.compile().params
    again = await _queue(tx, **{name: changed.get(name, row[name]) for name in columns} | changed)
    if again is None:
        raise Refused("resent_meanwhile", "Ce message vient d’être renvoyé par quelqu’un d’autre.")
    await run(tx, store.COPY_TEXTS, id=again)
    return again


async def resend_once(tx: Tx, message_id: UUID, key: str) -> UUID:
    """As `resend`, once for one key of the transaction's actor."""
    seen = await remember(tx, tx.actor, key, sha256(f"resend {message_id}".encode()).digest())
    if seen is not None:
        return UUID(seen.resource)
    again = await resend(tx, message_id)
    await settle(tx, tx.actor, key, "resent", str(again))
    return again


async def drop(tx: Tx, message_id: UUID, cause: DropCause, *, in_hand: bool = False) -> bool:
    """Gives a message up on purpose; False when it had left or ended already.

    What the postman has in hand may be leaving at this instant: only the postman (`in_hand`) drops that.
    """
    row = await _step(tx, message_id, State.DROPPED, only_open=True)
    if row is None:
        return False
    leased_until = row["leased_until"]
    if not in_hand and leased_until is not None and leased_until > tx.now:
        return False
    await _set(tx, message_id, State.DROPPED, row["attempts"], cause.value)
    await append(tx, MessageDropped(message_id=message_id, person_id=row["person_id"], cause=cause))
    return True


async def record_sent(tx: Tx, message_id: UUID, answer: Answer) -> bool:
    """The relay has accepted the message; False when something later is known already."""
    row = await _step(tx, message_id, State.SENT)
    if row is None:
        return False
    attempt = row["attempts"] + 1
    await _note(tx, message_id, attempt, "sent", answer)
    await _set(tx, message_id, State.SENT, attempt, None)
    await append(
        tx, MessageSent(message_id=message_id, person_id=row["person_id"], attempt=attempt, sent_at=tx.now)
    )
    return True


async def record_refusal(tx: Tx, message_id: UUID, answer: Answer, delays: tuple[int, ...]) -> State | None:
    """An attempt failed: for good, or to be tried again after the next of `delays` (seconds)."""
    row = await _step(tx, message_id, State.FAILED, only_open=True)
    if row is None:
        return None
    attempt = row["attempts"] + 1
    again = None if answer.permanent else next_try(attempt, delays, tx.now)
    await _note(tx, message_id, attempt, "put_off" if again else "refused", answer)
    if again is not None:
        await run(tx, store.PUT_OFF, id=message_id, at=again, new_attempts=attempt)
        return State.SENDING
    cause = cause_of(answer)
    await fail(tx, message_id, row["person_id"], cause, attempt)
    if cause in HARD:
        await suspend(tx, row["person_id"], row["email"], cause)
    return State.FAILED


async def suspend(tx: Tx, person_id: UUID, email: str, cause: Failure) -> None:
    """Nothing more is sent to that address; said once."""
    if await run(tx, store.SUSPEND, person_id=person_id, email=email, cause=cause.value, since=tx.now):
        await store.open_stream(tx, person_id)
        await append(tx, AddressSuspended(person_id=person_id, suspended=True, cause=cause))


async def lift(tx: Tx, person_id: UUID, *, unless: str | None = None) -> bool:
    """Messages leave for that person again; False when nothing was suspended, or the address is `unless`."""
    row = await run_one(tx, store.SUSPENDED, id=person_id)
    if row is None or row["email"] == unless:
        return False
    await store.open_stream(tx, person_id)
    await run(tx, store.FORGET_SUSPENSION, id=person_id)
    await append(tx, AddressSuspended(person_id=person_id, suspended=False, cause=Failure(row["cause"])))
    return True


async def lift_once(tx: Tx, person_id: UUID, key: str) -> None:
    """As `lift`, once for one key of the transaction's actor. Refused 404 when nothing is suspended."""
    if await remember(tx, tx.actor, key, sha256(f"lift {person_id}".encode()).digest()) is not None:
        return
    if not await lift(tx, person_id):
        raise Refused("not_suspended", "L’adresse de cette personne n’est pas suspendue.", 404)
    await settle(tx, tx.actor, key, "lifted", str(person_id))


async def fail(tx: Tx, message_id: UUID, person_id: UUID, cause: Failure, attempts: int) -> None:
    """Closes a message as failed for good; its stream is locked already."""
    await _set(tx, message_id, State.FAILED, attempts, cause.value)
    await append(
        tx,
        MessageFailed(
            message_id=message_id, person_id=person_id, cause=cause, attempts=attempts, failed_at=tx.now
        ),
    )


async def fail_unwritable(tx: Tx, message_id: UUID) -> None:
    """The message cannot be written: our fault, and no attempt of the server's."""
    row = await _step(tx, message_id, State.FAILED, only_open=True)
    if row is not None:
        await fail(tx, message_id, row["person_id"], Failure.OUR_FAULT, row["attempts"])


async def record_delivered(tx: Tx, message_id: UUID) -> bool:
    """A delivery notice says that the message arrived; False when the message had ended already."""
    row = await _step(tx, message_id, State.DELIVERED)
    if row is None:
        return False
    await _set(tx, message_id, State.DELIVERED, row["attempts"], None)
    await append(tx, MessageDelivered(message_id=message_id, person_id=row["person_id"], delivered_at=tx.now))
    return True


async def record_bounce(tx: Tx, message_id: UUID, cause: Failure, answer: Answer) -> bool:
    """A notice says that the message failed after all, or was complained about: the address may go with it.

    False when nothing is known of the message.
    """
    await store.open_stream(tx, message_id)
    known = await run_one(tx, store.STATE_OF, id=message_id)
    if known is None:
        return False
    if await _step(tx, message_id, State.FAILED) is not None:
        await _note(tx, message_id, known["attempts"] + 1, "refused", answer)
        await fail(tx, message_id, known["person_id"], cause, known["attempts"])
    if cause in HARD and known["email"] is not None:
        await suspend(tx, known["person_id"], known["email"], cause)
    return True


async def _step(tx: Tx, message_id: UUID, to: State, *, only_open: bool = False) -> Any:
    """The message under its locks, when `to` would move it on; None otherwise."""
    await store.open_stream(tx, message_id)
    row = await run_one(tx, store.STATE_OF, id=message_id)
    if row is None:
        return None
    known = State(row["state"])
    if only_open and known not in (State.QUEUED, State.SENDING):
        return None
    return row if advance(known, to) is to and known is not to else None


async def _set(tx: Tx, message_id: UUID, state: State, attempts: int, cause: str | None) -> None:
    await run(
        tx,
        store.SET_STATE,
        id=message_id,
        new_state=state.value,
        new_attempts=attempts,
        new_cause=cause,
        at=tx.now,
    )


async def _note(tx: Tx, message_id: UUID, number: int, outcome: str, answer: Answer) -> None:
    await run(
        tx,
        store.NOTE_ATTEMPT,
        message_id=message_id,
        number=number,
        ended_at=tx.now,
        outcome=outcome,
        code=answer.code,
        words=answer.words[:WORDS_KEPT],
    )
