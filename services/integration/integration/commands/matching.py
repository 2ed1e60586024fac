"""A person says that two reports are one allocation: figures count it once. Said again, or taken back."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import text

from contracts.integration import AllocationsMatched
from contracts.lists import MatchHow
from contracts.refusal import FieldError, Refused
from contracts.topics import INTEGRATION
from eventing.db import Tx, run_one
from eventing.outbox import append, lock_streams
from integration.store import received

MATCH = "allocations_match"
OWNER = text(
    "SELECT partner_id FROM record WHERE record_id = :id AND record_type = 'allocation' AND NOT void"
)


async def match_allocations(tx: Tx, allocation_id: UUID, same_as: Sequence[UUID]) -> UUID:
    """Says that a reported allocation is one with others, reported or of cases; none: it stands alone again.

    The record's id. Refused 404 or 422.
    """
    row = await run_one(tx, OWNER, id=allocation_id)
    if row is None:
        raise Refused("unknown_allocation", "Cette attribution n’existe pas.", 404)
    others = sorted(set(same_as))
    if allocation_id in others:
        words = "Une attribution n’est pas son propre double"
        raise Refused("matched_to_itself", f"{words}.", 422, [FieldError("/same_as", "itself", words)])
    partner_id: UUID = row["partner_id"]
    name = (MATCH, str(allocation_id))
    state = (await received.hold_records(tx, partner_id, [name]))[name]
    digest = hashlib.sha256(json.dumps([str(each) for each in others]).encode()).digest()
    if digest == state.digest or (not others and (state.void or state.version is None)):
        return state.record_id
    fact = AllocationsMatched(
        record_id=state.record_id,
        revision=state.revision + 1,
        void=not others,
        partner_id=partner_id,
        backfill=False,
        allocation_id=allocation_id,
        **({"same_as": tuple(others), "how": MatchHow.CONFIRMED_BY_PERSON} if others else {}),
    )
    after = replace(
        state,
        version=(state.version or 0) + 1,
        digest=digest,
        revision=fact.revision,
        void=not others,
        key=fact.key,
        fact=fact.dump() if others else None,
    )
    await lock_streams(tx, INTEGRATION, [fact.key])
    await received.save_records(tx, partner_id, {name: after})
    await append(tx, fact)
    return state.record_id
