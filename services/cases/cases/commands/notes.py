"""A note on a case, dated and signed; and numbers shown to somebody who says why."""

from uuid import UUID

from cases.commands.moments import hold
from cases.domain.case import Case
from cases.domain.file import Number, NumberKind
from cases.domain.rights import As, View
from cases.store import files, history, wordings
from cases.store.access import log_reading
from cases.store.desk import Desk
from contracts.refusal import Refused
from eventing.db import Tx
from webui.identity import User

RESERVED_TO = frozenset({As.AGENT, As.COORDINATOR})


async def add_note(tx: Tx, desk: Desk, user: User, case_id: UUID, text: str, reserved: bool = False) -> Case:
    """Keep a note. The referrer's own counts as a contact with the household (users U60)."""
    taken = await hold(tx, desk, user, case_id, "note")
    if reserved and not taken.seen.capacities & RESERVED_TO:
        raise Refused("forbidden", "Une note réservée revient au SIAO et à la coordination.", 403)
    await wordings.add(tx, desk.vault, case_id, case_id, "note", text, reserved=reserved)
    if user.account_id == taken.case.referrer_id:
        await files.touch(tx, taken.case.household_id, taken.at.today)
    await history.note(tx, case_id, "note_added", [])
    return taken.case


async def unmask(tx: Tx, desk: Desk, user: User, case_id: UUID, reason: str) -> tuple[Number, ...]:
    """The numbers of a household, whole, for a reason that is written in the log (users U68)."""
    taken = await hold(tx, desk, user, case_id, "unmask")
    if View.NUR not in taken.seen and View.NUMBERS not in taken.seen:
        raise Refused("forbidden", "Les numéros ne vous sont pas ouverts.", 403)
    latest = await files.latest(tx, desk.vault, case_id)
    await log_reading(tx, taken.viewer, "numbers", case_id=case_id, purpose=reason)
    held = latest.file.numbers if latest else ()
    if View.NUMBERS in taken.seen:
        return held
    return tuple(each for each in held if each.kind is NumberKind.NUR)
