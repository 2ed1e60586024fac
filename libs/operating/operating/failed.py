"""What could not be applied, as a work list: groups of one cause, what each holds, one event, past acts.

An event is *failed* when it is the first of its parked key; those behind it wait, in order, and have not
been tried. Undecodable records have no order: each is failed. A group has one consumer, one cause (class of
the error and place) and one type, that of the failed event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from contracts.refusal import Refused
from eventing.db import Tx, run, run_one

SHOWN = 100
"""Events of a group on one page, and past acts."""
UNDECODABLE = "~undecodable/"
ITEMS = r"""
    WITH event AS (
        SELECT n, consumer, topic, key, seq, event_id, partition, "offset", parked_at, archived_at, tries,
               last_tried_at, first_value(n) OVER (PARTITION BY consumer, topic, key
                                                   ORDER BY seq NULLS LAST, n) AS head
        FROM parked_event
    ), head AS MATERIALIZED (
        SELECT head, COALESCE((SELECT substring(h ->> 1 FROM '^seuil\.[a-z_]+\.[a-z_]+\.v[0-9]+$')
                               FROM parked_event, jsonb_array_elements(headers) AS h
                               WHERE n = head AND h ->> 0 = 'ce_type' LIMIT 1), '') AS type
        FROM (SELECT DISTINCT head FROM event) AS heads
    ), item AS (
        SELECT event.*, type, COALESCE(fingerprint, '?') AS fingerprint, COALESCE(error, '?') AS error,
               next_try_at, n = head OR starts_with(key, '~undecodable/') AS failed,
               archived_at IS NOT NULL AS archived,
               md5(concat_ws(' ', consumer, COALESCE(fingerprint, '?'), type)) AS group_id
        FROM event JOIN head USING (head)
        LEFT JOIN (SELECT consumer, topic, key, fingerprint, error, next_try_at FROM parked_key) AS k
             USING (consumer, topic, key)
    )
"""
GROUPS = text(
    ITEMS  # noqa: S608 - words of ours only, values are bound
    + """
    SELECT group_id, consumer, fingerprint, error, type, archived, count(*) AS events,
           count(*) FILTER (WHERE failed) AS failed, count(DISTINCT (topic, key)) AS keys,
           min(parked_at) AS first, max(parked_at) AS last, max(tries) AS tries,
           max(last_tried_at) AS last_tried_at, min(next_try_at) AS next_try_at
    FROM item GROUP BY group_id, consumer, fingerprint, error, type, archived
    ORDER BY archived, last DESC, group_id
    """
)
OF_GROUP = text(
    ITEMS  # noqa: S608 - words of ours only, values are bound
    + """
    SELECT * FROM item WHERE group_id = :group_id AND archived = CAST(:archived AS bool)
    ORDER BY topic, key, seq NULLS LAST, n LIMIT CAST(:most AS int) OFFSET CAST(:past AS int)
    """
)
PICKED = text(
    ITEMS  # noqa: S608 - words of ours only, values are bound
    + """
    SELECT n, consumer, topic, key, event_id, partition, "offset", fingerprint, failed FROM item
    WHERE n = ANY(CAST(:numbers AS bigint[]))
       OR (group_id = CAST(:group_id AS text) AND archived = CAST(:archived AS bool)) ORDER BY n
    """
)
ONE = text(
    ITEMS  # noqa: S608 - words of ours only, values are bound
    + """
    SELECT item.*, full_event.headers, full_event.payload
    FROM item JOIN parked_event AS full_event USING (n) WHERE n = CAST(:n AS bigint)
    """
)
ACTS = text(
    """
    SELECT a.*, count(e.n) FILTER (WHERE outcome IS NULL) AS left_to_do,
           count(*) FILTER (WHERE outcome = 'done') AS done,
           count(*) FILTER (WHERE outcome = 'failed') AS failed,
           count(*) FILTER (WHERE outcome = 'behind') AS behind,
           count(*) FILTER (WHERE outcome = 'gone') AS gone, max(done_at) AS ended_at
    FROM operator_act AS a LEFT JOIN operator_act_event AS e ON e.act = a.id
    WHERE CAST(:id AS uuid) IS NULL OR a.id = CAST(:id AS uuid)
    GROUP BY a.id ORDER BY a.at DESC, a.id LIMIT CAST(:most AS int)
    """
)
OF_ACT = text(
    """
    SELECT e.*, p.n IS NOT NULL AS still_there
    FROM operator_act_event AS e LEFT JOIN parked_event AS p ON p.n = e.n
    WHERE act = CAST(:act AS uuid) ORDER BY outcome = 'done', e.n LIMIT CAST(:most AS int)
    """
)
OF_EVENT = text(
    """
    SELECT a.id, a.at, a.actor, a.action, a.reason, e.outcome, e.done_at
    FROM operator_act_event AS e JOIN operator_act AS a ON a.id = e.act
    WHERE e.n = CAST(:n AS bigint) ORDER BY a.at DESC, a.id
    """
)
TOO_OLD = text(
    ITEMS  # noqa: S608 - words of ours only, values are bound
    + "SELECT n FROM item WHERE failed AND archived_at < :before ORDER BY n LIMIT 1000"
)
STOPPED = text("SELECT consumer, opened_at, cause, next_try_at, tries FROM breaker ORDER BY consumer")


@dataclass(frozen=True)
class Group:
    """One cause. `failed` of its `events` were tried, the others wait behind them, on `keys` streams."""

    group_id: str
    consumer: str
    fingerprint: str
    error: str
    type: str
    archived: bool
    events: int
    failed: int
    keys: int
    first: datetime
    last: datetime
    tries: int
    last_tried_at: datetime | None
    next_try_at: datetime | None


async def groups(tx: Tx) -> list[Group]:
    """Every group, those set aside after the others, the latest first."""
    return [Group(**dict(row)) for row in await run(tx, GROUPS)]


async def group(tx: Tx, group_id: str, archived: bool) -> Group:
    """One of them. Raises Refused 404 when nothing of it is left."""
    found = [g for g in await groups(tx) if (g.group_id, g.archived) == (group_id, archived)]
    if not found:
        raise Refused("group_gone", "Ce groupe n’a plus d’événement : tout est traité.", 404)
    return found[0]


async def events_of(tx: Tx, group_id: str, archived: bool, most: int = SHOWN, past: int = 0) -> Sequence[Any]:
    """Events of a group, by stream and in order."""
    return await run(tx, OF_GROUP, group_id=group_id, archived=archived, most=most, past=past)


async def one(tx: Tx, number: int) -> Any:
    """An event with its headers and bytes. Raises Refused 404 when it was taken up or given up."""
    row = await run_one(tx, ONE, n=number)
    if row is None:
        raise Refused("event_gone", "Cet événement n’attend plus : il a été rejoué ou abandonné.", 404)
    return row


async def acts(tx: Tx, most: int = SHOWN) -> Sequence[Any]:
    """What operators did, the latest first, with what became of it."""
    return await run(tx, ACTS, id=None, most=most)


async def act(tx: Tx, act_id: UUID) -> Any:
    """One act and how far it is. Raises Refused 404."""
    row = await run_one(tx, ACTS, id=act_id, most=1)
    if row is None:
        raise Refused("not_found", "Cet acte n’existe pas, ou plus.", 404)
    return row


async def events_of_act(tx: Tx, act_id: UUID, most: int = SHOWN) -> Sequence[Any]:
    """What an act touched: what is left or went wrong first."""
    return await run(tx, OF_ACT, act=act_id, most=most)


async def acts_on(tx: Tx, number: int) -> Sequence[Any]:
    """Every act on one event, the latest first."""
    return await run(tx, OF_EVENT, n=number)


async def stopped(tx: Tx) -> Sequence[Any]:
    """Consumers that have stopped reading, and why."""
    return await run(tx, STOPPED)
