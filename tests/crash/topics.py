"""Topics of one story: those of the contracts under names of its own, on a Kafka that stories share."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from eventing.broker import Broker, Outgoing, Position, Producer, Reader, Record
from eventing.kafka import KafkaBroker


class PatientKafka(KafkaBroker):
    """Kafka answers a reader at the first record, or after half a second: many readers wait at once."""

    def _consumer(self) -> dict[str, Any]:
        return super()._consumer() | {"fetch_max_wait_ms": 500}


class OwnTopics:
    """A broker whose topics and groups begin with a prefix that the service does not see."""

    def __init__(self, broker: Broker, prefix: str) -> None:
        self._broker, self._prefix = broker, prefix

    async def producer(self) -> Producer:
        return _OwnProducer(await self._broker.producer(), self._prefix)

    async def group(self, name: str, topics: Sequence[str]) -> Reader:
        prefixed = [self._prefix + topic for topic in topics]
        return _OwnReader(await self._broker.group(self._prefix + name, prefixed), self._prefix)

    async def assigned(self, offsets: Mapping[Position, int]) -> Reader:
        return _OwnReader(await self._broker.assigned(_inside(offsets, self._prefix)), self._prefix)

    async def partitions(self, topic: str) -> int:
        return await self._broker.partitions(self._prefix + topic)

    async def bounds(self, positions: Sequence[Position]) -> Mapping[Position, tuple[int, int]]:
        found = await self._broker.bounds([(self._prefix + topic, n) for topic, n in positions])
        return {(topic.removeprefix(self._prefix), n): span for (topic, n), span in found.items()}

    async def committed(self, group: str) -> Mapping[Position, int]:
        return _outside(await self._broker.committed(self._prefix + group), self._prefix)

    async def empty(self, topic: str) -> None:
        await self._broker.empty(self._prefix + topic)

    async def rewind(self, group: str, topics: Sequence[str]) -> None:
        await self._broker.rewind(self._prefix + group, [self._prefix + topic for topic in topics])

    async def close(self) -> None:
        await self._broker.close()


class _OwnProducer:
    def __init__(self, producer: Producer, prefix: str) -> None:
        self._producer, self._prefix = producer, prefix

    async def publish(self, batch: Sequence[Outgoing]) -> list[tuple[int, int]]:
        return await self._producer.publish([replace(out, topic=self._prefix + out.topic) for out in batch])

    async def close(self) -> None:
        await self._producer.close()


class _OwnReader:
    def __init__(self, reader: Reader, prefix: str) -> None:
        self._reader, self._prefix = reader, prefix

    async def poll(self, limit: int, wait: float) -> Mapping[Position, Sequence[Record]]:
        found = await self._reader.poll(limit, wait)
        return {
            (topic.removeprefix(self._prefix), n): [
                replace(record, topic=record.topic.removeprefix(self._prefix)) for record in records
            ]
            for (topic, n), records in found.items()
        }

    async def commit(self, offsets: Mapping[Position, int]) -> None:
        await self._reader.commit(_inside(offsets, self._prefix))

    async def positions(self) -> Mapping[Position, int]:
        return _outside(await self._reader.positions(), self._prefix)

    async def close(self) -> None:
        await self._reader.close()


def _inside(offsets: Mapping[Position, int], prefix: str) -> dict[Position, int]:
    return {(prefix + topic, n): at for (topic, n), at in offsets.items()}


def _outside(offsets: Mapping[Position, int], prefix: str) -> dict[Position, int]:
    return {(topic.removeprefix(prefix), n): at for (topic, n), at in offsets.items()}
