"""Sessions stepped by hand on real PostgreSQL: each race is held open where it hurts, then let go.

Nobody sleeps: a handler waits at a gate, and a session that must wait is seen waiting in pg_stat_activity.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from eventing import leader
from eventing.applying import park
from eventing.broker import Record
from eventing.consumer import CursorMovedError
from eventing.db import Database, Tx
from eventing.draining import drain
from eventing.due import Due, drop, plan, run_due
from eventing.leader import leadership
from eventing.memory import MemoryBroker
from eventing.outbox import append, lock_stream
from eventing.reading import hear
from eventing.relay import MOVE, SELECT
from tests.eventing.conftest import TOPIC, Rig, lapsed, say
from tests.eventing.test_behaviour import release
from tests.eventually import eventually
from tests.world import Clock, memory_broker

WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND state = 'active'
"""


async def waits(database: Database, sessions: int = 1) -> None:
    """Returns once that many sessions wait for a lock of another."""

    async def seen() -> bool:
        async with database.read() as tx:
            return bool(await tx.connection.fetchval(WAITING) == sessions)

    await eventually(seen, within=10, every=0.01)


@dataclass
class Gate:
    """A place where the first one to come stays until the gate is opened."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    async def passes(self) -> None:
        if not self.reached.is_set():
            self.reached.set()
            await asyncio.wait_for(self.opened.wait(), 10)


class Stepped(Rig):
    """A rig whose handlers stay at gates."""

    gates: dict[int, Gate] = {}  # noqa: RUF012 - set per test

    async def _note(self, tx: Tx, event: Any, consumer: str) -> None:
        if gate := self.gates.get(event.fact.registration_id.int & 0xFFFF):
            await gate.passes()
        await super()._note(tx, event, consumer)

    def gate(self, number: int) -> Gate:
        self.gates = {**self.gates, number: Gate()}
        return self.gates[number]

    def records(self, key: UUID) -> Sequence[Record]:
        assert isinstance(self.broker, MemoryBroker)
        return [r for log in self.broker.log.values() for r in log if r.key == str(key).encode()]


@pytest.fixture
def rig(database: Database) -> Stepped:
    return Stepped(database, memory_broker())


@asynccontextmanager
async def at_work(*work: Any) -> AsyncIterator[list[asyncio.Task[Any]]]:
    """Runs beside the block, and is waited for at its end."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        yield tasks
        async with asyncio.timeout(20):
            await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        for task in tasks:
            task.cancel()


async def test_a_transaction_numbered_early_does_not_go_first(rig: Stepped) -> None:
    commission = uuid4()
    rig.keys.add(str(commission))
    async with rig.database.transaction() as early:
        await early.connection.fetchval("SELECT pg_current_xact_id()")
        await rig.say(commission, 1)
        assert await rig.relay_all() == 1, "an old open transaction holds nothing back"
        await rig.say(commission, 2)
        await lock_stream(early, TOPIC, str(commission))
        await append(early, lapsed(commission, 3))
    async with rig.database.read() as tx:
        by_number = await tx.connection.fetch("SELECT seq FROM outbox ORDER BY xmin::text::bigint, id")
        by_id = await tx.connection.fetch("SELECT seq FROM outbox ORDER BY id")
    assert [row["seq"] for row in by_number] == [3, 2], "the trap is set"
    assert [row["seq"] for row in by_id] == [2, 3]
    await rig.relay_all()
    await rig.consume(rig.policies)
    assert await rig.effects("policies", commission) == [1, 2, 3]


async def test_a_stopped_relay_is_replaced_and_can_only_send_again(
    rig: Stepped, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leader, "IDLE", "400ms")
    commission = uuid4()
    await rig.say(commission, 1, 2)
    producer = await rig.broker.producer()
    async with leadership(rig.database, "relay") as stopped:
        batch = await stopped.fetch(SELECT)
        async with asyncio.timeout(10), leadership(rig.database, "relay") as next_one:
            await rig.say(commission, 3)
            assert await rig.relay.pump(next_one, producer) == 3
        places = await producer.publish([rig.relay.outgoing(row) for row in batch])
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            await stopped.execute(
                MOVE,
                [row["id"] for row in batch],
                [p for p, _ in places],
                [o for _, o in places],
                [True, True],
            )
    assert [hear(record).seq for record in rig.records(commission)] == [1, 2, 3, 1, 2]
    assert await rig.value("SELECT array_agg(seq ORDER BY id) FROM event_log") == [1, 2, 3]
    await rig.consume(rig.policies)
    await rig.consume(rig.projections)
    assert await rig.effects("policies", commission) == [1, 2, 3]
    assert await rig.effects("projection", commission) == [1, 2, 3]


async def test_a_member_that_lost_its_partition_is_waited_for_and_nothing_is_done_twice(rig: Stepped) -> None:
    commission = uuid4()
    await rig.say(commission, 1, 2, 3)
    await rig.relay_all()
    gate, owner = rig.gate(2), rig.policy_consumer()
    async with at_work(rig.policies.consume(rig.policies.subscriber, rig.records(commission)[:2])) as old:
        await gate.reached.wait()
        async with at_work(owner.consume(owner.subscriber, rig.records(commission))) as new:
            await waits(rig.database)
            assert await rig.effects("policies", commission) == []
            gate.opened.set()
        assert new[0].exception() is None
    assert old[0].exception() is None
    assert await rig.effects("policies", commission) == [1, 2, 3]
    assert (rig.policies.counts.applied, owner.counts.applied) == (2, 1)


async def test_what_a_lost_member_parks_stays_before_what_follows(rig: Stepped) -> None:
    commission = uuid4()
    await rig.say(commission, 1, 2)
    await rig.relay_all()
    first, owner = rig.records(commission)[0], rig.policy_consumer()
    async with rig.policies.transaction(rig.policies.subscriber, [first]) as tx:
        await park(tx, rig.policies.subscriber, rig.name, hear(first), RuntimeError("poison"))
        owning = asyncio.ensure_future(owner.consume(owner.subscriber, rig.records(commission)))
        await waits(rig.database)
    await owning
    assert await rig.effects("policies", commission) == []
    assert await rig.value("SELECT array_agg(seq ORDER BY n) FROM parked_event") == [1, 2]
    await release(rig)
    assert await rig.effects("policies", commission) == [1, 2]


async def test_a_second_builder_waits_at_the_cursor_and_reads_it_again(rig: Stepped) -> None:
    commission = uuid4()
    await rig.say(commission, 1, 2, 3)
    await rig.relay_all()
    gate, other = rig.gate(2), Stepped(rig.database, rig.broker, keys=rig.keys, name=rig.name)
    mine, theirs = await rig.projections.open(), await other.projections.open()
    async with at_work(rig.projections.step(mine, 0)) as old:
        await gate.reached.wait()
        async with at_work(other.projections.step(theirs, 0)) as new:
            await waits(rig.database)
            gate.opened.set()
        assert isinstance(new[0].exception(), CursorMovedError)
    assert old[0].exception() is None
    await other.consume(other.projections)
    assert await rig.effects("projection", commission) == [1, 2, 3]


async def test_what_comes_while_its_key_is_drained_waits_and_keeps_its_order(rig: Stepped) -> None:
    commission = uuid4()
    rig.poison = {1}
    await rig.say(commission, 1)
    await rig.relay_all()
    await rig.consume(rig.policies)
    rig.poison.clear()
    await rig.say(commission, 2, 3)
    await rig.relay_all()
    await ready(rig)
    gate = rig.gate(1)
    async with at_work(drain(rig.database, rig.policies.subscriber)):
        await gate.reached.wait()
        late = rig.records(commission)[1:]
        async with at_work(rig.policies.consume(rig.policies.subscriber, late)) as arriving:
            await waits(rig.database)
            gate.opened.set()
        assert arriving[0].exception() is None
    await release(rig)
    assert await rig.effects("policies", commission) == [1, 2, 3]
    assert await rig.value("SELECT count(*) FROM parked_event") == 0


async def ready(rig: Rig) -> None:
    async with rig.database.transaction() as tx:
        await tx.connection.execute("UPDATE parked_key SET next_try_at = $1", tx.now)


async def test_a_key_to_which_something_comes_is_not_drained_meanwhile(rig: Stepped) -> None:
    parked, other = one_partition()
    rig.poison = {1}
    await rig.say(parked, 1)
    await rig.relay_all()
    await rig.consume(rig.policies)
    rig.poison.clear()
    await ready(rig)
    await rig.say(parked, 2)
    await rig.say(other, 9)
    await rig.relay_all()
    gate = rig.gate(9)
    chunk = [*rig.records(parked)[1:], *rig.records(other)]
    async with at_work(rig.policies.consume(rig.policies.subscriber, chunk)):
        await gate.reached.wait()
        assert await drain(rig.database, rig.policies.subscriber) == 0
        gate.opened.set()
    await release(rig)
    assert await rig.effects("policies", parked) == [1, 2]


def one_partition() -> tuple[UUID, UUID]:
    """Two keys of one partition, so that one chunk may hold both."""
    broker = memory_broker()
    first = uuid4()
    while True:
        second = uuid4()
        places = {broker_partition(broker, str(key)) for key in (first, second)}
        if len(places) == 1:
            return first, second


def broker_partition(broker: MemoryBroker, key: str) -> int:
    return zlib.crc32(key.encode()) % broker._partitions[TOPIC]


async def test_a_command_waits_for_a_deadline_on_its_aggregate(database: Database, clock: Clock) -> None:
    commission, gate = uuid4(), Gate()

    async def lapse(tx: Tx, due: Due) -> None:
        await gate.passes()
        await append(tx, lapsed(UUID(due.key), 1))

    await planned(database, commission)
    clock.advance(hours=1)
    async with at_work(run_due(database, {"lapse": lapse})) as running:
        await gate.reached.wait()
        async with at_work(say(database, commission, 2)):
            await waits(database)
            gate.opened.set()
    assert running[0].result() == 1
    assert await numbers(database) == [1, 2]


async def planned(database: Database, commission: UUID) -> UUID:
    async with database.transaction() as tx:
        found, at = tx.new_id(), tx.now + timedelta(minutes=30)
        await plan(tx, id=found, at=at, command="lapse", topic=TOPIC, key=str(commission))
    return found


async def numbers(database: Database) -> list[int]:
    """The facts in the outbox, by the number that the test gave each."""
    async with database.read() as tx:
        rows = await tx.connection.fetch("SELECT payload FROM outbox ORDER BY id")
    return [type(lapsed(uuid4(), 1)).read(row["payload"]).registration_id.int & 0xFFFF for row in rows]


async def test_a_deadline_dropped_by_a_command_it_waited_for_does_not_run(
    database: Database, clock: Clock
) -> None:
    commission = uuid4()

    async def lapse(tx: Tx, due: Due) -> None:
        await append(tx, lapsed(UUID(due.key), 1))

    found = await planned(database, commission)
    clock.advance(hours=1)
    async with database.transaction() as command:
        await lock_stream(command, TOPIC, str(commission))
        running = asyncio.ensure_future(run_due(database, {"lapse": lapse}))
        await waits(database)
        await drop(command, found)
        await append(command, lapsed(commission, 2))
    assert await running == 0
    assert await numbers(database) == [2]
    assert await run_due(database, {"lapse": lapse}) == 0


async def test_two_replicas_run_a_deadline_once_when_one_waits_for_the_other(
    database: Database, clock: Clock
) -> None:
    commission, gate = uuid4(), Gate()

    async def lapse(tx: Tx, due: Due) -> None:
        await gate.passes()
        await append(tx, lapsed(UUID(due.key), 1))

    await planned(database, commission)
    clock.advance(hours=1)
    async with at_work(run_due(database, {"lapse": lapse})) as first:
        await gate.reached.wait()
        async with at_work(run_due(database, {"lapse": lapse})) as second:
            await waits(database)
            gate.opened.set()
    assert (first[0].result(), second[0].result()) == (1, 0)
    assert await numbers(database) == [1]
