"""Commands that come by themselves: a held seat lapses, an offer expires."""

from collections.abc import Mapping
from uuid import UUID

from eventing.db import Tx
from eventing.due import Due, DueCommand
from eventing.outbox import append
from registration.commands.moments import moment, roster_of
from registration.domain import offers, registration
from registration.domain.rules import Rules
from registration.store import rosters


def due_commands(rules: Rules) -> Mapping[str, DueCommand]:
    """What the due rows of this service run, by name."""

    async def lapse(tx: Tx, due: Due) -> None:
        roster = await roster_of(tx, UUID(due.key))
        change = registration.lapse(roster, UUID(due.payload["registration_id"]), moment(tx, rules))
        await rosters.save(tx, roster, change.roster)
        await append(tx, *change.facts)

    async def expire(tx: Tx, due: Due) -> None:
        roster = await roster_of(tx, UUID(due.key))
        workshop = due.payload.get("workshop_id")
        change = offers.expire(
            roster,
            UUID(due.payload["registration_id"]),
            UUID(workshop) if workshop else None,
            moment(tx, rules),
        )
        await rosters.save(tx, roster, change.roster)
        await append(tx, *change.facts)

    return {rosters.LAPSE: lapse, rosters.EXPIRE: expire}
