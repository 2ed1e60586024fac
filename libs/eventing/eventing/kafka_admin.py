"""What is asked of Kafka about topics and groups, by aiokafka's admin client."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete
from aiokafka.errors import KafkaError

from eventing.broker import Position

SECONDS = 5.0
TOPIC_EXISTS = 36


async def within(seconds: float, closing: Awaitable[Any]) -> bool:
    """Closes a client, or abandons it: several of aiokafka's closing calls wait for ever on a dead broker.

    True: it was done.
    """
    with suppress(TimeoutError, KafkaError, OSError):
        await asyncio.wait_for(closing, seconds)
        return True
    return False


@asynccontextmanager
async def _asked(client: Any, close: Callable[[], Awaitable[Any]]) -> AsyncIterator[None]:
    """A client started for one question. Raises ConnectionError for whatever Kafka refuses or leaves open."""
    try:
        await asyncio.wait_for(client.start(), SECONDS)
        yield
    except (KafkaError, TimeoutError, OSError) as error:
        raise ConnectionError(f"{type(error).__name__}: {error}") from error
    finally:
        await within(SECONDS, close())


async def committed(bootstrap: str, group: str) -> Mapping[Position, int]:
    """Where a group goes on, per partition that it has committed. Raises ConnectionError."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    async with _asked(admin, admin.close):
        found = await asyncio.wait_for(admin.list_consumer_group_offsets(group), SECONDS)
    return {(place.topic, place.partition): at.offset for place, at in found.items() if at.offset >= 0}


async def go_on_from(bootstrap: str, group: str, offsets: Mapping[Position, int]) -> None:
    """Says where a group that has no member goes on. Raises ConnectionError, also while it has members."""
    client = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False)
    places = {TopicPartition(*place): offset for place, offset in offsets.items()}
    async with _asked(client, client.stop):
        client.assign(list(places))
        await asyncio.wait_for(client.commit(places), SECONDS)


async def remove_records(bootstrap: str, ends: Mapping[Position, int]) -> None:
    """Removes what stands before these offsets. Raises ConnectionError."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    wanted = {TopicPartition(*place): RecordsToDelete(before_offset=end) for place, end in ends.items()}
    async with _asked(admin, admin.close):
        await asyncio.wait_for(admin.delete_records(wanted), SECONDS)


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
        await within(SECONDS, admin.close())
