"""From a committee's outcome to the keys, and what became of the home after; one allocation stands at most.

An allocation ends the other proposals with it. What it ended is never revived by its cancellation.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from cases.domain.case import Allocation, AllocationState, Case, Orientation, OrientationState
from cases.domain.following import UNSAID, WITHHELD_ORGANISATION, Facts, field, in_order, proposal
from cases.domain.lifecycle import expect
from cases.domain.rules import Moment, Rules
from cases.domain.working_days import last_day
from contracts import cases as say
from contracts.lists import (
    AllocationCancel,
    CommitteeOutcome,
    DwellingSize,
    EndCause,
    LeaseKind,
    OfferAnswer,
    Quota,
    ReportedBy,
    Scheme,
    YesNoUnknown,
)
from contracts.refusal import Refused

BY_COMMITTEE = frozenset({Scheme.SOCIAL_HOUSING})
"""Schemes whose homes an allocation committee alone gives (CALEOL)."""
OFFER_DAYS_AT_LEAST = 10
"""CCH R441-10."""
CHECK_MONTHS = (6, 12)
GIVEN_UP = {
    OfferAnswer.REFUSED: AllocationCancel.HOUSEHOLD_REFUSED,
    OfferAnswer.NO_ANSWER: AllocationCancel.NO_ANSWER,
}
WITHHELD = "withheld"


@dataclass(frozen=True)
class Placing:
    """A home or a place given. Scheme and organisation are those of the proposal, when there is one."""

    allocation_id: UUID
    decided_on: date
    orientation_id: UUID | None = None
    scheme: Scheme | None = None
    organisation_id: UUID | None = None
    quota: Quota = Quota.UNKNOWN
    territory_cell: str = "unknown"
    dwelling_size: DwellingSize | None = None
    reported_by: ReportedBy = ReportedBy.SIAO
    condition_met: bool = False
    hidden: bool = False


def record_allocation(case: Case, asked: Placing, at: Moment) -> Facts:
    """A home is given: the proposal is fulfilled, the others end with it, in the same breath (T28)."""
    expect(case, "record_allocation")
    own = proposal(case, asked.orientation_id) if asked.orientation_id is not None else None
    earliest = _decided(case)
    if own is not None:
        _ready(own, asked)
        earliest = max(earliest, own.committee_on or own.answered_on or own.proposed_on)
    _in_time(asked.decided_on, earliest, at)
    facts: Facts = [_recorded(case, asked, own, None)]
    for each in case.open_orientations:
        fulfilled = own is not None and each.orientation_id == own.orientation_id
        facts.append(
            say.OrientationEnded(
                case_id=case.case_id,
                orientation_id=each.orientation_id,
                cause=EndCause.FULFILLED if fulfilled else EndCause.SUPERSEDED,
            )
        )
    return facts


def correct_allocation(case: Case, asked: Placing, corrects: UUID, at: Moment) -> Facts:
    """The same allocation said again, whole, in place of the event that said it wrong."""
    expect(case, "correct_allocation")
    known = allocation_of(case, asked.allocation_id)
    own = case.orientation(known.orientation_id) if known.orientation_id is not None else None
    _in_time(asked.decided_on, _decided(case), at)
    later = known.answered_on or known.lease_signed_on or known.entered_on
    if later is not None and later < asked.decided_on:
        raise field(
            "dates_out_of_order",
            f"La réponse, le bail ou l’entrée est du {later:%d/%m/%Y}, avant cette date.",
            "/decided_on",
        )
    return [_recorded(case, asked, own, corrects, known)]


def _decided(case: Case) -> date:
    return case.decision.decided_on if case.decision is not None else case.submitted_on


def _in_time(day: date, earliest: date, at: Moment) -> None:
    if day < earliest:
        raise field(
            "before_decision",
            f"L’attribution précède la décision dont elle découle, du {earliest:%d/%m/%Y}.",
            "/decided_on",
        )
    in_order(day, earliest, at.today, "/decided_on")


def _ready(own: Orientation, asked: Placing) -> None:
    if own.state is not OrientationState.PRE_ADMITTED:
        raise Refused(
            "not_accepted",
            "Cette proposition n’est pas acceptée\u00a0: elle ne peut pas donner d’attribution.",
        )
    outcome = own.committee_outcome
    if outcome is None:
        if own.scheme in BY_COMMITTEE:
            raise Refused(
                "no_committee",
                "Un logement social s’attribue en commission d’attribution\u00a0: notez d’abord sa décision.",
            )
        return
    if outcome is CommitteeOutcome.B and own.rank != 1:
        raise Refused(
            "rank_not_reached",
            f"Le ménage est au rang {own.rank}\u00a0: l’attribution s’enregistre quand il passe au rang 1.",
        )
    if outcome is CommitteeOutcome.C and not asked.condition_met:
        raise field(
            "condition_not_met",
            "L’attribution est sous condition\u00a0: dites que la condition est remplie.",
            "/condition_met",
        )


def ready(own: Orientation) -> bool:
    """Whether a proposal may give an allocation: accepted, and its committee, if it takes one, said yes."""
    if own.state is not OrientationState.PRE_ADMITTED:
        return False
    if own.committee_outcome is None:
        return own.scheme not in BY_COMMITTEE
    return own.committee_outcome is not CommitteeOutcome.B or own.rank == 1


def _recorded(
    case: Case,
    asked: Placing,
    own: Orientation | None,
    corrects: UUID | None,
    known: Allocation | None = None,
) -> say.AllocationRecorded:
    scheme = (own.scheme if own else None) or asked.scheme or (known.scheme if known else None)
    organisation = (own.organisation_id if own else None) or asked.organisation_id
    organisation = organisation or (known.organisation_id if known else None)
    if asked.hidden:
        scheme, organisation = Scheme.WITHHELD, WITHHELD_ORGANISATION
    elif own is None and scheme in (None, *UNSAID):
        raise field("scheme", "Choisissez un dispositif.", "/scheme")
    if organisation is None or scheme is None:
        raise field(
            "organisation", "Dites quelle structure ou quel bailleur loge le ménage.", "/organisation_id"
        )
    return say.AllocationRecorded(
        allocation_id=asked.allocation_id,
        case_id=case.case_id,
        household_id=case.household_id,
        orientation_id=own.orientation_id if own else None,
        scheme=scheme,
        organisation_id=organisation,
        quota=asked.quota,
        territory_cell=WITHHELD if asked.hidden else asked.territory_cell,
        dwelling_size=None if asked.hidden else asked.dwelling_size,
        situation_at_request=case.situation_group,
        composition=case.composition,
        persons=case.persons,
        decided_on=asked.decided_on,
        reported_by=asked.reported_by,
        corrects=corrects,
    )


def offer_due_on(allocation: Allocation, rules: Rules) -> date:
    """The last day that the household has to answer; the next working day after ten days at least."""
    days = max(OFFER_DAYS_AT_LEAST, rules.offer_days)
    return last_day(allocation.recorded_on or allocation.decided_on, days)


def offer_silent(allocation: Allocation, at: Moment) -> bool:
    """Whether the household's time is over without an answer: shown so, for a person to qualify."""
    waiting = allocation.state is AllocationState.RECORDED and allocation.answer is None
    return waiting and at.today > offer_due_on(allocation, at.rules)


def answer_offer(
    case: Case, allocation_id: UUID, answer: OfferAnswer, answered_on: date, at: Moment
) -> Facts:
    """What the household answered. A refusal, or a silence that is qualified, cancels the allocation."""
    expect(case, "answer_offer")
    found = allocation_of(case, allocation_id)
    if found.state is not AllocationState.RECORDED or found.answer is not None:
        raise _moved_on(found)
    if answer is OfferAnswer.UNKNOWN:
        raise field("answer", "Choisissez la réponse du ménage.", "/answer")
    in_order(answered_on, found.decided_on, at.today, "/answered_on")
    if answer is OfferAnswer.NO_ANSWER and not offer_silent(found, at):
        raise field(
            "offer_still_open",
            f"Le ménage a jusqu’au {offer_due_on(found, at.rules):%d/%m/%Y} pour répondre.",
            "/answer",
        )
    facts: Facts = [
        say.OfferAnswered(
            allocation_id=allocation_id, case_id=case.case_id, answer=answer, answered_on=answered_on
        )
    ]
    if answer in GIVEN_UP:
        facts.append(
            say.AllocationCancelled(
                allocation_id=allocation_id,
                case_id=case.case_id,
                cause=GIVEN_UP[answer],
                cancelled_on=answered_on,
            )
        )
    return facts


def sign_lease(case: Case, allocation_id: UUID, kind: LeaseKind, signed_on: date, at: Moment) -> Facts:
    """The date that the national register counts. A social home is leased once the offer is accepted."""
    expect(case, "sign_lease")
    found = allocation_of(case, allocation_id)
    if found.state is not AllocationState.RECORDED:
        raise _moved_on(found)
    if found.scheme in BY_COMMITTEE and found.answer is not OfferAnswer.ACCEPTED:
        raise Refused("offer_not_accepted", "Notez d’abord que le ménage accepte le logement.")
    if kind is LeaseKind.UNKNOWN:
        raise field("lease_kind", "Choisissez le contrat signé.", "/lease_kind")
    in_order(signed_on, found.answered_on or found.decided_on, at.today, "/signed_on")
    return [
        say.LeaseSigned(
            allocation_id=allocation_id, case_id=case.case_id, signed_on=signed_on, lease_kind=kind
        )
    ]


def enter(case: Case, allocation_id: UUID, entered_on: date, at: Moment) -> Facts:
    """The keys are given. A social home has its lease first; a place in a scheme may have none."""
    expect(case, "enter")
    found = allocation_of(case, allocation_id)
    if found.state not in (AllocationState.RECORDED, AllocationState.LEASED):
        raise _moved_on(found)
    if found.scheme in BY_COMMITTEE and found.state is not AllocationState.LEASED:
        raise Refused("no_lease", "Notez d’abord la signature du bail.")
    last = found.lease_signed_on or found.answered_on or found.decided_on
    in_order(entered_on, last, at.today, "/entered_on")
    return [say.HouseholdHoused(allocation_id=allocation_id, case_id=case.case_id, entered_on=entered_on)]


def cancel_allocation(
    case: Case, allocation_id: UUID, cause: AllocationCancel, cancelled_on: date, at: Moment
) -> Facts:
    """It takes no effect after all. The case goes on being followed; ended proposals stay ended."""
    expect(case, "cancel_allocation")
    found = allocation_of(case, allocation_id)
    if not found.alive:
        raise _moved_on(found)
    if cause is AllocationCancel.UNKNOWN:
        raise field("cause", "Choisissez pourquoi l’attribution est annulée.", "/cause")
    if cause is AllocationCancel.NO_ANSWER and not offer_silent(found, at):
        raise field("offer_still_open", "Le ménage a encore le temps de répondre.", "/cause")
    last = found.entered_on or found.lease_signed_on or found.answered_on or found.decided_on
    in_order(cancelled_on, last, at.today, "/cancelled_on")
    return [
        say.AllocationCancelled(
            allocation_id=allocation_id, case_id=case.case_id, cause=cause, cancelled_on=cancelled_on
        )
    ]


def check_tenancy(
    case: Case, allocation_id: UUID, month: int, still_housed: YesNoUnknown, checked_on: date, at: Moment
) -> Facts:
    """Whether the household still lives there, after six or twelve months."""
    expect(case, "check_tenancy")
    found = allocation_of(case, allocation_id)
    if found.entered_on is None or found.state is not AllocationState.ENTERED:
        raise _moved_on(found)
    if month not in CHECK_MONTHS:
        raise field("month", "Le point se fait à six ou à douze mois.", "/month")
    if any(each.month == month for each in found.checks):
        raise field("already_checked", "Ce point est déjà noté.", "/month")
    in_order(checked_on, found.entered_on + timedelta(days=30 * (month - 1)), at.today, "/checked_on")
    return [
        say.TenancyChecked(
            allocation_id=allocation_id,
            case_id=case.case_id,
            month=month,
            still_housed=still_housed,
            checked_on=checked_on,
        )
    ]


def checks_due(case: Case, today: date) -> list[tuple[Allocation, int]]:
    """Points to make now: an allocation and its month."""
    return [
        (each, month)
        for each in case.allocations
        if each.entered_on is not None and each.state is AllocationState.ENTERED
        for month in CHECK_MONTHS
        if today >= each.entered_on + timedelta(days=30 * month)
        and not any(check.month == month for check in each.checks)
    ]


def allocation_of(case: Case, allocation_id: UUID) -> Allocation:
    """An allocation of the case. Raises Refused 404."""
    found = next((each for each in case.allocations if each.allocation_id == allocation_id), None)
    if found is None:
        raise Refused("unknown_allocation", "Cette attribution n’existe pas.", 404)
    return found


_STATES = {
    AllocationState.RECORDED: "enregistrée et déjà répondue",
    AllocationState.LEASED: "déjà suivie d’un bail",
    AllocationState.ENTERED: "déjà suivie d’une entrée dans les lieux",
    AllocationState.CANCELLED: "annulée",
}


def _moved_on(allocation: Allocation) -> Refused:
    return Refused(
        "wrong_allocation_state",
        f"Cette attribution est {_STATES[allocation.state]}. "
        "Rien n’a été changé\u00a0: relisez le dossier avant de continuer.",
    )
