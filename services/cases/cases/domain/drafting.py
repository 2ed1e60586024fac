"""What was typed, kept as typed, and the file it makes once it can be read.

Names are those of the form: `persons.0.given_name`, `numbers.0.value`, `social.question`,
`information.informed_on`, `agreement.panel`. A draft may hold anything; only reading it says what is wrong.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError

from cases.domain import siao
from cases.domain.file import Agreement, CaseFile, Information, Number, Part, Person, Social
from contracts.lists import Door
from contracts.refusal import FieldError

Typed = Mapping[str, Sequence[str] | str]
P = TypeVar("P", bound=Part)

CODES = {"composition": siao.COMPOSITIONS, "situation": siao.SITUATIONS, "need": siao.NEEDS}
"""Answers that are codes of SI SIAO: typed as a code, as its words, or as « 40 – Femme seule »."""
DATE = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")
MANY = frozenset({"schemes_wanted", "communes_wanted", "priority"})
FLAGS = frozenset(
    {"unaccompanied_minor", "accessible_needed", "animals", "protected", "adult", "asked_first"}
    | {"panel", "landlord", "health"}
)
DATES = frozenset({"birth_date", "since_on", "deadline_on", "informed_on", "given_on"})
DATES_OF_FILE = DATES | {"situation_since", "first_transmitted_on"}
ANSWERED = frozenset({"adult", "panel"})
"""Answered by yes or by no; the other flags are boxes."""
YES = ("oui", "true", "1")
SENTENCES: Mapping[str, str] = {
    "string_too_short": "Cette réponse manque",
    "missing": "Cette réponse manque",
    "int_parsing": "Un nombre entier est attendu ici, en chiffres",
    "greater_than_equal": "Ce nombre ne peut pas être négatif",
    "less_than_equal": "Ce nombre est trop grand",
    "enum": "Choisissez une des réponses proposées",
}
NOT_FILLED = frozenset({"adult", "sex", "kind", "asked_first"})
"""Answers that a line of the form has by itself: alone they make no person and no number."""


@dataclass(frozen=True)
class Reading:
    """A draft read: its file when nothing is illegible, what else it says, and what is to be corrected."""

    file: CaseFile | None
    information: Information | None = None
    agreement: Agreement | None = None
    door: Door | None = None
    referrer_id: UUID | None = None
    organisation_id: UUID | None = None
    errors: list[FieldError] = field(default_factory=list)


def read_typed(typed: Typed) -> Reading:
    """Reads a draft. Each error points to the field it is about; nothing typed is ever dropped."""
    values = normal(typed)
    errors: list[FieldError] = []
    persons = [_part(Person, "persons", place, values, errors) for place in _places("persons", values)]
    numbers = [_part(Number, "numbers", place, values, errors) for place in _places("numbers", values)]
    social = _read(Social, "social", _inside("social", values), errors)
    information = _optional(Information, "information", values, errors)
    agreement = _optional(Agreement, "agreement", values, errors)
    door = _choice(values, errors)
    file = None
    if social is not None and not errors:
        file = CaseFile(
            persons=tuple(each for each in persons if each is not None),
            numbers=tuple(each for each in numbers if each is not None),
            social=social,
        )
    return Reading(
        file, information, agreement, door, _id(values, "referrer_id"), _id(values, "organisation_id"), errors
    )


def typed_from(
    file: CaseFile, information: Information | None = None, agreement: Agreement | None = None
) -> dict[str, list[str]]:
    """The form of a file: reading it again gives the same file."""
    values: dict[str, list[str]] = {}
    for name, parts in (("persons", file.persons), ("numbers", file.numbers)):
        for place, part in enumerate(parts):
            values |= _flat(f"{name}.{place}", part)
    values |= _flat("social", file.social)
    for name, said in (("information", information), ("agreement", agreement)):
        if said is not None:
            values |= _flat(name, said)
    return values


def normal(typed: Typed) -> dict[str, list[str]]:
    """The same answers, each a list, empty ones left out: what two versions of a draft are compared by."""
    found: dict[str, list[str]] = {}
    for name, answers in typed.items():
        many = [answers] if isinstance(answers, str) else [str(each) for each in answers]
        kept = [each for each in many if each.strip()]
        if kept:
            found[str(name)] = kept
    return found


def differing(mine: Typed, theirs: Typed) -> list[tuple[str, str, str]]:
    """The answers that two versions do not share: name, here, there."""
    here, there = normal(mine), normal(theirs)
    names = [*here, *(name for name in there if name not in here)]
    return [
        (name, ", ".join(here.get(name, [])), ", ".join(there.get(name, [])))
        for name in names
        if here.get(name) != there.get(name)
    ]


def _places(name: str, values: Mapping[str, list[str]]) -> list[int]:
    """The lines of a list that somebody wrote in, in their order."""
    found = {
        int(match[1])
        for each in values
        if (match := re.fullmatch(rf"{name}\.(\d{{1,2}})\.(\w+)", each)) and match[2] not in NOT_FILLED
    }
    return sorted(found)


def _inside(prefix: str, values: Mapping[str, list[str]]) -> dict[str, list[str]]:
    start = f"{prefix}."
    return {name[len(start) :]: answers for name, answers in values.items() if name.startswith(start)}


def _part(
    kind: type[P], name: str, place: int, values: Mapping[str, list[str]], errors: list[FieldError]
) -> P | None:
    found = _inside(f"{name}.{place}", values)
    return _read(kind, f"{name}.{place}", found, errors)


def _optional(
    kind: type[P], name: str, values: Mapping[str, list[str]], errors: list[FieldError]
) -> P | None:
    """A record that may not be there yet: half of one is said to be wrong."""
    found = _inside(name, values)
    if not any(each in found for each in DATES | {"how"}):
        return None
    return _read(kind, name, found, errors)


def _read(kind: type[P], prefix: str, found: Mapping[str, list[str]], errors: list[FieldError]) -> P | None:
    raw: dict[str, Any] = {}
    for name in kind.model_fields:
        if name in found:
            raw[name] = _value(prefix, name, found[name], errors)
    try:
        return kind.model_validate({name: value for name, value in raw.items() if value is not None})
    except ValidationError as error:
        for item in error.errors(include_url=False, include_input=False):
            pointer = _pointer(prefix, str(item["loc"][0]))
            if not any(each.pointer == pointer for each in errors):
                errors.append(FieldError(pointer, "invalid", _sentence(item)))
        return None


def _value(prefix: str, name: str, answers: list[str], errors: list[FieldError]) -> Any:
    if name in MANY:
        return tuple(answers)
    text = answers[0].strip()
    if name in CODES:
        return siao.code_of(CODES[name], text)
    if name in FLAGS:
        return text in YES
    if name in DATES_OF_FILE or name == "withdrawn_on":
        day = read_date(text)
        if day is None:
            words = "Indiquez une date, par exemple 08/12/2026"
            errors.append(FieldError(_pointer(prefix, name), "civil_date", words))
        return day
    return text


def read_date(text: str) -> date | None:
    """A civil day, typed as 08/12/2026 or sent as 2026-12-08; None when it is none."""
    try:
        if found := DATE.fullmatch(text.strip()):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _sentence(item: Any) -> str:
    if item["type"] == "string_too_long":
        return f"Ce texte est trop long\u00a0: {item['ctx']['max_length']} caractères au plus"
    return SENTENCES.get(item["type"], "Cette réponse ne convient pas")


def _pointer(prefix: str, name: str) -> str:
    return f"/{prefix.replace('.', '/')}/{name}"


def _choice(values: Mapping[str, list[str]], errors: list[FieldError]) -> Door | None:
    text = values.get("door", [""])[0]
    if not text:
        return None
    try:
        return Door(text)
    except ValueError:
        errors.append(FieldError("/door", "enum", SENTENCES["enum"]))
        return None


def _id(values: Mapping[str, list[str]], name: str) -> UUID | None:
    try:
        return UUID(values.get(name, [""])[0])
    except ValueError:
        return None


def _flat(prefix: str, part: Part) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, raw in part.model_dump(mode="json").items():
        value = raw
        if value is None or value == "" or value == [] or (value is False and name not in ANSWERED):
            continue
        if name in CODES:
            value = siao.spelled(CODES[name], value)
        many: Iterable[Any] = value if isinstance(value, list | tuple) else [value]
        values[f"{prefix}.{name}"] = [_word(each) for each in many]
    return values


def _word(value: Any) -> str:
    return ("oui" if value else "non") if isinstance(value, bool) else str(value)
