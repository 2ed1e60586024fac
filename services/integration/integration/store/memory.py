"""What policies remember of cases: whose they are, who was asked, so that each partner hears of its own."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from eventing.db import Tx, run
from integration.store.feed import PARIS

SUBMITTED = text(
    """
    INSERT INTO memory_case (case_id, household_id, organisation_id)
    VALUES (:case_id, :household_id, :organisation_id)
    ON CONFLICT (case_id) DO UPDATE SET household_id = excluded.household_id,
        organisation_id = COALESCE(memory_case.organisation_id, excluded.organisation_id)
    """
)
TRANSFERRED = text(
    """
    INSERT INTO memory_case (case_id, organisation_id) VALUES (:case_id, :organisation_id)
    ON CONFLICT (case_id) DO UPDATE SET organisation_id = excluded.organisation_id, former_until = :until,
        former_id = NULLIF(memory_case.organisation_id, excluded.organisation_id)
    """
)
PROPOSED = text(
    """
    INSERT INTO memory_orientation (orientation_id, case_id, organisation_id)
    VALUES (:orientation_id, :case_id, :organisation_id) ON CONFLICT DO NOTHING
    """
)
ENDED = text("UPDATE memory_orientation SET ended_at = :at WHERE orientation_id = :orientation_id")
FORGET = text(
    "DELETE FROM memory_case WHERE case_id = ANY(CAST(:ids AS uuid[])) OR household_id = :household_id"
)
FORGET_ORIENTATIONS = text("DELETE FROM memory_orientation WHERE case_id = ANY(CAST(:ids AS uuid[]))")
OWNERS = text(
    """
    SELECT p.partner_id, min(r.record_ref) AS ref, c.household_id
    FROM memory_case c
    CROSS JOIN partner p
    LEFT JOIN record r ON r.partner_id = p.partner_id AND r.record_type = 'case' AND NOT r.void
         AND r.key = c.household_id::text AND r.version IS NOT NULL
    WHERE c.case_id = :case_id AND p.open
      AND (p.organisation_id = c.organisation_id OR r.record_id IS NOT NULL AND (
           c.former_id IS NULL OR c.former_id IS DISTINCT FROM p.organisation_id OR c.former_until >= :today))
    GROUP BY p.partner_id, c.household_id ORDER BY p.partner_id
    """
)
ASKED = text(
    """
    SELECT p.partner_id, c.household_id
    FROM memory_orientation o
    JOIN partner p ON p.organisation_id = o.organisation_id AND p.open
    LEFT JOIN memory_case c ON c.case_id = o.case_id
    WHERE o.orientation_id = :orientation_id ORDER BY p.partner_id
    """
)
OF_ORGANISATION = text("SELECT partner_id FROM partner WHERE organisation_id = :organisation_id AND open")
OPEN = text("SELECT partner_id FROM partner WHERE open ORDER BY partner_id")


async def owners(tx: Tx, case_id: UUID) -> list[Any]:
    """Partners whose case it is, with their reference: they submitted it, or it is their organisation's.

    Who submitted it for an organisation that gave it away hears of it no more.
    """
    return await run(tx, OWNERS, case_id=case_id, today=tx.now.astimezone(PARIS).date())


async def asked(tx: Tx, orientation_id: UUID) -> list[Any]:
    """Partners of the organisation that was asked to take the household."""
    return await run(tx, ASKED, orientation_id=orientation_id)


async def open_partners(tx: Tx) -> list[UUID]:
    """Every partner whose door is open."""
    return [row["partner_id"] for row in await run(tx, OPEN)]


async def of_organisation(tx: Tx, organisation_id: UUID) -> list[UUID]:
    """Partners that speak for an organisation."""
    rows = await run(tx, OF_ORGANISATION, organisation_id=organisation_id)
    return [row["partner_id"] for row in rows]


async def forget(tx: Tx, household_id: UUID, case_ids: list[UUID]) -> None:
    """Nothing is known of these cases any more."""
    await run(tx, FORGET_ORIENTATIONS, ids=case_ids)
    await run(tx, FORGET, ids=case_ids, household_id=household_id)
