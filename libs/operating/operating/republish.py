"""An empty Kafka is filled again: facts from the journal, as they were; the latest records from the tables.

Same ids, numbers, times and order per key, in a new epoch. The relay waits meanwhile. Killed anywhere, it
goes on: what was sent but not noted goes again, as an exact duplicate.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any
from uuid import UUID, uuid5

from contracts.event import Fact
from contracts.topics import TOPICS
from eventing.broker import Position, Producer
from eventing.db import Tx
from eventing.epochs import FIRST
from eventing.faults import fault
from eventing.leader import kept_alive, lock_number
from eventing.subscription import Latest
from eventing.tail import LogDiffersError, between, journalled, tails, unheard
from operating.service import Service

Say = Callable[[str], None]
Bounds = Mapping[Position, tuple[int, int]]
BATCH = 1000
TAKING_SECONDS = 3.0
SEND_OFF = """
    SELECT pg_terminate_backend(pid) FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid::bigint = $1 AND objsubid = 1
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
"""A relay with nothing to say notices no loss, and would keep its lock for ever."""
NAMESPACE = UUID("6f0e0f0e-5e01-4c0d-9c51-0c1d1a7e0001")
"""Of the ids of records made from tables: the same record in the same epoch has the same id."""
STATE = "SELECT epoch, again_to FROM log_epoch WHERE topic = $1"
BEGIN = """
    INSERT INTO log_epoch (topic, epoch, again_to) VALUES ($1, 2, 0)
    ON CONFLICT (topic) DO UPDATE SET epoch = log_epoch.epoch + 1, again_to = 0
"""
NOTE = "UPDATE log_epoch SET again_to = $2 WHERE topic = $1"
NEXT = f"""
    SELECT id, event_id, topic, key, type, seq, recorded_at, actor, correlation, causation, extra, payload
    FROM event_log WHERE topic = $1 AND id > $2 ORDER BY id LIMIT {BATCH}
"""  # noqa: S608 - names of ours only, values are bound
MOVE = """
    UPDATE event_log SET "partition" = sent.p, "offset" = sent.o
    FROM unnest($1::bigint[], $2::int[], $3::bigint[]) AS sent(id, p, o) WHERE event_log.id = sent.id
"""
NOTED = 'SELECT "partition", max("offset") FROM event_log WHERE topic = $1 AND id <= $2 GROUP BY 1'
HIGHEST = "SELECT COALESCE(max(epoch), 1) FROM log_epoch WHERE topic = ANY($1::text[])"
COUNT = "SELECT count(*) FROM event_log WHERE topic = $1"
READERS = "of {group}: delete that group's offsets first, or it would skip what it has not read"


@asynccontextmanager
async def alone(service: Service) -> AsyncIterator[Any]:
    """The right to write to this service's topics, taken from the relay that has it: it asks for it again."""
    async with AsyncExitStack() as stack:
        while True:
            async with service.database.transaction() as tx:
                await tx.connection.fetch(SEND_OFF, lock_number(f"{service.name} relay"))
            with suppress(TimeoutError):
                async with asyncio.timeout(TAKING_SECONDS):
                    connection = await stack.enter_async_context(service.relay.leading_alone())
                break
        yield connection


async def republish(service: Service, say: Say = lambda _: None) -> dict[str, int]:
    """Fills each empty topic of the service; records sent by topic, none where nothing was lost.

    Raises LogDiffersError when a topic is neither empty nor what the journal tells; ConnectionError while
    Kafka is away: run it again.
    """
    sent = {}
    async with alone(service) as connection:
        producer = await service.broker.producer()
        try:
            for topic in journalled(service.name):
                if await _needed(service, connection, topic):
                    sent[topic] = await _journal(service, connection, producer, topic, say)
            for topic, latest in service.latest.items():
                if await _needed(service, connection, topic):
                    sent[topic] = await _tables(service, connection, producer, topic, latest)
                    say(f"{topic}: {sent[topic]}")
        finally:
            await producer.close()
    return sent


async def _needed(service: Service, connection: Any, topic: str) -> bool:
    """Whether this topic is to be filled, from its beginning or from where it was left."""
    places = [(topic, n) for n in range(await service.broker.partitions(topic))]
    async with kept_alive(connection):
        bounds = await service.broker.bounds(places)
    state = await connection.fetchrow(STATE, topic)
    begun = state is not None and state["again_to"] is not None
    if begun:
        noted = await connection.fetch(NOTED, topic, state["again_to"])
        if all(row[1] < bounds[(topic, row[0])][1] for row in noted):
            return True
    if not (begun or await _lost(service, connection, topic, bounds)):
        return False
    if not TOPICS[topic].compacted and any(end > first for first, end in bounds.values()):
        await _empty(service, connection, topic, bounds)
    await _refuse_offsets(service, topic, bounds)
    await connection.execute(BEGIN, topic)
    return True


async def _lost(service: Service, connection: Any, topic: str, bounds: Bounds) -> bool:
    """Whether the log lacks what the journal has; a compacted one, when it is empty or others were lost."""
    if TOPICS[topic].compacted:
        state = await connection.fetchrow(STATE, topic)
        highest = await connection.fetchval(HIGHEST, journalled(service.name))
        return (state["epoch"] if state else FIRST) < highest or all(end == 0 for _, end in bounds.values())
    try:
        async with kept_alive(connection):
            await tails(connection, service.broker, topic)
    except LogDiffersError:
        return True
    return False


async def _empty(service: Service, connection: Any, topic: str, bounds: Bounds) -> None:
    """A living relay may have written before it saw the loss: that goes, when the database has it all."""
    async with kept_alive(connection):
        async for records in between(service.broker, bounds):
            if await unheard(connection, service.name, records):
                raise LogDiffersError(f"{topic} is not empty, and holds facts that the journal does not know")
        await service.broker.empty(topic)


async def _refuse_offsets(service: Service, topic: str, bounds: Bounds) -> None:
    """A group that goes on in the middle of the new log would skip what it never read of the old one."""
    for reader in TOPICS[topic].readers:
        group = f"{reader}.policies"
        known = await service.broker.committed(group)
        if any(offset > bounds[place][1] for place, offset in known.items() if place in bounds):
            raise LogDiffersError(f"{topic} is empty but for the offsets {READERS.format(group=group)}")


async def _journal(service: Service, connection: Any, producer: Producer, topic: str, say: Say) -> int:
    await service.relay.read_epochs(connection)
    whole = await connection.fetchval(COUNT, topic)
    reached, sent = (await connection.fetchrow(STATE, topic))["again_to"], 0
    while rows := await connection.fetch(NEXT, topic, reached):
        async with kept_alive(connection):
            places = await producer.publish([service.relay.outgoing(row) for row in rows])
        fault("republish.sent_before_noted")
        reached = rows[-1]["id"]
        async with connection.transaction():
            await connection.execute(
                MOVE, [row["id"] for row in rows], [p for p, _ in places], [o for _, o in places]
            )
            await connection.execute(NOTE, topic, reached)
        fault("republish.noted")
        sent += len(rows)
        say(f"{topic}: {sent} of {whole}")
    await connection.execute(NOTE, topic, None)
    return sent


async def _tables(service: Service, connection: Any, producer: Producer, topic: str, latest: Latest) -> int:
    await service.relay.read_epochs(connection)
    async with kept_alive(connection), service.database.read() as tx:
        rows = [_row(tx, fact, service.relay.epochs.get(topic, FIRST)) for fact in await latest(tx)]
    async with kept_alive(connection):
        for start in range(0, len(rows), BATCH):
            await producer.publish([service.relay.outgoing(row) for row in rows[start : start + BATCH]])
    await connection.execute(NOTE, topic, None)
    return len(rows)


def _row(tx: Tx, fact: Fact, epoch: int) -> Mapping[str, Any]:
    payload = fact.dump()
    return {
        "event_id": uuid5(NAMESPACE, f"{fact.TOPIC}/{fact.key}/{epoch}/{payload!r}"),
        "topic": fact.TOPIC,
        "key": fact.key,
        "type": fact.TYPE,
        "seq": None,
        "recorded_at": tx.now,
        "actor": "system",
        "correlation": None,
        "causation": None,
        "extra": None,
        "payload": payload,
    }
