"""A partner's codes: those nobody mapped, what was mapped and by whom, the records to be read again."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text

from eventing.db import Tx, run
from integration.store.received import CODES

TO_READ = text(
    """
    SELECT r.partner_id, record_type, record_ref, record_id, r.version, digest, revision, void, key,
           organisation_id, fact, codes, raw
    FROM record r WHERE raw IS NOT NULL AND r.partner_id = (
        SELECT c.partner_id FROM record c
        WHERE c.raw IS NOT NULL AND EXISTS (
            SELECT 1 FROM code_map m
            WHERE m.partner_id = c.partner_id AND m.list || '=' || m.code = ANY(c.codes)) LIMIT 1)
      AND EXISTS (SELECT 1 FROM code_map m
                  WHERE m.partner_id = r.partner_id AND m.list || '=' || m.code = ANY(r.codes))
    ORDER BY record_type, record_ref LIMIT :most FOR UPDATE OF r
    """
)
UNMAPPED = text(
    """
    SELECT u.list, u.code, u.times, u.first_at, u.last_at FROM unmapped_code u
    WHERE u.partner_id = :partner_id AND NOT EXISTS (
        SELECT 1 FROM code_map m WHERE m.partner_id = u.partner_id AND m.list = u.list AND m.code = u.code)
    ORDER BY u.times DESC, u.list, u.code LIMIT 500
    """
)
MAPPED = text(
    """
    SELECT DISTINCT ON (list, code) list, code, value, version, mapped_at FROM code_map
    WHERE partner_id = :partner_id ORDER BY list, code, version DESC
    """
)
MAP = text(
    """
    INSERT INTO code_map (partner_id, list, code, version, value, mapped_at, mapped_by)
    SELECT :partner_id, CAST(:list AS text), CAST(:code AS text), COALESCE(max(version), 0) + 1, :value,
           CAST(:now AS timestamptz), CAST(:actor AS text)
    FROM code_map WHERE partner_id = :partner_id AND list = :list AND code = :code
    RETURNING version
    """
)


async def of_partner(tx: Tx, partner_id: UUID) -> Mapping[tuple[str, str], str]:
    """What a coordinator mapped: by (our list, their code), the value of our list."""
    rows = await run(tx, CODES, partner_id=partner_id)
    return {(row["list"], row["code"]): row["value"] for row in rows}


async def unmapped(tx: Tx, partner_id: UUID) -> list[dict[str, Any]]:
    """Codes to be mapped, the most frequent first."""
    return [dict(row) for row in await run(tx, UNMAPPED, partner_id=partner_id)]


async def mapped(tx: Tx, partner_id: UUID) -> list[dict[str, Any]]:
    """Codes that are mapped, in their latest version."""
    return [dict(row) for row in await run(tx, MAPPED, partner_id=partner_id)]
