"""Commands on minutes: drafted when a sitting closes, mended, remarked on, approved by the chair, frozen."""

from typing import Any
from uuid import UUID

from cases.commands.moments import held
from cases.commands.panels import expect_sitting, hold_panel, tell, unknown_sitting
from cases.domain.case import Case, Decision
from cases.domain.minutes import Verdict, leaf, root_of, verify
from cases.domain.rules import civil_day
from cases.domain.sitting import Item, ItemOutcome, Sitting, SittingState
from cases.store import cases, files, history, minutes, opinions, sittings, wordings
from cases.store.desk import Desk
from cases.store.history import Line
from cases.store.minutes import Annex
from contracts import cases as say
from contracts.lists import Role
from contracts.refusal import FieldError, Refused
from eventing.db import Tx
from webui.identity import User

RESERVED = "reserved"
"""What the main part says of a protected file."""
WRITTEN = (SittingState.CLOSED, SittingState.APPROVED)


async def draft_minutes(tx: Tx, desk: Desk, sitting: Sitting) -> None:
    """Write the draft from what was said; after approval, as a further version."""
    last = await minutes.latest(tx, sitting.commission_id)
    version, known = 1, {}
    if last is not None:
        version = last.version + (last.approved_at is not None)
        kept = await minutes.annexes(tx, desk.vault, sitting.commission_id, last.version)
        known = {each.case_id: each for each in kept}
    lines, annexes = [], []
    for item in sorted(sitting.items, key=lambda each: each.item):
        stored = await cases.load(tx, item.case_id)
        if stored is None:
            continue
        past = await history.of(tx, item.case_id)
        decision = _decision(stored.case, sitting.commission_id)
        step = step_of(past, decision)
        lines.append(_line(item, stored.case, decision, step, stored.guard.protected))
        content = await _annex(tx, desk, sitting, item, stored.case, decision)
        annexes.append(_salted(tx, item, content, known.get(item.case_id)))
    await minutes.put(tx, desk.vault, sitting.commission_id, version, _main(sitting, lines), annexes)


def _main(sitting: Sitting, lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "commission_id": str(sitting.commission_id),
        "held_on": civil_day(sitting.starts_at).isoformat(),
        "quorum_needed": sitting.quorum_needed,
        "voting_present": sitting.voting_present,
        "quorum": bool(sitting.quorum),
        "present": sorted(str(each.person_id) for each in sitting.members if each.present),
        "lines": lines,
    }


def _decision(case: Case, commission_id: UUID) -> Decision | None:
    found = [each for each in case.decisions if each.commission_id == commission_id and not each.corrected]
    return found[-1] if found else None


def step_of(past: list[Line], decision: Decision | None) -> dict[str, Any] | None:
    """The step told with the decision: same case, same instant."""
    if decision is None:
        return None
    made = [
        each
        for each in past
        if each.kind == "case_decided" and each.fact["decision_id"] == str(decision.decision_id)
    ]
    steps = [each.fact for each in past if made and each.kind == "step_assigned" and each.at == made[0].at]
    return steps[0] if steps else None


def _line(
    item: Item, case: Case, decision: Decision | None, step: dict[str, Any] | None, protected: bool
) -> dict[str, Any]:
    if protected:
        return {"item": item.item, "case_ref": None, "outcome": RESERVED}
    line: dict[str, Any] = {"item": item.item, "case_ref": case.case_ref, "outcome": item.outcome.value}
    if decision is not None:
        line |= {"decision": decision.outcome.value}
    if step is not None:
        line |= {name: step.get(name) for name in ("owner_id", "organisation_id", "due_on")}
    return line


async def _annex(
    tx: Tx, desk: Desk, sitting: Sitting, item: Item, case: Case, decision: Decision | None
) -> dict[str, Any]:
    """What was said of one case. A confidential opinion is counted and never written (features C17)."""
    said = await wordings.of_case(tx, desk.vault, case.case_id)
    file = await files.latest(tx, desk.vault, case.case_id)
    given = await opinions.of_case(tx, desk.vault, sitting.commission_id, item.case_id)

    def text(kind: str, subject: UUID | None) -> str:
        found = [each.text for each in said if each.kind == kind and each.subject_id == subject]
        return found[-1] if found else ""

    chosen = decision.decision_id if decision is not None else None
    hidden = text("schemes", chosen)
    schemes = hidden.split(", ") if hidden else [each.value for each in decision.schemes] if decision else []
    return {
        "case_ref": case.case_ref,
        "question": case.question.value,
        "question_text": file.file.social.question_text if file is not None else "",
        "outcome": item.outcome.value,
        "heard": item.heard.value if item.heard is not None else None,
        "decision": decision.outcome.value if decision is not None else None,
        "decided_on": decision.decided_on.isoformat() if decision is not None else None,
        "schemes": schemes,
        "measures": [each.value for each in decision.measures] if decision is not None else [],
        "priority": decision.priority.value if decision is not None else None,
        "text": text("minutes", sitting.commission_id),
        "conditions": text("conditions", chosen),
        "dissent": text("dissent", chosen),
        "reason": text("closing", chosen),
        "opinions": {"asked": asked_of(sitting, item.case_id), "received": len(given)},
    }


def asked_of(sitting: Sitting, case_id: UUID) -> int:
    """How many members an opinion on that case is asked of: those who vote, less the recused."""
    recused = {each.person_id for each in sitting.recusals if each.case_id == case_id}
    return sum(each.voting and each.person_id not in recused for each in sitting.members)


def _salted(tx: Tx, item: Item, content: dict[str, Any], known: Annex | None) -> Annex:
    """Salted anew; unchanged content keeps its salt and so its hash."""
    if known is not None and known.content is not None:
        before = dict(known.content)
        if {name: value for name, value in before.items() if name != "salt"} == content:
            return Annex(item.case_id, item.item, known.leaf_sha256, before)
    full = content | {"salt": tx.new_id().hex}
    return Annex(item.case_id, item.item, leaf(full), full)


async def write_text(
    tx: Tx,
    desk: Desk,
    user: User,
    commission_id: UUID,
    case_id: UUID,
    text: str,
    version: int | None = None,
) -> None:
    """Write the words of the minutes for one case, during the sitting or until approval."""
    panel = await hold_panel(tx, desk, user, commission_id, case_id)
    await held(tx, desk, user, case_id, "decide")
    expect_sitting(panel.sitting, version)
    if panel.sitting.state not in (SittingState.OPENED, SittingState.CLOSED):
        raise Refused("frozen", "Ce relevé est approuvé\u00a0: il ne change plus.")
    if panel.sitting.item(case_id) is None:
        raise Refused("not_on_agenda", "Cette situation n’est pas à l’ordre du jour de cette commission.")
    await wordings.add(tx, desk.vault, case_id, commission_id, "minutes", text)
    saved = await sittings.save(tx, panel.sitting, panel.sitting)
    if saved.state is SittingState.CLOSED:
        await draft_minutes(tx, desk, saved)


async def remark(tx: Tx, desk: Desk, user: User, commission_id: UUID, text: str) -> None:
    """A member remarks on the draft, until it is approved."""
    panel = await hold_panel(tx, desk, user, commission_id)
    if commission_id not in panel.viewer.seats and not panel.viewer.has(Role.COORDINATOR, Role.CHAIR):
        raise unknown_sitting()
    if panel.sitting.state is not SittingState.CLOSED:
        raise Refused("no_draft", "Le relevé n’est pas, ou n’est plus, en projet.")
    if not text.strip():
        told = "Écrivez votre remarque."
        raise Refused("empty_text", told, 409, [FieldError("/text", "empty_text", told)])
    await minutes.add_remark(tx, desk.vault, commission_id, user.account_id, text)


async def approve_minutes(
    tx: Tx, desk: Desk, user: User, commission_id: UUID, version: int | None = None
) -> Sitting:
    """The chair approves what was read: the root of the hash tree is told, and nothing changes any more."""
    panel = await hold_panel(tx, desk, user, commission_id, roles=(Role.CHAIR,))
    expect_sitting(panel.sitting, version)
    sitting = panel.sitting
    last = await minutes.latest(tx, commission_id)
    if sitting.state not in WRITTEN or last is None or last.approved_at is not None:
        raise Refused("no_draft", "Aucun relevé n’attend d’être approuvé.")
    if any(each.outcome is ItemOutcome.EXAMINED for each in sitting.items):
        raise Refused(
            "undecided", "Une situation examinée attend encore sa décision\u00a0: le relevé attend avec elle."
        )
    annexes = await minutes.annexes(tx, desk.vault, commission_id, last.version)
    root = root_of(last.main, [each.leaf_sha256 for each in annexes])
    await minutes.freeze(tx, commission_id, last.version, root, user.account_id)
    after = sitting.model_copy(update={"state": SittingState.APPROVED, "approved_at": tx.now})
    saved = await sittings.save(tx, sitting, after)
    fact = say.MinutesApproved(
        commission_id=commission_id,
        version=last.version,
        root_sha256=root,
        approved_on=panel.at.today,
        approved_by=user.account_id,
    )
    await tell(tx, commission_id, [fact])
    return saved


async def check_minutes(tx: Tx, desk: Desk, commission_id: UUID) -> Verdict | None:
    """Whether the approved minutes are still what was approved; None before they are."""
    kept = await minutes.approved(tx, commission_id)
    if kept is None or kept.root_sha256 is None:
        return None
    annexes = await minutes.annexes(tx, desk.vault, commission_id, kept.version)
    return verify(kept.main, [(each.leaf_sha256, each.content) for each in annexes], kept.root_sha256)
