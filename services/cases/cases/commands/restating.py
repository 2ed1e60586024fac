"""A case still open after two years is said again whole: its first facts may age out (contracts 2, D5)."""

from datetime import date

from sqlalchemy import bindparam, or_, select, update

from cases.commands.moments import lock
from cases.domain.asking import months_before
from cases.domain.lifecycle import OPEN
from cases.domain.restating import restatement
from cases.domain.rules import civil_day
from cases.store import cases
from cases.store.desk import Desk
from cases.tables import CASE_FILE
from contracts.refusal import Refused
from eventing.db import run
from eventing.outbox import append

AFTER_MONTHS = 24
BATCH = 50
OLD = (
    select(CASE_FILE.c.case_id)
    .where(
        or_(*(CASE_FILE.c.state == state.value for state in sorted(OPEN))),
        CASE_FILE.c.seniority_from.is_not(None),
        or_(
            CASE_FILE.c.restated_on <= bindparam("before"),
            CASE_FILE.c.restated_on.is_(None) & (CASE_FILE.c.submitted_on <= bindparam("before")),
        ),
    )
    .order_by(CASE_FILE.c.case_id)
    .limit(BATCH)
)
SAID = update(CASE_FILE).where(CASE_FILE.c.case_id == bindparam("id")).values(restated_on=bindparam("on"))


def limit(today: date) -> date:
    """Cases said for the last time on that day or before are said again."""
    return months_before(today, AFTER_MONTHS)


async def restate_old_cases(desk: Desk) -> int:
    """Say again a batch of old cases, each in its own transaction; how many."""
    async with desk.database.read() as tx:
        ids = [row["case_id"] for row in await run(tx, OLD, before=limit(civil_day(tx.now)))]
    for case_id in ids:
        async with desk.database.transaction() as tx:
            await lock(tx, case_id)
            stored = await cases.load(tx, case_id)
            today = civil_day(tx.now)
            await run(tx, SAID, id=case_id, on=today)
            if stored is not None:
                try:
                    await append(tx, restatement(stored.case, today))
                except Refused:
                    continue  # closed meanwhile: there is nothing to say
    return len(ids)
