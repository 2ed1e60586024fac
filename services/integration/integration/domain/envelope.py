"""From a CloudEvent as received to a record that can be taken, or the reason why not."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError

from contracts.event import MAX_BYTES
from integration.domain.codes import Reading
from integration.domain.files import CaseFile, SealedCase
from integration.domain.identifying import looks_identifying
from integration.domain.inbound import RECORDS
from integration.domain.problems import MAX_CASE, MAX_EVENT, Problem, of_validation, wrong
from integration.domain.written import Inbound, instant

EVENT_ID = re.compile(r"[!-~]{1,64}")
TYPE = re.compile(r"seuil\.partner\.([a-z_]{1,40})\.v1")
AHEAD = timedelta(minutes=10)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
MOST_REF = 64
FACT_ROOM = 1_000
"""What the common fields of a fact take of the bytes that a fact may have."""
_SHAPES: tuple[type[BaseModel], ...] = (*RECORDS.values(), *CaseFile.parts(), SealedCase)
FIELDS = {"dims", "value"}.union(*(shape.model_fields for shape in _SHAPES))


@dataclass(frozen=True, slots=True)
class Sender:
    """The partner whose key was shown, what that key lets it send, and what a coordinator mapped for it."""

    partner_id: UUID
    source: str
    scopes: frozenset[str]
    codes: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A record that can be taken. `unmapped`: pointers of the codes that no table knows; `codes`: theirs."""

    event_id: str
    record_type: str
    digest: bytes
    inbound: Inbound
    unmapped: tuple[str, ...]
    backfill: bool
    data: Any = field(default=None, repr=False)
    codes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Unfit:
    """An event that is not taken; `event_id` and `record_type` only where they could be read."""

    event_id: str | None
    record_type: str | None
    digest: bytes
    problem: Problem
    event: Any = field(default=None, repr=False)
    """The event as it came, to be kept encrypted; None where it names people, or is not an event."""
    backfill: bool = False
    household_ref: str | None = field(default=None, repr=False)
    """Whose it is, where it is kept: it goes when its household is erased."""


def digest_of(kind: object, data: Any) -> tuple[bytes, int]:
    """A digest that spacing and order of keys do not change, and the size of the data written compactly."""
    text = json.dumps(data, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(f"{kind}\n{text}".encode()).digest(), len(text)


def read_event(
    attributes: Mapping[str, Any], data: Any, sender: Sender, now: datetime, oldest: date | None = None
) -> Parsed | Unfit:
    """Reads one event; never raises. `oldest`: the first day of which history may still name households."""
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
        reading = Reading(sender.codes)
        backfill = attributes.get("seuilmode", "live") == "backfill"
        read = _read(_shape(record_type, data), data, reading)
        if isinstance(read, Problem):
            problem = read
        elif backfill and oldest and read.newest and read.newest < oldest:
            problem = Problem(422, "too_old", (wrong("/data", "too_old", data),))
        else:
            assert event_id is not None
            pointers = tuple(sorted({pointer for pointer, _, _ in reading.unmapped}))
            codes = tuple(sorted({(name, code) for _, name, code in reading.unmapped if code}))
            return Parsed(event_id, record_type, digest, read, pointers, backfill, data, codes)
    assert problem is not None
    unkept = names_people(record_type) or problem.code == "identifying_reference"
    event = None if unkept else {**attributes, "data": data}
    return Unfit(
        event_id,
        record_type,
        digest,
        problem,
        event,
        attributes.get("seuilmode", "live") == "backfill",
        _household(data) if event else None,
    )


def _household(data: Any) -> str | None:
    ref = data.get("household_ref") if isinstance(data, dict) else None
    fits = isinstance(ref, str) and 0 < len(ref) <= MOST_REF and ref.isascii() and ref.isprintable()
    return ref if fits and not looks_identifying(str(ref), household=True) else None


def names_people(record_type: str | None) -> bool:
    """Whether an event of that type must not be kept here; one of no known type may be anything."""
    return record_type is None or RECORDS[record_type].SEALED


def _shape(record_type: str, data: Any) -> type[Inbound]:
    if isinstance(data, dict) and data.get("void") is True:
        return Head
    if record_type == "case" and isinstance(data, dict) and "sealed" in data:
        return SealedCase
    return RECORDS[record_type]


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
    most = {"case": MAX_CASE, "figures": MAX_BYTES - FACT_ROOM}.get(record_type or "", MAX_EVENT)
    return Problem(422, "event_too_large", (wrong("/data", "too_large", data),)) if size > most else None


def _read(record: type[Inbound], data: Any, reading: Reading) -> Inbound | Problem:
    try:
        return record.model_validate(data, context=reading)
    except ValidationError as error:
        return of_validation(error, FIELDS)


class Head(Inbound):
    """A void record: who it is, and nothing else."""
