"""A decision is corrected by a request and another person's approval; the original stays (features C18)."""

from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from cases.commands.minutes import draft_minutes
from cases.commands.moments import hold, lock, record
from cases.commands.panels import hold_panel
from cases.commands.sitting import Texts, keep_texts
from cases.domain import deciding
from cases.domain.case import Case
from cases.domain.deciding import Ids, Opinion
from cases.domain.lifecycle import expect
from cases.domain.rights import unknown_case
from cases.domain.sitting import SittingState
from cases.store import cases, corrections, history
from cases.store.corrections import Correction
from cases.store.desk import Desk
from contracts.refusal import FieldError, Refused
from eventing.db import Tx
from webui.identity import User

OPINION: TypeAdapter[Opinion] = TypeAdapter(Opinion)
CLOSED = (SittingState.CLOSED, SittingState.APPROVED)


async def ask_correction(
    tx: Tx, desk: Desk, user: User, case_id: UUID, asked: Opinion, reason: str
) -> Correction:
    """Anybody who follows the case may ask; nothing changes until somebody else approves."""
    taken = await hold(tx, desk, user, case_id, "ask_correction")
    expect(taken.case, "correct_decision")
    if not reason.strip():
        told = "Écrivez ce qui est à corriger, et pourquoi."
        raise Refused("no_reason", told, 409, [FieldError("/reason", "no_reason", told)])
    event = await decision_event(tx, taken.case)
    made = Correction(
        correction_id=tx.new_id(),
        case_id=case_id,
        decision_event=event,
        asked={"opinion": OPINION.dump_python(asked, mode="json"), "reason": reason.strip()},
        asked_by=user.account_id,
        answered_by=None,
        approved=None,
        asked_at=tx.now,
        answered_at=None,
    )
    await corrections.add(tx, desk.vault, made)
    await history.note(tx, case_id, "correction_asked", [])
    return made


async def answer_correction(tx: Tx, desk: Desk, user: User, correction_id: UUID, *, approve: bool) -> Case:
    """Approve or decline another's request. Approved, the new opinion holds from now on."""
    asked = await corrections.load(tx, desk.vault, correction_id)
    if asked is None:
        raise unknown_case()
    stored = await cases.load(tx, asked.case_id)
    decision = stored.case.decision if stored is not None else None
    commission = decision.commission_id if decision is not None else None
    await lock(tx, asked.case_id, *([commission] if commission else []))
    taken = await hold(tx, desk, user, asked.case_id, "correct_decision")
    asked = await corrections.load(tx, desk.vault, correction_id)
    if asked is None or asked.approved is not None:
        raise Refused("answered", "Cette demande a déjà reçu sa réponse.")
    if asked.asked_by == user.account_id:
        raise Refused("own_request", "Une autre personne doit approuver votre demande.", 403)
    await corrections.answer(tx, correction_id, user.account_id, approve)
    if not approve:
        await history.note(tx, asked.case_id, "correction_declined", [])
        return taken.case
    if await decision_event(tx, taken.case) != asked.decision_event or commission is None:
        raise Refused("stale_version", "Cette décision a déjà été corrigée\u00a0: relisez-la.")
    wanted = opinion_of(asked.asked)
    ids = Ids(tx.new_id(), tx.new_id())
    protected = taken.stored.guard.protected
    facts = deciding.correct(taken.case, asked.decision_event, wanted, ids, taken.at, protected)
    await keep_texts(tx, desk, taken.case, commission, ids, wanted, Texts(), protected)
    case = await record(tx, taken.stored, facts)
    panel = await hold_panel(tx, desk, user, commission, asked.case_id)
    if panel.sitting.state in CLOSED:
        await draft_minutes(tx, desk, panel.sitting)
    return case


async def decision_event(tx: Tx, case: Case) -> UUID:
    """The event of the decision that stands. Raises Refused 409 without one."""
    last = case.decision
    if last is not None:
        for line in await history.of(tx, case.case_id):
            if line.kind == "case_decided" and line.fact["decision_id"] == str(last.decision_id):
                assert line.event_id is not None
                return line.event_id
    raise Refused("no_decision", "Aucune décision n’est à corriger dans ce dossier.")


def opinion_of(asked: dict[str, Any]) -> Opinion:
    """The opinion that a request wants."""
    try:
        return OPINION.validate_python(asked["opinion"])
    except ValidationError as error:
        raise Refused("unreadable", "Cette demande ne peut plus être lue\u00a0: refaites-la.") from error
