"""What a household was told and agrees to. A withdrawn agreement takes the case off its agenda at once."""

from datetime import date
from uuid import UUID

from cases.commands.moments import hold, lock, record
from cases.domain.case import Case
from cases.domain.file import Agreement, Information
from cases.domain.rules import civil_day
from cases.domain.sitting import ItemOutcome
from cases.store import cases, consent, files, history, sittings
from cases.store.desk import Desk
from contracts import cases as say
from contracts.lists import CaseState, PostponeCause
from contracts.refusal import FieldError, Refused
from eventing.db import Tx
from webui.identity import User


async def record_information(tx: Tx, desk: Desk, user: User, case_id: UUID, said: Information) -> Case:
    """The household was informed again."""
    taken = await hold(tx, desk, user, case_id, "record_agreement")
    if said.informed_on > taken.at.today:
        raise _to_come("/informed_on")
    await consent.add_information(tx, case_id, taken.case.household_id, said)
    await files.touch(tx, taken.case.household_id, taken.at.today)
    await history.note(tx, case_id, "information_recorded", [])
    return taken.case


async def record_agreement(tx: Tx, desk: Desk, user: User, case_id: UUID, said: Agreement) -> Case:
    """What the household agrees to. Refusing never lowers its rank."""
    taken = await hold(tx, desk, user, case_id, "record_agreement")
    if said.given_on > taken.at.today:
        raise _to_come("/given_on")
    await consent.add_agreement(tx, case_id, taken.case.household_id, said)
    await files.touch(tx, taken.case.household_id, taken.at.today)
    await history.note(tx, case_id, "agreement_recorded", [])
    return taken.case


async def withdraw_agreement(
    tx: Tx, desk: Desk, user: User, case_id: UUID, withdrawn_on: date | None = None
) -> Case:
    """The household takes its agreement back: the case leaves its agenda in this transaction (U16)."""
    seen = await cases.load(tx, case_id)
    commission = seen.case.commission_id if seen is not None else None
    await lock(tx, case_id, *([commission] if commission else []))
    taken = await hold(tx, desk, user, case_id, "record_agreement")
    if taken.case.commission_id != commission:
        raise Refused("stale_version", "L’ordre du jour vient de changer\u00a0: recommencez.")
    known = await consent.agreement(tx, case_id)
    if known is None:
        raise Refused("no_agreement", "Aucun accord n’est noté dans ce dossier.")
    on = withdrawn_on or civil_day(tx.now)
    if on > taken.at.today:
        raise _to_come("/withdrawn_on")
    if on < known.given_on:
        text = "Cette date est avant celle de l’accord."
        raise Refused("before_agreement", text, 409, [FieldError("/withdrawn_on", "before_agreement", text)])
    changed = replace_agreement(known, on)
    await consent.add_agreement(tx, case_id, taken.case.household_id, changed)
    await history.note(tx, case_id, "agreement_withdrawn", [])
    if taken.case.state is not CaseState.SCHEDULED or taken.case.commission_id is None:
        return taken.case
    from_agenda = say.CasePostponed(
        case_id=case_id,
        commission_id=taken.case.commission_id,
        cause=PostponeCause.AGREEMENT_WITHDRAWN,
    )
    await sittings.set_outcome(tx, taken.case.commission_id, case_id, ItemOutcome.POSTPONED)
    return await record(tx, taken.stored, [from_agenda])


def replace_agreement(known: Agreement, on: date) -> Agreement:
    """The same agreement, taken back on that day."""
    return known.model_copy(update={"withdrawn_on": on})


def _to_come(pointer: str) -> Refused:
    text = "Cette date n’est pas encore passée."
    return Refused("date_to_come", text, 409, [FieldError(pointer, "date_to_come", text)])
