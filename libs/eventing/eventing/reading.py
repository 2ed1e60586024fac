"""From bytes in a log to a fact one can trust, or the reason why not."""

from dataclasses import dataclass
from typing import Any

from contracts.envelope import Envelope
from contracts.event import REGISTRY
from eventing.broker import Record
from eventing.subscription import Received


class GapError(Exception):
    """A record of a numbered stream came before the one it follows."""


@dataclass(frozen=True)
class Heard:
    """A record and what could be read of it. `event` None: unknown type, tombstone or undecodable."""

    record: Record
    key: str
    seq: int | None
    event_id: str
    event: Received[Any] | None
    tombstone: bool = False
    undecodable: bool = False
    error: Exception | None = None


def hear(record: Record) -> Heard:
    """Reads a record, never raises: an unknown type is skipped, a known one unreadable parks its key."""
    try:
        key = (record.key or b"").decode()
        if not key:
            raise ValueError("no key")
        envelope = Envelope.from_headers(record.headers)
        if envelope.key != key:
            raise ValueError("subject and key differ")
    except ValueError as error:
        place = f"~undecodable/{record.topic}/{record.partition}"
        return Heard(record, place, None, "", None, undecodable=True, error=error)
    event_id = str(envelope.id)
    if record.value is None:
        return Heard(record, key, None, event_id, None, tombstone=True)
    kind = REGISTRY.get(envelope.type)
    if kind is None:
        return Heard(record, key, envelope.seq, event_id, None)
    try:
        fact = kind.read(record.value)
    except ValueError as error:  # pydantic's ValidationError is one
        return Heard(record, key, envelope.seq, event_id, None, error=error)
    received = Received(
        fact=fact,
        id=envelope.id,
        type=envelope.type,
        topic=record.topic,
        key=key,
        seq=envelope.seq,
        time=envelope.time,
        actor=envelope.actor,
        correlation=envelope.correlation,
        causation=envelope.causation,
    )
    return Heard(record, key, envelope.seq, event_id, received)
