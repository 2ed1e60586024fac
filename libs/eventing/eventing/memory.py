"""A broker in memory for service tests: passes the same behaviour suite as Kafka."""

import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

from eventing.broker import Outgoing, Position, Record


class MemoryBroker:
    """Topics as lists; groups as positions. One process, one loop, nothing kept."""

    def __init__(self, partitions: Mapping[str, int]) -> None:
        self._partitions = dict(partitions)
        self.log: dict[Position, list[Record]] = defaultdict(list)
        self._groups: dict[tuple[str, Position], int] = {}

    async def producer(self) -> "MemoryBroker":
        return self

    async def publish(self, batch: Sequence[Outgoing]) -> list[tuple[int, int]]:
        places = []
        for out in batch:
            partition = zlib.crc32(out.key.encode()) % self._partitions[out.topic]
            log = self.log[(out.topic, partition)]
            record = Record(out.topic, partition, len(log), out.key.encode(), out.value, list(out.headers))
            log.append(record)
            places.append((partition, record.offset))
        return places

    async def group(self, name: str, topics: Sequence[str]) -> "_MemoryReader":
        positions = [(topic, n) for topic in topics for n in range(self._partitions[topic])]
        return _MemoryReader(self, {p: self._groups.get((name, p), 0) for p in positions}, name)

    async def assigned(self, offsets: Mapping[Position, int]) -> "_MemoryReader":
        return _MemoryReader(self, dict(offsets), None)

    async def partitions(self, topic: str) -> int:
        return self._partitions[topic]

    async def bounds(self, positions: Sequence[Position]) -> Mapping[Position, tuple[int, int]]:
        return {p: (0, len(self.log[p])) for p in positions}

    async def committed(self, group: str) -> Mapping[Position, int]:
        return {place: offset for (name, place), offset in self._groups.items() if name == group}

    async def empty(self, topic: str) -> None:
        self.log = defaultdict(list, {place: log for place, log in self.log.items() if place[0] != topic})

    async def rewind(self, group: str, topics: Sequence[str]) -> None:
        self._groups = {place: n for place, n in self._groups.items() if place[0] != group}

    def remember(self, group: str, offsets: Mapping[Position, int]) -> None:
        self._groups.update({(group, p): offset for p, offset in offsets.items()})

    async def close(self) -> None:
        """Nothing to release."""


class _MemoryReader:
    def __init__(self, broker: MemoryBroker, positions: dict[Position, int], group: str | None) -> None:
        self._broker, self._positions, self._group = broker, positions, group

    async def poll(self, limit: int, wait: float) -> Mapping[Position, Sequence[Record]]:
        found = {p: self._broker.log[p][at : at + limit] for p, at in self._positions.items()}
        self._positions = {p: at + len(found[p]) for p, at in self._positions.items()}
        return {p: records for p, records in found.items() if records}

    async def commit(self, offsets: Mapping[Position, int]) -> None:
        if self._group is not None:
            self._broker.remember(self._group, offsets)

    async def positions(self) -> Mapping[Position, int]:
        return dict(self._positions)

    async def close(self) -> None:
        """Nothing to leave."""
