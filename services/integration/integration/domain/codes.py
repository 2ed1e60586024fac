"""Partners' codes become ours, plain or by the table of a national list; a code is never a refusal.

A code that no table knows travels as `unmapped`, and the answer says where it stood.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from contracts.event import snake
from contracts.lists import ClosedList, Composition, NeedGroup, SituationGroup
from integration.domain.identifying import looks_identifying

UNMAPPED = "unmapped"
_CODE = re.compile(r"[A-Za-z0-9_./|-]{1,130}")


def _spread(table: Mapping[Any, str]) -> dict[str, Any]:
    return {code: value for value, codes in table.items() for code in codes.split()}


SITUATIONS = _spread(
    {
        SituationGroup.STREET: "20 28 47 48 49 52 54",
        SituationGroup.NIGHT_SHELTER_OR_WINTER: "26",
        SituationGroup.EMERGENCY_SHELTER: "32",
        SituationGroup.SHELTER: "31 33",
        SituationGroup.HOTEL: "34 35",
        SituationGroup.THIRD_PARTY: "24 29 30",
        SituationGroup.INSTITUTION: "25 27 36 42 53 57",
        SituationGroup.STATE_RECEPTION: "21 22 23 56",
        SituationGroup.SUPPORTED_HOUSING: "39 40 41 43 51",
        SituationGroup.TENANT_OR_OWNER: "37 38 50",
        SituationGroup.EVICTION: "45 46",
        SituationGroup.OTHER: "44",
        SituationGroup.WITHHELD: "55",
    }
)
NEEDS = _spread(
    {
        NeedGroup.NO_HOUSING: "203 222",
        NeedGroup.END_OF_STAY: "205 206 207 208 217 218 219 224",
        NeedGroup.EVICTION: "204 214 225",
        NeedGroup.INADEQUATE_HOUSING: "209 210",
        NeedGroup.LANDLORD_TAKES_BACK: "211",
        NeedGroup.FAMILY_CHANGE: "213 215",
        NeedGroup.ARRIVAL_OR_MOVE: "202 212 216",
        NeedGroup.RESOURCES: "201",
        NeedGroup.CAMP_CLEARED: "223",
        NeedGroup.OTHER: "221",
        NeedGroup.WITHHELD: "220",
    }
)
COMPOSITIONS = _spread(
    {
        Composition.MAN_ALONE: "10",
        Composition.WOMAN_ALONE: "20",
        Composition.COUPLE: "30",
        Composition.SINGLE_PARENT: "40 50",
        Composition.COUPLE_WITH_CHILDREN: "100",
        Composition.OTHER_FAMILY: "60",
        Composition.ADULTS_GROUP: "70",
        Composition.CHILDREN_ONLY: "80 90 120",
    }
)
NATIONAL: Mapping[tuple[type[ClosedList], str], Mapping[str, ClosedList]] = {
    (SituationGroup, "si-siao/situationdemandes"): SITUATIONS,
    (NeedGroup, "si-siao/motifdemandes"): NEEDS,
    (Composition, "si-siao/compositions"): COMPOSITIONS,
}
"""Values by (our list, the name of theirs in lower case) and their code."""

SI_SIAO: Mapping[type[ClosedList], Mapping[str, ClosedList]] = {kind: t for (kind, _), t in NATIONAL.items()}
"""The national table of each of our lists that has one."""

CODE = WithJsonSchema(
    {
        "anyOf": [
            {"type": "string", "maxLength": 64},
            {
                "type": "object",
                "required": ["list", "code"],
                "properties": {
                    "list": {"type": "string", "maxLength": 64},
                    "version": {"type": "string", "maxLength": 32},
                    "code": {"type": "string", "maxLength": 64},
                },
            },
        ]
    }
)


@dataclass(slots=True)
class Reading:
    """What one event is read with: the partner's own codes. What it finds: the codes that nobody mapped.

    `codes`: by (our list, their code as `spelt`), the value of our list that a coordinator gave it.
    """

    codes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    unmapped: list[tuple[str, str, str]] = field(default_factory=list)
    """Pointer, our list, their code."""


def translate(
    kind: type[ClosedList], value: Any, reading: Reading | None = None, pointer: str = ""
) -> ClosedList:
    """The value of our list that a partner's code stands for; UNMAPPED when no table knows it."""
    found = _known(kind, value)
    if found == UNMAPPED and reading is not None:
        name, code = snake(kind.__name__), spelt(value)
        given = reading.codes.get((name, code))
        if given is not None:
            return kind(given)
        reading.unmapped.append((pointer, name, code))
    return found


def spelt(value: Any) -> str:
    """A partner's code as one text, `list|code` or the code alone; empty when it is no code but words."""
    name, code = ("", value) if isinstance(value, str) else (f"{str(value['list']).lower()}|", value["code"])
    text = f"{name}{code}"
    return text if _CODE.fullmatch(text) and not looks_identifying(code, household=True) else ""


def _known(kind: type[ClosedList], value: Any) -> ClosedList:
    if isinstance(value, str):
        return _ours(kind, value)
    if isinstance(value, dict):
        name, code = value.get("list"), value.get("code")
        if isinstance(name, str) and isinstance(code, str):
            if name == "seuil" or name.startswith("seuil/"):
                return _ours(kind, code)
            return NATIONAL.get((kind, name.lower()), {}).get(code, kind(UNMAPPED))
    raise PydanticCustomError("code_expected", "a code")


def _ours(kind: type[ClosedList], code: str) -> ClosedList:
    try:
        return kind(code)
    except ValueError:
        return kind(UNMAPPED)


def coded(kind: type[ClosedList]) -> BeforeValidator:
    """For `Annotated[Door, coded(Door), CODE]`: takes a plain code or a code object.

    The validation's context, when there is one, is a `Reading`.
    """
    known = {member.value: member for member in kind}

    def read(value: Any, info: ValidationInfo) -> ClosedList:
        found = known.get(value) if isinstance(value, str) else None
        if found is not None:
            return found
        return translate(kind, value, info.context, f"/data/{info.field_name}")

    return BeforeValidator(read)
