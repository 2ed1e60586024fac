"""A household is erased: everything here that was its own goes, who holds its file is told and answers.

The reference itself stays until the partner has acknowledged, 30 days at most: without it nobody could say
which file is meant, and what still comes for it could not be told from somebody new.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from contracts.refusal import Refused
from contracts.topics import INTEGRATION
from eventing.db import Tx, run, run_one
from eventing.due import Due, drop_all, plan
from eventing.outbox import LOCK
from integration.store import erasure, feed, memory
from integration.store.feed import Item

ANSWER_TIME, REMINDER_BEFORE = timedelta(days=30), timedelta(days=7)
REMIND, FORGET = "remind_erasure", "forget_references"
ERASED = "household.erased"


async def erase(tx: Tx, household_id: UUID, case_ids: Sequence[UUID], erased_on: date, cause: UUID) -> None:
    """Forgets a household and tells each partner that holds its file; again changes nothing."""
    if not await run(tx, erasure.REMEMBER, id=household_id, erased_on=erased_on, now=tx.now):
        return
    # who is being received now is waited for, and looks again at what is erased once it has this lock
    await run(tx, LOCK, topic=INTEGRATION, key=str(household_id))
    gone = [
        *await run(tx, erasure.RECORDS, id=household_id),
        *await run(tx, erasure.QUARANTINE, id=household_id),
    ]
    if gone:
        partners, records = [row["partner_id"] for row in gone], [row["record_id"] for row in gone]
        await run(tx, erasure.SENT, partners=partners, records=records)
    await run(tx, erasure.FEED, id=household_id, case_ids=list(case_ids))
    await memory.forget(tx, household_id, list(case_ids))
    holders = await run(tx, erasure.HOLDERS, id=household_id)
    due_at = tx.now + ANSWER_TIME
    for row in holders:
        await run(
            tx,
            erasure.TELL,
            id=household_id,
            partner_id=row["partner_id"],
            refs=row["refs"],
            now=tx.now,
            due_at=due_at,
        )
    await feed.tell(tx, _items(holders, household_id, cause))
    if holders:
        key = str(household_id)
        await plan(tx, id=tx.new_id(), at=due_at - REMINDER_BEFORE, command=REMIND, key=key)
        await plan(tx, id=tx.new_id(), at=due_at, command=FORGET, key=key)


async def acknowledge(tx: Tx, partner_id: UUID, household_id: UUID) -> None:
    """The partner erased its copy: its reference is forgotten. Refused 404."""
    if await run_one(tx, erasure.ACKNOWLEDGE, id=household_id, partner_id=partner_id, now=tx.now) is None:
        raise Refused("unknown_erasure", "Cet effacement n’existe pas, ou ne vous concerne pas.", 404)
    await _forget(tx, household_id, partner_id)
    if not await run(tx, erasure.WAITING, id=household_id):
        await drop_all(tx, REMIND, str(household_id))
        await drop_all(tx, FORGET, str(household_id))


async def remind(tx: Tx, due: Due) -> None:
    """A week before the time is over, whoever has not answered is told again."""
    household_id = UUID(due.key)
    waiting = await run(tx, erasure.WAITING, id=household_id)
    await run(tx, erasure.REMINDED, id=household_id, now=tx.now)
    await feed.tell(tx, _items(waiting, household_id, due.id))


async def forget(tx: Tx, due: Due) -> None:
    """The time is over: the references go, answered for or not; the page shows who never did."""
    await _forget(tx, UUID(due.key), None)


async def _forget(tx: Tx, household_id: UUID, partner_id: UUID | None) -> None:
    await run(tx, erasure.FORGET_REFS, id=household_id, partner_id=partner_id)
    await run(tx, erasure.FORGOTTEN, id=household_id, partner_id=partner_id, now=tx.now)
    await run(tx, erasure.FORGET_WORDS, id=household_id, partner_id=partner_id)


def _items(holders: Sequence[Any], household_id: UUID, item_id: UUID) -> list[Item]:
    link = f"/integration/api/v1/erasures/{household_id}/ack"
    return [
        Item(row["partner_id"], item_id, ERASED, None, household_id, ref, link)
        for row in holders
        for ref in row["refs"]
    ]
