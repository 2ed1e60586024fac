"""What an operator does about failed events: asked once, written with who and why, worked off one by one.

An act holds what was there when it was asked, and nothing that came after. Replay and discard go event by
event, each in a transaction of its own: a process that dies leaves the rest in the act's rows, and any
replica goes on from there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text

from contracts.refusal import Refused
from eventing.breaker import TRY_NOW
from eventing.db import Database, Tx, is_transient, run, run_one
from eventing.draining import go_on, pass_over, put_off, take_up
from eventing.faults import fault
from eventing.parking import LOCK_KEY, NEXT_EVENT
from eventing.subscriber import Subscriber
from operating.failed import PICKED, UNDECODABLE

REASON_LENGTH = 500
NO_REASON = "Dites pourquoi\u00a0: cette raison est gardée avec l’acte."

NEW_ACT = text(
    """
    INSERT INTO operator_act (id, at, actor, action, consumer, fingerprint, reason, asked)
    VALUES (:id, :now, :actor, :action, :consumer, :fingerprint, :reason, :asked)
    """
)
NEW_ITEMS = text(
    """
    INSERT INTO operator_act_event (act, n, topic, key, event_id, partition, "offset")
    SELECT CAST(:act AS uuid), n, topic, key, event_id, partition, "offset" FROM parked_event
    WHERE n = ANY(CAST(:numbers AS bigint[]))
    """
)
ARCHIVE = text(
    """
    UPDATE parked_event SET archived_at = CAST(:at AS timestamptz)
    WHERE n = ANY(CAST(:numbers AS bigint[]))
      AND (archived_at IS NULL) = (CAST(:at AS timestamptz) IS NOT NULL)
    RETURNING n
    """
)
TRY_SOON = text(
    """
    UPDATE parked_key AS k SET next_try_at = :now FROM parked_event AS e
    WHERE e.n = ANY(CAST(:numbers AS bigint[]))
      AND (k.consumer, k.topic, k.key) = (e.consumer, e.topic, e.key)
    """
)
SETTLE = text(
    """
    UPDATE operator_act_event SET outcome = :outcome, done_at = :now
    WHERE act = CAST(:act AS uuid) AND n = ANY(CAST(:numbers AS bigint[])) AND outcome IS NULL
    """
)
SETTLE_REST = text(
    """
    UPDATE operator_act_event SET outcome = 'gone', done_at = :now
    WHERE act = CAST(:act AS uuid) AND outcome IS NULL
    """
)
OLDEST = text(
    """
    SELECT id, action FROM operator_act AS a
    WHERE EXISTS (SELECT FROM operator_act_event WHERE act = a.id AND outcome IS NULL)
    ORDER BY at, id LIMIT 1
    """
)
NEXT = text(
    """
    SELECT e.act, e.n, e.topic, e.key, p.consumer
    FROM operator_act_event AS e LEFT JOIN parked_event AS p ON p.n = e.n
    WHERE e.act = CAST(:act AS uuid) AND e.outcome IS NULL ORDER BY e.n LIMIT 1
    """
)
FIND = text(
    """
    SELECT n, consumer, topic, key, seq, partition, "offset", headers, payload FROM parked_event
    WHERE n = CAST(:n AS bigint)
    """
)
IN_ACT = text(
    """
    SELECT n FROM operator_act_event
    WHERE act = CAST(:act AS uuid) AND n = CAST(:n AS bigint) AND outcome IS NULL
    """
)


class Action(StrEnum):
    """What may be done about failed events."""

    REPLAY = "replay"
    ARCHIVE = "archive"
    RESTORE = "restore"
    DISCARD = "discard"


@dataclass(frozen=True)
class Choice:
    """What an act is about: events by number, or all that a group holds now, set aside or not."""

    numbers: Sequence[int] = ()
    group_id: str | None = None
    archived: bool = False


async def ask(tx: Tx, action: Action, choice: Choice, reason: str) -> UUID:
    """Writes an act by the transaction's author on what is there now; its id.

    Replay and discard are left to `work_off`; archive and restore are done here. Of a group, only what has
    failed is discarded: what waits behind it goes on. Raises Refused without reason or when nothing is there.
    """
    if not reason.strip():
        raise Refused("reason_missing", NO_REASON, 409)
    picked = await run(
        tx, PICKED, numbers=list(choice.numbers), group_id=choice.group_id, archived=choice.archived
    )
    if action is Action.DISCARD and choice.group_id:
        picked = [row for row in picked if row["failed"]]
    if not picked:
        raise Refused("nothing_there", "Il n’y a plus rien à traiter ici : tout est déjà fait.", 409)
    numbers = [row["n"] for row in picked]
    causes = {row["fingerprint"] for row in picked}
    consumers = ", ".join(sorted({row["consumer"] for row in picked}))
    cause = causes.pop() if len(causes) == 1 else None
    act_id = await _write(tx, action.value, consumers, cause, reason, len(picked))
    await run(tx, NEW_ITEMS, act=act_id, numbers=numbers)
    if action in (Action.ARCHIVE, Action.RESTORE):
        await _move(tx, act_id, action, numbers)
    return act_id


async def _write(tx: Tx, action: str, consumer: str, cause: str | None, reason: str, asked: int) -> UUID:
    act_id, why = tx.new_id(), reason.strip()[:REASON_LENGTH]
    who = {"id": act_id, "now": tx.now, "actor": tx.actor, "reason": why}
    await run(tx, NEW_ACT, **who, action=action, consumer=consumer, fingerprint=cause, asked=asked)
    return act_id


async def _move(tx: Tx, act_id: UUID, action: Action, numbers: Sequence[int]) -> None:
    at = tx.now if action is Action.ARCHIVE else None
    moved = [row["n"] for row in await run(tx, ARCHIVE, at=at, numbers=numbers)]
    if action is Action.RESTORE:
        await run(tx, TRY_SOON, now=tx.now, numbers=moved)
    await run(tx, SETTLE, act=act_id, numbers=moved, outcome="done", now=tx.now)
    await run(tx, SETTLE_REST, act=act_id, now=tx.now)


async def resume(tx: Tx, consumer: str, reason: str) -> None:
    """Lets a consumer that has stopped try again now. Raises Refused when it has not stopped."""
    if not reason.strip():
        raise Refused("reason_missing", NO_REASON, 409)
    if await run_one(tx, TRY_NOW, consumer=consumer, now=tx.now) is None:
        raise Refused("not_stopped", "Cette lecture n’est pas arrêtée.", 409)
    await _write(tx, "resume", consumer, None, reason, 0)


async def work_off(database: Database, subscribers: Mapping[str, Subscriber]) -> int:
    """Does one event of the oldest act that has some left; 1 if there was one, 0 otherwise."""
    event: Any = None
    act: Any = None
    tries = 0
    try:
        async with database.transaction() as tx:
            act = await run_one(tx, OLDEST)
            left = await run_one(tx, NEXT, act=act["id"]) if act else None
            if act is None or left is None:
                return 0
            event, tries, outcome = await _claim(tx, left)
            fault("act.claimed")
            if event is not None:
                await _do(tx, act["action"], event, subscribers)
            fault("act.done_before_settled")
            number = left["n"] if event is None else event["n"]
            await run(tx, SETTLE, act=act["id"], numbers=[number], outcome=outcome, now=tx.now)
        fault("act.settled")
    except Exception as error:
        if event is None or is_transient(error):
            raise
        await _failed(database, act["id"], event, tries, error)
    return 1


async def _claim(tx: Tx, left: Any) -> tuple[Any, int, str]:
    """The event to take up with its key locked and the key's tries; or none, and what became of it."""
    if left["consumer"] is None:
        return None, 0, "gone"
    place = {"consumer": left["consumer"], "topic": left["topic"], "key": left["key"]}
    locked = await run_one(tx, LOCK_KEY, **place)
    tries = locked["tries"] if locked else 0
    event = await run_one(tx, FIND, n=left["n"])
    if event is None or await run_one(tx, IN_ACT, act=left["act"], n=left["n"]) is None:
        return None, 0, "gone"
    first = await run_one(tx, NEXT_EVENT, **place)
    if first is None or first["n"] == event["n"] or event["key"].startswith(UNDECODABLE):
        return event, tries, "done"
    if await run_one(tx, IN_ACT, act=left["act"], n=first["n"]):
        return first, tries, "done"
    return None, 0, "behind"


async def _do(tx: Tx, action: str, event: Any, subscribers: Mapping[str, Subscriber]) -> None:
    if action == Action.DISCARD:
        await pass_over(tx, event)
    elif (subscriber := subscribers.get(event["consumer"])) is None:
        raise LookupError("no such consumer any more")
    else:
        await take_up(tx, subscriber, event)
    await go_on(tx, event["consumer"], event["topic"], event["key"])


async def _failed(database: Database, act_id: UUID, event: Any, tries: int, error: Exception) -> None:
    async with database.transaction() as tx:
        place = {"consumer": event["consumer"], "topic": event["topic"], "key": event["key"]}
        await run_one(tx, LOCK_KEY, **place)
        if await run_one(tx, FIND, n=event["n"]):
            await put_off(tx, event, tries, error)
        await run(tx, SETTLE, act=act_id, numbers=[event["n"]], outcome="failed", now=tx.now)
