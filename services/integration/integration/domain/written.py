"""How partners write: civil days, instants, opaque references, and what every record says of itself."""

import re
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

from contracts.classes import DataClass
from contracts.fields import INT_MAX, Code, cap_members
from contracts.integration import FigureCell
from contracts.records import Record
from integration.domain.identifying import looks_identifying

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 1, 1)
FIRST_BIRTH = date(1900, 1, 1)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})")


def civil_day(value: Any) -> date:
    """A civil day written YYYY-MM-DD."""
    return _day(value, FIRST_DAY, "between 1990 and 2100")


def birth_day(value: Any) -> date:
    """A day of birth written YYYY-MM-DD."""
    return _day(value, FIRST_BIRTH, "between 1900 and 2100")


def _day(value: Any, first: date, words: Any) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("date_format", "YYYY-MM-DD") from None
        if first <= day <= LAST_DAY:
            return day
        raise PydanticCustomError("date_range", words)
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
Flag = Annotated[bool, Strict()]
Members = Annotated[int, Strict(), Field(ge=0, le=INT_MAX), AfterValidator(cap_members)]


def _naming_nobody(value: str) -> str:
    """The words that figures are filed under go to the topics as they are."""
    if looks_identifying(value, household=True):
        raise PydanticCustomError("identifying_reference", "names somebody")
    return value


def cells_naming_nobody(cells: list[FigureCell]) -> list[FigureCell]:
    """Refuses cells filed under words that would identify somebody."""
    for cell in cells:
        for word in (*cell.dims, *cell.dims.values()):
            _naming_nobody(str(word))
    return cells


FileWord = Annotated[Code, AfterValidator(_naming_nobody)]


class Inbound(BaseModel):
    """What every record says of itself; alone, it is a void record."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    FACT: ClassVar[type[Record] | None] = None
    SEALED: ClassVar[bool] = False
    """Its content is for `cases` alone: sealed at once, kept nowhere in clear."""
    IN_ORDER: ClassVar[tuple[str, ...]] = ()
    """Days that follow one another where they are given."""

    record_ref: Ref
    record_version: Version
    void: Annotated[bool, Strict()] = False

    @cached_property
    def said(self) -> dict[str, Any]:
        """The fields of the canonical fact, but ids: those are given by whoever knows the references."""
        if self.SEALED:
            return {"case_type": said} if (said := getattr(self, "case_type", None)) else {}
        skipped = Inbound.model_fields.keys() | REFS.keys() | REF_LISTS.keys()
        names = [name for name in type(self).model_fields if name not in skipped]
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    @cached_property
    def references(self) -> dict[str, str]:
        """The partner's references by field."""
        return {name: ref for name in REFS if (ref := getattr(self, name, None)) is not None}

    @cached_property
    def reference_lists(self) -> dict[str, tuple[str, ...]]:
        """The fields that hold several references."""
        return {name: tuple(refs) for name in REF_LISTS if (refs := getattr(self, name, None))}

    @cached_property
    def newest(self) -> date | None:
        """The latest day that a record about a household speaks of; None for the others."""
        if self.FACT is None or self.FACT.DATA_CLASS is not DataClass.H or self.SEALED:
            return None
        days = [v for name, v in self.said.items() if isinstance(v, date) and name != "deadline_on"]
        return max((d.date() if isinstance(d, datetime) else d for d in days), default=None)

    @model_validator(mode="after")
    def _days_follow(self) -> Self:
        given = [day for name in self.IN_ORDER if (day := getattr(self, name)) is not None]
        if given != sorted(given):
            raise PydanticCustomError("dates_reversed", "days in the wrong order")
        return self


REFS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "household_ref": ("household", "household_id"),
        "organisation_ref": ("organisation", "organisation_id"),
        "team_ref": ("team", "team"),
        "request_ref": ("request", "request_record_id"),
    }
)
"""Fields that hold a partner's reference: its kind, and the field of the fact that takes the id."""
REF_LISTS: Mapping[str, tuple[str, str]] = MappingProxyType({"into_refs": ("household", "into")})
"""Fields that hold several references, likewise."""
