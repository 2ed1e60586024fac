"""The client's known hazards on a real broker: each is fenced, and the fence is tried here."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from aiokafka.errors import KafkaConnectionError

from eventing.broker import DeliveryError, Outgoing
from eventing.kafka import KafkaBroker, KafkaReader, create_topics
from tests.eventing.conftest import TOPIC, Rig
from tests.infra import Broker as KafkaServer
from tests.world import START

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]
SMALL = "test.small.v1"


def out(topic: str, key: str, value: bytes) -> Outgoing:
    return Outgoing(topic, key, value, [("ce_id", key.encode())], START)


async def test_after_a_refused_record_a_new_producer_publishes_everything(kafka_topics: KafkaServer) -> None:
    topic = f"{SMALL}.{uuid4().hex}"
    await create_topics(kafka_topics.bootstrap, {topic: (1, {"max.message.bytes": "2000"})})
    broker = KafkaBroker(kafka_topics.bootstrap)
    producer = await broker.producer()
    assert await producer.publish([out(topic, "a", b"1")]) == [(0, 0)]
    with pytest.raises(DeliveryError):
        await producer.publish([out(topic, "a", b"x" * 5000)])
    await producer.close()
    fresh = await broker.producer()
    assert await fresh.publish([out(topic, "a", b"2"), out(topic, "b", b"3")]) == [(0, 1), (0, 2)]
    await fresh.close()


async def test_creating_topics_twice_is_quiet_and_a_refusal_is_said(kafka_topics: KafkaServer) -> None:
    topic = f"{SMALL}.{uuid4().hex}"
    await create_topics(kafka_topics.bootstrap, {topic: (1, {})})
    await create_topics(kafka_topics.bootstrap, {topic: (1, {})})
    with pytest.raises(RuntimeError, match="never"):
        await create_topics(kafka_topics.bootstrap, {"never.v1": (1, {"no.such.setting": "1"})})


async def test_a_producer_on_a_dead_broker_gives_up_in_time(own_kafka: Any) -> None:
    producer = await KafkaBroker(own_kafka.bootstrap).producer()
    own_kafka.stop()
    with pytest.raises(DeliveryError):
        await producer.publish([out(TOPIC, "a", b"1")])
    async with asyncio.timeout(10):
        await producer.close()


async def test_readers_go_on_after_the_broker_was_away(own_kafka: Any, database: Any) -> None:
    rig = Rig(database, KafkaBroker(own_kafka.bootstrap))
    commission = uuid4()
    await rig.say(commission, 1)
    await rig.relay_all()
    policies = await rig.policies.open()
    projections = await rig.projections.open()
    for _ in range(6):
        await rig.policies.step(policies, 0.5)
        await rig.projections.step(projections, 0.5)
    own_kafka.stop()
    await rig.say(commission, 2, 3)
    with pytest.raises(ConnectionError):
        await rig.relay_all()
    own_kafka.start()
    assert await rig.relay_all() == 2
    async with asyncio.timeout(60):
        while await rig.effects("policies", commission) != [1, 2, 3]:
            await rig.policies.step(policies, 0.5)
        while await rig.effects("projection", commission) != [1, 2, 3]:
            await rig.projections.step(projections, 0.5)
    await policies.close()
    await projections.close()


async def test_an_offset_that_could_not_be_told_is_told_again_without_waiting_for_another_record(
    kafka_topics: KafkaServer, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = Rig(database, KafkaBroker(kafka_topics.bootstrap))
    commission = uuid4()
    await rig.say(commission, 1)
    await rig.relay_all()
    reader = await rig.policies.open()
    assert isinstance(reader, KafkaReader)
    client = reader._consumer
    tell, silent = client.commit, []

    async def cut(offsets: Any) -> None:
        silent.append(offsets)
        raise KafkaConnectionError("the answer was lost")

    monkeypatch.setattr(client, "commit", cut)
    async with asyncio.timeout(60):
        while await rig.effects("policies", commission) != [1]:
            await rig.policies.step(reader, 0.5)
    monkeypatch.setattr(client, "commit", tell)
    assert silent
    while await rig.policies.step(reader, 0.2):
        pass
    held = {place: at for place, at in (await reader.positions()).items() if at}
    told = await rig.broker.committed(rig.policies.subscriber.consumer)
    assert held
    assert {place: told.get(place) for place in held} == held
    await reader.close()
