"""What partners hear, in one order per partner: a number is given under a lock, so no reader sees a gap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from eventing.db import Tx, run, run_one

PARIS = ZoneInfo("Europe/Paris")
SEEN_AFTER_END = timedelta(days=30)
"""How long an organisation that was asked still sees the case."""
ADVANCE = text(
    """
    INSERT INTO feed_head (partner_id, position, forgotten) VALUES (:partner_id, :count, 0)
    ON CONFLICT (partner_id) DO UPDATE SET position = feed_head.position + excluded.position
    RETURNING position
    """
)
ADD = text(
    """
    INSERT INTO feed (partner_id, position, item_id, type, at, case_id, household_id, your_ref, link)
    SELECT CAST(:partner_id AS uuid), n + :before, id, type, CAST(:at AS timestamptz), case_id, household_id,
           ref, link
    FROM unnest(CAST(:ids AS uuid[]), CAST(:types AS text[]), CAST(:cases AS uuid[]),
                CAST(:households AS uuid[]), CAST(:refs AS text[]), CAST(:links AS text[]))
         WITH ORDINALITY AS t(id, type, case_id, household_id, ref, link, n)
    """
)
_SEEN = """
    f.case_id IS NULL OR EXISTS (
        SELECT 1 FROM memory_case c WHERE c.case_id = f.case_id AND (
            c.organisation_id = CAST(:organisation_id AS uuid)
            OR c.former_id = CAST(:organisation_id AS uuid) AND c.former_until >= CAST(:today AS date)
            OR (c.former_id IS NULL OR c.former_id IS DISTINCT FROM CAST(:organisation_id AS uuid))
            AND EXISTS (
                SELECT 1 FROM record r WHERE r.partner_id = :partner_id AND r.record_type = 'case'
                AND r.key = c.household_id::text AND NOT r.void)
            OR EXISTS (
                SELECT 1 FROM memory_orientation o WHERE o.case_id = c.case_id
                AND o.organisation_id = CAST(:organisation_id AS uuid)
                AND (o.ended_at IS NULL OR o.ended_at > CAST(:ended_after AS timestamptz)))))
"""
READ = text(
    f"""
    SELECT f.position, f.item_id, f.type, f.at, f.your_ref, f.link, ({_SEEN}) AS seen
    FROM feed f WHERE f.partner_id = :partner_id AND f.position > :after
    ORDER BY f.position LIMIT :most
    """  # noqa: S608 - nothing of a request is in it
)
HEAD = text("SELECT forgotten, position FROM feed_head WHERE partner_id = :partner_id")
STATE = text(
    f"""
    SELECT DISTINCT ON (f.case_id) f.item_id, f.type, f.at, f.your_ref, f.link FROM feed f
    WHERE f.partner_id = :partner_id AND f.case_id IS NOT NULL AND ({_SEEN})
    ORDER BY f.case_id, f.position DESC LIMIT 5000
    """  # noqa: S608 - names of ours only, values are bound
)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to tell one partner. `link`: where it reads the rest with its own right."""

    partner_id: UUID
    item_id: UUID
    type: str
    case_id: UUID | None = None
    household_id: UUID | None = None
    your_ref: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """The partner that reads: what it may see depends on the day."""

    partner_id: UUID
    organisation_id: UUID | None
    now: datetime

    @property
    def named(self) -> dict[str, Any]:
        """As the statements take it."""
        return {
            "partner_id": self.partner_id,
            "organisation_id": self.organisation_id,
            "today": self.now.astimezone(PARIS).date(),
            "ended_after": self.now - SEEN_AFTER_END,
        }


async def tell(tx: Tx, items: Sequence[Item]) -> None:
    """Adds items to the feeds, in this order; partners in one order: two writers form no ring."""
    for partner_id in sorted({item.partner_id for item in items}):
        own = [item for item in items if item.partner_id == partner_id]
        head = await run_one(tx, ADVANCE, partner_id=partner_id, count=len(own))
        assert head is not None
        await run(
            tx,
            ADD,
            partner_id=partner_id,
            before=head["position"] - len(own),
            at=tx.now,
            ids=[item.item_id for item in own],
            types=[item.type for item in own],
            cases=[item.case_id for item in own],
            households=[item.household_id for item in own],
            refs=[item.your_ref for item in own],
            links=[item.link for item in own],
        )


async def read(tx: Tx, reader: Reader, after: int, most: int) -> list[Any]:
    """Items after a position; `seen` false for those it may not see any more."""
    return await run(tx, READ, after=after, most=most, **reader.named)


async def head(tx: Tx, partner_id: UUID) -> tuple[int, int]:
    """Last position that age has taken away, and last one given."""
    row = await run_one(tx, HEAD, partner_id=partner_id)
    return (row["forgotten"], row["position"]) if row else (0, 0)


async def state(tx: Tx, reader: Reader) -> list[Any]:
    """The last word on every case that it may see now."""
    return await run(tx, STATE, **reader.named)
