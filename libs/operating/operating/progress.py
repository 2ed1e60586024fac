"""How far the rebuilds of a service are, for a terminal, a page or a metric."""

from dataclasses import dataclass
from typing import Any

PROGRESS = """
    SELECT n.consumer, sum(n.next_offset)::float8 AS done,
           sum(greatest(s.next_offset, n.next_offset))::float8 AS whole
    FROM projection_cursor n JOIN projection_cursor s
      ON s.consumer = replace(n.consumer, '~next', '') AND s.topic = n.topic AND s.partition = n.partition
    WHERE n.consumer LIKE '%~next' GROUP BY n.consumer ORDER BY n.consumer
"""


@dataclass(frozen=True)
class Progress:
    """How much of what the serving version has read the next one of `consumer` has: 0 to 1."""

    consumer: str
    share: float


async def progress(connection: Any) -> list[Progress]:
    """What is being rebuilt on this database now, and how far it is; empty when nothing is."""
    return [
        Progress(row["consumer"].removesuffix("~next"), row["done"] / row["whole"] if row["whole"] else 1.0)
        for row in await connection.fetch(PROGRESS)
    ]
