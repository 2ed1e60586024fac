"""Opinions of members on a case: shared with the panel, or confidential to the chair (features C17)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from cases.store.vault import Vault
from cases.tables import OPINION
from contracts.lists import DecisionOutcome
from eventing.db import Tx, run

_new = insert(OPINION).values({c.name: bindparam(c.name) for c in OPINION.columns})
PUT = _new.on_conflict_do_update(
    index_elements=["commission_id", "case_id", "person_id"],
    set_={name: _new.excluded[name] for name in ("outcome", "sealed", "confidential", "at")},
)
OF_CASE = (
    select(OPINION)
    .where(OPINION.c.commission_id == bindparam("id"), OPINION.c.case_id == bindparam("case"))
    .order_by(OPINION.c.at)
)


@dataclass(frozen=True)
class MemberOpinion:
    """What a member thinks of a case; the last word counts."""

    person_id: UUID
    outcome: DecisionOutcome
    text: str
    confidential: bool
    at: datetime


async def put(tx: Tx, vault: Vault, commission_id: UUID, case_id: UUID, said: MemberOpinion) -> None:
    """Keep an opinion in place of the same member's former one."""
    await run(
        tx,
        PUT,
        commission_id=commission_id,
        case_id=case_id,
        person_id=said.person_id,
        outcome=said.outcome.value,
        sealed=vault.seal(case_id, said.text.strip()),
        confidential=said.confidential,
        at=said.at,
    )


async def of_case(tx: Tx, vault: Vault, commission_id: UUID, case_id: UUID) -> list[MemberOpinion]:
    """Every opinion, confidential ones too: who may read them is for the caller to say."""
    return [
        MemberOpinion(
            row["person_id"],
            DecisionOutcome(row["outcome"]),
            vault.open(case_id, row["sealed"]) if row["sealed"] else "",
            row["confidential"],
            row["at"],
        )
        for row in await run(tx, OF_CASE, id=commission_id, case=case_id)
    ]
