"""What every command on a commission begins with: its lock, its state, and the day it is about."""

from datetime import date
from uuid import UUID

from contracts.refusal import FieldError, Refused
from contracts.topics import REGISTRATION
from eventing.db import Tx
from eventing.outbox import lock_streams
from registration.domain.book import Moment
from registration.domain.commission import Commission
from registration.domain.roster import Roster
from registration.domain.rules import Rules, civil_day
from registration.store import commissions, rosters


async def lock(tx: Tx, *ids: UUID) -> None:
    """Lock the streams of these aggregates, in the one order that never deadlocks."""
    await lock_streams(tx, REGISTRATION, map(str, ids))


def unknown_commission() -> Refused:
    """The refusal of an id that is no commission."""
    return Refused("unknown_commission", "Cette commission n’existe pas.", 404)


def unknown_registration() -> Refused:
    """The refusal of an id that is no sign-up."""
    return Refused("unknown_registration", "Cette inscription n’existe pas.", 404)


async def found(tx: Tx, commission_id: UUID) -> Commission:
    """The commission, read before its lock for what never changes: its territory. Raises Refused 404."""
    commission = await commissions.load(tx, commission_id)
    if commission is None:
        raise unknown_commission()
    return commission


async def roster_of(tx: Tx, commission_id: UUID) -> Roster:
    """The roster, under the lock. Raises Refused 404."""
    assert (REGISTRATION, str(commission_id)) in tx.streams, "lock comes first"
    roster = await rosters.load(tx, commission_id)
    if roster is None:
        raise unknown_commission()
    return roster


def expect_version(known: int, given: int) -> None:
    """Raises Refused 409 `stale_version` when what is changed is no longer what was read."""
    if known != given:
        raise Refused(
            "stale_version",
            "Quelqu’un a modifié cette fiche entre-temps. Rouvrez-la, puis recommencez.",
        )


def moment(tx: Tx, rules: Rules, occurred_on: date | None = None) -> Moment:
    """Now, of today or of an earlier day that a coordinator gave. Raises Refused for a day to come."""
    today = civil_day(tx.now)
    if occurred_on is not None and occurred_on > today:
        text = "Cette date n’est pas encore passée."
        raise Refused("date_to_come", text, 409, [FieldError("/occurred_on", "date_to_come", text)])
    return Moment(tx.now, occurred_on or today, rules)


def business_day(tx: Tx, commission: Commission, occurred_on: date | None) -> date:
    """The day given; else that of the commission once it has passed, since what is noted happened then."""
    return occurred_on or min(civil_day(tx.now), commission.day)
