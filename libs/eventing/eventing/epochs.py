"""Each log has an epoch, raised when it is made again from the journal: what was read before is read anew.

The header is absent in the first epoch. A reader that finds a higher one than it knows starts again at the
oldest record; numbers per key, versions and the inbox keep it from applying anything twice.
"""

from collections.abc import Iterable, Mapping, Sequence

from eventing.broker import Broker, Position, Record
from eventing.tail import between

EPOCH = "ce_epoch"
FIRST = 1


def epoch_of(headers: Iterable[tuple[str, bytes]]) -> int:
    """The epoch that a record speaks; the first when it says none, or nothing that can be read."""
    for name, value in headers:
        if name == EPOCH:
            return int(value) if value and value.isdigit() else FIRST
    return FIRST


def highest(records: Sequence[Record]) -> int:
    """The highest epoch among these records."""
    return max((epoch_of(record.headers) for record in records), default=FIRST)


async def last_epochs(broker: Broker, bounds: Mapping[Position, tuple[int, int]]) -> dict[Position, int]:
    """The epoch that each of these logs speaks last; nothing of those that are empty."""
    ends = {place: (end - 1, end) for place, (first, end) in bounds.items() if end > first}
    found: dict[Position, int] = {}
    async for records in between(broker, ends):
        found[(records[0].topic, records[0].partition)] = highest(records)
    return found


def spoken(epoch: int) -> list[tuple[str, bytes]]:
    """The header of that epoch: none for the first."""
    return [(EPOCH, str(epoch).encode())] if epoch > FIRST else []
