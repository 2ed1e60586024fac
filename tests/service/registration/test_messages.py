"""What became of a message is remembered, and never goes backwards."""

from datetime import date, timedelta
from uuid import UUID

from contracts.cases import AgendaPublished, MinutesApproved, SittingClosed
from contracts.lists import Category, DropCause, Failure
from contracts.notifications import (
    AddressSuspended,
    MessageDelivered,
    MessageDropped,
    MessageFailed,
    MessageQueued,
    MessageSent,
)
from registration.queries import commission as commission_view
from registration.queries import participants, person
from registration.web.wording import message_words, sitting_words
from tests.service.registration.office import Office, hear


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


async def test_a_suspended_address_is_shown_until_it_is_lifted(office: Office) -> None:
    """Beside the person wherever they stand, whatever the last message became."""
    commission = (await office.published())["commission_id"]
    await office.joined(commission, "a@x.example")
    async with office.database.transaction() as tx:
        (row,) = await participants(tx, UUID(commission))
        told = {"person_id": row.person_id, "cause": Failure.UNKNOWN_ADDRESS}
        await hear(tx, AddressSuspended(**told, suspended=True))
        await hear(tx, AddressSuspended(**told, suspended=True))
        (row,) = await participants(tx, UUID(commission))
        words = message_words(row)
        assert row.unreached
        assert words is not None
        assert (words.kind, words.text, words.more) == (
            "err",
            "Adresse suspendue",
            Failure.UNKNOWN_ADDRESS.label,
        )
        found = await person(tx, row.person_id)
        assert found is not None
        assert found.suspended == "unknown_address"
        await hear(tx, AddressSuspended(**told, suspended=False))
        (row,) = await participants(tx, UUID(commission))
        assert not row.unreached
        assert message_words(row) is None


async def test_a_sitting_is_remembered_as_cases_says_it(office: Office) -> None:
    """Agenda, closing, minutes: numbers and days of the commission, in the order they come."""
    one = UUID((await office.published(parts=["panel"]))["commission_id"])

    async def seen() -> str:
        async with office.database.read() as tx:
            view = await commission_view(tx, one)
            assert view is not None
            words = sitting_words(view.sitting)
            return f"{words.text} {words.more}" if words else ""

    assert await seen() == ""
    counts = {"examined": 11, "decided": 9, "adjourned": 2, "postponed": 1}
    approved = {"root_sha256": "9f" * 32, "approved_on": date(2026, 12, 14), "approved_by": office.new_id()}
    for fact, said in (
        (AgendaPublished(commission_id=one, version=1, cases=12, minutes=180), "publié depuis le 3 novembre"),
        (SittingClosed(commission_id=one, quorum=False, **counts), "le quorum n’était pas atteint"),
        (MinutesApproved(commission_id=one, version=1, **approved), "approuvé depuis le 14 décembre"),
    ):
        async with office.database.transaction() as tx:
            await hear(tx, fact)
        assert said in (await seen()).lower().replace("\u00a0", " ")
    answer = await office.done("GET", f"/commissions/{one}")
    assert (
        answer["sitting"].items() >= {"agenda_cases": 12, "decided": 9, "approved_on": "2026-12-14"}.items()
    )
