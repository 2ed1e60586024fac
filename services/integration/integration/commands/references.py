"""A partner's organisation reference is said to be one of ours: what was told under it is told again."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from contracts.records import Record
from contracts.refusal import FieldError, Refused
from contracts.topics import INTEGRATION
from eventing.db import Tx, run, run_one
from eventing.outbox import append, lock_streams
from integration.commands.partners import hold_partner
from integration.domain.inbound import RECORDS
from integration.domain.intake import RecordState, say
from integration.store import received

MOST_RECORDS = 20_000
HOLD = text(
    """
    INSERT INTO reference (partner_id, kind, ref, id)
    VALUES (:partner_id, 'organisation', CAST(:ref AS text), CAST(:id AS uuid))
    ON CONFLICT (partner_id, kind, ref) DO UPDATE SET kind = reference.kind RETURNING id
    """
)
LINK = text(
    """
    UPDATE reference SET id = :id, linked_at = :now, linked_by = :actor
    WHERE partner_id = :partner_id AND kind = 'organisation' AND ref = :ref
    """
)
TOLD = text(
    f"""
    SELECT record_type, record_ref, record_id, version, digest, revision, void, key, organisation_id, fact,
           codes, raw
    FROM record WHERE partner_id = :partner_id AND organisation_id = :organisation_id AND NOT void
    ORDER BY record_type, record_ref LIMIT {MOST_RECORDS + 1} FOR UPDATE
    """  # noqa: S608 - names of ours only, values are bound
)


async def link_organisation(tx: Tx, partner_id: UUID, ref: str, organisation_id: UUID) -> int:
    """Gives a reference the id of an organisation of ours; how many records were told again.

    A reference not met yet may be linked before anything comes. Refused 404 or 422.
    """
    await hold_partner(tx, partner_id)
    if not (1 <= len(ref) <= 64 and ref.isascii() and ref.isprintable() and " " not in ref):
        words = "La référence tient en 64 caractères, sans espace"
        raise Refused("ref_format", f"{words}.", 422, [FieldError("/organisation_ref", "ref_format", words)])
    held = await run_one(tx, HOLD, partner_id=partner_id, ref=ref, id=organisation_id)
    assert held is not None
    await run(tx, LINK, partner_id=partner_id, ref=ref, id=organisation_id, now=tx.now, actor=tx.actor)
    if held["id"] == organisation_id:
        return 0
    rows = await run(tx, TOLD, partner_id=partner_id, organisation_id=held["id"])
    if len(rows) > MOST_RECORDS:
        raise Refused("too_many_records", "Trop de données portent déjà cette référence : écrivez-nous.", 409)
    changed: dict[received.Name, RecordState] = {}
    facts: list[Record] = []
    for row in rows:
        told = _again(row, partner_id, organisation_id)
        changed[row["record_type"], row["record_ref"]] = told[0]
        facts += told[1]
    await lock_streams(tx, INTEGRATION, (fact.key for fact in facts))
    raws = {(row["record_type"], row["record_ref"]): row["raw"] for row in rows if row["raw"]}
    await received.save_records(tx, partner_id, changed, raws)
    await append(tx, *facts)
    return len(rows)


def _again(row: Any, partner_id: UUID, organisation_id: UUID) -> tuple[RecordState, tuple[Record, ...]]:
    kind = RECORDS[row["record_type"]].FACT
    assert kind is not None
    fact = kind.read(row["fact"])
    fields = {name: getattr(fact, name) for name in kind.own_fields() if name != "allocation_id"}
    fields = {name: value for name, value in fields.items() if value is not None}
    taken = say(
        received.state_of(row), kind, partner_id, fact.backfill, fields | {"organisation_id": organisation_id}
    )
    return taken.state, taken.facts
