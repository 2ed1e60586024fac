"""The envelope of a fact on Kafka: CloudEvents 1.0, binary mode, by hand because it is on every path."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self, TypeVar
from uuid import UUID

from contracts.fields import rfc3339

Value = TypeVar("Value")
Headers = list[tuple[str, bytes]]
CONTENT_TYPE: Final = "application/json"


class UnreadableEnvelopeError(ValueError):
    """Headers that are not a CloudEvent of ours; the message names the attribute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """All that is known about an event but its data.

    `seq` numbers the events of a key from 1; None where the topic does not. `time` is that of
    recording. `actor`: `person:<id>`, `partner:<id>` or `system`. `correlation`: the event that began it all.
    """

    id: UUID
    type: str
    source: str
    time: datetime
    key: str
    seq: int | None = None
    correlation: UUID | None = None
    causation: UUID | None = None
    actor: str
    traceparent: str | None = None

    def to_headers(self) -> Headers:
        """Return the Kafka headers; attributes that are not known are left out."""
        attributes = {
            "specversion": "1.0",
            "id": str(self.id),
            "type": self.type,
            "source": self.source,
            "time": rfc3339(self.time),
            "subject": self.key,
            "dataschema": f"schemas/{self.type}.json",
            "sequence": self.seq,
            "correlationid": self.correlation,
            "causationid": self.causation,
            "actor": self.actor,
            "traceparent": self.traceparent,
        }
        headers = [
            (f"ce_{name}", str(value).encode()) for name, value in attributes.items() if value is not None
        ]
        if self.traceparent is not None:
            headers.append(("traceparent", self.traceparent.encode()))
        return [*headers, ("content-type", CONTENT_TYPE.encode())]

    @classmethod
    def from_headers(cls, headers: Iterable[tuple[str, bytes]]) -> Self:
        """Read the headers of a record. Raises UnreadableEnvelopeError."""
        said = {name.lower(): value for name, value in headers}
        if said.get("ce_specversion") != b"1.0":
            raise UnreadableEnvelopeError("ce_specversion is not 1.0")
        return cls(
            id=_needed(said, "ce_id", UUID),
            type=_needed(said, "ce_type", str),
            source=_needed(said, "ce_source", str),
            time=_needed(said, "ce_time", _instant),
            key=_needed(said, "ce_subject", str),
            seq=_read(said, "ce_sequence", _sequence),
            correlation=_read(said, "ce_correlationid", UUID),
            causation=_read(said, "ce_causationid", UUID),
            actor=_needed(said, "ce_actor", str),
            traceparent=_read(said, "ce_traceparent", str),
        )


def _read(said: Mapping[str, bytes], name: str, parse: Callable[[str], Value]) -> Value | None:
    if name not in said:
        return None
    try:
        return parse(said[name].decode())
    except (ValueError, AttributeError) as error:  # a header may be null on the wire
        raise UnreadableEnvelopeError(f"{name} cannot be read") from error


def _needed(said: Mapping[str, bytes], name: str, parse: Callable[[str], Value]) -> Value:
    value = _read(said, name, parse)
    if value is None or value == "":
        raise UnreadableEnvelopeError(f"{name} is missing")
    return value


def _instant(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("no offset")
    return time.astimezone(UTC)


def _sequence(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("below 1")
    return number
