"""The file of a household: sent, completed, admitted, on hold, transferred, ended, said again, erased."""

from contracts.cases.fact import CasesFact
from contracts.classes import DataClass
from contracts.event import Nested
from contracts.fields import (
    CaseRef,
    Code,
    Day,
    Each,
    Flag,
    HouseholdId,
    Id,
    Members,
    OrganisationId,
    PersonId,
    Revision,
)
from contracts.lists import (
    AdmitCause,
    CancelGroup,
    CaseState,
    Clock,
    CloseResult,
    Composition,
    Door,
    EraseGround,
    MissingItem,
    NeedGroup,
    Priority,
    Question,
    ReasonGroup,
    Scheme,
    SeniorityCause,
    SenioritySource,
    SituationGroup,
    TransferCause,
)


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
