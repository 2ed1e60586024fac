"""What a partner's history covers is said by the partner, so that a missing year is not shown as a zero."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from contracts.integration import CoverageDeclared
from contracts.refusal import FieldError, Refused
from contracts.topics import INTEGRATION
from eventing.db import Tx
from eventing.outbox import append, lock_streams
from integration.domain.envelope import Sender
from integration.domain.intake import say
from integration.store import received

COVERAGE = "coverage"


async def declare_coverage(
    tx: Tx, sender: Sender, record_type: str, from_on: date, to_on: date, *, test: bool = False
) -> UUID:
    """Says from when to when a record type is whole; the last word counts. Refused 403 or 422.

    With a key for trials (`test`) it is checked, and told to nobody.
    """
    if record_type not in sender.scopes:
        raise Refused("scope", "Cette clé ne permet pas d’envoyer ce type de donnée.", 403)
    if to_on < from_on:
        words = "La fin précède le début"
        raise Refused("dates_reversed", f"{words}.", 422, [FieldError("/to_on", "dates_reversed", words)])
    if test:
        return tx.new_id()
    name = (COVERAGE, record_type)
    state = (await received.hold_records(tx, sender.partner_id, [name]))[name]
    fields = {"record_type": record_type, "from_on": from_on, "to_on": to_on}
    version = (state.version or 0) + 1
    if state.fact is not None:
        before = CoverageDeclared.read(state.fact)
        if (before.from_on, before.to_on) == (from_on, to_on):
            return state.record_id
    taken = say(replace(state, version=version), CoverageDeclared, sender.partner_id, True, fields)
    await lock_streams(tx, INTEGRATION, [fact.key for fact in taken.facts])
    await received.save_records(tx, sender.partner_id, {name: taken.state})
    await append(tx, *taken.facts)
    return state.record_id
