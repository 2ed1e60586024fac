"""What an appeal or a ruling is against, read in the history of its case."""

from datetime import date
from uuid import UUID

from cases.domain.case import Case
from cases.domain.rules import civil_day
from cases.domain.ruling import Said
from cases.store import history
from eventing.db import Tx


async def contested_rulings(tx: Tx, case: Case) -> frozenset[UUID]:
    """Rulings whose appeal is pending or was upheld."""
    found = set()
    for appeal in case.appeals:
        if appeal.upheld is False:
            continue
        against = await said(tx, case.case_id, appeal.against)
        if against is not None and against.ruling_id is not None:
            found.add(against.ruling_id)
    return frozenset(found)


async def said(tx: Tx, case_id: UUID, event_id: UUID) -> Said | None:
    """An event of that case's own history, None for any other."""
    found = await history.by_event(tx, event_id)
    if found is None or found[0] != case_id:
        return None
    line = found[1]
    ruling, until = line.fact.get("ruling_id"), line.fact.get("appeal_until")
    return Said(
        event_id,
        line.kind,
        civil_day(line.at),
        line.actor,
        UUID(ruling) if ruling else None,
        date.fromisoformat(until) if until else None,
    )
