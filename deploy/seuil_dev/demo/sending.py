"""The partner's software of the demonstration: rows become CloudEvents, five hundred at a time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from seuil_dev.client import Failed, Partner, together

BATCH = 500
AT_ONCE = 3


@dataclass(frozen=True)
class Row:
    """One version of one record, as the partner's software has it. `day`: when that version was made."""

    record: str
    ref: str
    day: str
    fields: dict[str, Any]
    version: int = 1
    void: bool = False


def event(row: Row, source: str) -> dict[str, Any]:
    """The CloudEvent of a row; the same row is always the same event."""
    data: dict[str, Any] = {"record_ref": row.ref, "record_version": row.version}
    data |= {"void": True} if row.void else row.fields
    return {
        "specversion": "1.0",
        "id": f"{row.record}:{row.ref}:{row.version}",
        "type": f"seuil.partner.{row.record}.v1",
        "source": source,
        "time": f"{row.day}T12:00:00+01:00",
        "seuilmode": "backfill",
        "data": data,
    }


async def send(partner: Partner, rows: Iterable[Row], done: Callable[[int], None]) -> dict[str, int]:
    """Send everything, a few batches at once; how many events had each status. Failed when one is refused."""
    batches = _batches(rows)
    counts: dict[str, int] = {}

    async def work() -> None:
        for batch in batches:
            events = [event(row, partner.source) for row in batch]
            for status in await partner.batch(events):
                counts[status] = counts.get(status, 0) + 1
            done(len(batch))

    await together(*(work() for _ in range(AT_ONCE)))
    refused = counts.keys() - {"accepted", "duplicate", "stale", "replaced"}
    if refused:
        raise Failed(f"the partner’s door refused some events: {counts}")
    return counts


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch
