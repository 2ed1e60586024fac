"""What partners report, checked and translated into our own words."""

import warnings
from typing import Self

from pydantic import model_validator

from contracts.classes import DataClass
from contracts.event import Nested
from contracts.fields import (
    Cell,
    Code,
    Count,
    Day,
    Dims,
    Each,
    Flag,
    HouseholdId,
    Id,
    Instant,
    Members,
    OrganisationId,
)
from contracts.lists import (
    Branch,
    Caller,
    CallOutcome,
    Composition,
    Door,
    DwellingSize,
    EncounterOutcome,
    ExitGroup,
    Line,
    LinkHow,
    MatchHow,
    NeedGroup,
    OrientationAnswer,
    Priority,
    PriorityStatus,
    Quota,
    ReasonGroup,
    Register,
    RequestAnswer,
    RequestChange,
    RequestKind,
    Scheme,
    SituationGroup,
    Unit,
    UnmetOrigin,
    YesNoUnknown,
)
from contracts.records import Record, needed


class CallsCounted(Record, key="partner_id", data_class=DataClass.N):
    """A day's calls were counted by the telephone switch: abandoned calls have no record of their own."""

    day: Day = needed()
    line: Line = needed()
    offered: Count = needed()
    answered: Count = needed()
    abandoned: Count = needed()
    median_wait_s: Count | None = None


class CallRecorded(Record, key=("household_id", "record_id"), data_class=DataClass.H):
    """A call was answered. It may carry any number of requests."""

    household_id: HouseholdId | None = None
    night_of: Day = needed()
    caller: Caller = needed()
    outcome: CallOutcome = needed()


class EncounterRecorded(Record, key=("household_id", "record_id"), data_class=DataClass.H):
    """Persons were met by an outreach team, no place finer than the cell."""

    household_id: HouseholdId | None = None
    night_of: Day = needed()
    team: Id | None = None
    persons: Count = needed()
    territory_cell: Cell = needed()
    outcome: EncounterOutcome = needed()


class RequestRegistered(Record, key="household_id", data_class=DataClass.H):
    """Shelter for a night or a period, or housing, was asked for. `kind` keeps unmet demand a flow."""

    household_id: HouseholdId
    door: Door = needed()
    branch: Branch = needed()
    kind: RequestKind = needed()
    night_of: Day | None = None
    registered_on: Day = needed()
    composition: Composition = needed()
    adults: Members = needed()
    minors: Members = needed()
    minors_under_3: Members = needed()
    situation_group: SituationGroup = needed()
    need_group: NeedGroup = needed()
    schemes: Each[Scheme] = needed()
    first_transmitted_on: Day | None = None


class RequestAnswered(Record, key="household_id", data_class=DataClass.H):
    """A request was answered, for its night or as such; the latest before the cut-off counts."""

    household_id: HouseholdId
    request_record_id: Id = needed()
    answer: RequestAnswer = needed()
    unmet_origin: UnmetOrigin | None = None
    reason_group: ReasonGroup | None = None
    scheme: Scheme | None = None
    answered_at: Instant = needed()


class RequestChanged(Record, key="household_id", data_class=DataClass.H):
    """A request was refreshed, completed, suspended, withdrawn, reactivated, or it expired."""

    household_id: HouseholdId
    request_record_id: Id = needed()
    change: RequestChange = needed()
    changed_on: Day = needed()


class OrientationReported(Record, key="household_id", data_class=DataClass.H):
    """The SIAO oriented a household outside the commission; the answer is of the same record."""

    household_id: HouseholdId
    scheme: Scheme = needed()
    organisation_id: OrganisationId | None = None
    oriented_on: Day = needed()
    answer: OrientationAnswer = needed()
    reason_group: ReasonGroup | None = None
    answered_on: Day | None = None


class StayReported(Record, key="household_id", data_class=DataClass.H):
    """A household entered a shelter or a scheme, and left it: one record. Nights are to − from."""

    household_id: HouseholdId
    scheme: Scheme = needed()
    organisation_id: OrganisationId | None = None
    persons: Members = needed()
    from_on: Day = needed()
    to_on: Day | None = None
    exit_group: ExitGroup | None = None


class SupplyReported(Record, key="organisation_id", data_class=DataClass.N):
    """The stock of a day was reported: places, occupied, out of use. Protected sites: cell `withheld`."""

    organisation_id: OrganisationId
    scheme: Scheme = needed()
    territory_cell: Cell = needed()
    day: Day = needed()
    places: Count = needed()
    occupied: Count | None = None
    out_of_use: Count | None = None


class VacancyReported(Record, key="organisation_id", data_class=DataClass.N):
    """One dwelling or place is free, with what matching needs; `until` says that it is gone."""

    organisation_id: OrganisationId
    scheme: Scheme = needed()
    territory_cell: Cell = needed()
    dwelling_size: DwellingSize = needed()
    accessible: Flag = needed()
    pets: YesNoUnknown = needed()
    quota: Quota = needed()
    free_from: Day = needed()
    until: Day | None = None


with warnings.catch_warnings():
    # the word of the trade; pydantic warns that it hides ABCMeta.register, which no model uses
    warnings.filterwarnings("ignore", 'Field name "register"', UserWarning)

    class AllocationReported(Record, key=("household_id", "record_id"), data_class=DataClass.H):
        """An allocation was told by a landlord, the SIAO or a national register.

        Mostly there is no case in Seuil. `allocation_id` is the `record_id`.
        """

        allocation_id: Id
        household_id: HouseholdId | None = None
        register: Register = needed()
        scheme: Scheme = needed()
        organisation_id: OrganisationId | None = None
        quota: Quota = needed()
        territory_cell: Cell = needed()
        situation_at_request: SituationGroup = needed()
        composition: Composition = needed()
        persons: Members = needed()
        decided_on: Day | None = None
        lease_signed_on: Day | None = None
        entered_on: Day | None = None

        @model_validator(mode="after")
        def _is_its_record(self) -> Self:
            if self.allocation_id != self.record_id:
                raise ValueError("allocation_id is the record_id")
            return self


class AllocationsMatched(Record, key="allocation_id", data_class=DataClass.H):
    """Two reports, or a report and a case, were found to be one allocation; void takes it back."""

    allocation_id: Id
    same_as: Each[Id] = needed()
    how: MatchHow = needed()


class PriorityReported(Record, key="household_id", data_class=DataClass.H):
    """The priority of a household was told, without its number: since when, and its deadline."""

    household_id: HouseholdId
    priority: Priority = needed()
    status: PriorityStatus = needed()
    since_on: Day = needed()
    deadline_on: Day | None = None


class HouseholdsLinked(Record, key="household_id", data_class=DataClass.H):
    """A household was found to be others, in one (`merged`), or several (`split`)."""

    household_id: HouseholdId
    into: Each[HouseholdId] = needed()
    how: LinkHow = needed()


class CaseReceived(Record, key="household_id", data_class=DataClass.H):
    """A partner's software submitted a case; the file itself went sealed by `seuil.intake.v1`."""

    intake_id: Id = needed()
    household_id: HouseholdId
    case_type: Code = needed()


class CoverageDeclared(Record, key="partner_id", data_class=DataClass.N):
    """The span of a partner's history was declared, so that figures say "partial" and not a false zero."""

    record_type: Code = needed()
    from_on: Day = needed()
    to_on: Day = needed()


class FigureCell(Nested):
    """One number of a published table, at its coordinates."""

    dims: Dims
    value: Count


class FiguresImported(Record, key="partner_id", data_class=DataClass.N):
    """Published or historic totals were imported: shown beside events, never summed with them."""

    table: Code = needed()
    vintage: Day = needed()
    perimeter: Code = needed()
    unit: Unit = needed()
    cells: Each[FigureCell] = needed()
    source_code: Code = needed()
