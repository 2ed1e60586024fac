"""Moderated sign-ups decided by the coordinator, several at once."""

from collections.abc import Callable, Sequence
from uuid import UUID

from contracts.lists import Role
from eventing.db import Tx
from eventing.outbox import append
from registration.commands.moments import found, lock, moment, roster_of
from registration.commands.rights import allow
from registration.domain import review
from registration.domain.book import Change, Moment
from registration.domain.roster import Roster
from registration.domain.rules import Rules
from registration.store import rosters
from webui.identity import User

Decision = Callable[[Roster, Sequence[UUID], Moment], Change]


async def approve_registrations(
    tx: Tx, rules: Rules, by: User | None, commission_id: UUID, ids: Sequence[UUID]
) -> None:
    """Seat them, or put them on the waiting list at their rank. Decided already: nothing."""
    await _decide(tx, rules, by, commission_id, ids, review.approve)


async def refuse_registrations(
    tx: Tx, rules: Rules, by: User | None, commission_id: UUID, ids: Sequence[UUID]
) -> None:
    """Turn them down. Decided already: nothing."""
    await _decide(tx, rules, by, commission_id, ids, review.refuse)


async def _decide(
    tx: Tx, rules: Rules, by: User | None, commission_id: UUID, ids: Sequence[UUID], decision: Decision
) -> None:
    allow(by, Role.COORDINATOR, territory=(await found(tx, commission_id)).territory)
    await lock(tx, commission_id)
    roster = await roster_of(tx, commission_id)
    change = decision(roster, ids, moment(tx, rules))
    await rosters.save(tx, roster, change.roster)
    await append(tx, *change.facts)
