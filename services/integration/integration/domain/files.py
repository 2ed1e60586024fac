"""The two records that carry identity, a case and a request for erasure: kept by `cases` alone."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, StringConstraints

from contracts.fields import Code, Sealed
from contracts.integration import CaseReceived
from contracts.lists import ClosedList, Composition, NeedGroup, SituationGroup
from integration.domain.codes import CODE, SI_SIAO, translate
from integration.domain.written import Day, Flag, HouseholdRef, Inbound, Members, birth_day

Name = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=100)]
Short = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=64)]
Long = Annotated[str, StringConstraints(strict=True, max_length=10_000)]
Birthday = Annotated[
    Any, BeforeValidator(birth_day), Field(json_schema_extra={"type": "string", "format": "date"})
]
MOST_PERSONS, MOST_NUMBERS = 30, 30


@dataclass(frozen=True, slots=True)
class Kept:
    """A code as the partner wrote it, and the group it stands for."""

    given: Any
    group: ClosedList


def kept(kind: type[ClosedList]) -> BeforeValidator:
    """For a code that is passed on as it came; the group beside it is ours. Bare numbers are SI SIAO's."""

    def read(value: Any, info: Any) -> Kept:
        if isinstance(value, str) and (group := SI_SIAO[kind].get(value)):
            return Kept(value, group)
        return Kept(value, translate(kind, value, info.context, f"/data/{info.field_name}"))

    return BeforeValidator(read)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Person(_Part):
    """Somebody of the household."""

    given_name: Name
    family_name: Name
    birth_date: Birthday | None = None
    sex: Short | None = None
    phone: Short | None = None
    is_adult: Flag


class Number(_Part):
    """A number of the household in a national register: nur, syplo, dalo, daho."""

    kind: Code
    value: Short
    deadline_on: Day | None = None


class Agreement(_Part):
    """To whom the household agrees that its case be shown."""

    panel: Flag
    landlord: Flag
    health: Flag


class CaseFile(Inbound):
    """A household's situation for the commission."""

    FACT = CaseReceived
    SEALED: ClassVar = True

    household_ref: HouseholdRef
    case_type: Code = "complex_situation"
    persons: Annotated[list[Person], Field(min_length=1, max_length=MOST_PERSONS)]
    composition: Annotated[Any, kept(Composition), CODE]
    situation: Annotated[Any, kept(SituationGroup), CODE]
    need: Annotated[Any, kept(NeedGroup), CODE]
    adults: Members | None = None
    minors: Members | None = None
    minors_under_3: Members | None = None
    numbers: Annotated[list[Number], Field(max_length=MOST_NUMBERS)] = Field(default_factory=list)
    first_transmitted_on: Day | None = None
    question: Short
    question_text: Long | None = None
    resources_monthly: Annotated[int, Strict(), Field(ge=0, le=1_000_000)] | None = None
    obstacles_text: Long | None = None
    informed_on: Day
    information_how: Short
    agreement: Agreement
    referrer_email: Annotated[str, StringConstraints(strict=True, max_length=254)] | None = None

    @classmethod
    def parts(cls) -> tuple[type[BaseModel], ...]:
        """The objects inside."""
        return (Person, Number, Agreement)

    @property
    def groups(self) -> dict[str, str]:
        """Our groups of its codes, with the partner's own mapping."""
        found = {"composition": self.composition, "situation_group": self.situation, "need_group": self.need}
        return {name: str(code.group) for name, code in found.items()}


class SealedCase(Inbound):
    """A case that the partner encrypted itself for `cases`: what is in it is checked there."""

    FACT = CaseReceived
    SEALED: ClassVar = True

    household_ref: HouseholdRef
    case_type: Code = "complex_situation"
    sealed: Sealed


class Erasure(Inbound):
    """A request that a household be erased: `cases` decides."""

    SEALED: ClassVar = True

    household_ref: HouseholdRef
    ground: Short
    asked_on: Day


def as_sent(record: type[Inbound], data: Any) -> dict[str, Any]:
    """What was sent, without the fields that nobody asked for."""
    found = {name: value for name, value in data.items() if name in record.model_fields}
    for name, part in (("persons", Person), ("numbers", Number)):
        if isinstance(found.get(name), list):
            found[name] = [_only(part, each) for each in found[name]]
    if isinstance(found.get("agreement"), dict):
        found["agreement"] = _only(Agreement, found["agreement"])
    return found


def _only(part: type[BaseModel], value: Any) -> Any:
    return {name: each for name, each in value.items() if name in part.model_fields}
