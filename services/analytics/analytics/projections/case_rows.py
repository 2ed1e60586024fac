"""How rows of cases are written: put whole, put once, turned to another state."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, text
from sqlalchemy.dialects.postgresql import insert

from contracts.lists import CaseState
from eventing.db import Tx, run

TURN = text(
    """
    UPDATE case_file SET state = CAST(:state AS text), state_on = CAST(:on AS date),
           ended_on = CASE WHEN CAST(:ended AS boolean) THEN CAST(:on AS date) END
    WHERE case_id = CAST(:case AS uuid)
    """
)
REACH = text(
    """
    UPDATE case_file SET reached = CASE
        WHEN EXISTS (SELECT FROM case_allocation AS a WHERE a.case_id = case_file.case_id
                     AND a.cancelled_on IS NULL AND a.entered_on IS NOT NULL) THEN 5
        WHEN EXISTS (SELECT FROM case_allocation AS a WHERE a.case_id = case_file.case_id
                     AND a.cancelled_on IS NULL) THEN 4
        WHEN EXISTS (SELECT FROM case_orientation AS o WHERE o.case_id = case_file.case_id) THEN 3
        WHEN EXISTS (SELECT FROM case_decision AS d WHERE d.case_id = case_file.case_id) THEN 2
        WHEN EXISTS (SELECT FROM case_passage AS p WHERE p.case_id = case_file.case_id
                     AND p.examined_on IS NOT NULL) THEN 1
        ELSE 0 END
    WHERE case_id = CAST(:case AS uuid)
    """
)


def put(table: Table, changed: Sequence[str] | None = None) -> Any:
    """Writes a row whole; over one with the same key, the `changed` columns (all when not given)."""
    new = insert(table).values({column.name: bindparam(column.name) for column in table.columns})
    key = [column.name for column in table.primary_key.columns]
    columns = [c.name for c in table.columns if c.name not in key] if changed is None else changed
    if not columns:
        return new.on_conflict_do_nothing(index_elements=key)
    return new.on_conflict_do_update(index_elements=key, set_={name: new.excluded[name] for name in columns})


async def turn(tx: Tx, case: UUID, state: CaseState, day: date, *, ended: bool = False) -> None:
    """Sets the state of a case from that day on; an ended case is waited for no more."""
    await run(tx, TURN, case=case, state=state, on=day, ended=ended)


async def fold_reach(tx: Tx, case: UUID) -> None:
    """How far the case has come, as its rows say now: a cancelled allocation takes it back."""
    await run(tx, REACH, case=case)
