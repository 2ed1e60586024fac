"""A topic read from its first event, parsed as JSON and copied into a table; nothing is numbered nor kept."""

import json
from collections.abc import Awaitable, Callable
from datetime import date
from time import perf_counter

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

COLUMNS = ("record_id", "revision", "void", "partner_id", "organisation_id", "scheme", "territory_cell",
           "day", "places", "occupied", "out_of_use")  # fmt: skip
TOPIC, PARTITIONS = "seuil.integration.v1", 12


class Bare:
    """Open on a database and a broker; `slices` goes on where the last slice ended."""

    def __init__(self, url: str, bootstrap: str) -> None:
        self._url, self._done = url, 0
        self._consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)

    async def __aenter__(self) -> "Bare":
        self._connection = await asyncpg.connect(self._url)
        await self._consumer.start()
        places = [TopicPartition(TOPIC, n) for n in range(PARTITIONS)]
        self._consumer.assign(places)
        await self._consumer.seek_to_beginning(*places)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()
        await self._connection.close()

    def slices(self, events: int) -> Callable[[int], Awaitable[float]]:
        """Copies up to the end of the round's slice, or a few more: events per second."""

        async def side(number: int) -> float:
            began, before = perf_counter(), self._done
            while self._done < events * (number + 1):
                for records in (await self._consumer.getmany(timeout_ms=500, max_records=1000)).values():
                    rows = [row(json.loads(record.value)) for record in records]
                    await self._connection.copy_records_to_table("fact_supply", records=rows, columns=COLUMNS)
                    self._done += len(rows)
            return (self._done - before) / (perf_counter() - began)

        return side


def row(fact: dict[str, object]) -> list[object]:
    """The columns of a report."""
    values = [fact.get(name) for name in COLUMNS]
    values[7] = date.fromisoformat(str(fact["day"]))
    return values
