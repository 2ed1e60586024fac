"""Commands that prepare a sitting: cases on and off its agenda, their order, publication, recusal."""

from collections.abc import Iterable
from uuid import UUID

from cases.commands.moments import expect_version, held, record
from cases.commands.panels import OFFICE, expect_sitting, hold_panel, tell, unknown_sitting
from cases.domain import panel as rule
from cases.domain.panel import Scheduling
from cases.domain.rights import Guard, Viewer
from cases.domain.sitting import Sitting, SittingState
from cases.store import cases, consent, sittings, wordings
from cases.store.desk import Desk
from cases.store.sittings import add_recusal
from contracts.lists import PostponeCause, Role
from eventing.db import Tx
from webui.identity import User

SEEN_BY_MEMBERS = (SittingState.PUBLISHED, SittingState.OPENED, SittingState.CLOSED)


async def schedule_case(
    tx: Tx,
    desk: Desk,
    user: User,
    commission_id: UUID,
    case_id: UUID,
    minutes: int | None = None,
    presenter_id: UUID | None = None,
    override: str = "",
    version: int | None = None,
) -> Sitting:
    """Put a case on an agenda; past the case deadline, with a reason that is kept with who wrote it."""
    panel = await hold_panel(tx, desk, user, commission_id, case_id, roles=OFFICE)
    taken = await held(tx, desk, user, case_id, "schedule")
    expect_version(taken.stored.version, version)
    agreement = await consent.agreement(tx, case_id)
    asked = Scheduling(minutes, presenter_id, override, taken.stored.guard.protected)
    after, facts = rule.schedule(panel.sitting, taken.case, asked, agreement, panel.at)
    await wordings.add(tx, desk.vault, case_id, commission_id, "override", override, reserved=True)
    saved = await sittings.save(tx, panel.sitting, after)
    await record(tx, taken.stored, facts)
    return saved


async def postpone_case(
    tx: Tx,
    desk: Desk,
    user: User,
    commission_id: UUID,
    case_id: UUID,
    cause: PostponeCause = PostponeCause.COORDINATOR,
    text: str = "",
    version: int | None = None,
) -> Sitting:
    """Take a case off an agenda, for a cause; it keeps its rank."""
    panel = await hold_panel(tx, desk, user, commission_id, case_id)
    taken = await held(tx, desk, user, case_id, "postpone")
    expect_version(taken.stored.version, version)
    after, facts = rule.postpone(panel.sitting, taken.case, cause)
    await wordings.add(tx, desk.vault, case_id, commission_id, "postponement", text)
    saved = await sittings.save(tx, panel.sitting, after)
    await record(tx, taken.stored, facts)
    return saved


async def reorder_agenda(
    tx: Tx,
    desk: Desk,
    user: User,
    commission_id: UUID,
    order: Iterable[UUID],
    version: int | None = None,
) -> Sitting:
    """The cases in that order."""
    panel = await hold_panel(tx, desk, user, commission_id, roles=OFFICE)
    expect_sitting(panel.sitting, version)
    return await sittings.save(tx, panel.sitting, rule.reorder(panel.sitting, order))


async def move_case(
    tx: Tx, desk: Desk, user: User, commission_id: UUID, case_id: UUID, *, up: bool
) -> Sitting:
    """One place up or down."""
    panel = await hold_panel(tx, desk, user, commission_id, roles=OFFICE)
    return await sittings.save(tx, panel.sitting, rule.move(panel.sitting, case_id, up))


async def arrange_case(
    tx: Tx,
    desk: Desk,
    user: User,
    commission_id: UUID,
    case_id: UUID,
    minutes: int,
    presenter_id: UUID | None,
) -> Sitting:
    """Who presents a case, and for how long."""
    panel = await hold_panel(tx, desk, user, commission_id, case_id, roles=OFFICE)
    await held(tx, desk, user, case_id, "schedule")
    after = rule.arrange(panel.sitting, case_id, minutes, presenter_id)
    return await sittings.save(tx, panel.sitting, after)


async def publish_agenda(
    tx: Tx, desk: Desk, user: User, commission_id: UUID, version: int | None = None
) -> Sitting:
    """Freeze the order: members see its cases from now on."""
    panel = await hold_panel(tx, desk, user, commission_id, roles=OFFICE)
    expect_sitting(panel.sitting, version)
    after, facts = rule.publish(panel.sitting)
    saved = await sittings.save(tx, panel.sitting, after.model_copy(update={"agenda_at": tx.now}))
    await tell(tx, commission_id, facts)
    return saved


async def recuse(
    tx: Tx, desk: Desk, user: User, commission_id: UUID, case_id: UUID, ground: str = ""
) -> Sitting:
    """Declare one's own recusal, from the agenda or in the sitting: sight of the case ends with this
    transaction, in pages and streams (U44). The ground is sealed, and never told."""
    panel = await hold_panel(tx, desk, user, commission_id, case_id)
    if not _concerned(panel.viewer, panel.sitting):
        raise unknown_sitting()
    after, facts = rule.recuse(panel.sitting, case_id, user.account_id)
    stored = await cases.load(tx, case_id)
    if stored is None or not facts or _closed_to(user.account_id, stored.guard):
        raise rule.not_on_agenda()
    sealed = desk.vault.seal(case_id, ground.strip()) if ground.strip() else None
    await add_recusal(tx, commission_id, after.recusals[-1], sealed)
    saved = await sittings.save(tx, panel.sitting, rule.recounted(after))
    await tell(tx, commission_id, facts)
    return saved


def _closed_to(person_id: UUID, guard: Guard) -> bool:
    return guard.protected and person_id not in guard.audience


def _concerned(viewer: Viewer, sitting: Sitting) -> bool:
    """Who deals with that sitting: its members once the agenda is published, the office, the chair."""
    if viewer.has(Role.COORDINATOR, Role.SIAO_AGENT, Role.CHAIR):
        return True
    return sitting.commission_id in viewer.seats and sitting.state in SEEN_BY_MEMBERS
