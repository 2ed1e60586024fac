"""What cases says: household situations from their submission to the keys, sittings, minutes, erasure.

Coarse codes and random ids only: texts, names and numbers stay in the service.
"""

from contracts.classes import DataClass
from contracts.event import Fact, Nested
from contracts.fields import (
    CaseRef,
    Cell,
    Code,
    CommissionId,
    Count,
    Day,
    Each,
    EventId,
    Flag,
    HouseholdId,
    Id,
    Instant,
    Members,
    OrganisationId,
    PersonId,
    Revision,
    Sha256,
)
from contracts.lists import (
    AdmitCause,
    AllocationCancel,
    CancelGroup,
    CaseState,
    Clock,
    CloseResult,
    CommitteeOutcome,
    Composition,
    DecisionOutcome,
    DecisionPriority,
    Door,
    DwellingSize,
    EndCause,
    EraseGround,
    Heard,
    InformedHow,
    LeaseKind,
    Measure,
    MissingItem,
    NeedGroup,
    OfferAnswer,
    OrientationOrigin,
    PostponeCause,
    Priority,
    Question,
    Quota,
    ReasonGroup,
    RefusedBy,
    ReportedBy,
    Ruling,
    Scheme,
    SeniorityCause,
    SenioritySource,
    SituationGroup,
    StepKind,
    StepResult,
    TransferCause,
    YesNoUnknown,
)
from contracts.topics import CASES


class CasesFact(Fact, topic=CASES):
    """Every fact of cases. About a case, or about a sitting on its commission’s stream."""


class CaseSubmitted(CasesFact, key="case_id", data_class=DataClass.H):
    """A referrer transmitted a case, the household having been informed. Seniority has its own fact."""

    case_id: Id
    household_id: HouseholdId
    case_ref: CaseRef
    territory: Code
    door: Door
    submitted_on: Day
    composition: Composition
    adults: Members
    minors: Members
    minors_under_3: Members
    situation_group: SituationGroup
    need_group: NeedGroup
    priority: Each[Priority]
    referrer_id: PersonId
    organisation_id: OrganisationId
    question: Question
    informed_on: Day
    version: Revision


class SenioritySet(CasesFact, key="case_id", data_class=DataClass.H):
    """The date that ranks, and why. The first one comes from SI SIAO, not from Seuil's clock."""

    case_id: Id
    seniority_from: Day
    source: SenioritySource
    cause: SeniorityCause
    previous: Day | None = None
    ruling_id: Id | None = None


class CompletionRequested(CasesFact, key="case_id", data_class=DataClass.H):
    """Items are missing and were asked of the referrer; seniority is kept."""

    case_id: Id
    missing: Each[MissingItem]
    due_on: Day


class CaseCompleted(CasesFact, key="case_id", data_class=DataClass.H):
    """The referrer sent the file again: a new version of it."""

    case_id: Id
    version: Revision


class CaseRejected(CasesFact, key="case_id", data_class=DataClass.H):
    """A person judged the case inadmissible; it may be appealed."""

    case_id: Id
    reason_group: ReasonGroup
    appeal_until: Day


class CaseAdmitted(CasesFact, key="case_id", data_class=DataClass.H):
    """The case is complete and may be put on an agenda, from `not_before_on` where given."""

    case_id: Id
    not_before_on: Day | None = None
    cause: AdmitCause


class CaseScheduled(CasesFact, key="case_id", data_class=DataClass.H):
    """The case is on the agenda of a commission's panel."""

    case_id: Id
    commission_id: CommissionId
    item: Revision
    minutes: Count
    presenter_id: PersonId | None = None


class CasePostponed(CasesFact, key="case_id", data_class=DataClass.H):
    """The case left the agenda and keeps its rank."""

    case_id: Id
    commission_id: CommissionId
    cause: PostponeCause


class AgendaPublished(CasesFact, key="commission_id", data_class=DataClass.N):
    """The order of an agenda was frozen; it tells how many cases, none of them."""

    commission_id: CommissionId
    version: Revision
    cases: Count
    minutes: Count


class SittingOpened(CasesFact, key="commission_id", data_class=DataClass.P):
    """The sitting began and its quorum was counted."""

    commission_id: CommissionId
    opened_at: Instant
    quorum_needed: Count
    voting_present: Count
    quorum: Flag


class MemberRecused(CasesFact, key="commission_id", data_class=DataClass.P):
    """From now on that person sees nothing of that case. No ground travels."""

    commission_id: CommissionId
    case_id: Id
    person_id: PersonId


class CaseExamined(CasesFact, key="case_id", data_class=DataClass.H):
    """The panel examined the case; whether the household was heard."""

    case_id: Id
    commission_id: CommissionId
    heard: Heard
    passage: Revision


class CaseAdjourned(CasesFact, key="case_id", data_class=DataClass.H):
    """The panel sent the case back to the queue with what it misses and a date."""

    case_id: Id
    commission_id: CommissionId
    missing: Each[MissingItem]
    not_before_on: Day


class CaseDecided(CasesFact, key="case_id", data_class=DataClass.H):
    """The panel gave its opinion. Text, conditions and dissent stay in the service."""

    decision_id: Id
    case_id: Id
    commission_id: CommissionId
    outcome: DecisionOutcome
    schemes: Each[Scheme]
    measures: Each[Measure]
    decision_priority: DecisionPriority
    reexamine_on: Day | None = None
    decided_on: Day
    corrects: EventId | None = None


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


class CaseSuspended(CasesFact, key="case_id", data_class=DataClass.H):
    """The case is on hold, some of its clocks stopped. No ground travels."""

    case_id: Id
    until: Day | None = None
    clocks_stopped: Each[Clock]


class CaseResumed(CasesFact, key="case_id", data_class=DataClass.H):
    """The case goes on."""

    case_id: Id
    resumed_on: Day


class CaseTransferred(CasesFact, key="case_id", data_class=DataClass.H):
    """Another referrer or organisation follows the case; the former loses sight, unless kept until a date."""

    case_id: Id
    referrer_id: PersonId
    organisation_id: OrganisationId
    cause: TransferCause
    former_until: Day | None = None


class CasesLinked(CasesFact, key="case_id", data_class=DataClass.H):
    """Two files were judged to be of one household; never merged, and `linked=false` undoes it."""

    case_id: Id
    other_case_id: Id
    linked: Flag


class CaseCancelled(CasesFact, key="case_id", data_class=DataClass.H):
    """The case ended before a result; the family of the reason only."""

    case_id: Id
    reason_group: CancelGroup
    cancelled_on: Day


class CaseReactivated(CasesFact, key="case_id", data_class=DataClass.H):
    """A cancelled or closed case goes on; whether its seniority was kept."""

    case_id: Id
    seniority_kept: Flag
    reactivated_on: Day


class CaseClosed(CasesFact, key="case_id", data_class=DataClass.H):
    """The case was followed to its end."""

    case_id: Id
    result: CloseResult
    closed_on: Day


class SittingClosed(CasesFact, key="commission_id", data_class=DataClass.N):
    """The sitting ended; no case is left on its agenda: each was examined or postponed with it."""

    commission_id: CommissionId
    quorum: Flag
    examined: Count
    decided: Count
    adjourned: Count
    postponed: Count


class MinutesApproved(CasesFact, key="commission_id", data_class=DataClass.P):
    """The minutes were frozen: the root of a hash tree over the main part and one annex per case."""

    commission_id: CommissionId
    version: Revision
    root_sha256: Sha256
    approved_on: Day
    approved_by: PersonId


class OpenOrientation(Nested):
    """A proposal still open when its case is said again."""

    orientation_id: Id
    scheme: Scheme
    organisation_id: OrganisationId
    accepted: Flag


class Restatement(Nested):
    """What is known of an open case: the fields of its submission, its seniority, its open proposals."""

    case_ref: CaseRef
    territory: Code
    door: Door
    submitted_on: Day
    composition: Composition
    adults: Members
    minors: Members
    minors_under_3: Members
    situation_group: SituationGroup
    need_group: NeedGroup
    priority: Each[Priority]
    referrer_id: PersonId
    organisation_id: OrganisationId
    question: Question
    informed_on: Day
    version: Revision
    seniority_from: Day
    orientations: Each[OpenOrientation]


class CaseRestated(CasesFact, key="case_id", data_class=DataClass.H):
    """A case still open is said again whole, before its first facts age out."""

    case_id: Id
    household_id: HouseholdId
    state: CaseState
    as_of: Day
    facts: Restatement


class HouseholdErased(CasesFact, key="household_id", data_class=DataClass.H):
    """Identity, files and mappings are gone: everyone cuts the thread. Final for its ids."""

    household_id: HouseholdId
    case_ids: Each[Id]
    ground: EraseGround
    erased_on: Day
