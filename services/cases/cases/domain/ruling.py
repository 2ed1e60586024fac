"""Rulings on a household's refusal, appeals, and the one thing that may cost it its seniority.

Only an inadmissible refusal does: once ruled by somebody else than who proposed, its appeal time over, no
appeal pending nor upheld, and the household's request transmitted again. The new date is that transmission's.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from cases.domain.case import Appeal, Case, RulingMade
from cases.domain.following import Facts, field, in_order
from cases.domain.lifecycle import expect
from cases.domain.rules import Moment
from contracts import cases as say
from contracts.lists import (
    AllocationCancel,
    CaseState,
    RefusedBy,
    Ruling,
    SeniorityCause,
    SenioritySource,
)
from contracts.refusal import Refused

OF_THE_HOUSEHOLD = (AllocationCancel.HOUSEHOLD_REFUSED, AllocationCancel.NO_ANSWER)
APPEALABLE = ("case_rejected", "case_decided", "refusal_ruled")
"""Kinds of events that may be appealed against."""


@dataclass(frozen=True)
class Said:
    """An event of the case's history: what it was, when, by whom, and what it says."""

    event_id: UUID
    kind: str
    on: date
    actor: str
    ruling_id: UUID | None = None
    appeal_until: date | None = None


def rule_refusal(
    case: Case,
    ruling_id: UUID,
    subject: UUID,
    ruling: Ruling,
    at: Moment,
    *,
    by: str,
    proposed_by: Collection[str],
) -> Facts:
    """A person rules on the household's refusal of a proposal or an offer (`subject`), not its proposer."""
    expect(case, "rule_refusal")
    orientation = next((each for each in case.orientations if each.orientation_id == subject), None)
    allocation = next((each for each in case.allocations if each.allocation_id == subject), None)
    refused = (orientation is not None and orientation.refused_by is RefusedBy.HOUSEHOLD) or (
        allocation is not None and allocation.cancel_cause in OF_THE_HOUSEHOLD
    )
    if not refused:
        raise Refused("no_refusal", "Il n’y a pas là de refus du ménage à qualifier.")
    if ruling is Ruling.UNKNOWN:
        raise field("ruling", "Choisissez comment le refus est qualifié.", "/ruling")
    if by in proposed_by:
        raise Refused(
            "own_proposal",
            "Vous avez fait cette proposition\u00a0: une autre personne qualifie le refus.",
            403,
        )
    if any(_of(each, subject) and each.ruling is not Ruling.TO_EXAMINE for each in case.rulings):
        raise Refused("already_ruled", "Ce refus est déjà qualifié. Il peut être contesté par un recours.")
    until = at.today + timedelta(days=at.rules.appeal_days)
    return [
        say.RefusalRuled(
            ruling_id=ruling_id,
            case_id=case.case_id,
            orientation_id=subject if orientation is not None else None,
            allocation_id=subject if orientation is None else None,
            ruling=ruling,
            appeal_until=until,
            effective_on=until + timedelta(days=1) if ruling is Ruling.INADMISSIBLE else None,
        )
    ]


def _of(ruling: RulingMade, subject: UUID) -> bool:
    return subject in (ruling.orientation_id, ruling.allocation_id)


def lodge_appeal(case: Case, appeal_id: UUID, against: Said | None, lodged_on: date, at: Moment) -> Facts:
    """A recourse against a rejection, a decision or a ruling, in time; its effect waits for the answer."""
    expect(case, "lodge_appeal")
    if any(each.appeal_id == appeal_id for each in case.appeals):
        return []
    if against is None or against.kind not in APPEALABLE:
        raise field("not_appealable", "Ce n’est pas une décision qui se conteste ici.", "/against")
    if any(each.against == against.event_id and each.upheld is None for each in case.appeals):
        raise Refused("appeal_pending", "Un recours attend déjà sa réponse.")
    in_order(lodged_on, against.on, at.today, "/lodged_on")
    until = against.appeal_until or against.on + timedelta(days=at.rules.appeal_days)
    if lodged_on > until:
        raise field("too_late", f"Le délai de recours s’est achevé le {until:%d/%m/%Y}.", "/lodged_on")
    return [
        say.AppealLodged(
            appeal_id=appeal_id, case_id=case.case_id, against=against.event_id, lodged_on=lodged_on
        )
    ]


def decide_appeal(
    case: Case, appeal_id: UUID, upheld: bool, decided_on: date, at: Moment, *, by: str, author: str
) -> Facts:
    """Answered by somebody else than the `author` of what is contested."""
    expect(case, "decide_appeal")
    found = appeal_of(case, appeal_id)
    if found.upheld is not None:
        raise Refused("appeal_decided", "Ce recours a déjà sa réponse. Rien n’a été changé.")
    if by == author:
        raise Refused(
            "own_ruling",
            "Vous avez pris la décision contestée\u00a0: une autre personne répond au recours.",
            403,
        )
    in_order(decided_on, found.lodged_on, at.today, "/decided_on")
    return [
        say.AppealDecided(appeal_id=appeal_id, case_id=case.case_id, upheld=upheld, decided_on=decided_on)
    ]


def appeal_of(case: Case, appeal_id: UUID) -> Appeal:
    """An appeal of the case. Raises Refused 404."""
    found = next((each for each in case.appeals if each.appeal_id == appeal_id), None)
    if found is None:
        raise Refused("unknown_appeal", "Ce recours n’existe pas.", 404)
    return found


def in_force(case: Case, contested: Collection[UUID], today: date) -> RulingMade | None:
    """The inadmissible refusal that costs its seniority at the next transmission, if one does.

    `contested`: rulings whose appeal is pending or was upheld.
    """
    for each in reversed(case.rulings):
        if (
            each.ruling is Ruling.INADMISSIBLE
            and each.effective_on is not None
            and each.effective_on <= today
            and each.ruling_id not in contested
            and not any(line.ruling_id == each.ruling_id for line in case.seniority)
        ):
            return each
    return None


def reset_seniority(case: Case, contested: Collection[UUID], at: Moment) -> Facts:
    """What a ruling in force does once the case was transmitted after it; nothing before."""
    ruling = in_force(case, contested, at.today)
    sent = case.transmitted_on
    if ruling is None or sent is None or (ruling.ruled_on is not None and sent < ruling.ruled_on):
        return []
    return [_reset(case, ruling, sent, SenioritySource.SEUIL)]


def transmit_again(
    case: Case, contested: Collection[UUID], sent_on: date, source: SenioritySource, at: Moment
) -> Facts:
    """A person notes the new transmission in SI SIAO, from which seniority counts again."""
    expect(case, "transmit_again")
    ruling = in_force(case, contested, at.today)
    if ruling is None:
        raise Refused(
            "no_ruling_in_force",
            "Aucun refus jugé irrecevable ne prend effet\u00a0: l’ancienneté est gardée.",
        )
    in_order(sent_on, ruling.ruled_on or case.submitted_on, at.today, "/sent_on")
    return [_reset(case, ruling, sent_on, source)]


def _reset(case: Case, ruling: RulingMade, sent_on: date, source: SenioritySource) -> say.SenioritySet:
    return say.SenioritySet(
        case_id=case.case_id,
        seniority_from=sent_on,
        source=source,
        cause=SeniorityCause.RESET,
        previous=case.seniority_from,
        ruling_id=ruling.ruling_id,
    )


def still_open(case: Case) -> bool:
    """Whether a ruling may still have an effect: a case that ended keeps the date it had."""
    return case.state not in (CaseState.CLOSED, CaseState.CANCELLED)
