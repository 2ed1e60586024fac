"""Records of the same size, produced one by one and consumed at once: what the broker alone takes."""

import asyncio
from time import perf_counter
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from bench.requests import open_loop

VALUE = b"x" * 400


class Bare:
    """A producer and a consumer on one topic; rounds one after the other."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._topic = topic
        self._producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
        self._consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)

    async def __aenter__(self) -> "Bare":
        await self._producer.start()
        await self._consumer.start()
        place = TopicPartition(self._topic, 0)
        self._consumer.assign([place])
        await self._consumer.seek_to_beginning(place)
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self._producer.stop()
        await self._consumer.stop()

    def start(self, rate: float, count: int) -> "asyncio.Task[list[float]]":
        """Seconds of each of `count` records, `rate` a second, from when it was due."""
        return asyncio.create_task(self._round(rate, count))

    async def _round(self, rate: float, count: int) -> list[float]:
        due_of: dict[bytes, float] = {}

        async def one(number: int, due: float) -> None:
            name = str(number).encode()
            due_of[name] = due
            await self._producer.send_and_wait(self._topic, VALUE, key=name)

        sending = asyncio.create_task(open_loop(rate, count, one))
        latencies: list[float] = []
        while len(latencies) < count:
            record = await self._consumer.getone()
            latencies.append(perf_counter() - due_of[record.key])
        await sending
        return latencies
