"""Producers and readers on aiokafka, with its known hazards fenced (docs/decisions)."""

import asyncio
import logging
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from eventing.broker import DeliveryError, Outgoing, Position, Record
from eventing.faults import fault
from eventing.kafka_admin import committed, go_on_from, remove_records, within
from eventing.kafka_admin import create_topics as create_topics

PUBLISH_SECONDS = 20.0
CLOSE_SECONDS = 5.0


def quiet_logs() -> None:
    """aiokafka says hundreds of lines while a broker is away; our own loops say it once."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


async def _start(client: Any) -> None:
    try:
        await asyncio.wait_for(client.start(), CLOSE_SECONDS * 2)
    except BaseException as error:  # a cancelled start leaves a client that must be closed too
        await within(CLOSE_SECONDS, client.stop())
        if isinstance(error, KafkaError | TimeoutError | OSError):
            raise ConnectionError(f"{type(error).__name__}: {error}") from error
        raise


class KafkaBroker:
    """Producers and readers on real Kafka."""

    def __init__(self, bootstrap: str, client: str = "seuil") -> None:
        self._bootstrap = bootstrap
        self._client = client
        self._partitions: dict[str, int] = {}
        quiet_logs()

    async def producer(self) -> "KafkaProducer":
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            client_id=self._client,
            acks="all",
            enable_idempotence=True,
            max_batch_size=1 << 19,
            request_timeout_ms=15_000,
            metadata_max_age_ms=60_000,
        )
        await _start(producer)
        return KafkaProducer(producer)

    async def group(self, name: str, topics: Sequence[str]) -> "KafkaReader":
        return await self._reader(
            AIOKafkaConsumer(*topics, group_id=name, auto_offset_reset="earliest", **self._consumer())
        )

    async def assigned(self, offsets: Mapping[Position, int]) -> "KafkaReader":
        reader = await self._reader(AIOKafkaConsumer(auto_offset_reset="none", **self._consumer()))
        reader.assign(offsets)
        return reader

    def _consumer(self) -> dict[str, Any]:
        return {
            "bootstrap_servers": self._bootstrap,
            "client_id": self._client,
            "enable_auto_commit": False,
            "max_poll_interval_ms": 900_000,
            "fetch_max_wait_ms": 100,
            "metadata_max_age_ms": 60_000,
        }

    async def _reader(self, consumer: Any) -> "KafkaReader":
        await _start(consumer)
        return KafkaReader(consumer)

    async def partitions(self, topic: str) -> int:
        if topic not in self._partitions:
            async with _Asking(self) as consumer:
                # A consumer without a subscription only knows the topics that it asked for.
                await consumer._client.add_topic(topic)  # noqa: SLF001
                found = consumer.partitions_for_topic(topic)
            if not found:
                raise ConnectionError(f"topic {topic} is not there yet")
            self._partitions[topic] = len(found)
        return self._partitions[topic]

    async def bounds(self, positions: Sequence[Position]) -> Mapping[Position, tuple[int, int]]:
        places = [TopicPartition(*p) for p in positions]
        async with _Asking(self) as consumer:
            try:
                starts = await consumer.beginning_offsets(places)
                ends = await consumer.end_offsets(places)
            except KafkaError as error:
                raise ConnectionError(str(error)) from error
        return {(tp.topic, tp.partition): (starts[tp], ends[tp]) for tp in places}

    async def committed(self, group: str) -> Mapping[Position, int]:
        return await committed(self._bootstrap, group)

    async def empty(self, topic: str) -> None:
        places = [(topic, n) for n in range(await self.partitions(topic))]
        await remove_records(self._bootstrap, {p: end for p, (_, end) in (await self.bounds(places)).items()})

    async def rewind(self, group: str, topics: Sequence[str]) -> None:
        places = [(topic, n) for topic in topics for n in range(await self.partitions(topic))]
        first = {place: start for place, (start, _) in (await self.bounds(places)).items()}
        await go_on_from(self._bootstrap, group, first)

    async def close(self) -> None:
        """Nothing is held between calls."""


class _Asking:
    """A short-lived consumer for questions about topics."""

    def __init__(self, broker: KafkaBroker) -> None:
        self._consumer = AIOKafkaConsumer(**broker._consumer())  # noqa: SLF001

    async def __aenter__(self) -> Any:
        await _start(self._consumer)
        return self._consumer

    async def __aexit__(self, *_: object) -> None:
        await within(CLOSE_SECONDS, self._consumer.stop())


class KafkaProducer:
    """One producer's life: after any DeliveryError it is thrown away, with its sequence numbers."""

    def __init__(self, producer: Any) -> None:
        self._producer = producer
        self._partitions: dict[str, int] = {}

    async def publish(self, batch: Sequence[Outgoing]) -> list[tuple[int, int]]:
        places: list[tuple[int, int]] = [(0, 0)] * len(batch)
        groups: dict[Position, list[int]] = {}
        try:
            for n, out in enumerate(batch):
                count = await self._count(out.topic)
                groups.setdefault((out.topic, zlib.crc32(out.key.encode()) % count), []).append(n)
            async with asyncio.timeout(PUBLISH_SECONDS):
                sends = (self._send(position, indexes, batch, places) for position, indexes in groups.items())
                for outcome in await asyncio.gather(*sends, return_exceptions=True):
                    if outcome is not None:
                        raise outcome
        except (KafkaError, TimeoutError, OSError) as error:
            raise DeliveryError(f"{type(error).__name__}: {error}") from error
        return places

    async def _count(self, topic: str) -> int:
        if topic not in self._partitions:
            self._partitions[topic] = len(
                await asyncio.wait_for(self._producer.partitions_for(topic), CLOSE_SECONDS)
            )
        return self._partitions[topic]

    async def _send(
        self,
        position: Position,
        indexes: list[int],
        batch: Sequence[Outgoing],
        places: list[tuple[int, int]],
    ) -> None:
        """Batches of one partition: the next one leaves when the last is acknowledged."""
        while indexes:
            builder = self._producer.create_batch()
            taken = 0
            for n in indexes:
                out = batch[n]
                stamp = int(out.time.timestamp() * 1000)
                added = builder.append(
                    timestamp=stamp, key=out.key.encode(), value=out.value, headers=list(out.headers)
                )
                if added is None:
                    break
                taken += 1
            if taken == 0:
                raise DeliveryError("record larger than a batch")
            builder.close()
            sent = await self._producer.send_batch(builder, position[0], partition=position[1])
            fault("relay.handed_over")
            base = (await asyncio.shield(sent)).offset
            fault("relay.part_acked")
            for n, index in enumerate(indexes[:taken]):
                places[index] = (position[1], base + n)
            indexes = indexes[taken:]

    async def close(self) -> None:
        await within(CLOSE_SECONDS, self._producer.stop())


class KafkaReader:
    """A consumer; `getmany` is never cancelled, it ends by its own timeout."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer
        self._owed: dict[TopicPartition, int] = {}

    def assign(self, offsets: Mapping[Position, int]) -> None:
        """Takes exactly these partitions."""
        self._consumer.assign([TopicPartition(*p) for p in offsets])
        for position, offset in offsets.items():
            self._consumer.seek(TopicPartition(*position), offset)

    async def poll(self, limit: int, wait: float) -> Mapping[Position, Sequence[Record]]:
        try:
            found = await self._consumer.getmany(timeout_ms=int(wait * 1000), max_records=limit)
        except KafkaError as error:
            raise ConnectionError(f"{type(error).__name__}: {error}") from error
        return {
            (tp.topic, tp.partition): [
                Record(r.topic, r.partition, r.offset, r.key, r.value, r.headers) for r in records
            ]
            for tp, records in found.items()
        }

    async def commit(self, offsets: Mapping[Position, int]) -> None:
        self._owed |= {TopicPartition(*p): o for p, o in offsets.items()}
        held = self._consumer.assignment()
        self._owed = {place: offset for place, offset in self._owed.items() if place in held}
        if self._owed and await within(CLOSE_SECONDS, self._consumer.commit(self._owed)):
            self._owed = {}

    async def positions(self) -> Mapping[Position, int]:
        try:
            return {
                (tp.topic, tp.partition): await asyncio.wait_for(self._consumer.position(tp), CLOSE_SECONDS)
                for tp in self._consumer.assignment()
            }
        except (KafkaError, TimeoutError) as error:
            raise ConnectionError(str(error)) from error

    async def close(self) -> None:
        await within(CLOSE_SECONDS * 2, self._consumer.stop())
