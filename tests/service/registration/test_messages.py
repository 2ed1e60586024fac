"""What became of a message is remembered, and never goes backwards."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from contracts.lists import Category, DropCause, Failure
from contracts.notifications import (
    MessageDelivered,
    MessageDropped,
    MessageFailed,
    MessageQueued,
    MessageSent,
)
from eventing.db import Tx
from eventing.subscription import Received
from registration.policies import MEMORY
from registration.queries import participants
from registration.web.wording import message_words
from tests.service.registration.office import Office


async def hear(tx: Tx, fact: Any) -> None:
    """As the consumer hands it over."""
    event = Received(fact, tx.new_id(), fact.TYPE, fact.TOPIC, fact.key, 1, tx.now, "system", None, None)
    await MEMORY[type(fact)](tx, event)


async def test_delivered_then_sent_stays_delivered(office: Office) -> None:
    commission = (await office.published())["commission_id"]
    await office.joined(commission, "a@x.example")
    async with office.database.transaction() as tx:
        (row,) = await participants(tx, UUID(commission))
        assert row.message is None
        ids = {"message_id": tx.new_id(), "person_id": row.person_id}
        queued = MessageQueued(
            **ids,
            template="registration-confirmed",
            template_version=1,
            about=tx.runtime.new_event_id(),
            category=Category.COMMISSION,
            send_after=tx.now,
        )
        await hear(tx, queued)
        await hear(tx, MessageDelivered(**ids, delivered_at=tx.now))
        await hear(tx, MessageSent(**ids, attempt=1, sent_at=tx.now))
        (row,) = await participants(tx, UUID(commission))
        assert row.message is not None
        assert (row.message.status, row.message.template) == ("delivered", "registration-confirmed")

        later = tx.now + timedelta(hours=1)
        ids["message_id"] = tx.new_id()
        await hear(tx, MessageFailed(**ids, cause=Failure.MAILBOX_FULL, attempts=5, failed_at=later))
        (row,) = await participants(tx, UUID(commission))
        assert row.message is not None
        assert (row.message.status, row.message.cause) == ("failed", "mailbox_full")


async def test_what_is_not_sent_to_a_suspended_address_is_shown_as_not_arrived(office: Office) -> None:
    """N11: the person's line says why they were not told."""
    commission = (await office.published())["commission_id"]
    await office.joined(commission, "a@x.example")
    async with office.database.transaction() as tx:
        (row,) = await participants(tx, UUID(commission))
        ids = {"message_id": tx.new_id(), "person_id": row.person_id}
        await hear(tx, MessageDropped(**ids, cause=DropCause.SUSPENDED_ADDRESS))
        (row,) = await participants(tx, UUID(commission))
    words = message_words(row)
    assert words is not None
    assert (words.kind, words.more) == ("err", "Adresse suspendue après des échecs")
