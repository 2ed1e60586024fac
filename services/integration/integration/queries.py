"""What the pages and the JSON doors show of partners: never a key, never a household's reference."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from contracts.refusal import Refused
from eventing.db import Tx, run, run_one
from integration.domain.history import History
from integration.store import erasure, history, hooks, waiting
from integration.store.received import OUTCOMES

COUNTS = (*OUTCOMES, "unmapped")
_SUMS = ", ".join(f"COALESCE(sum(t.{name}), 0)::bigint AS {name}" for name in COUNTS)
_PARTNER = f"""
    SELECT p.*, t.last_at, k.last_used_at, COALESCE(k.valid, 0) AS valid_keys,
           (SELECT count(*) FROM quarantine q
            WHERE q.partner_id = p.partner_id AND q.replaced_at IS NULL) AS waiting,
           {", ".join(f"t.{name}" for name in COUNTS)}
    FROM partner p
    CROSS JOIN LATERAL (SELECT max(t.last_at) AS last_at, {_SUMS} FROM tally t
                        WHERE t.partner_id = p.partner_id) t
    LEFT JOIN (SELECT partner_id, max(last_used_at) AS last_used_at,
                      count(*) FILTER (WHERE NOT test AND revoked_at IS NULL
                                       AND (valid_until IS NULL OR valid_until > :now)) AS valid
               FROM partner_key GROUP BY partner_id) k USING (partner_id)
"""  # noqa: S608 - names of ours only, values are bound
ALL = text(f"{_PARTNER} ORDER BY p.name, p.partner_id")
ONE = text(f"{_PARTNER} WHERE p.partner_id = :id")
KEYS = text(
    """
    SELECT key_id, ending, test, created_at, valid_until, revoked_at, last_used_at,
           revoked_at IS NULL AND (valid_until IS NULL OR valid_until > :now) AS valid
    FROM partner_key WHERE partner_id = :id ORDER BY created_at DESC, key_id
    """
)
REFERENCES = text(
    """
    SELECT r.ref, r.id, r.linked_at, o.name,
           (SELECT count(*) FROM record c
            WHERE c.partner_id = r.partner_id AND c.organisation_id = r.id AND NOT c.void) AS records
    FROM reference r LEFT JOIN organisation o ON o.organisation_id = r.id
    WHERE r.partner_id = :id AND r.kind = 'organisation'
    ORDER BY r.linked_at IS NOT NULL, r.ref LIMIT 500
    """
)
COVERAGE = text(
    """
    SELECT record_ref AS record_type, fact FROM record
    WHERE partner_id = :id AND record_type = 'coverage' ORDER BY record_ref
    """
)
DAYS = text(
    f"""
    SELECT t.day, {_SUMS} FROM tally t WHERE t.partner_id = :id GROUP BY t.day ORDER BY t.day DESC LIMIT 14
    """  # noqa: S608 - names of ours only, values are bound
)
TOLD = text("SELECT count(*) AS told FROM feed WHERE partner_id = :id")


@dataclass(frozen=True)
class Sheet:
    """A partner's page: all that is shown of it."""

    partner: dict[str, Any]
    keys: list[dict[str, Any]]
    organisations: list[dict[str, Any]]
    quarantine: list[dict[str, Any]]
    coverage: list[dict[str, Any]]
    days: list[dict[str, Any]]
    notices: list[dict[str, Any]]
    histories: list[History]
    webhook: dict[str, Any] | None
    told: int


async def partners(tx: Tx) -> list[dict[str, Any]]:
    """Every partner by name, with counts since the start and the last use of a key."""
    return [dict(row) for row in await run(tx, ALL, now=tx.now)]


async def partner(tx: Tx, partner_id: UUID) -> dict[str, Any]:
    """One partner. Refused 404."""
    row = await run_one(tx, ONE, id=partner_id, now=tx.now)
    if row is None:
        raise Refused("unknown_partner", "Ce partenaire n’existe pas.", 404)
    return dict(row)


async def keys(tx: Tx, partner_id: UUID) -> list[dict[str, Any]]:
    """Its keys, the last made first: their last four characters, their dates."""
    return [dict(row) for row in await run(tx, KEYS, id=partner_id, now=tx.now)]


async def organisation_refs(tx: Tx, partner_id: UUID) -> list[dict[str, Any]]:
    """Its references to organisations, those to be linked first."""
    return [dict(row) for row in await run(tx, REFERENCES, id=partner_id)]


async def sheet(tx: Tx, partner_id: UUID) -> Sheet:
    """All of a partner's page. Refused 404."""
    return Sheet(
        partner=await partner(tx, partner_id),
        keys=await keys(tx, partner_id),
        organisations=await organisation_refs(tx, partner_id),
        quarantine=await waiting.quarantined(tx, partner_id),
        coverage=[dict(row) for row in await run(tx, COVERAGE, id=partner_id)],
        days=[dict(row) for row in await run(tx, DAYS, id=partner_id)],
        notices=[dict(row) for row in await run(tx, erasure.NOTICES, id=partner_id)],
        histories=await history.histories(tx, partner_id),
        webhook=dict(hook) if (hook := await run_one(tx, hooks.SHOW, partner_id=partner_id)) else None,
        told=(await run(tx, TOLD, id=partner_id))[0]["told"],
    )
