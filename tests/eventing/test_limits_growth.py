"""A long life costs no more per event: what one step reads is counted by the server, never timed.

The same step is done on a small and on a large table; rows read must be the same, but for a constant.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from eventing import breaker
from eventing.breaker import BreakerOpenError
from eventing.db import Database, Tx
from eventing.draining import drain
from eventing.due import BATCH, Due, run_due
from eventing.tail import LAST, known_among
from tests.conftest import MakeDatabase
from tests.eventing.conftest import TOPIC, Rig, prepare, say
from tests.world import Clock, memory_broker

READ = """
    SELECT COALESCE(sum(seq_tup_read + COALESCE(idx_tup_fetch, 0)), 0)::bigint FROM pg_stat_user_tables
"""
SMALL, LARGE = 1_000, 100_000
SPARE = 60
"""Rows that a step may read beside: the catalogue's own and what a bitmap looks at again."""


@pytest.fixture
async def one_session(make_database: MakeDatabase, clock: Clock) -> Any:
    """A database seen through one connection, so that its counters are complete."""
    opened = Database(make_database("eventing", prepare).app_url, clock.runtime(), max_size=1)
    await opened.open()
    yield opened
    await opened.close()


async def rows_read(database: Database, step: Callable[[], Awaitable[object]]) -> int:
    """How many rows the server read for it."""
    before = await counted(database)
    await step()
    return await counted(database) - before


async def counted(database: Database) -> int:
    async with database.transaction() as tx:
        await tx.connection.execute("SELECT pg_stat_force_next_flush()")
    async with database.transaction() as tx:
        await tx.connection.execute("SELECT pg_stat_clear_snapshot()")
        found = await tx.connection.fetchval(READ)
    return int(found)


async def execute(database: Database, *statements: tuple[Any, ...]) -> None:
    async with database.transaction() as tx:
        await tx.connection.execute("SET LOCAL statement_timeout = 0")
        for statement, *arguments in statements:
            await tx.connection.execute(statement, *arguments)


JOURNAL = """
    INSERT INTO event_log (id, event_id, topic, key, type, seq, recorded_at, actor, payload, "partition",
                           "offset")
    SELECT -n, gen_random_uuid(), $1, $2, 't', n, now(), 'system', '', 0, n
    FROM generate_series($3::bigint, $4::bigint) AS t(n)
"""
STREAM = """
    INSERT INTO stream (topic, key, seq) VALUES ($1, $2, $3)
    ON CONFLICT (topic, key) DO UPDATE SET seq = excluded.seq
"""
POSITION = """
    INSERT INTO stream_pos (consumer, topic, key, seq) VALUES ($1, $2, $3, $4)
    ON CONFLICT (consumer, topic, key) DO UPDATE SET seq = excluded.seq
"""
BEHIND = """
    INSERT INTO parked_event (consumer, topic, key, seq, event_id, partition, "offset", headers, payload)
    SELECT $1, $2, $3, n, '', 0, n, '[]', '' FROM generate_series($4::bigint, $5::bigint) AS t(n)
"""
PARKED = """
    INSERT INTO parked_key (consumer, topic, key, next_try_at, fingerprint, error)
    SELECT $1, $2, key, now() + $4::interval, 'f', 'e' FROM unnest($3::text[]) AS t(key)
    ON CONFLICT (consumer, topic, key) DO UPDATE SET next_try_at = excluded.next_try_at
"""
WAITING = """
    INSERT INTO outbox (event_id, topic, key, type, seq, recorded_at, actor, payload)
    SELECT gen_random_uuid(), $1, 'k' || n, 't', 1, now(), 'system', ''
    FROM generate_series(1, $2::bigint) AS t(n)
"""
LATE = """
    INSERT INTO due (id, at, command, topic, key, payload)
    SELECT gen_random_uuid(), $1::timestamptz - n * interval '1 second', 'lapse', $2, 'k' || n,
           jsonb_build_object('n', n)
    FROM generate_series(1, $3::bigint) AS t(n)
"""
"""Deadlines of as many aggregates, one a second, the last of them now."""
LONG_AGO, FAR_OFF = timedelta(days=-9999), timedelta(days=9999)


async def test_an_event_of_a_key_that_has_a_hundred_thousand_costs_what_it_cost_after_a_thousand(
    one_session: Database,
) -> None:
    rig, key = Rig(one_session, memory_broker()), uuid4()
    consumer = rig.policies.subscriber.consumer
    costs: list[int] = []

    async def one_event() -> None:
        await rig.say(key, 1)
        await rig.relay_all()
        await rig.consume(rig.policies)
        await rig.consume(rig.projections)

    first = 1
    for last in (SMALL, LARGE):
        await execute(
            one_session,
            (JOURNAL, TOPIC, str(key), first, last),
            (STREAM, TOPIC, str(key), last),
            *((POSITION, reader, TOPIC, str(key), last) for reader in (consumer, rig.projection.consumer)),
        )
        costs.append(await rows_read(one_session, one_event))
        assert (await rig.effects("policies", key))[-1] == last + 1
        assert (await rig.effects("projection", key))[-1] == last + 1
        first = last + 2
    assert costs[1] <= costs[0] + SPARE, costs


async def test_a_relay_that_starts_reads_a_long_journal_by_its_end_and_a_long_outbox_once(
    one_session: Database,
) -> None:
    """Ten minutes of arrears once held a relay for ever: each id of the log's end read the whole outbox."""
    strange, costs, first = [uuid4() for _ in range(20)], [], 1

    async def look() -> None:
        async with one_session.transaction() as tx:
            assert await tx.connection.fetchval(LAST, TOPIC, 0) == last
            assert await tx.connection.fetchval(LAST, TOPIC, 1) is None
            assert await known_among(tx.connection, strange) == set()

    for last in (SMALL, LARGE):
        await execute(
            one_session,
            (JOURNAL, TOPIC, "k", first, last),
            ("DELETE FROM outbox",),
            (WAITING, TOPIC, last),
        )
        costs.append(await rows_read(one_session, look) - last)
        first = last + 1
    assert costs[1] <= SMALL + SPARE, costs


def behind(key: UUID, consumer: str, first: int, last: int) -> list[tuple[Any, ...]]:
    """Events `first` to `last` of a key, parked."""
    return [
        (BEHIND, consumer, TOPIC, str(key), first, last),
        (PARKED, consumer, TOPIC, [str(key)], LONG_AGO),
    ]


async def test_a_try_at_a_parked_key_reads_its_first_event_only(one_session: Database) -> None:
    rig, key = Rig(one_session, memory_broker()), uuid4()
    subscriber, costs, first = rig.policies.subscriber, [], 1
    for last in (SMALL, LARGE):
        await execute(one_session, *behind(key, subscriber.consumer, first, last))
        costs.append(await rows_read(one_session, lambda: drain(one_session, subscriber)))
        first = last + 1
    assert costs[1] <= costs[0] + SPARE, costs
    assert costs[0] < SMALL


async def test_a_thousand_parked_keys_are_carried_and_one_more_stops_the_reader(database: Database) -> None:
    rig, key = Rig(database, memory_broker()), uuid4()
    consumer = rig.policies.subscriber.consumer
    keys = [f"k{n}" for n in range(breaker.MOST_PARKED_KEYS)]
    await execute(database, (PARKED, consumer, TOPIC, keys, FAR_OFF))
    await rig.say(key, 1)
    await rig.relay_all()
    await rig.consume(rig.policies)
    assert await rig.effects("policies", key) == [1]
    await execute(database, *behind(uuid4(), consumer, 1, 1))
    with pytest.raises(BreakerOpenError, match="1001 keys are parked"):
        await rig.policies.open()


async def test_a_hundred_thousand_late_deadlines_are_done_by_the_batch_oldest_first_each_once(
    database: Database, clock: Clock
) -> None:
    done: list[int] = []

    async def lapse(tx: Tx, due: Due) -> None:
        done.append(due.payload["n"])

    await execute(database, (LATE, clock.at, TOPIC, LARGE))
    commission, ran = uuid4(), 0
    for round_number in range(1, 6):
        counts = await asyncio.gather(*[run_due(database, {"lapse": lapse}) for _ in range(2)])
        await asyncio.wait_for(say(database, commission, round_number), 10)
        assert max(counts) <= BATCH
        ran += sum(counts)
    assert len(done) == ran >= 5 * BATCH
    assert len(done) == len(set(done)), "nothing twice"
    assert sorted(done, reverse=True) == list(range(LARGE, LARGE - len(done), -1)), "the oldest are done"
    assert max(abs(n - (LARGE - place)) for place, n in enumerate(done)) <= BATCH


async def test_a_round_of_deadlines_reads_no_more_when_many_are_late(
    one_session: Database, clock: Clock
) -> None:
    async def lapse(tx: Tx, due: Due) -> None:
        """Nothing to do."""

    costs = []
    for count in (SMALL, LARGE):
        await execute(one_session, ("DELETE FROM due",), (LATE, clock.at, TOPIC, count))
        costs.append(await rows_read(one_session, lambda: run_due(one_session, {"lapse": lapse})))
    assert costs[1] <= costs[0] + SPARE, costs


async def test_deadlines_that_fail_let_the_next_ones_pass(database: Database, clock: Clock) -> None:
    done: list[int] = []

    async def lapse(tx: Tx, due: Due) -> None:
        if due.payload["n"] > SMALL - 2 * BATCH:
            raise RuntimeError("bad")
        done.append(due.payload["n"])

    await execute(database, (LATE, clock.at, TOPIC, SMALL))
    assert [await run_due(database, {"lapse": lapse}) for _ in range(3)] == [0, 0, BATCH]
    assert done == list(range(SMALL - 2 * BATCH, SMALL - 3 * BATCH, -1))
    clock.at += timedelta(minutes=1)
    assert await run_due(database, {"lapse": lapse}) == BATCH, (
        "those put off stand behind those that were late"
    )
