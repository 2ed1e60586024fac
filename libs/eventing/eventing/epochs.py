"""Each log has an epoch, raised when it is made again from the journal: what was read before is read anew.

The header is absent in the first epoch. A reader that finds a higher one than it knows starts again at the
oldest record; numbers per key, versions and the inbox keep it from applying anything twice.
"""

from collections.abc import Iterable, Sequence

from eventing.broker import Record

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


def spoken(epoch: int) -> list[tuple[str, bytes]]:
    """The header of that epoch: none for the first."""
    return [(EPOCH, str(epoch).encode())] if epoch > FIRST else []
