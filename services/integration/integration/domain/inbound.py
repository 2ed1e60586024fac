"""The records that partners send, as they write them: refs in place of ids, their codes, their dates."""

import re
import warnings
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from contracts.fields import INT_MAX, Cell, Code, Count, cap_members
from contracts.integration import (
    AllocationReported,
    CallRecorded,
    CallsCounted,
    EncounterRecorded,
    FigureCell,
    FiguresImported,
    RequestAnswered,
    RequestRegistered,
    SupplyReported,
)
from contracts.lists import (
    Branch,
    Caller,
    CallOutcome,
    Composition,
    Door,
    EncounterOutcome,
    Line,
    NeedGroup,
    Quota,
    ReasonGroup,
    Register,
    RequestAnswer,
    RequestKind,
    Scheme,
    SituationGroup,
    Unit,
    UnmetOrigin,
)
from contracts.records import Record
from integration.domain.codes import CODE, coded
from integration.domain.identifying import looks_identifying

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 1, 1)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})")


def civil_day(value: Any) -> date:
    """A civil day written YYYY-MM-DD."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("date_format", "YYYY-MM-DD") from None
        if FIRST_DAY <= day <= LAST_DAY:
            return day
        raise PydanticCustomError("date_range", "between 1990 and 2100")
    raise PydanticCustomError("date_format", "YYYY-MM-DD")


def instant(value: Any) -> datetime:
    """An instant of RFC 3339, offset included; UTC, never before 1990 nor after 2100."""
    if not (isinstance(value, str) and _INSTANT.fullmatch(value)):
        raise PydanticCustomError("time_format", "RFC 3339 with offset")
    text = re.sub(r"(\.\d{6})\d+", r"\1", value.upper())
    try:
        found = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("time_format", "RFC 3339 with offset") from None
    if not FIRST_DAY <= found.date() <= LAST_DAY:
        raise PydanticCustomError("date_range", "between 1990 and 2100")
    return found


def _ref(household: bool) -> AfterValidator:
    def check(value: str) -> str:
        if " " in value or looks_identifying(value, household=household):
            raise PydanticCustomError("identifying_reference", "names somebody")
        if not value.isascii() or not value.isprintable():
            raise PydanticCustomError("ref_format", "visible ASCII")
        return value

    return AfterValidator(check)


Text64 = StringConstraints(strict=True, min_length=1, max_length=64)
Ref = Annotated[str, Text64, _ref(False), Field(description="Identifiant interne au partenaire, opaque.")]
HouseholdRef = Annotated[
    str, Text64, _ref(True), Field(description="Ménage, identifiant opaque du partenaire.")
]
Version = Annotated[int, Strict(), Field(ge=0, le=2**63 - 1)]
Day = Annotated[date, BeforeValidator(civil_day)]
Instant = Annotated[datetime, BeforeValidator(instant)]
Members = Annotated[int, Strict(), Field(ge=0, le=INT_MAX), AfterValidator(cap_members)]


def _naming_nobody(value: str) -> str:
    """The words that figures are filed under go to the topics as they are."""
    if looks_identifying(value, household=True):
        raise PydanticCustomError("identifying_reference", "names somebody")
    return value


def _cells_naming_nobody(cells: list[FigureCell]) -> list[FigureCell]:
    for cell in cells:
        for word in (*cell.dims, *cell.dims.values()):
            _naming_nobody(str(word))
    return cells


FileWord = Annotated[Code, AfterValidator(_naming_nobody)]


class Inbound(BaseModel):
    """What every record says of itself; alone, it is a void record."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    FACT: ClassVar[type[Record]]

    record_ref: Ref
    record_version: Version
    void: Annotated[bool, Strict()] = False

    @cached_property
    def said(self) -> dict[str, Any]:
        """The fields of the canonical fact, but ids: those are given by whoever knows the references."""
        skipped = Inbound.model_fields.keys() | REFS.keys()
        names = [name for name in type(self).model_fields if name not in skipped]
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    @cached_property
    def references(self) -> dict[str, str]:
        """The partner's references by field."""
        return {name: ref for name in REFS if (ref := getattr(self, name, None)) is not None}


REFS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "household_ref": ("household", "household_id"),
        "organisation_ref": ("organisation", "organisation_id"),
        "team_ref": ("team", "team"),
        "request_ref": ("request", "request_record_id"),
    }
)
"""Fields that hold a partner's reference: its kind, and the field of the fact that takes the id."""


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


with warnings.catch_warnings():
    # `register` is the word of the trade; pydantic believes it hides ABCMeta.register,
    # and would take that method as its default without `= Field()`
    warnings.filterwarnings("ignore", 'Field name "register"', UserWarning)

    class Allocation(Inbound):
        """An allocation told by a landlord, the SIAO or a national register."""

        FACT = AllocationReported

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


class Figures(Inbound):
    """Published or historic totals."""

    FACT = FiguresImported

    table: FileWord
    vintage: Day
    perimeter: FileWord
    unit: Annotated[Unit, coded(Unit), CODE]
    cells: Annotated[
        list[FigureCell], Field(min_length=1, max_length=500), AfterValidator(_cells_naming_nobody)
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
        "supply": Supply,
        "allocation": Allocation,
        "figures": Figures,
    }
)
"""The record types that partners may send, by the word in `seuil.partner.<word>.v1`."""
