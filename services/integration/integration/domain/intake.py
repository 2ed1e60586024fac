"""What one sending does to a record: the highest version is the record, each change one revision or two."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from contracts.records import Record
from integration.domain.envelope import Parsed
from integration.domain.inbound import RECORDS

Outcome = Literal["accepted", "duplicate", "stale", "conflict"]


@dataclass(frozen=True, slots=True)
class RecordState:
    """A partner's record as it stands. `version` None: only heard of, by a reference. `key`: its stream."""

    record_id: UUID
    version: int | None = None
    digest: bytes | None = None
    revision: int = 0
    void: bool = False
    key: str | None = None
    organisation_id: UUID | None = None
    fact: bytes | None = None
    codes: tuple[tuple[str, str], ...] = ()
    """Codes in it that no table knows, as (our list, theirs): the record is said again once they are."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a sending: the state after it, and the facts to say, in this order."""

    outcome: Outcome
    state: RecordState
    facts: tuple[Record, ...] = ()


def take(state: RecordState, event: Parsed, partner_id: UUID, ids: Mapping[str, UUID]) -> Taken:
    """Takes one version of a record. `ids`: the ids of its references, by field of the fact."""
    version = event.inbound.record_version
    if state.version is not None:
        if version < state.version:
            return Taken("stale", state)
        if version == state.version:
            same = event.digest == state.digest
            return Taken("duplicate" if same else "conflict", state)
    kind = RECORDS[event.record_type].FACT
    named = replace(state, version=version, digest=event.digest, codes=event.codes)
    if kind is None:
        key = str(ids["household_id"]) if "household_id" in ids else state.key
        return Taken(
            "accepted", replace(named, revision=state.revision + 1, void=event.inbound.void, key=key)
        )
    if event.inbound.void:
        return _withdraw(named, kind, partner_id, event.backfill)
    return say(named, kind, partner_id, event.backfill, {**event.inbound.said, **ids})


def say(
    state: RecordState, kind: type[Record], partner_id: UUID, backfill: bool, fields: Mapping[str, Any]
) -> Taken:
    """Says a record anew; one that changes stream is first voided on the one it leaves."""
    fact = _fact(state, kind, partner_id, backfill, fields)
    voided: tuple[Record, ...] = ()
    if state.key is not None and state.key != fact.key and not state.void:
        left = _withdraw(state, kind, partner_id, backfill)
        voided = left.facts
        state = left.state
        fact = _fact(state, kind, partner_id, backfill, fields)
    after = replace(
        state,
        revision=fact.revision,
        void=False,
        key=fact.key,
        organisation_id=fields.get("organisation_id"),
        fact=fact.dump(),
    )
    return Taken("accepted", after, (*voided, fact))


def _withdraw(state: RecordState, kind: type[Record], partner_id: UUID, backfill: bool) -> Taken:
    if state.key is None or state.void:
        return Taken("accepted", replace(state, void=True))
    ids: dict[str, UUID] = {"allocation_id": state.record_id} if "allocation_id" in kind.model_fields else {}
    for name in kind.KEY:
        if name in ("household_id", "organisation_id") and state.key != str(state.record_id):
            ids[name] = UUID(state.key)
    fact = kind(
        record_id=state.record_id,
        revision=state.revision + 1,
        void=True,
        partner_id=partner_id,
        backfill=backfill,
        **ids,
    )
    after = replace(state, revision=fact.revision, void=True, organisation_id=None, fact=None)
    return Taken("accepted", after, (fact,))


def _fact(
    state: RecordState, kind: type[Record], partner_id: UUID, backfill: bool, fields: Mapping[str, Any]
) -> Record:
    own: dict[str, Any] = {"allocation_id": state.record_id} if "allocation_id" in kind.model_fields else {}
    return kind(
        record_id=state.record_id,
        revision=state.revision + 1,
        void=False,
        partner_id=partner_id,
        backfill=backfill,
        **(own | dict(fields)),
    )
