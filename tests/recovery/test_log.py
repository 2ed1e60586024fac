"""A lost log is filled again; a database restored from an older copy goes on after what it had said."""

import asyncio
import types
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.registration import RegistrationLapsed
from contracts.topics import TOPICS
from eventing.broker import Broker, DeliveryError, Outgoing
from eventing.consumer import AnchorLostError, CursorMovedError
from eventing.db import Database
from eventing.epochs import epoch_of
from eventing.kafka import KafkaBroker
from eventing.memory import MemoryBroker
from eventing.subscription import Policies
from eventing.tail import LogDiffersError
from operating.reconcile import reconcile
from operating.republish import republish
from operating.restoring import restored
from operating.service import Service
from seuil_dev.databases import ServiceDatabase
from tests.conftest import MakeDatabase
from tests.eventing.conftest import TOPIC, Rig, own_kafka, prepare
from tests.eventually import eventually
from tests.infra import TestDatabases
from tests.world import Clock, memory_broker

__all__ = ["own_kafka"]
NAME = "registration"
K, L, M = (uuid4() for _ in range(3))


class Held:
    """The owner of a topic on one database: says, publishes, hears itself."""

    def __init__(self, made: ServiceDatabase, broker: Broker, clock: Clock) -> None:
        self.database = Database(made.app_url, clock.runtime(), max_size=8)
        self.rig = Rig(self.database, broker, keys={str(K), str(L), str(M)}, name=NAME)
        self.service = Service(
            types.ModuleType(NAME),
            self.database,
            broker,
            policies=Policies({RegistrationLapsed: self.rig.act}),
            projections=[self.rig.projection],
        )

    async def say(self, key: UUID, *numbers: int) -> None:
        await self.rig.say(key, *numbers)

    async def relay(self) -> None:
        """As the loop does: looks, then writes until nothing is left."""
        running = asyncio.create_task(self.service.relay.run())
        try:
            async with asyncio.timeout(60):
                while await self.rig.value("SELECT count(*) FROM outbox") and not running.done():
                    await asyncio.sleep(0.05)
        finally:
            running.cancel()
        for outcome in await asyncio.gather(running, return_exceptions=True):
            if isinstance(outcome, LogDiffersError):
                raise outcome

    async def hear(self) -> None:
        assert self.service.policies is not None
        assert self.service.projections is not None
        await asyncio.gather(
            self.rig.consume(self.service.policies), self.rig.consume(self.service.projections)
        )

    async def heard(self, key: UUID) -> list[list[int]]:
        return [await self.rig.effects(consumer, key) for consumer in ("policies", "projection")]

    async def clean(self) -> None:
        said: list[str] = []
        found = await reconcile(self.service, said.append)
        assert not any(checked.differences for checked in found.values()), said


@asynccontextmanager
async def held(made: ServiceDatabase, broker: Broker, clock: Clock) -> AsyncIterator[Held]:
    one = Held(made, broker, clock)
    await one.database.open()
    try:
        yield one
    finally:
        await one.database.close()


@pytest.fixture
def clock() -> Clock:
    return Clock(seed=7)


@pytest.fixture(params=["memory", pytest.param("kafka", marks=[pytest.mark.kafka, pytest.mark.timeout(180)])])
def broker(request: pytest.FixtureRequest) -> Broker:
    if request.param == "memory":
        return memory_broker()
    return KafkaBroker(request.getfixturevalue("own_kafka").bootstrap)


async def test_numbers_go_on_after_the_tail_when_the_database_is_an_older_copy(
    make_database: MakeDatabase, postgres: TestDatabases, broker: Broker, clock: Clock
) -> None:
    made = make_database("eventing", prepare)
    async with held(made, broker, clock) as before:
        await before.say(K, 1, 2, 3)
        await before.say(L, 1)
        await before.relay()
        await before.hear()
        await before.say(L, 2)  # said, not published: in the copy and, later, in Kafka
    older = postgres.databases.clone(made, f"{made.name}_older")
    try:
        async with held(made, broker, clock) as lost:
            await lost.say(K, 4, 5)
            await lost.say(M, 1, 2)
            await lost.relay()
            await lost.hear()
            assert await lost.heard(K) == [[1, 2, 3, 4, 5]] * 2
        async with held(older, broker, clock) as copy:
            await goes_on(copy)
        async with held(make_database("eventing", prepare), broker, clock) as newcomer:
            newcomer.service.projections.service = "newcomer"  # type: ignore[union-attr]  # this service has projections
            await newcomer.rig.consume(newcomer.service.projections)  # type: ignore[arg-type]  # this service has projections
            assert await newcomer.rig.effects("projection", K) == [1, 2, 3, 4, 5, 6, 7]
    finally:
        postgres.drop(older)


async def goes_on(copy: Held) -> None:
    await copy.say(K, 6)  # typed before anybody noticed: it would have been number 4 again
    with pytest.raises(LogDiffersError, match="run restored"):
        await copy.relay()
    assert await copy.rig.value("SELECT count(*) FROM outbox") == 2
    unknown = await restored(copy.service)
    assert sorted((fact.key, fact.seq) for fact in unknown) == sorted(
        [(str(K), 4), (str(K), 5), (str(M), 1), (str(M), 2)]
    )
    assert await restored(copy.service) == []
    numbers = "SELECT json_agg(ARRAY[key, seq::text] ORDER BY key) FROM stream"
    assert await copy.rig.value(numbers) == sorted([[str(K), "6"], [str(L), "2"], [str(M), "2"]])
    await copy.say(K, 7)
    await copy.relay()
    await copy.hear()
    assert await copy.heard(K) == [[1, 2, 3, 4, 5, 6, 7]] * 2
    assert await copy.heard(L) == [[1, 2]] * 2
    assert await copy.heard(M) == [[1, 2]] * 2
    await copy.clean()


class Dying(MemoryBroker):
    """A broker that is lost on its nth batch, after it took it."""

    def __init__(self) -> None:
        super().__init__({name: topic.partitions for name, topic in TOPICS.items()})
        self.left = 1_000

    async def producer(self) -> "Dying":
        return self

    async def publish(self, batch: Sequence[Outgoing]) -> list[tuple[int, int]]:
        places = await super().publish(batch)
        self.left -= 1
        if self.left == 0:
            raise DeliveryError("killed before it was noted")
        return places


async def test_a_lost_log_is_filled_again_in_a_new_epoch_and_killed_goes_on(
    make_database: MakeDatabase, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operating.republish.NEXT", NEXT_OF_FOUR)
    broker = Dying()
    async with held(make_database("eventing", prepare), broker, clock) as one:
        for number in range(1, 6):
            await one.say(K, number)
            await one.say(L, number)
        await one.relay()
        await one.hear()
        broker.log.clear()
        broker._groups.clear()
        await one.say(M, 1)
        with pytest.raises(LogDiffersError, match="run republish"):
            await one.relay()
        with pytest.raises(ConnectionError, match="empty"):
            await one.service.projections.open()  # type: ignore[union-attr]  # this service has projections
        assert (await reconcile(one.service))[TOPIC].differences == 10
        broker.left = 2
        with pytest.raises(DeliveryError):
            await republish(one.service)
        with pytest.raises(LogDiffersError, match="half-way"):
            await one.relay()
        assert await republish(one.service) == {TOPIC: 6}
        assert await republish(one.service) == {}
        await one.relay()
        await one.hear()
        for key, said in ((K, 5), (L, 5), (M, 1)):
            assert await one.heard(key) == [list(range(1, said + 1))] * 2
        records = [record for log in broker.log.values() for record in log]
        assert {epoch_of(record.headers) for record in records} == {2}
        assert len(records) == 10 + 4 + 1, "the batch that was not noted went twice"
        await one.clean()
        assert await one.rig.value("SELECT min(epoch) FROM projection_cursor WHERE next_offset > 0") == 2


async def test_a_partition_that_stays_empty_in_a_new_epoch_holds_nobody(
    make_database: MakeDatabase, clock: Clock
) -> None:
    """What a partition held may have been garbage or people since removed: nothing comes there again."""
    broker = memory_broker()
    async with held(make_database("eventing", prepare), broker, clock) as one:
        await one.say(K, 1, 2)
        await one.relay()
        await one.hear()
        [(_, used)] = [place for place, log in broker.log.items() if log]
        other = (TOPIC, (used + 1) % await broker.partitions(TOPIC))
        garbage = broker.log[(TOPIC, used)][0]
        broker.log[other].append(replace(garbage, partition=other[1], offset=0, headers=[], key=b"garbage"))
        await one.hear()
        broker.log.clear()
        broker._groups.clear()
        assert await republish(one.service) == {TOPIC: 2}
        await one.say(K, 3)
        await one.relay()
        with pytest.raises(CursorMovedError, match="was made again: epoch 2"):
            await one.service.projections.open()  # type: ignore[union-attr]  # this service has projections
        await one.hear()
        assert await one.heard(K) == [[1, 2, 3]] * 2
        await one.clean()


NEXT_OF_FOUR = """
    SELECT id, event_id, topic, key, type, seq, recorded_at, actor, correlation, causation, extra, payload
    FROM event_log WHERE topic = $1 AND id > $2 ORDER BY id LIMIT 4
"""


async def test_a_log_that_lost_its_end_in_the_same_epoch_halts_until_it_is_filled_again(
    make_database: MakeDatabase, clock: Clock
) -> None:
    broker = memory_broker()
    async with held(make_database("eventing", prepare), broker, clock) as one:
        await one.say(K, 1, 2, 3)
        await one.relay()
        await one.hear()
        place = next(place for place, log in broker.log.items() if log)
        last: Any = broker.log[place].pop()
        with pytest.raises(AnchorLostError, match="ends before the cursor"):
            await one.service.projections.open()  # type: ignore[union-attr]  # this service has projections
        await one.say(K, 4)
        with pytest.raises(LogDiffersError, match="Kafka was lost"):
            await one.relay()
        broker._groups.clear()
        assert await republish(one.service) == {TOPIC: 3}
        assert broker.log[place][-1].value == last.value
        await one.relay()
        await one.hear()
        assert await one.heard(K) == [[1, 2, 3, 4]] * 2
        await one.clean()


async def test_a_relay_at_work_notices_a_log_that_was_replaced(
    make_database: MakeDatabase, clock: Clock
) -> None:
    broker = memory_broker()
    async with held(make_database("eventing", prepare), broker, clock) as one:
        await one.say(K, 1, 2)
        running = asyncio.create_task(one.service.relay.run())

        async def gone() -> bool:
            return await one.rig.value("SELECT count(*) FROM outbox") == 0

        await eventually(gone, within=30)
        await one.hear()
        broker.log.clear()
        broker._groups.clear()
        await one.say(K, 3)
        with pytest.raises(LogDiffersError, match="went back to 0"):
            await running
        assert sum(len(log) for log in broker.log.values()) == 1, "it wrote before it could see"
        assert await one.rig.value("SELECT count(*) FROM outbox") == 1
        assert await republish(one.service) == {TOPIC: 2}
        await one.relay()
        await one.hear()
        assert await one.heard(K) == [[1, 2, 3]] * 2
        await one.clean()


async def test_an_idle_relay_gives_way_to_the_command(make_database: MakeDatabase, clock: Clock) -> None:
    broker = memory_broker()
    async with held(make_database("eventing", prepare), broker, clock) as one:
        await one.say(K, 1, 2)
        await one.relay()
        idle = asyncio.create_task(one.service.relay.run())

        async def leading() -> bool:
            return one.service.relay.leading

        await eventually(leading, within=30)
        broker.log.clear()
        broker._groups.clear()
        async with asyncio.timeout(60):
            assert await republish(one.service) == {TOPIC: 2}
        idle.cancel()
        await asyncio.gather(idle, return_exceptions=True)
        await one.clean()
