"""The embedded broker: topics of the contracts, a foreign client, and data that outlives a stop."""

import socket
import subprocess

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from contracts.topics import INTEGRATION, REGISTRATION, TOPICS
from seuil_dev.catalogue import Services
from seuil_dev.engine import free_port
from seuil_dev.kafka import Kafka
from tests import infra

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]


async def send(bootstrap: str, topic: str, value: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True) as producer:
        await producer.send_and_wait(topic, value, key=b"commission-1")


def read_with_kafkas_own_client(broker: Kafka, topic: str) -> list[str]:
    command = broker.console_consumer(
        topic, "--from-beginning", "--timeout-ms", "5000", "--max-messages", "1"
    )
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()


async def test_records_and_topics_outlive_a_stop_and_a_change_of_ports() -> None:
    with infra.scratch("kafka") as folder:
        first = Kafka(folder)
        try:
            first.start()
            await Services().create_topics(first.bootstrap)
            await send(first.bootstrap, REGISTRATION, b'{"fact":1}')
            assert read_with_kafkas_own_client(first, REGISTRATION) == ['{"fact":1}']
        finally:
            first.stop()
        again = Kafka(folder, port=free_port(), controller_port=free_port())
        try:
            again.start()
            assert read_with_kafkas_own_client(again, REGISTRATION) == ['{"fact":1}']
        finally:
            again.stop()


async def test_topics_are_made_as_the_contracts_say_and_twice_changes_nothing(kafka: infra.Broker) -> None:
    services = Services()
    await services.create_topics(kafka.bootstrap)
    await services.create_topics(kafka.bootstrap)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    try:
        described = await admin.describe_topics([REGISTRATION, INTEGRATION])
    finally:
        await admin.close()
    sizes = {each["topic"]: len(each["partitions"]) for each in described}
    assert sizes == {name: TOPICS[name].partitions for name in (REGISTRATION, INTEGRATION)}


def test_a_port_taken_meanwhile_is_left_for_another() -> None:
    with infra.scratch("kafka") as folder, socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        broker = Kafka(folder, port=port, controller_port=free_port())
        try:
            broker.start()
            assert broker.port != port
        finally:
            broker.stop()
