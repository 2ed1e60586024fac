"""What follows a decision: steps, proposals, allocations up to the keys, rulings, appeals, who was told."""

from contracts.cases.fact import CasesFact
from contracts.classes import DataClass
from contracts.fields import (
    Cell,
    Count,
    Day,
    EventId,
    Flag,
    HouseholdId,
    Id,
    Instant,
    Members,
    OrganisationId,
    PersonId,
    Revision,
)
from contracts.lists import (
    AllocationCancel,
    CommitteeOutcome,
    Composition,
    DwellingSize,
    EndCause,
    InformedHow,
    LeaseKind,
    OfferAnswer,
    OrientationOrigin,
    Quota,
    ReasonGroup,
    RefusedBy,
    ReportedBy,
    Ruling,
    Scheme,
    SituationGroup,
    StepKind,
    StepResult,
    YesNoUnknown,
)


class StepAssigned(CasesFact, key="case_id", data_class=DataClass.H):
    """Somebody has something to do by a date; the wording stays in the service."""

    step_id: Id
    case_id: Id
    kind: StepKind
    owner_id: PersonId | None = None
    organisation_id: OrganisationId
    due_on: Day


class StepClosed(CasesFact, key="case_id", data_class=DataClass.H):
    """A step was done, done late or dropped."""

    step_id: Id
    case_id: Id
    result: StepResult
    closed_on: Day


class ReferrerInformed(CasesFact, key="case_id", data_class=DataClass.H):
    """The referrer opened the decision in Seuil; not that a mail was sent."""

    case_id: Id
    about: EventId
    informed_on: Day


class HouseholdInformed(CasesFact, key="case_id", data_class=DataClass.H):
    """A person says that the household was told, and how."""

    case_id: Id
    about: EventId
    how: InformedHow
    informed_on: Day


class OrientationProposed(CasesFact, key="case_id", data_class=DataClass.H):
    """The household was proposed to a provider or a landlord. Several proposals may be open."""

    orientation_id: Id
    case_id: Id
    scheme: Scheme
    organisation_id: OrganisationId
    answer_due_at: Instant
    origin: OrientationOrigin


class OrientationAccepted(CasesFact, key="case_id", data_class=DataClass.H):
    """The provider pre-admits the household. It is not an allocation."""

    orientation_id: Id
    case_id: Id
    answered_on: Day


class OrientationRefused(CasesFact, key="case_id", data_class=DataClass.H):
    """The proposal was refused, before or after acceptance, by the provider or by the household."""

    orientation_id: Id
    case_id: Id
    by: RefusedBy
    reason_group: ReasonGroup
    after_acceptance: Flag
    answered_on: Day


class OrientationEnded(CasesFact, key="case_id", data_class=DataClass.H):
    """The proposal ended and nobody refused it: withdrawn, closed overdue, superseded or fulfilled."""

    orientation_id: Id
    case_id: Id
    cause: EndCause


class RefusalRuled(CasesFact, key="case_id", data_class=DataClass.H):
    """A person ruled on a household’s refusal; `inadmissible` alone may reset seniority, appeal time over."""

    ruling_id: Id
    case_id: Id
    orientation_id: Id | None = None
    allocation_id: Id | None = None
    ruling: Ruling
    appeal_until: Day
    effective_on: Day | None = None


class AppealLodged(CasesFact, key="case_id", data_class=DataClass.H):
    """A rejection, a ruling or a decision was appealed against; its effect is suspended."""

    appeal_id: Id
    case_id: Id
    against: EventId
    lodged_on: Day


class AppealDecided(CasesFact, key="case_id", data_class=DataClass.H):
    """The appeal was decided."""

    appeal_id: Id
    case_id: Id
    upheld: Flag
    decided_on: Day


class CommitteeDecided(CasesFact, key="case_id", data_class=DataClass.H):
    """An allocation committee gave its outcome, a to e of CCH R441-3; d and e are not allocations."""

    case_id: Id
    orientation_id: Id
    committee_outcome: CommitteeOutcome
    rank: Revision | None = None
    condition_due_on: Day | None = None
    decided_on: Day


class AllocationRecorded(CasesFact, key="case_id", data_class=DataClass.H):
    """An allocation took effect: outcome a, b at rank 1, c once its condition is met, or an admission."""

    allocation_id: Id
    case_id: Id
    household_id: HouseholdId
    orientation_id: Id | None = None
    scheme: Scheme
    organisation_id: OrganisationId
    quota: Quota
    territory_cell: Cell
    dwelling_size: DwellingSize | None = None
    situation_at_request: SituationGroup
    composition: Composition
    persons: Members
    decided_on: Day
    reported_by: ReportedBy
    corrects: EventId | None = None


class OfferAnswered(CasesFact, key="case_id", data_class=DataClass.H):
    """The household answered the offer, or its ten days passed (CCH R441-10): silence is told apart."""

    allocation_id: Id
    case_id: Id
    answer: OfferAnswer
    answered_on: Day


class LeaseSigned(CasesFact, key="case_id", data_class=DataClass.H):
    """The lease was signed: the date that the national register counts."""

    allocation_id: Id
    case_id: Id
    signed_on: Day
    lease_kind: LeaseKind


class HouseholdHoused(CasesFact, key="case_id", data_class=DataClass.H):
    """The household was given the keys."""

    allocation_id: Id
    case_id: Id
    entered_on: Day


class TenancyChecked(CasesFact, key="case_id", data_class=DataClass.H):
    """Whether the household still lives there, after 6 or 12 months."""

    allocation_id: Id
    case_id: Id
    month: Count
    still_housed: YesNoUnknown
    checked_on: Day


class AllocationCancelled(CasesFact, key="case_id", data_class=DataClass.H):
    """The allocation never took effect after all."""

    allocation_id: Id
    case_id: Id
    cause: AllocationCancel
    cancelled_on: Day
