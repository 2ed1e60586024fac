"""Commands after a decision: proposals and their answers, the committee, steps, another examination."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from cases.commands.moments import Held, expect_version, hold, lock, record
from cases.domain import following as rule
from cases.domain import rights
from cases.domain.case import Case
from cases.domain.following import Assignment, Outcome, Proposal, Refusal
from cases.domain.rights import LANDLORD_SCHEMES, OFFICE, As
from cases.store import cases, consent, wordings
from cases.store.desk import Desk
from cases.store.rules import moment
from cases.store.viewers import viewer_of
from contracts.lists import AdmitCause, Scheme
from contracts.refusal import FieldError, Refused
from eventing.db import Tx
from webui.identity import User

STEP_TEXT = 300


async def propose(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    asked: Proposal,
    text: str = "",
    version: int | None = None,
) -> Case:
    """Propose the household to a provider. The same orientation id again answers the case as it stands.

    Of a protected file the facts withhold the scheme and the provider: both stay here, sealed, and only the
    persons named for the file see it; the SIAO notes the answer in the provider's name.
    """
    taken = await hold(tx, desk, user, case_id, "propose")
    if taken.case.orientation(asked.orientation_id) is not None:
        return taken.case
    expect_version(taken.stored.version, version)
    hidden = taken.stored.guard.protected
    told = Proposal(asked.orientation_id, asked.scheme, asked.organisation_id, asked.origin, hidden)
    facts = rule.propose(taken.case, told, taken.at)
    await _agreed(tx, case_id, asked.scheme)
    subject = asked.orientation_id
    if hidden:
        await wordings.add(tx, desk.vault, case_id, subject, "withheld_scheme", asked.scheme.value)
        await wordings.add(tx, desk.vault, case_id, subject, "withheld_provider", str(asked.organisation_id))
    await wordings.add(tx, desk.vault, case_id, subject, "proposal", text)
    return await record(tx, taken.stored, facts)


async def _agreed(tx: Tx, case_id: UUID, scheme: Scheme) -> None:
    """A landlord is told of a household only as far as it agreed (users U16)."""
    known = await consent.agreement(tx, case_id)
    if known is not None and known.withdrawn_on is not None:
        raise Refused(
            "agreement_withdrawn", "Le ménage a retiré son accord\u00a0: rien n’est proposé sans lui."
        )
    if scheme in LANDLORD_SCHEMES and (known is None or not known.landlord):
        raise Refused(
            "no_landlord_agreement",
            "Le ménage n’a pas donné son accord pour que sa situation soit montrée à un bailleur. "
            "Notez son accord, ou choisissez un autre dispositif.",
        )


async def accept_orientation(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    orientation_id: UUID,
    answered_on: date,
    version: int | None = None,
) -> Case:
    """The provider accepts: the household is pre-admitted."""
    taken = await _answering(tx, desk, user, case_id, orientation_id, version)
    return await record(tx, taken.stored, rule.accept(taken.case, orientation_id, answered_on, taken.at))


async def refuse_orientation(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    orientation_id: UUID,
    asked: Refusal,
    version: int | None = None,
) -> Case:
    """The provider or the household refuses; the reason's words stay here."""
    taken = await _answering(tx, desk, user, case_id, orientation_id, version)
    scheme = await withheld_scheme(tx, desk, taken, orientation_id)
    whole = Refusal(asked.by, asked.reason, asked.answered_on, asked.note, scheme)
    facts = rule.refuse(taken.case, orientation_id, whole, taken.at)
    await wordings.add(
        tx, desk.vault, case_id, orientation_id, f"reason {asked.reason}", asked.note or asked.reason
    )
    return await record(tx, taken.stored, facts)


async def withheld_scheme(tx: Tx, desk: Desk, taken: Held, subject: UUID) -> Scheme | None:
    """The scheme of a proposal of a protected file, None for any other."""
    if not taken.stored.guard.protected:
        return None
    for each in await wordings.of_case(tx, desk.vault, taken.case.case_id):
        if each.subject_id == subject and each.kind == "withheld_scheme":
            return Scheme(each.text)
    return None


async def withdraw_orientation(
    tx: Tx, desk: Desk, user: User, case_id: UUID, orientation_id: UUID, version: int | None = None
) -> Case:
    """The SIAO takes a proposal back."""
    taken = await hold(tx, desk, user, case_id, "end_orientation")
    expect_version(taken.stored.version, version)
    return await record(tx, taken.stored, rule.withdraw(taken.case, orientation_id))


async def close_overdue_orientation(
    tx: Tx, desk: Desk, user: User, case_id: UUID, orientation_id: UUID, version: int | None = None
) -> Case:
    """Nobody answered in time and somebody closes the proposal: never the machine."""
    taken = await hold(tx, desk, user, case_id, "end_orientation")
    expect_version(taken.stored.version, version)
    return await record(tx, taken.stored, rule.close_overdue(taken.case, orientation_id, taken.at))


async def record_committee(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    orientation_id: UUID,
    asked: Outcome,
    version: int | None = None,
) -> Case:
    """What the allocation committee decided."""
    taken = await hold(tx, desk, user, case_id, "record_outcome")
    of_their_own(taken, rule.proposal(taken.case, orientation_id).organisation_id, unknown_orientation)
    expect_version(taken.stored.version, version)
    return await record(tx, taken.stored, rule.record_committee(taken.case, orientation_id, asked, taken.at))


async def _answering(
    tx: Tx, desk: Desk, user: User, case_id: UUID, orientation_id: UUID, version: int | None
) -> Held:
    taken = await hold(tx, desk, user, case_id, "answer_orientation")
    of_their_own(taken, rule.proposal(taken.case, orientation_id).organisation_id, unknown_orientation)
    expect_version(taken.stored.version, version)
    return taken


def unknown_orientation() -> Refused:
    """The answer for a proposal that is not there, or is another provider's."""
    return Refused("unknown_orientation", "Cette proposition n’existe pas.", 404)


def of_their_own(taken: Held, organisation_id: UUID, unknown: Callable[[], Refused]) -> None:
    """A provider answers for its own organisation; another's proposal does not exist for it."""
    if not taken.seen.capacities & OFFICE and taken.viewer.organisation_id != organisation_id:
        raise unknown()


async def assign_step(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    asked: Assignment,
    text: str = "",
    version: int | None = None,
) -> Case:
    """Give somebody something to do; its words are sealed and read by who has to do it."""
    taken = await hold(tx, desk, user, case_id, "assign_step")
    if any(each.step_id == asked.step_id for each in taken.case.steps):
        return taken.case
    expect_version(taken.stored.version, version)
    if len(text) > STEP_TEXT:
        words = "Ce texte est trop long\u00a0: 300 caractères au plus."
        raise Refused("text_too_long", words, 422, [FieldError("/text", "text_too_long", words)])
    facts = rule.assign_step(taken.case, asked, taken.at)
    await wordings.add(tx, desk.vault, case_id, asked.step_id, "step", text)
    return await record(tx, taken.stored, facts)


async def close_step(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    step_id: UUID,
    *,
    done: bool,
    closed_on: date,
    version: int | None = None,
) -> Case:
    """Done or dropped. Its owner may say so without seeing the case (users U56)."""
    await lock(tx, case_id)
    stored = await cases.load(tx, case_id)
    viewer = await viewer_of(tx, user, desk.territory)
    if stored is None or stored.case.territory != desk.territory:
        raise rights.unknown_case()
    at = await moment(tx, stored.case.territory)
    seen = rights.sight(viewer, stored.case, stored.guard, at.today, at.rules.provider_sight_days)
    known = next((each for each in stored.case.steps if each.step_id == step_id), None)
    owner = known is not None and known.owner_id == viewer.account_id
    if not owner:
        rights.require(seen, "close_step")
        found = rule.step_of(stored.case, step_id)
        if not seen.capacities & (OFFICE | {As.REFERRER}) and found.organisation_id != viewer.organisation_id:
            raise Refused("unknown_step", "Cette démarche n’existe pas.", 404)
    expect_version(stored.version, version)
    return await record(tx, stored, rule.close_step(stored.case, step_id, done, closed_on, at))


async def readmit_case(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    cause: AdmitCause,
    reason: str = "",
    not_before_on: date | None = None,
    version: int | None = None,
) -> Case:
    """Back to the queue for another examination, by a person."""
    taken = await hold(tx, desk, user, case_id, "readmit")
    expect_version(taken.stored.version, version)
    facts = rule.readmit(taken.case, cause, not_before_on, taken.at)
    await wordings.add(tx, desk.vault, case_id, case_id, "readmission", reason)
    return await record(tx, taken.stored, facts)
