"""Commands of a sitting: opened, members ticked, one case after the other, decided, closed at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cases.commands.minutes import draft_minutes
from cases.commands.moments import Held, expect_version, held, record
from cases.commands.panels import AT_THE_TABLE, CHAIRING, Panel, expect_sitting, hold_panel, tell
from cases.domain import deciding
from cases.domain import panel as rule
from cases.domain.case import Case
from cases.domain.deciding import Ids, Opinion
from cases.domain.rights import As
from cases.domain.sitting import ItemOutcome, Sitting, SittingState
from cases.store import cases, opinions, sittings, wordings
from cases.store.desk import Desk
from cases.store.opinions import MemberOpinion
from contracts.lists import CaseState, DecisionOutcome, Heard, MissingItem, PostponeCause
from contracts.refusal import Refused
from eventing.db import Tx
from webui.accounts import load_account
from webui.identity import User


@dataclass(frozen=True)
class Texts:
    """What is written beside a decision, all of it sealed."""

    minutes: str = ""
    conditions: str = ""
    dissent: str = ""


async def open_sitting(
    tx: Tx,
    desk: Desk,
    user: User,
    commission_id: UUID,
    present: Iterable[UUID] | None = None,
    version: int | None = None,
) -> Sitting:
    """The sitting begins with the members ticked; the quorum is counted."""
    panel = await hold_panel(tx, desk, user, commission_id, roles=CHAIRING)
    expect_sitting(panel.sitting, version)
    ready = panel.sitting if present is None else rule.tick(panel.sitting, set(present))
    after, facts = rule.open_sitting(ready, panel.at)
    saved = await sittings.save(tx, panel.sitting, after)
    await tell(tx, commission_id, facts)
    return saved


async def tick_members(
    tx: Tx, desk: Desk, user: User, commission_id: UUID, present: Iterable[UUID]
) -> Sitting:
    """Who is there."""
    panel = await hold_panel(tx, desk, user, commission_id, roles=AT_THE_TABLE)
    return await sittings.save(tx, panel.sitting, rule.tick(panel.sitting, set(present)))


async def name_substitute(
    tx: Tx,
    desk: Desk,
    user: User,
    commission_id: UUID,
    absent_id: UUID,
    person_id: UUID,
    organisation_id: UUID,
) -> Sitting:
    """Somebody of the same organisation sits that day, the undertaking signed on screen (U54)."""
    panel = await hold_panel(tx, desk, user, commission_id, roles=AT_THE_TABLE)
    known = await load_account(tx, person_id)
    if known is None or not known.active or known.user.organisation_id != organisation_id:
        raise Refused("unknown_person", "Cette personne n’a pas de compte dans cette structure.")
    after = rule.substitute(panel.sitting, absent_id, person_id, organisation_id, panel.at)
    return await sittings.save(tx, panel.sitting, after)


async def call_case(tx: Tx, desk: Desk, user: User, commission_id: UUID, case_id: UUID) -> Sitting:
    """The chair comes to a case: every screen follows."""
    panel = await hold_panel(tx, desk, user, commission_id, roles=AT_THE_TABLE)
    return await sittings.save(tx, panel.sitting, rule.call(panel.sitting, case_id))


async def examine_case(
    tx: Tx,
    desk: Desk,
    user: User,
    commission_id: UUID,
    case_id: UUID,
    heard: Heard,
    version: int | None = None,
) -> Case:
    """The panel examines a case."""
    panel, taken = await _both(tx, desk, user, commission_id, case_id, version)
    after, facts = rule.examine(panel.sitting, taken.case, heard, panel.at)
    await sittings.save(tx, panel.sitting, after)
    return await record(tx, taken.stored, facts)


async def adjourn_case(
    tx: Tx,
    desk: Desk,
    user: User,
    commission_id: UUID,
    case_id: UUID,
    missing: Iterable[MissingItem],
    not_before_on: date,
    text: str = "",
    version: int | None = None,
) -> Case:
    """Back to the queue with a question and a date."""
    panel, taken = await _both(tx, desk, user, commission_id, case_id, version)
    after, facts = deciding.adjourn(panel.sitting, taken.case, missing, not_before_on, panel.at)
    await wordings.add(tx, desk.vault, case_id, commission_id, "minutes", text)
    saved = await sittings.save(tx, panel.sitting, after)
    case = await record(tx, taken.stored, facts)
    await _mend_minutes(tx, desk, saved)
    return case


async def decide_case(
    tx: Tx,
    desk: Desk,
    user: User,
    commission_id: UUID,
    case_id: UUID,
    asked: Opinion,
    texts: Texts | None = None,
    version: int | None = None,
) -> Case:
    """The opinion of the panel. Somebody who decides at the same instant is told who was faster.

    After a sitting without quorum the coordination or the chair decides, the panel having advised (U27).
    """
    panel, taken = await _both(tx, desk, user, commission_id, case_id, version)
    if panel.sitting.state is SittingState.CLOSED and not taken.seen.capacities & {As.COORDINATOR, As.CHAIR}:
        raise Refused("forbidden", "Après la séance, la coordination ou la présidence décide.", 403)
    ids = Ids(tx.new_id(), tx.new_id())
    protected = taken.stored.guard.protected
    after, facts = deciding.decide(panel.sitting, taken.case, asked, ids, panel.at, protected)
    await keep_texts(tx, desk, taken.case, commission_id, ids, asked, texts or Texts(), protected)
    saved = await sittings.save(tx, panel.sitting, after)
    case = await record(tx, taken.stored, facts)
    await _mend_minutes(tx, desk, saved)
    return case


async def keep_texts(
    tx: Tx,
    desk: Desk,
    case: Case,
    commission_id: UUID,
    ids: Ids,
    asked: Opinion,
    texts: Texts,
    protected: bool,
) -> None:
    """What goes beside a decision: conditions, dissent, words of the minutes, a reason, hidden schemes."""
    vault, case_id = desk.vault, case.case_id
    await wordings.add(tx, vault, case_id, commission_id, "minutes", texts.minutes)
    await wordings.add(tx, vault, case_id, ids.decision_id, "conditions", texts.conditions)
    await wordings.add(tx, vault, case_id, ids.decision_id, "dissent", texts.dissent)
    await wordings.add(tx, vault, case_id, ids.decision_id, "closing", asked.reason)
    if protected:
        names = ", ".join(scheme.value for scheme in asked.schemes)
        await wordings.add(tx, vault, case_id, ids.decision_id, "schemes", names, reserved=True)


async def give_opinion(
    tx: Tx,
    desk: Desk,
    user: User,
    commission_id: UUID,
    case_id: UUID,
    outcome: DecisionOutcome,
    text: str = "",
    *,
    confidential: bool = False,
) -> Sitting:
    """A member says what they think, to the panel or to the chair alone; the last word counts."""
    panel = await hold_panel(tx, desk, user, commission_id, case_id)
    await held(tx, desk, user, case_id, "give_opinion")
    item = rule.on_agenda(panel.sitting, case_id)
    open_states = (SittingState.PUBLISHED, SittingState.OPENED)
    if panel.sitting.state not in open_states or item.outcome in (
        ItemOutcome.DECIDED,
        ItemOutcome.ADJOURNED,
    ):
        raise deciding.already_said()
    said = MemberOpinion(user.account_id, outcome, text, confidential, tx.now)
    await opinions.put(tx, desk.vault, commission_id, case_id, said)
    return await sittings.save(tx, panel.sitting, panel.sitting)


async def close_sitting(
    tx: Tx,
    desk: Desk,
    user: User,
    commission_id: UUID,
    causes: Mapping[UUID, PostponeCause] | None = None,
    version: int | None = None,
) -> Sitting:
    """End the sitting: every case left is postponed with its cause, and the minutes are drafted, in this
    one transaction (U27)."""
    seen = await sittings.load(tx, commission_id)
    left = [each.case_id for each in seen.waiting] if seen is not None else []
    panel = await hold_panel(tx, desk, user, commission_id, *left, roles=CHAIRING)
    expect_sitting(panel.sitting, version)
    if {each.case_id for each in panel.sitting.waiting} - set(left):
        raise Refused("stale_version", "L’ordre du jour a changé entre-temps\u00a0: relisez-le.")
    stored = {case_id: found for case_id in left if (found := await cases.load(tx, case_id)) is not None}
    after, told, facts = rule.close(
        panel.sitting, {case_id: each.case for case_id, each in stored.items()}, causes or {}
    )
    saved = await sittings.save(tx, panel.sitting, after.model_copy(update={"closed_at": tx.now}))
    for case_id, own in told.items():
        await record(tx, stored[case_id], own)
    await draft_minutes(tx, desk, saved)
    await tell(tx, commission_id, facts)
    return saved


async def _both(
    tx: Tx, desk: Desk, user: User, commission_id: UUID, case_id: UUID, version: int | None
) -> tuple[Panel, Held]:
    """The sitting and the case, locked, for somebody who may conclude."""
    panel = await hold_panel(tx, desk, user, commission_id, case_id)
    taken = await held(tx, desk, user, case_id, "decide")
    item = rule.on_agenda(panel.sitting, case_id)
    gone = taken.case.state not in (CaseState.SCHEDULED, CaseState.EXAMINED)
    if gone and item.outcome in (ItemOutcome.DECIDED, ItemOutcome.ADJOURNED):
        raise deciding.already_said()
    expect_version(taken.stored.version, version)
    return panel, taken


async def _mend_minutes(tx: Tx, desk: Desk, sitting: Sitting) -> None:
    """A decision taken after the sitting goes into the draft."""
    if sitting.state is SittingState.CLOSED:
        await draft_minutes(tx, desk, sitting)
