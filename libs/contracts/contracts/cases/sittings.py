"""The panel: its agenda, its sitting, what it said of each case, its minutes."""

from contracts.cases.fact import CasesFact
from contracts.classes import DataClass
from contracts.fields import (
    CommissionId,
    Count,
    Day,
    Each,
    EventId,
    Flag,
    Id,
    Instant,
    PersonId,
    Revision,
    Sha256,
)
from contracts.lists import (
    DecisionOutcome,
    DecisionPriority,
    Heard,
    Measure,
    MissingItem,
    PostponeCause,
    Scheme,
)


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
