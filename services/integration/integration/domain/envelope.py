"""From a CloudEvent as received to a record that can be taken, or the reason why not."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from contracts.event import MAX_BYTES
from integration.domain.inbound import RECORDS, Figures, Inbound, instant
from integration.domain.problems import MAX_EVENT, Problem, of_validation, wrong

EVENT_ID = re.compile(r"[!-~]{1,64}")
TYPE = re.compile(r"seuil\.partner\.([a-z_]{1,40})\.v1")
AHEAD = timedelta(minutes=10)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
FACT_ROOM = 1_000
"""What the common fields of a fact take of the bytes that a fact may have."""
_FIELDS = {"dims", "value"}.union(*(record.model_fields for record in RECORDS.values()))


@dataclass(frozen=True, slots=True)
class Sender:
    """The partner whose key was shown, and what that key lets it send."""

    partner_id: UUID
    source: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A record that can be taken. `unmapped`: pointers of the codes that no table knows."""

    event_id: str
    record_type: str
    digest: bytes
    inbound: Inbound
    unmapped: tuple[str, ...]
    backfill: bool


@dataclass(frozen=True, slots=True)
class Unfit:
    """An event that is not taken; `event_id` and `record_type` only where they could be read."""

    event_id: str | None
    record_type: str | None
    digest: bytes
    problem: Problem


def digest_of(kind: object, data: Any) -> tuple[bytes, int]:
    """A digest that spacing and order of keys do not change, and the size of the data written compactly."""
    text = json.dumps(data, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(f"{kind}\n{text}".encode()).digest(), len(text)


def read_event(attributes: Mapping[str, Any], data: Any, sender: Sender, now: datetime) -> Parsed | Unfit:
    """Reads one event of a partner; never raises."""
    event_id = _event_id(attributes)
    kind = attributes.get("type")
    digest, size = digest_of(kind, data)
    found = TYPE.fullmatch(kind) if isinstance(kind, str) else None
    record_type = found[1] if found and found[1] in RECORDS else None
    problem = (
        _envelope_problem(attributes, event_id)
        or _right_problem(attributes, record_type, sender)
        or _time_problem(attributes, now)
        or _size_problem(record_type, data, size)
    )
    if problem is None and record_type is not None:
        read = _read(RECORDS[record_type], data)
        if isinstance(read, Problem):
            problem = read
        else:
            inbound, unmapped = read
            assert event_id is not None
            backfill = attributes.get("seuilmode", "live") == "backfill"
            return Parsed(event_id, record_type, digest, inbound, unmapped, backfill)
    assert problem is not None
    return Unfit(event_id, record_type, digest, problem)


def unreadable(attributes: Mapping[str, Any], body: bytes, sender: Sender) -> Unfit:
    """An event whose attributes could be read and whose data is not JSON."""
    kind = attributes.get("type")
    found = TYPE.fullmatch(kind) if isinstance(kind, str) else None
    record_type = found[1] if found and found[1] in RECORDS else None
    event_id = _event_id(attributes)
    problem = (
        _envelope_problem(attributes, event_id)
        or _right_problem(attributes, record_type, sender)
        or Problem(422, "unreadable_json", (wrong("/data", "unreadable_json"),))
    )
    return Unfit(event_id, record_type, hashlib.sha256(body).digest(), problem)


def _event_id(attributes: Mapping[str, Any]) -> str | None:
    given = attributes.get("id")
    return given if isinstance(given, str) and EVENT_ID.fullmatch(given) else None


def _envelope_problem(attributes: Mapping[str, Any], event_id: str | None) -> Problem | None:
    errors = []
    if attributes.get("specversion") != "1.0":
        errors.append(wrong("/specversion", "closed_value", attributes.get("specversion")))
    if event_id is None:
        errors.append(wrong("/id", "ref_format", attributes.get("id")))
    errors += [
        wrong(f"/{name}", "string_type", attributes.get(name))
        for name in ("type", "source")
        if not isinstance(attributes.get(name), str)
    ]
    if attributes.get("seuilmode", "live") not in ("live", "backfill"):
        errors.append(wrong("/seuilmode", "closed_value", attributes["seuilmode"]))
    if "data_base64" in attributes:
        errors.append(wrong("/data_base64", "extra_forbidden", attributes["data_base64"]))
    return Problem(422, "invalid_envelope", tuple(errors)) if errors else None


def _right_problem(attributes: Mapping[str, Any], record_type: str | None, sender: Sender) -> Problem | None:
    if attributes["source"] != sender.source:
        return Problem(403, "source_not_yours", (wrong("/source", "closed_value", attributes["source"]),))
    if record_type is None:
        return Problem(422, "unknown_type", (wrong("/type", "closed_value", attributes["type"]),))
    if record_type not in sender.scopes:
        return Problem(403, "scope", (wrong("/type", "closed_value", attributes["type"]),))
    if "subject" in attributes:
        return Problem(
            422, "subject_forbidden", (wrong("/subject", "extra_forbidden", attributes["subject"]),)
        )
    return None


def _time_problem(attributes: Mapping[str, Any], now: datetime) -> Problem | None:
    given = attributes.get("time")
    try:
        time = instant(given)
    except ValueError as error:  # pydantic's custom errors are
        code = "missing" if given is None else getattr(error, "type", "time_format")
        return Problem(422, "invalid_envelope", (wrong("/time", code, given),))
    if time > now + AHEAD or time < EARLIEST:
        return Problem(422, "clock", (wrong("/time", "clock", given),))
    return None


def _size_problem(record_type: str | None, data: Any, size: int) -> Problem | None:
    most = MAX_BYTES - FACT_ROOM if record_type and RECORDS[record_type] is Figures else MAX_EVENT
    return Problem(422, "event_too_large", (wrong("/data", "too_large", data),)) if size > most else None


def _read(record: type[Inbound], data: Any) -> tuple[Inbound, tuple[str, ...]] | Problem:
    void = isinstance(data, dict) and data.get("void") is True
    unmapped: list[str] = []
    try:
        return (Head if void else record).model_validate(data, context=unmapped), tuple(sorted(set(unmapped)))
    except ValidationError as error:
        return of_validation(error, _FIELDS)


class Head(Inbound):
    """A void record: who it is, and nothing else."""
