"""What is asked of Kafka about topics and groups, by aiokafka's admin client."""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete
from aiokafka.errors import KafkaError

from eventing.broker import Position

SECONDS = 5.0
TOPIC_EXISTS = 36


async def _close(admin: Any) -> None:
    await _within(admin.close())


async def _within(closing: Any) -> None:
    try:
        await asyncio.wait_for(closing, SECONDS)
    except (TimeoutError, KafkaError, OSError):
        return  # it waits for ever on a dead broker: abandon it


async def committed(bootstrap: str, group: str) -> Mapping[Position, int]:
    """Where a group goes on, per partition that it has committed. Raises ConnectionError."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await asyncio.wait_for(admin.start(), SECONDS)
        found = await asyncio.wait_for(admin.list_consumer_group_offsets(group), SECONDS)
    except (KafkaError, TimeoutError, OSError) as error:
        raise ConnectionError(f"{type(error).__name__}: {error}") from error
    finally:
        await _close(admin)
    return {(place.topic, place.partition): at.offset for place, at in found.items() if at.offset >= 0}


async def go_on_from(bootstrap: str, group: str, offsets: Mapping[Position, int]) -> None:
    """Says where a group that has no member goes on. Raises ConnectionError, also while it has members."""
    client = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False)
    places = {TopicPartition(*place): offset for place, offset in offsets.items()}
    try:
        await asyncio.wait_for(client.start(), SECONDS)
        client.assign(list(places))
        await asyncio.wait_for(client.commit(places), SECONDS)
    except (KafkaError, TimeoutError, OSError) as error:
        raise ConnectionError(f"{type(error).__name__}: {error}") from error
    finally:
        await _within(client.stop())


async def remove_records(bootstrap: str, ends: Mapping[Position, int]) -> None:
    """Removes what stands before these offsets. Raises ConnectionError."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    wanted = {TopicPartition(*place): RecordsToDelete(before_offset=end) for place, end in ends.items()}
    try:
        await asyncio.wait_for(admin.start(), SECONDS)
        await asyncio.wait_for(admin.delete_records(wanted), SECONDS)
    except (KafkaError, TimeoutError, OSError) as error:
        raise ConnectionError(f"{type(error).__name__}: {error}") from error
    finally:
        await _close(admin)


async def create_topics(
    bootstrap: str, topics: Mapping[str, tuple[int, Mapping[str, str]]], copies: int = -1
) -> None:
    """Creates what is missing: name → (partitions, configuration). Raises RuntimeError on a refusal.

    `copies` -1: as many as the brokers' `default.replication.factor` says.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        wanted = [
            NewTopic(name, partitions, copies, {} if copies == -1 else None, dict(settings))
            for name, (partitions, settings) in topics.items()
        ]
        answer = await admin.create_topics(wanted)
        for name, code, *rest in answer.topic_errors:
            if code not in (0, TOPIC_EXISTS):
                raise RuntimeError(f"topic {name}: {code} {rest}")
    finally:
        await _close(admin)
