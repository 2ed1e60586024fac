"""What happened to a record: every fact with its event, author, and what changed from what to what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from cases.domain.case import Case
from cases.tables import HISTORY
from contracts.cases import CasesFact
from contracts.event import snake
from eventing.db import Tx, run, run_many, run_one

_COLUMNS = ("subject_id", "event_id", "kind", "fact", "changes", "sealed", "actor", "on_behalf_of", "at")
INSERT = insert(HISTORY).values({name: bindparam(name) for name in _COLUMNS})
OF_SUBJECT = select(HISTORY).where(HISTORY.c.subject_id == bindparam("id")).order_by(HISTORY.c.id.desc())
BY_EVENT = select(HISTORY).where(HISTORY.c.event_id == bindparam("id"))
SHOWN = (
    *("state", "referrer_id", "organisation_id", "commission_id", "item", "minutes", "presenter_id"),
    *("not_before_on", "completion_due_on", "suspended", "suspended_until", "file_version", "seniority_from"),
)
"""What is followed from one value to the next."""


@dataclass(frozen=True)
class Line:
    """One line of a history; `changes` is a list of {field, from, to}."""

    event_id: UUID | None
    kind: str
    fact: dict[str, Any]
    changes: list[dict[str, Any]]
    actor: str
    at: datetime
    sealed: bytes | None = None
    on_behalf_of: str | None = None


def differences(before: Case | None, after: Case) -> list[dict[str, Any]]:
    """What changed, as text: from None when it was not there."""
    found = []
    for name in SHOWN:
        old = getattr(before, name) if before is not None else None
        new = getattr(after, name)
        if old != new:
            found.append({"field": name, "from": _text(old), "to": _text(new)})
    return found


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


async def add(
    tx: Tx,
    subject_id: UUID,
    facts: list[CasesFact],
    events: list[UUID],
    changes: list[dict[str, Any]],
    on_behalf_of: str | None = None,
) -> None:
    """Write the facts of one command; what changed stands beside the first."""
    await run_many(
        tx,
        INSERT,
        [
            {
                "subject_id": subject_id,
                "event_id": event,
                "kind": snake(type(fact).__name__),
                "fact": fact.model_dump(mode="json", exclude_none=True),
                "changes": changes if place == 0 else [],
                "sealed": None,
                "actor": tx.actor,
                "on_behalf_of": on_behalf_of,
                "at": tx.now,
            }
            for place, (fact, event) in enumerate(zip(facts, events, strict=True))
        ],
    )


async def note(
    tx: Tx, subject_id: UUID, kind: str, changes: list[dict[str, Any]], sealed: bytes | None = None
) -> None:
    """Write what no fact tells: a file corrected, an agreement recorded, a note added."""
    await run(
        tx,
        INSERT,
        subject_id=subject_id,
        event_id=None,
        kind=kind,
        fact={},
        changes=changes,
        sealed=sealed,
        actor=tx.actor,
        on_behalf_of=None,
        at=tx.now,
    )


async def of(tx: Tx, subject_id: UUID) -> list[Line]:
    """The history of a case or a sitting, newest first."""
    return [_line(row) for row in await run(tx, OF_SUBJECT, id=subject_id)]


async def by_event(tx: Tx, event_id: UUID) -> tuple[UUID, Line] | None:
    """The subject and line of an event."""
    row = await run_one(tx, BY_EVENT, id=event_id)
    return (row["subject_id"], _line(row)) if row else None


def _line(row: Any) -> Line:
    return Line(
        row["event_id"],
        row["kind"],
        row["fact"],
        row["changes"],
        row["actor"],
        row["at"],
        row["sealed"],
        row["on_behalf_of"],
    )
