"""A code that a coordinator has mapped is read again in every record that carried it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from contracts.records import Record
from contracts.topics import INTEGRATION
from eventing.db import Database, Tx, run
from eventing.outbox import append, lock_streams
from integration.domain.codes import Reading
from integration.domain.inbound import RECORDS
from integration.domain.intake import RecordState, say
from integration.domain.vault import Vault
from integration.store import codes, received
from integration.store.received import Name

BATCH = 200


def replaying(database: Database, vault: Vault | None) -> Callable[[], Awaitable[int]]:
    """A round of work: at most two hundred records of one partner."""

    async def replay() -> int:
        if vault is None:
            return 0
        async with database.transaction() as tx:
            rows = await run(tx, codes.TO_READ, most=BATCH)
            if not rows:
                return 0
            return await _again(tx, vault, rows)

    return replay


async def _again(tx: Tx, vault: Vault, rows: list[Any]) -> int:
    partner_id = rows[0]["partner_id"]
    known = await codes.of_partner(tx, partner_id)
    ids = {(row["partner_id"], row["record_ref"]): row for row in rows}
    changed: dict[Name, RecordState] = {}
    raws: dict[Name, bytes] = {}
    facts: list[Record] = []
    for row in ids.values():
        name = (row["record_type"], row["record_ref"])
        state, said, left = _read(row, vault, known, partner_id)
        changed[name] = state
        facts += said
        if left:
            raws[name] = row["raw"]
    await lock_streams(tx, INTEGRATION, (fact.key for fact in facts))
    await received.save_records(tx, partner_id, changed, raws)
    await append(tx, *facts)
    return len(rows)


def _read(
    row: Any, vault: Vault, known: Mapping[tuple[str, str], str], partner_id: UUID
) -> tuple[RecordState, tuple[Record, ...], bool]:
    """The record with what is mapped now; nothing is said when another key closed its copy."""
    state = received.state_of(row)
    shape = RECORDS[row["record_type"]]
    data = vault.open(row["raw"])
    if data is None or shape.FACT is None or row["fact"] is None:
        return replace(state, codes=()), (), False
    reading = Reading(known)
    inbound = shape.model_validate(data, context=reading)
    before = shape.FACT.read(row["fact"])
    kept = {name: getattr(before, name) for name in shape.FACT.ids() if name != "allocation_id"}
    fields = {name: value for name, value in kept.items() if value is not None} | inbound.said
    left = tuple(sorted({(name, code) for _, name, code in reading.unmapped if code}))
    taken = say(replace(state, codes=left), shape.FACT, partner_id, before.backfill, fields)
    return taken.state, taken.facts, bool(left)
