"""What Seuil asks of a broker: four verbs, kept by Kafka and, for service tests, by a log in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

Position = tuple[str, int]  # topic, partition


@dataclass(slots=True)  # not frozen: one is made for every event, and freezing doubles its cost
class Outgoing:
    """A record to publish; an empty value is a tombstone."""

    topic: str
    key: str
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]
    time: datetime


@dataclass(slots=True)  # not frozen, for the same reason
class Record:
    """A record read, as it stands in the log: nothing in it has been trusted yet."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


class DeliveryError(ConnectionError):
    """A publication failed or its fate is unknown: drop the producer, read the outbox again."""


class Producer(Protocol):
    """Publishes batches."""

    async def publish(self, batch: Sequence[Outgoing]) -> list[tuple[int, int]]:
        """Appends in order per key, acknowledged by all; (partition, offset) each, or DeliveryError."""

    async def close(self) -> None:
        """Gives up within seconds, whatever the broker does."""


class Reader(Protocol):
    """Reads records in order of each partition."""

    async def poll(self, limit: int, wait: float) -> Mapping[Position, Sequence[Record]]:
        """Up to `limit` records, waiting at most `wait` seconds; empty when there is none."""

    async def commit(self, offsets: Mapping[Position, int]) -> None:
        """Hints where the group should go on (next offsets); best effort, and again what failed before."""

    async def positions(self) -> Mapping[Position, int]:
        """The next offset of each partition that this reader holds."""

    async def close(self) -> None:
        """Leaves within seconds."""


class Broker(Protocol):
    """Opens producers and readers; each raises OSError-like transient errors while the broker is away."""

    async def producer(self) -> Producer:
        """A fresh idempotent producer."""

    async def group(self, name: str, topics: Sequence[str]) -> Reader:
        """A member of a consumer group, from the earliest record the first time."""

    async def assigned(self, offsets: Mapping[Position, int]) -> Reader:
        """A reader of exactly these partitions, from these offsets."""

    async def partitions(self, topic: str) -> int:
        """How many partitions the topic has."""

    async def bounds(self, positions: Sequence[Position]) -> Mapping[Position, tuple[int, int]]:
        """Per partition: the oldest offset still kept, and the next one to be written."""

    async def committed(self, group: str) -> Mapping[Position, int]:
        """Where a group would go on, per partition that it has read."""

    async def empty(self, topic: str) -> None:
        """Removes every record of a topic that is not compacted."""

    async def rewind(self, group: str, topics: Sequence[str]) -> None:
        """Lets a group that nobody is a member of read its topics from the oldest record."""

    async def close(self) -> None:
        """Releases what the broker object itself holds."""
