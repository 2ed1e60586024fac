"""Texts of a case, sealed: the question's words, conditions, dissent, notes, what a step is about."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from cases.store.vault import Vault
from cases.tables import WORDING
from eventing.db import Tx, run

INSERT = insert(WORDING).values({c.name: bindparam(c.name) for c in WORDING.columns})
OF_CASE = select(WORDING).where(WORDING.c.case_id == bindparam("id")).order_by(WORDING.c.at)


@dataclass(frozen=True)
class Wording:
    """A text about a case or a part of it (`subject_id`); `reserved`: for the SIAO and the chair only."""

    wording_id: UUID
    subject_id: UUID
    kind: str
    text: str
    reserved: bool
    author: str
    at: datetime


async def add(
    tx: Tx, vault: Vault, case_id: UUID, subject_id: UUID, kind: str, text: str, *, reserved: bool = False
) -> None:
    """Keep a text; an empty one is nothing."""
    if not text.strip():
        return
    await run(
        tx,
        INSERT,
        wording_id=tx.new_id(),
        case_id=case_id,
        subject_id=subject_id,
        kind=kind,
        sealed=vault.seal(case_id, text.strip()),
        reserved=reserved,
        author=tx.actor,
        at=tx.now,
    )


async def of_case(tx: Tx, vault: Vault, case_id: UUID) -> list[Wording]:
    """Every text of a case, oldest first."""
    return [
        Wording(
            row["wording_id"],
            row["subject_id"],
            row["kind"],
            vault.open(case_id, row["sealed"]),
            row["reserved"],
            row["author"],
            row["at"],
        )
        for row in await run(tx, OF_CASE, id=case_id)
    ]
