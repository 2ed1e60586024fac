"""Decisions to copy into SI SIAO by hand, since it takes none from outside; who copied which, when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, literal, select
from sqlalchemy.dialects.postgresql import insert

from cases.tables import CASE_FILE, HISTORY, SIAO_COPY
from eventing.db import Tx, run

_new = insert(SIAO_COPY).values({column.name: bindparam(column.name) for column in SIAO_COPY.columns})
MARK = _new.on_conflict_do_nothing()
DECISIONS = (
    select(
        HISTORY.c.event_id,
        HISTORY.c.fact,
        HISTORY.c.at,
        HISTORY.c.subject_id,
        SIAO_COPY.c.author,
        SIAO_COPY.c.at.label("copied_at"),
    )
    .join(CASE_FILE, CASE_FILE.c.case_id == HISTORY.c.subject_id)
    .join(SIAO_COPY, SIAO_COPY.c.event_id == HISTORY.c.event_id, isouter=True)
    .where(HISTORY.c.kind == literal("case_decided"), CASE_FILE.c.territory == bindparam("territory"))
    .order_by(HISTORY.c.id)
)


@dataclass(frozen=True)
class Copied:
    """A decision of a case's history, and whether somebody copied it."""

    event_id: UUID
    case_id: UUID
    fact: dict[str, Any]
    at: datetime
    by: str | None
    copied_at: datetime | None


async def mark(tx: Tx, case_id: UUID, event_id: UUID) -> None:
    """It is copied; once."""
    await run(tx, MARK, event_id=event_id, case_id=case_id, author=tx.actor, at=tx.now)


async def decisions(tx: Tx, territory: str) -> list[Copied]:
    """Every decision of the territory, oldest first; the caller keeps those that it may see."""
    return [
        Copied(row["event_id"], row["subject_id"], row["fact"], row["at"], row["author"], row["copied_at"])
        for row in await run(tx, DECISIONS, territory=territory)
    ]
