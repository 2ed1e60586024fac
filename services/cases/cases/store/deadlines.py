"""Deadlines of rulings: planned when a ruling is made, again when what it waits for has come."""

from uuid import UUID, uuid5

from cases.domain.case import Case
from contracts.lists import Ruling
from contracts.topics import CASES
from eventing.db import Tx
from eventing.due import plan

RULING_EFFECTIVE = "ruling_effective"


async def plan_rulings(tx: Tx, case: Case) -> None:
    """Look now whether an inadmissible refusal of the case costs it its seniority."""
    for each in case.rulings:
        if each.ruling is Ruling.INADMISSIBLE:
            await plan(
                tx,
                id=again(each.ruling_id),
                at=tx.now,
                command=RULING_EFFECTIVE,
                key=str(case.case_id),
                topic=CASES,
            )


def again(ruling_id: UUID) -> UUID:
    """The id of a second look, beside the one at the end of the appeal time."""
    return uuid5(ruling_id, RULING_EFFECTIVE)
