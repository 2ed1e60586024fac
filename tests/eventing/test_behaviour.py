"""What eventing promises, on the broker in memory and on real Kafka alike."""

import asyncio
from uuid import uuid4

import pytest

from contracts.envelope import Envelope
from eventing.broker import Outgoing, Record
from eventing.consumer import AnchorLostError
from eventing.draining import drain
from eventing.subscriber import Subscriber
from tests.eventing.conftest import TOPIC, Rig, lapsed

PARKED = "SELECT count(*) FROM parked_key WHERE key = $1"


async def everything(rig: Rig) -> None:
    await rig.relay_all()
    await asyncio.gather(rig.consume(rig.policies), rig.consume(rig.projections))


async def put(rig: Rig, key: str, seq: int, number: int, payload: bytes | None = None) -> None:
    """Appends a record that the relay did not send."""
    fact = lapsed(rig.database.runtime.new_id(), number)
    envelope = Envelope(
        id=rig.database.runtime.new_event_id(),
        type=fact.TYPE,
        source="/seuil/registration",
        time=rig.database.runtime.now(),
        key=key,
        seq=seq,
        actor="system",
    )
    value = fact.dump() if payload is None else payload
    producer = await rig.broker.producer()
    await producer.publish([Outgoing(TOPIC, key, value, envelope.to_headers(), envelope.time)])
    await producer.close()


async def test_each_fact_reaches_both_readers_once_and_in_order(rig: Rig) -> None:
    commission = uuid4()
    for start in range(0, 60, 3):
        await rig.say(commission, start, start + 1, start + 2)
    await everything(rig)
    assert await rig.effects("policies", commission) == list(range(1, 61))
    assert await rig.effects("projection", commission) == list(range(1, 61))
    assert await rig.value("SELECT count(*) FROM outbox") == 0


async def test_the_journal_knows_where_each_fact_stands_in_the_log(rig: Rig) -> None:
    commission = uuid4()
    await rig.say(commission, 1, 2, 3)
    await rig.relay_all()
    async with rig.database.read() as tx:
        rows = await tx.connection.fetch(
            'SELECT seq, "partition", "offset", event_id FROM event_log ORDER BY id'
        )
    assert [row["seq"] for row in rows] == [1, 2, 3]
    reader = await rig.broker.assigned({(TOPIC, rows[0]["partition"]): rows[0]["offset"]})
    found: list[Record] = []
    while len(found) < 3:
        for records in (await reader.poll(10, 1.0)).values():
            found += [r for r in records if r.key == str(commission).encode()]
    await reader.close()
    assert [r.offset for r in found] == [row["offset"] for row in rows]
    assert [dict(r.headers)["ce_id"].decode() for r in found] == [str(row["event_id"]) for row in rows]


async def test_a_batch_sent_twice_acts_once(rig: Rig) -> None:
    commission = uuid4()
    await rig.say(commission, 1, 2)
    async with rig.database.transaction() as tx:
        rows = await tx.connection.fetch("SELECT * FROM outbox ORDER BY id")
    await rig.relay_all()
    producer = await rig.broker.producer()
    await producer.publish(
        [rig.relay.outgoing(row) for row in rows]
    )  # the crash after the send, before the move
    await producer.close()
    await everything(rig)
    assert await rig.effects("policies", commission) == [1, 2]
    assert await rig.effects("projection", commission) == [1, 2]


async def test_a_poisoned_event_stops_its_key_only_and_is_taken_up_in_order(rig: Rig) -> None:
    bad, good = uuid4(), uuid4()
    rig.poison = {666}
    await rig.say(bad, 1, 666, 3)
    await rig.say(good, 4, 5)
    await everything(rig)
    await rig.say(bad, 7)
    await everything(rig)
    for consumer in ("policies", "projection"):
        assert await rig.effects(consumer, bad) == [1]
        assert await rig.effects(consumer, good) == [1, 2]
    assert await rig.value("SELECT count(*) FROM parked_event WHERE key = $1", str(bad)) == 6
    rig.poison.clear()
    await release(rig)
    for consumer in ("policies", "projection"):
        assert await rig.effects(consumer, bad) == [1, 2, 3, 4]
    assert await rig.value(PARKED, str(bad)) == 0


async def release(rig: Rig) -> None:
    async with rig.database.transaction() as tx:
        await tx.connection.execute("UPDATE parked_key SET next_try_at = $1", tx.now)
    subscribers: list[Subscriber] = [rig.policies.subscriber, *rig.projections.subscribers.values()]
    for subscriber in subscribers:
        while await drain(rig.database, subscriber):
            pass


async def test_a_parked_key_that_fails_again_waits_longer(rig: Rig) -> None:
    commission = uuid4()
    rig.poison = {666}
    await rig.say(commission, 666)
    await everything(rig)
    await release(rig)
    assert await rig.value("SELECT min(tries) FROM parked_key WHERE key = $1", str(commission)) == 1
    now = rig.database.runtime.now()
    waiting = "SELECT count(*) FROM parked_key WHERE key = $1 AND next_try_at > $2"
    assert await rig.value(waiting, str(commission), now) == 2


async def test_a_transient_error_parks_nothing(rig: Rig) -> None:
    commission = uuid4()
    rig.transient = {2}
    await rig.say(commission, 1, 2, 3)
    await everything(rig)
    assert await rig.effects("policies", commission) == [1, 2, 3]
    assert await rig.effects("projection", commission) == [1, 2, 3]
    assert await rig.value(PARKED, str(commission)) == 0


async def test_a_gap_waits_for_the_event_before_it(rig: Rig) -> None:
    commission = uuid4()
    rig.keys.add(str(commission))
    await put(rig, str(commission), 1, 1)
    await put(rig, str(commission), 3, 3)
    await everything(rig)
    assert await rig.effects("policies", commission) == [1]
    await put(rig, str(commission), 2, 2)
    await everything(rig)
    await release(rig)
    assert await rig.effects("policies", commission) == [1, 2, 3]
    assert await rig.effects("projection", commission) == [1, 2, 3]


async def test_undecodable_bytes_and_unknown_types_stop_nobody(rig: Rig) -> None:
    commission = uuid4()
    producer = await rig.broker.producer()
    now = rig.database.runtime.now()
    await producer.publish([Outgoing(TOPIC, str(commission), b"\xff\x00", [("ce_id", b"?")], now)])
    await producer.close()
    unknown = uuid4()
    fact = lapsed(unknown, 1)
    envelope = Envelope(
        id=rig.database.runtime.new_event_id(), type="seuil.registration.never_seen.v9", source="/x",
        time=now, key=str(unknown), seq=1, actor="system",
    )  # fmt: skip
    producer = await rig.broker.producer()
    await producer.publish([Outgoing(TOPIC, str(unknown), fact.dump(), envelope.to_headers(), now)])
    await producer.close()
    await rig.say(commission, 1)
    await everything(rig)
    assert await rig.effects("policies", commission) == [1]
    assert await rig.value("SELECT count(*) > 0 FROM parked_event WHERE key LIKE '~undecodable/%'")
    assert await rig.value("SELECT count(*) FROM parked_key WHERE key = $1", str(unknown)) == 0


async def test_a_known_type_that_does_not_parse_parks_its_key(rig: Rig) -> None:
    commission = uuid4()
    rig.keys.add(str(commission))
    await put(rig, str(commission), 1, 1, payload=b'{"registration_id": 5}')
    await put(rig, str(commission), 2, 2)
    await everything(rig)
    assert await rig.effects("policies", commission) == []
    assert await rig.value("SELECT count(*) FROM parked_event WHERE key = $1", str(commission)) == 4


async def test_two_members_of_the_group_act_once(rig: Rig) -> None:
    commissions = [uuid4() for _ in range(8)]
    for commission in commissions:
        await rig.say(commission, *range(20))
    await rig.relay_all()
    await asyncio.gather(rig.consume(rig.policies), rig.consume(rig.policy_consumer()))
    for commission in commissions:
        assert await rig.effects("policies", commission) == list(range(1, 21))


async def test_a_second_builder_of_a_projection_folds_nothing_twice(rig: Rig) -> None:
    commission = uuid4()
    await rig.say(commission, *range(40))
    await rig.relay_all()
    other = Rig(rig.database, rig.broker, keys=rig.keys)
    await asyncio.gather(rig.consume(rig.projections), rig.consume(other.projections))
    assert await rig.effects("projection", commission) == list(range(1, 41))


async def test_a_projection_refuses_a_log_that_was_replaced(rig: Rig) -> None:
    commission = uuid4()
    await rig.say(commission, 1, 2)
    await everything(rig)
    async with rig.database.transaction() as tx:
        await tx.connection.execute(
            "UPDATE projection_cursor SET last_event_id = $1 WHERE last_event_id IS NOT NULL", str(uuid4())
        )
    reader = await rig.projections.open()

    async def read_on() -> None:
        for _ in range(5):
            await rig.projections.step(reader, 1.0)

    with pytest.raises(AnchorLostError):
        await read_on()
    await reader.close()


async def test_a_projection_refuses_a_log_shorter_than_its_cursor(rig: Rig) -> None:
    await rig.say(uuid4(), 1)
    await everything(rig)
    async with rig.database.transaction() as tx:
        await tx.connection.execute("UPDATE projection_cursor SET next_offset = next_offset + 1000000")
    with pytest.raises(AnchorLostError):
        await rig.projections.open()
