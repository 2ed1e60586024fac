"""What a request leaves beside its records: codes nobody mapped, counts of a history, erased households."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from eventing.db import Tx, run

UNMAPPED = text(
    """
    INSERT INTO unmapped_code (partner_id, list, code, times, first_at, last_at)
    SELECT CAST(:partner_id AS uuid), list, code, times, CAST(:at AS timestamptz), CAST(:at AS timestamptz)
    FROM unnest(CAST(:lists AS text[]), CAST(:codes AS text[]), CAST(:times AS bigint[]))
         AS t(list, code, times)
    ON CONFLICT (partner_id, list, code) DO UPDATE
    SET times = unmapped_code.times + excluded.times, last_at = excluded.last_at
    """
)
COUNTED = text(
    "SELECT backfill_id, counts FROM backfill WHERE partner_id = :partner_id AND closed_at IS NULL FOR UPDATE"
)
COUNT = text("UPDATE backfill SET counts = CAST(:counts AS jsonb) WHERE backfill_id = :backfill_id")
ERASED = text("SELECT household_id FROM erased WHERE household_id = ANY(CAST(:ids AS uuid[]))")
DROPPED = text("UPDATE erased SET dropped = dropped + 1 WHERE household_id = ANY(CAST(:ids AS uuid[]))")


async def note_unmapped(tx: Tx, partner_id: UUID, times: Mapping[tuple[str, str], int]) -> None:
    """Adds to what a coordinator has to map."""
    if times:
        names = sorted(times)
        await run(
            tx,
            UNMAPPED,
            partner_id=partner_id,
            at=tx.now,
            lists=[name for name, _ in names],
            codes=[code for _, code in names],
            times=[times[name] for name in names],
        )


async def count_history(tx: Tx, partner_id: UUID, outcomes: Sequence[tuple[str, str]]) -> None:
    """Adds (record type, outcome) to the partner's open history, if there is one."""
    for row in await run(tx, COUNTED, partner_id=partner_id) if outcomes else ():
        counts: dict[str, Any] = row["counts"]
        for kind, outcome in outcomes:
            of_kind = counts.setdefault(kind, {})
            of_kind[outcome] = of_kind.get(outcome, 0) + 1
        await run(tx, COUNT, backfill_id=row["backfill_id"], counts=counts)


async def erased_among(tx: Tx, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these households were erased."""
    wanted = sorted(set(ids))
    rows = await run(tx, ERASED, ids=wanted) if wanted else []
    return frozenset(row["household_id"] for row in rows)


async def count_dropped(tx: Tx, ids: Iterable[UUID]) -> None:
    """Counts that something came for erased households."""
    wanted = sorted(set(ids))
    if wanted:
        await run(tx, DROPPED, ids=wanted)
