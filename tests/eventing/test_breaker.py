"""A reader that fails too much stops itself (O13), says so, and tries again by itself, on both brokers."""

from uuid import UUID, uuid4

import pytest

from eventing import breaker
from eventing.breaker import FIRST_PAUSE, BreakerOpenError
from eventing.consumer import PolicyConsumer, ProjectionConsumer
from eventing.draining import drain
from tests.eventing.conftest import Rig
from tests.world import Clock

BAD = 666
MANY = 150
"""Enough to be most of the last keys of a partition, whatever other tests have put on a shared broker."""
TOO_MANY = "[0-9]+ keys are parked"
"""Partitions are applied side by side: one under way may park a key after another stopped the reader."""
STOPPED = "SELECT cause FROM breaker WHERE consumer = $1"
KEYS = "SELECT count(*) FROM parked_key WHERE consumer = $1"


@pytest.fixture(params=["policies", "projections"])
def consumer(request: pytest.FixtureRequest, rig: Rig) -> PolicyConsumer | ProjectionConsumer:
    chosen: PolicyConsumer | ProjectionConsumer = getattr(rig, request.param)
    return chosen


def name(consumer: PolicyConsumer | ProjectionConsumer) -> str:
    if isinstance(consumer, PolicyConsumer):
        return consumer.subscriber.consumer
    return next(iter(consumer.subscribers.values())).consumer


async def parked(rig: Rig, consumer: PolicyConsumer | ProjectionConsumer) -> int:
    count = await rig.value(KEYS, name(consumer))
    assert isinstance(count, int)
    return count


async def say(rig: Rig, count: int, number: int) -> list[UUID]:
    streams = [uuid4() for _ in range(count)]
    for stream in streams:
        await rig.say(stream, number)
    await rig.relay_all()
    return streams


async def test_a_reader_that_fails_on_most_keys_stops_and_the_rest_stays_in_the_log(
    rig: Rig, consumer: PolicyConsumer | ProjectionConsumer
) -> None:
    rig.poison = {BAD}
    await say(rig, MANY, BAD)
    with pytest.raises(BreakerOpenError, match=r"failing: [0-9]+ of the last [0-9]+ keys failed"):
        await rig.consume(consumer)
    assert 11 <= await parked(rig, consumer) <= breaker.WINDOW
    assert "keys failed" in str(await rig.value(STOPPED, name(consumer)))
    with pytest.raises(BreakerOpenError):
        await consumer.open()


@pytest.mark.parametrize("broker", ["memory"], indirect=True)  # a shared Kafka holds others' bad records
async def test_a_reader_that_fails_on_few_keys_goes_on(
    rig: Rig, consumer: PolicyConsumer | ProjectionConsumer
) -> None:
    rig.poison = {BAD}
    for _ in range(19):
        await say(rig, 2, 1)
        await say(rig, 1, BAD)
    await rig.consume(consumer)
    assert await rig.value(KEYS, name(consumer)) == 19
    assert await rig.value(STOPPED, name(consumer)) is None


@pytest.mark.parametrize("broker", ["memory"], indirect=True)  # a shared Kafka holds others' good records
async def test_it_tries_again_by_itself_with_one_chunk_and_stops_for_longer_when_that_fails_too(
    rig: Rig, clock: Clock, consumer: PolicyConsumer | ProjectionConsumer
) -> None:
    rig.poison = {BAD}
    await say(rig, MANY, BAD)
    with pytest.raises(BreakerOpenError):
        await rig.consume(consumer)
    before = await parked(rig, consumer)
    clock.at += FIRST_PAUSE
    with pytest.raises(BreakerOpenError, match="failed"):
        await rig.consume(consumer)
    assert await parked(rig, consumer) <= before + 3 * breaker.TRIAL, (
        "a chunk of each partition, not the topic"
    )
    clock.at += FIRST_PAUSE
    with pytest.raises(BreakerOpenError):
        await consumer.open()
    clock.at += FIRST_PAUSE
    await (await consumer.open()).close()


async def test_once_mended_it_reads_everything_in_order_and_nothing_was_lost(
    rig: Rig, clock: Clock, consumer: PolicyConsumer | ProjectionConsumer
) -> None:
    rig.poison = {BAD}
    streams = await say(rig, MANY, BAD)
    with pytest.raises(BreakerOpenError):
        await rig.consume(consumer)
    rig.poison = set()
    clock.at += FIRST_PAUSE
    await rig.consume(consumer)
    assert await rig.value(STOPPED, name(consumer)) is None
    await released(rig, consumer)
    kind = "policies" if isinstance(consumer, PolicyConsumer) else "projection"
    assert [await rig.effects(kind, stream) for stream in streams] == [[1]] * MANY


async def released(rig: Rig, consumer: PolicyConsumer | ProjectionConsumer) -> None:
    async with rig.database.transaction() as tx:
        await tx.connection.execute("UPDATE parked_key SET next_try_at = $1", tx.now)
    subscribers = (
        [consumer.subscriber] if isinstance(consumer, PolicyConsumer) else [*consumer.subscribers.values()]
    )
    for subscriber in subscribers:
        while await drain(rig.database, subscriber):
            pass


async def test_too_many_events_behind_one_key_stop_the_reader(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, consumer: PolicyConsumer | ProjectionConsumer
) -> None:
    monkeypatch.setattr(breaker, "MOST_BEHIND", 10)
    rig.poison = {BAD}
    stream = uuid4()
    await rig.say(stream, BAD, *range(1, 9))
    await rig.relay_all()
    await rig.consume(consumer)
    await rig.say(stream, 9, 10, 11)
    await rig.relay_all()
    with pytest.raises(BreakerOpenError, match="wait behind one key"):
        await rig.consume(consumer)


async def test_too_many_parked_keys_stop_the_reader_until_they_are_fewer(
    rig: Rig, clock: Clock, monkeypatch: pytest.MonkeyPatch, consumer: PolicyConsumer | ProjectionConsumer
) -> None:
    monkeypatch.setattr(breaker, "MOST_PARKED_KEYS", 5)
    monkeypatch.setattr(breaker, "ENOUGH", 1_000)
    rig.poison = {BAD}
    await say(rig, 10, BAD)
    with pytest.raises(BreakerOpenError, match=TOO_MANY):
        await rig.consume(consumer)
    clock.at += FIRST_PAUSE
    with pytest.raises(BreakerOpenError, match=TOO_MANY):
        await consumer.open()
    rig.poison = set()
    await released(rig, consumer)
    clock.at += FIRST_PAUSE * 4
    await rig.consume(consumer)
    assert await rig.value(STOPPED, name(consumer)) is None


async def test_a_process_that_starts_meanwhile_does_not_read_either(rig: Rig) -> None:
    rig.poison = {BAD}
    await say(rig, MANY, BAD)
    with pytest.raises(BreakerOpenError):
        await rig.consume(rig.policies)
    with pytest.raises(BreakerOpenError):
        await rig.policy_consumer().open()
