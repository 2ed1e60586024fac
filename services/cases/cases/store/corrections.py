"""Corrections of decisions that were asked for, and what another person answered (features C18)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from cases.store.vault import Vault
from cases.tables import CORRECTION
from eventing.db import Tx, run, run_one

INSERT = insert(CORRECTION).values({c.name: bindparam(c.name) for c in CORRECTION.columns})
ONE = select(CORRECTION).where(CORRECTION.c.correction_id == bindparam("id"))
OF_CASE = select(CORRECTION).where(CORRECTION.c.case_id == bindparam("id")).order_by(CORRECTION.c.asked_at)
ANSWER = (
    update(CORRECTION)
    .where(CORRECTION.c.correction_id == bindparam("id"))
    .values(answered_by=bindparam("by"), approved=bindparam("yes"), answered_at=bindparam("at"))
)


@dataclass(frozen=True)
class Correction:
    """`asked`: the opinion wanted and the reason, as JSON."""

    correction_id: UUID
    case_id: UUID
    decision_event: UUID
    asked: dict[str, Any]
    asked_by: UUID
    answered_by: UUID | None
    approved: bool | None
    asked_at: datetime
    answered_at: datetime | None


async def add(tx: Tx, vault: Vault, new: Correction) -> None:
    """Keep a request."""
    values = {name: getattr(new, name) for name in Correction.__dataclass_fields__ if name != "asked"}
    await run(tx, INSERT, **values, sealed=vault.seal(new.case_id, new.asked))


async def load(tx: Tx, vault: Vault, correction_id: UUID) -> Correction | None:
    """A request, by its id."""
    row = await run_one(tx, ONE, id=correction_id)
    return _read(vault, row) if row else None


async def of_case(tx: Tx, vault: Vault, case_id: UUID) -> list[Correction]:
    """Requests about a case, oldest first."""
    return [_read(vault, row) for row in await run(tx, OF_CASE, id=case_id)]


async def answer(tx: Tx, correction_id: UUID, by: UUID, yes: bool) -> None:
    """Write what was answered."""
    await run(tx, ANSWER, id=correction_id, by=by, yes=yes, at=tx.now)


def _read(vault: Vault, row: Any) -> Correction:
    names = [name for name in Correction.__dataclass_fields__ if name != "asked"]
    return Correction(**{name: row[name] for name in names}, asked=vault.open(row["case_id"], row["sealed"]))
