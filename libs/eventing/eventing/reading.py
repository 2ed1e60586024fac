"""From bytes in a log to a fact one can trust, or the reason why not."""

from dataclasses import dataclass
from typing import Any

from contracts.envelope import Envelope
from contracts.event import REGISTRY, Fact
from contracts.topics import TOPICS
from eventing.broker import Record
from eventing.subscription import Received

LONGEST_KEY = 255


class UnknownMajorError(ValueError):
    """A fact of a kind we know, in a version we do not: a later release reads it."""


class GapError(Exception):
    """A record of a numbered stream came before the one it follows."""


def refuse_gap(seq: int, last: int | None) -> None:
    """Raises GapError when numbers are missing between the last one applied and this one."""
    if last is not None and seq > last + 1:
        raise GapError(f"{seq} after {last}")


@dataclass(slots=True)  # not frozen: one is made for every event, and freezing doubles its cost
class Heard:
    """A record and what could be read of it. `event` None: unknown type, tombstone or undecodable.

    `kind`: which fact it claims to be, where `error` says why that cannot be read.
    """

    record: Record
    key: str
    seq: int | None
    event_id: str
    event: Received[Any] | None
    tombstone: bool = False
    undecodable: bool = False
    error: Exception | None = None
    kind: type[Fact] | None = None


def hear(record: Record) -> Heard:
    """Reads a record, never raises: an unknown type is skipped, a known one unreadable parks its key.

    So does an unknown major version of a known type. What has no key, no envelope or, where records are
    numbered, no number, is undecodable.
    """
    numbered = TOPICS[record.topic].sequenced
    try:
        key = (record.key or b"").decode()
        if not key or len(key) > LONGEST_KEY or "\0" in key:
            raise ValueError("no key, or none that can be kept")
        envelope = Envelope.from_headers(record.headers)
        if envelope.key != key:
            raise ValueError("subject and key differ")
        if numbered and envelope.seq is None:
            raise ValueError("no number")
    except ValueError as error:
        place = f"~undecodable/{record.topic}/{record.partition}"
        return Heard(record, place, None, "", None, undecodable=True, error=error)
    event_id = str(envelope.id)
    if record.value is None and not numbered:
        return Heard(record, key, None, event_id, None, tombstone=True)
    kind = REGISTRY.get(envelope.type)
    if kind is None:
        other = _other_major(envelope.type)
        why = UnknownMajorError(envelope.type) if other else None
        return Heard(record, key, envelope.seq, event_id, None, error=why, kind=other)
    try:
        fact = kind.read(record.value or b"")
    except ValueError as error:  # pydantic's ValidationError is one
        return Heard(record, key, envelope.seq, event_id, None, error=error, kind=kind)
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


def _other_major(name: str) -> type[Fact] | None:
    family = name.rpartition(".v")[0]
    return next((fact for known, fact in REGISTRY.items() if known.rpartition(".v")[0] == family), None)
