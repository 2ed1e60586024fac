"""The envelope of a fact on Kafka: CloudEvents 1.0, binary mode, by hand because it is on every path."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self
from uuid import UUID

from contracts.fields import rfc3339

Headers = list[tuple[str, bytes]]
CONTENT_TYPE: Final = b"application/json"


class UnreadableEnvelopeError(ValueError):
    """Headers that are not a CloudEvent of ours; the message names the attribute."""


@dataclass(slots=True, kw_only=True)  # not frozen: one is made for every event, and freezing doubles its cost
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
        kind = self.type.encode()
        headers = [
            ("ce_specversion", b"1.0"),
            ("ce_id", str(self.id).encode()),
            ("ce_type", kind),
            ("ce_source", self.source.encode()),
            ("ce_time", rfc3339(self.time).encode()),
            ("ce_subject", self.key.encode()),
            ("ce_dataschema", b"schemas/" + kind + b".json"),
        ]
        if self.seq is not None:
            headers.append(("ce_sequence", b"%d" % self.seq))
        if self.correlation is not None:
            headers.append(("ce_correlationid", str(self.correlation).encode()))
        if self.causation is not None:
            headers.append(("ce_causationid", str(self.causation).encode()))
        headers.append(("ce_actor", self.actor.encode()))
        if self.traceparent is not None:
            trace = self.traceparent.encode()
            headers += [("ce_traceparent", trace), ("traceparent", trace)]
        headers.append(("content-type", CONTENT_TYPE))
        return headers

    @classmethod
    def from_headers(cls, headers: Iterable[tuple[str, bytes]]) -> Self:
        """Read the headers of a record. Raises UnreadableEnvelopeError."""
        said: dict[str, Any] = {}
        for name, value in headers:
            known = _READ.get(name) or _READ.get(name.lower())
            if known is not None:
                try:
                    said[known[0]] = known[1](value.decode())
                except (ValueError, OverflowError, AttributeError) as error:  # the wire may say null
                    raise UnreadableEnvelopeError(f"{name} cannot be read") from error
        if said.pop("specversion", None) != "1.0":
            raise UnreadableEnvelopeError("ce_specversion is not 1.0")
        if missing := _NEEDED - said.keys():
            raise UnreadableEnvelopeError(f"missing: ce_{', ce_'.join(sorted(missing))}")
        return cls(key=said.pop("subject"), **said)


def _said(text: str) -> str:
    if not text:
        raise ValueError("empty")
    return text


def _instant(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("no offset")
    return time if time.tzinfo is UTC else time.astimezone(UTC)


def _sequence(text: str) -> int:
    number = int(text)
    if not 1 <= number < 1 << 63:
        raise ValueError("not a number of a stream")
    return number


_READ: Final[Mapping[str, tuple[str, Callable[[str], object]]]] = {
    "ce_specversion": ("specversion", str),
    "ce_id": ("id", UUID),
    "ce_type": ("type", _said),
    "ce_source": ("source", _said),
    "ce_time": ("time", _instant),
    "ce_subject": ("subject", _said),
    "ce_sequence": ("seq", _sequence),
    "ce_correlationid": ("correlation", UUID),
    "ce_causationid": ("causation", UUID),
    "ce_actor": ("actor", _said),
    "ce_traceparent": ("traceparent", str),
}
"""Headers by name: the attribute each one gives, and how it is read."""
_NEEDED: Final = frozenset(("id", "type", "source", "time", "subject", "actor"))
