"""A case as its facts make it: the file of a household before the commission, and what came of it.

Texts, names and numbers are not here: they never travel, and this state is folded from facts alone.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.lists import (
    AllocationCancel,
    CaseState,
    Clock,
    CommitteeOutcome,
    Composition,
    DecisionOutcome,
    DecisionPriority,
    Door,
    DwellingSize,
    EndCause,
    LeaseKind,
    Measure,
    MissingItem,
    NeedGroup,
    OfferAnswer,
    OrientationOrigin,
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
    YesNoUnknown,
)


class Shape(BaseModel):
    """What the parts of a case share: frozen, and stored as JSON."""

    model_config = ConfigDict(frozen=True)


class OrientationState(StrEnum):
    PROPOSED = "proposed"
    PRE_ADMITTED = "pre_admitted"
    REFUSED = "refused"
    ENDED = "ended"
    FULFILLED = "fulfilled"


class AllocationState(StrEnum):
    RECORDED = "recorded"
    LEASED = "leased"
    ENTERED = "entered"
    CANCELLED = "cancelled"


class SeniorityLine(Shape):
    """One setting of the date that ranks, with the day it was recorded."""

    seniority_from: date
    source: SenioritySource
    cause: SeniorityCause
    previous: date | None = None
    ruling_id: UUID | None = None
    set_on: date


class Decision(Shape):
    """An opinion of the commission; one that `replaced_by` names no longer holds."""

    decision_id: UUID
    commission_id: UUID
    outcome: DecisionOutcome
    schemes: tuple[Scheme, ...] = ()
    measures: tuple[Measure, ...] = ()
    priority: DecisionPriority
    reexamine_on: date | None = None
    decided_on: date
    corrected: bool = False


class Step(Shape):
    """Who does what by when."""

    step_id: UUID
    kind: StepKind
    owner_id: UUID | None = None
    organisation_id: UUID
    due_on: date
    result: StepResult | None = None
    closed_on: date | None = None


class Orientation(Shape):
    """A proposal to a provider, and what became of it."""

    orientation_id: UUID
    scheme: Scheme
    organisation_id: UUID
    origin: OrientationOrigin
    state: OrientationState = OrientationState.PROPOSED
    proposed_on: date
    answer_due_at: datetime
    answered_on: date | None = None
    refused_by: RefusedBy | None = None
    reason_group: ReasonGroup | None = None
    after_acceptance: bool = False
    ended_on: date | None = None
    end_cause: EndCause | None = None
    committee_outcome: CommitteeOutcome | None = None
    rank: int | None = None
    condition_due_on: date | None = None
    committee_on: date | None = None

    @property
    def open(self) -> bool:
        """Whether an answer, or what follows it, is still awaited."""
        return self.state in (OrientationState.PROPOSED, OrientationState.PRE_ADMITTED)


class Check(Shape):
    """Whether the household still lived there, some months after it entered."""

    month: int
    still_housed: YesNoUnknown
    checked_on: date


class Allocation(Shape):
    """A home or a place given, up to the keys."""

    allocation_id: UUID
    orientation_id: UUID | None = None
    scheme: Scheme
    organisation_id: UUID
    quota: Quota
    territory_cell: str
    dwelling_size: DwellingSize | None = None
    persons: int
    decided_on: date
    recorded_on: date | None = None
    """When Seuil was told; the household's time to answer runs from there."""
    reported_by: ReportedBy
    state: AllocationState = AllocationState.RECORDED
    answer: OfferAnswer | None = None
    answered_on: date | None = None
    lease_signed_on: date | None = None
    lease_kind: LeaseKind | None = None
    entered_on: date | None = None
    cancelled_on: date | None = None
    cancel_cause: AllocationCancel | None = None
    checks: tuple[Check, ...] = ()

    @property
    def alive(self) -> bool:
        """Whether it still stands."""
        return self.state is not AllocationState.CANCELLED


class RulingMade(Shape):
    """What a person ruled of a household's refusal."""

    ruling_id: UUID
    orientation_id: UUID | None = None
    allocation_id: UUID | None = None
    ruling: Ruling
    ruled_on: date | None = None
    appeal_until: date
    effective_on: date | None = None


class Appeal(Shape):
    """A recourse against a rejection, a ruling or a decision, named by its event."""

    appeal_id: UUID
    against: UUID
    lodged_on: date
    upheld: bool | None = None
    decided_on: date | None = None


class Case(Shape):
    """The aggregate: everything that decides which command may come next."""

    case_id: UUID
    household_id: UUID
    case_ref: str
    territory: str
    state: CaseState
    door: Door
    submitted_on: date
    informed_on: date
    composition: Composition
    adults: int
    minors: int
    minors_under_3: int
    situation_group: SituationGroup
    need_group: NeedGroup
    priority: tuple[Priority, ...] = ()
    question: Question
    referrer_id: UUID
    organisation_id: UUID
    former_organisation_id: UUID | None = None
    former_referrer_id: UUID | None = None
    former_until: date | None = None
    transferred_on: date | None = None
    file_version: int = 1
    transmitted_on: date | None = None
    """The last time it was transmitted again, after its submission."""
    seniority: tuple[SeniorityLine, ...] = ()
    missing: tuple[MissingItem, ...] = ()
    completion_due_on: date | None = None
    rejected_for: ReasonGroup | None = None
    appeal_until: date | None = None
    not_before_on: date | None = None
    commission_id: UUID | None = None
    item: int | None = None
    minutes: int | None = None
    presenter_id: UUID | None = None
    passages: int = 0
    decisions: tuple[Decision, ...] = ()
    steps: tuple[Step, ...] = ()
    orientations: tuple[Orientation, ...] = ()
    allocations: tuple[Allocation, ...] = ()
    rulings: tuple[RulingMade, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    referrer_informed: tuple[UUID, ...] = ()
    """Events that the referrer has opened."""
    household_informed: tuple[UUID, ...] = ()
    """Events that the household was told."""
    linked: tuple[UUID, ...] = ()
    suspended: bool = False
    suspended_until: date | None = None
    clocks_stopped: tuple[Clock, ...] = ()
    ended_on: date | None = None
    """When it was closed or cancelled."""

    @property
    def seniority_from(self) -> date | None:
        """The date that ranks, None before it is set."""
        return self.seniority[-1].seniority_from if self.seniority else None

    @property
    def persons(self) -> int:
        """Members of the household, 9 for nine or more."""
        return min(self.adults + self.minors, 9)

    @property
    def decision(self) -> Decision | None:
        """The last opinion that stands."""
        return next((each for each in reversed(self.decisions) if not each.corrected), None)

    @property
    def allocation(self) -> Allocation | None:
        """The allocation that stands, if there is one."""
        return next((each for each in reversed(self.allocations) if each.alive), None)

    def orientation(self, orientation_id: UUID) -> Orientation | None:
        """One of its proposals."""
        return next((each for each in self.orientations if each.orientation_id == orientation_id), None)

    @property
    def open_orientations(self) -> tuple[Orientation, ...]:
        """Proposals still open."""
        return tuple(each for each in self.orientations if each.open)
