"""What a referrer writes of a household: persons, situation, needs, numbers, question.

It never leaves this service: facts carry the groups that follow from it. Identity and numbers are sealed
apart from the social part when stored (`identity`, `numbers`, `social`).
"""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.lists import Heard, InformedHow, Priority, Question, Scheme, SenioritySource, YesNoUnknown

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Long = Annotated[str, StringConstraints(strip_whitespace=True, max_length=600)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)]


class Part(BaseModel):
    """What the parts of a file share."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Sex(StrEnum):
    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"
    UNKNOWN = "unknown"


class NumberKind(StrEnum):
    NUR = "nur"
    SYPLO = "syplo"
    DALO = "dalo"
    DAHO = "daho"


class Person(Part):
    """A member of the household."""

    given_name: Name
    family_name: Name
    birth_date: date | None = None
    sex: Sex = Sex.UNKNOWN
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=30)] = ""
    language: Short = ""
    adult: bool = True
    asked_first: bool = False
    """The one who made the request."""


class Number(Part):
    """A national number and its dates: NUR (several may be held), SYPLO, DALO or DAHO."""

    kind: NumberKind
    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    since_on: date | None = None
    deadline_on: date | None = None


class Information(Part):
    """The household was told of the file: the guard of submission. One of three records, never merged."""

    informed_on: date
    how: InformedHow
    notice_version: Short = "1"
    language: Short = ""


class Agreement(Part):
    """The household's agreement to be examined, and per class of recipient; it may be withdrawn."""

    panel: bool
    landlord: bool = False
    health: bool = False
    given_on: date
    withdrawn_on: date | None = None


class Social(Part):
    """The part that professionals share: no name in it."""

    composition: Code = ""
    adults: Annotated[int, Field(ge=0, le=30)] = 0
    minors: Annotated[int, Field(ge=0, le=30)] = 0
    minors_under_3: Annotated[int, Field(ge=0, le=30)] = 0
    unaccompanied_minor: bool = False
    """Followed by the child protection service (ASE)."""
    situation: Code = ""
    situation_since: date | None = None
    need: Code = ""
    resources_monthly: Annotated[int, Field(ge=0, le=100_000)] | None = None
    debts: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    rent_effort_max: Annotated[int, Field(ge=0, le=100_000)] | None = None
    """The rent that the household can bear, euros a month."""
    housing_wish: Long = ""
    schemes_wanted: tuple[Scheme, ...] = ()
    communes_wanted: tuple[Code, ...] = ()
    accessible_needed: bool = False
    animals: bool = False
    legal_condition: YesNoUnknown = YesNoUnknown.UNKNOWN
    """Whether the legal condition of the scheme is met."""
    health_support: YesNoUnknown = YesNoUnknown.UNKNOWN
    """Whether a health support is needed; never which."""
    support_in_place: Long = ""
    attempts: Long = ""
    obstacles: Long = ""
    question: Question | None = None
    question_text: Long = ""
    priority: tuple[Priority, ...] = ()
    first_transmitted_on: date | None = None
    """First transmission in SI SIAO: the date that ranks."""
    seniority_source: SenioritySource | None = None
    protected: bool = False
    """Whereabouts are hidden from all but the persons named."""


class CaseFile(Part):
    """One version of a file."""

    persons: tuple[Person, ...] = ()
    numbers: tuple[Number, ...] = ()
    social: Social = Social()


class Snapshot(Part):
    """A file as it stood at a moment that counts."""

    case_id: UUID
    version: int
    heard: Heard | None = None
    file: CaseFile
