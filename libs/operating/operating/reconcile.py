"""Every row of the journal is in Kafka, at its offset, with its id; every record of ours is in the journal.

Read by hand or by a nightly job; the count of differences is kept, and is one of the numbers of a service.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import UUID

from eventing.broker import Position
from eventing.tail import between, journalled, known_among, said_by
from operating.service import Service

Say = Callable[[str], None]
CHUNK = 2000
ROWS = """
    SELECT "offset", event_id FROM event_log WHERE topic = $1 AND "partition" = $2 AND "offset" >= $3
    ORDER BY "offset"
"""
NOTE = """
    INSERT INTO log_epoch (topic, epoch, checked_at, differences) VALUES ($1, 1, $2, $3)
    ON CONFLICT (topic) DO UPDATE SET checked_at = excluded.checked_at, differences = excluded.differences
"""


@dataclass
class Checked:
    """What was compared on one topic; rows older than what the topic keeps are left out."""

    rows: int = 0
    records: int = 0
    duplicates: int = 0
    differences: int = 0


async def reconcile(service: Service, say: Say = lambda _: None) -> dict[str, Checked]:
    """Compares each journalled topic with the journal; each difference is said, the count is kept.

    What is said while it reads is left out: the end of the log is looked at first, the journal after.
    """
    found = {}
    for topic in journalled(service.name):
        found[topic] = checked = Checked()
        places = [(topic, n) for n in range(await service.broker.partitions(topic))]
        for place, (first, end) in (await service.broker.bounds(places)).items():
            await _partition(service, place, (first, end), checked, say)
        async with service.database.transaction() as tx:
            await tx.connection.execute(NOTE, topic, tx.now, checked.differences)
    return found


async def _partition(
    service: Service, place: Position, bounds: tuple[int, int], checked: Checked, say: Say
) -> None:
    records = _ids(service, place, bounds)
    extra: list[tuple[int, UUID]] = []
    said = await anext(records, None)
    async for offset, event_id in _rows(service, place, bounds[0]):
        while said is not None and said[0] < offset:
            extra.append(said)
            said = await anext(records, None)
        checked.rows += 1
        if said is not None and said == (offset, event_id):
            checked.records += 1
        elif offset >= bounds[1]:
            await _late(service, place, offset, checked, say)
        else:
            checked.differences += 1
            held = f"holds {said[1]}" if said is not None and said[0] == offset else "holds nothing of ours"
            say(f"{place[0]}/{place[1]} at {offset}: the journal has {event_id}, Kafka {held}")
        if said is not None and said[0] == offset:
            said = await anext(records, None)
    while said is not None:
        extra.append(said)
        said = await anext(records, None)
    await _extra(service, place, extra, checked, say)


async def _late(service: Service, place: Position, offset: int, checked: Checked, say: Say) -> None:
    """A row beyond the end that was looked at: written since, or lost."""
    end = (await service.broker.bounds([place]))[place][1]
    if offset >= end:
        checked.differences += 1
        say(f"{place[0]}/{place[1]} at {offset}: the journal has a row, Kafka ends at {end}")


async def _extra(
    service: Service, place: Position, extra: list[tuple[int, UUID]], checked: Checked, say: Say
) -> None:
    async with service.database.read() as tx:
        known = await known_among(tx.connection, [event_id for _, event_id in extra])
    for offset, event_id in extra:
        checked.records += 1
        if event_id in known:
            checked.duplicates += 1
        else:
            checked.differences += 1
            say(f"{place[0]}/{place[1]} at {offset}: Kafka has {event_id}, the journal does not")


async def _rows(service: Service, place: Position, first: int) -> AsyncIterator[tuple[int, UUID]]:
    async with service.database.read() as tx:
        for limit in ("statement_timeout", "transaction_timeout", "idle_in_transaction_session_timeout"):
            await tx.connection.execute(f"SET LOCAL {limit} = 0")
        async for row in tx.connection.cursor(ROWS, *place, first, prefetch=CHUNK):
            yield row["offset"], row["event_id"]


async def _ids(service: Service, place: Position, bounds: tuple[int, int]) -> AsyncIterator[tuple[int, UUID]]:
    async for records in between(service.broker, {place: bounds}):
        for record in records:
            if (envelope := said_by(service.name, record)) is not None:
                yield record.offset, envelope.id
