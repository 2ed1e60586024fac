"""The records that partners send, as they write them: refs in place of ids, their codes, their dates."""

import warnings
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from contracts.fields import Cell, Count
from contracts.integration import (
    AllocationReported,
    CallRecorded,
    CallsCounted,
    EncounterRecorded,
    FigureCell,
    FiguresImported,
    HouseholdsLinked,
    OrientationReported,
    PriorityReported,
    RequestAnswered,
    RequestChanged,
    RequestRegistered,
    StayReported,
    SupplyReported,
    VacancyReported,
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
from integration.domain.codes import CODE, coded
from integration.domain.files import CaseFile, Erasure
from integration.domain.written import (
    Day,
    FileWord,
    Flag,
    HouseholdRef,
    Inbound,
    Instant,
    Members,
    Ref,
    cells_naming_nobody,
)


class CallCount(Inbound):
    """Day totals of the telephone switch."""

    FACT = CallsCounted

    day: Day
    line: Annotated[Line, coded(Line), CODE]
    offered: Count
    answered: Count
    abandoned: Count
    median_wait_s: Count | None = None


class Call(Inbound):
    """An answered call."""

    FACT = CallRecorded

    household_ref: HouseholdRef | None = None
    night_of: Day
    caller: Annotated[Caller, coded(Caller), CODE]
    outcome: Annotated[CallOutcome, coded(CallOutcome), CODE]


class Encounter(Inbound):
    """Persons met by an outreach team."""

    FACT = EncounterRecorded

    household_ref: HouseholdRef | None = None
    night_of: Day
    team_ref: Ref | None = None
    persons: Count
    territory_cell: Cell
    outcome: Annotated[EncounterOutcome, coded(EncounterOutcome), CODE]


class Request(Inbound):
    """A request for shelter or housing."""

    FACT = RequestRegistered

    household_ref: HouseholdRef
    door: Annotated[Door, coded(Door), CODE]
    branch: Annotated[Branch, coded(Branch), CODE]
    kind: Annotated[RequestKind, coded(RequestKind), CODE]
    night_of: Day | None = None
    registered_on: Day
    composition: Annotated[Composition, coded(Composition), CODE]
    adults: Members
    minors: Members
    minors_under_3: Members
    situation_group: Annotated[SituationGroup, coded(SituationGroup), CODE]
    need_group: Annotated[NeedGroup, coded(NeedGroup), CODE]
    schemes: Annotated[
        list[Annotated[Scheme, coded(Scheme), CODE]],
        Field(max_length=20),
        AfterValidator(lambda found: sorted(set(found))),
    ]
    first_transmitted_on: Day | None = None

    @model_validator(mode="after")
    def _counts_agree(self) -> Self:
        if self.minors_under_3 > self.minors:
            raise PydanticCustomError("minors_disagree", "more under three than minors")
        return self


class Answer(Inbound):
    """The answer to a request."""

    FACT = RequestAnswered

    household_ref: HouseholdRef
    request_ref: Ref
    answer: Annotated[RequestAnswer, coded(RequestAnswer), CODE]
    unmet_origin: Annotated[UnmetOrigin, coded(UnmetOrigin), CODE] | None = None
    reason_group: Annotated[ReasonGroup, coded(ReasonGroup), CODE] | None = None
    scheme: Annotated[Scheme, coded(Scheme), CODE] | None = None
    answered_at: Instant


class RequestChanging(Inbound):
    """What became of a request without an answer: refreshed, suspended, withdrawn, expired, reactivated."""

    FACT = RequestChanged

    household_ref: HouseholdRef
    request_ref: Ref
    change: Annotated[RequestChange, coded(RequestChange), CODE]
    changed_on: Day


class Orientation(Inbound):
    """An orientation by the SIAO, and its answer."""

    FACT = OrientationReported
    IN_ORDER: ClassVar = ("oriented_on", "answered_on")

    household_ref: HouseholdRef
    scheme: Annotated[Scheme, coded(Scheme), CODE]
    organisation_ref: Ref | None = None
    oriented_on: Day
    answer: Annotated[OrientationAnswer, coded(OrientationAnswer), CODE]
    reason_group: Annotated[ReasonGroup, coded(ReasonGroup), CODE] | None = None
    answered_on: Day | None = None


class Stay(Inbound):
    """A stay in a shelter or a scheme; the exit is of the same record."""

    FACT = StayReported
    IN_ORDER: ClassVar = ("from_on", "to_on")

    household_ref: HouseholdRef
    scheme: Annotated[Scheme, coded(Scheme), CODE]
    organisation_ref: Ref | None = None
    persons: Members
    from_on: Day
    to_on: Day | None = None
    exit_group: Annotated[ExitGroup, coded(ExitGroup), CODE] | None = None


class Supply(Inbound):
    """Places of an organisation on a day."""

    FACT = SupplyReported

    organisation_ref: Ref
    scheme: Annotated[Scheme, coded(Scheme), CODE]
    territory_cell: Cell
    day: Day
    places: Count
    occupied: Count | None = None
    out_of_use: Count | None = None


class Vacancy(Inbound):
    """A dwelling or a place that is free, and what matching needs of it."""

    FACT = VacancyReported
    IN_ORDER: ClassVar = ("free_from", "until")

    organisation_ref: Ref
    scheme: Annotated[Scheme, coded(Scheme), CODE]
    territory_cell: Cell
    dwelling_size: Annotated[DwellingSize, coded(DwellingSize), CODE]
    accessible: Flag
    pets: Annotated[YesNoUnknown, coded(YesNoUnknown), CODE]
    quota: Annotated[Quota, coded(Quota), CODE]
    free_from: Day
    until: Day | None = None


with warnings.catch_warnings():
    # `register` is the word of the trade; pydantic believes it hides ABCMeta.register,
    # and would take that method as its default without `= Field()`
    warnings.filterwarnings("ignore", 'Field name "register"', UserWarning)

    class Allocation(Inbound):
        """An allocation told by a landlord, the SIAO or a national register."""

        FACT = AllocationReported
        IN_ORDER: ClassVar = ("decided_on", "lease_signed_on", "entered_on")

        household_ref: HouseholdRef | None = None
        register: Annotated[Register, coded(Register), CODE] = Field()
        scheme: Annotated[Scheme, coded(Scheme), CODE]
        organisation_ref: Ref | None = None
        quota: Annotated[Quota, coded(Quota), CODE]
        territory_cell: Cell
        situation_at_request: Annotated[SituationGroup, coded(SituationGroup), CODE]
        composition: Annotated[Composition, coded(Composition), CODE]
        persons: Members
        decided_on: Day | None = None
        lease_signed_on: Day | None = None
        entered_on: Day | None = None


class PriorityStanding(Inbound):
    """A household's priority, without its number."""

    FACT = PriorityReported
    IN_ORDER: ClassVar = ("since_on", "deadline_on")

    household_ref: HouseholdRef
    priority: Annotated[Priority, coded(Priority), CODE]
    status: Annotated[PriorityStatus, coded(PriorityStatus), CODE]
    since_on: Day
    deadline_on: Day | None = None


class HouseholdLink(Inbound):
    """Households that are one, or one that became several."""

    FACT = HouseholdsLinked

    household_ref: HouseholdRef
    into_refs: Annotated[list[HouseholdRef], Field(min_length=1, max_length=20)]
    how: Annotated[LinkHow, coded(LinkHow), CODE]

    @model_validator(mode="after")
    def _links_others(self) -> Self:
        if self.household_ref in self.into_refs or len(set(self.into_refs)) < len(self.into_refs):
            raise PydanticCustomError("linked_to_itself", "a household is named twice")
        return self


class Figures(Inbound):
    """Published or historic totals."""

    FACT = FiguresImported

    table: FileWord
    vintage: Day
    perimeter: FileWord
    unit: Annotated[Unit, coded(Unit), CODE]
    cells: Annotated[
        list[FigureCell], Field(min_length=1, max_length=500), AfterValidator(cells_naming_nobody)
    ]
    source_code: FileWord

    @model_validator(mode="after")
    def _cells_are_places(self) -> Self:
        places = {str(sorted(cell.dims.items())) for cell in self.cells}
        if len(places) < len(self.cells):
            raise PydanticCustomError("cell_twice", "two values at one place")
        return self


RECORDS: Mapping[str, type[Inbound]] = MappingProxyType(
    {
        "call_count": CallCount,
        "call": Call,
        "encounter": Encounter,
        "request": Request,
        "answer": Answer,
        "request_change": RequestChanging,
        "orientation": Orientation,
        "stay": Stay,
        "supply": Supply,
        "vacancy": Vacancy,
        "allocation": Allocation,
        "priority": PriorityStanding,
        "household_link": HouseholdLink,
        "case": CaseFile,
        "figures": Figures,
        "erasure": Erasure,
    }
)
"""The record types that partners may send, by the word in `seuil.partner.<word>.v1`."""
