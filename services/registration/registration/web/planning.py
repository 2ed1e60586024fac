"""The long form of a commission: what is typed, row by row, and what a command is asked with it."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field, ValidationError

from contracts.lists import CommissionType, Part
from eventing.runtime import Runtime
from registration.commands import (
    ChangeCommission,
    PlanCommission,
    RescheduleCommission,
    TalkAsked,
    WorkshopAsked,
)
from registration.domain.commission import Commission
from registration.domain.rules import PARIS
from registration.web.acting import Keyed, Ticked
from webui.fields import CivilDate, CivilTime, Email, Line
from webui.forms import Form, empty_form
from webui.french import date_fr, heure_fr
from webui.messages import message_for

MOST_WORKSHOPS, MOST_TALKS = 12, 20
WORKSHOP_FIELDS = ("workshop_id", "title", "slot", "capacity", "room", "starts", "ends")
TALK_FIELDS = ("title", "speaker", "starts", "minutes")
R = TypeVar("R", bound=BaseModel)
SENTENCES: Mapping[str, str | Mapping[str, str]] = {
    "title": {"missing": "Donnez un intitulé à la commission"},
    "parts": {"too_short": "Choisissez au moins un moment : plénière, ateliers ou examen"},
    "day": {"missing": "Indiquez le jour"},
    "starts": {"missing": "Indiquez l’heure de début"},
    "ends": {"missing": "Indiquez l’heure de fin"},
    "registration_opens_on": {"missing": "Indiquez le jour d’ouverture des inscriptions"},
    "registration_closes_on": {"missing": "Indiquez le jour de fin des inscriptions"},
    "contact_email": {"missing": "Indiquez l’adresse où poser une question"},
    "video_url": "Indiquez une adresse complète, qui commence par https://",
    "reason": "Choisissez un motif dans la liste",
}


class WordingForm(Keyed):
    """Everything but the day, the hours and the rows."""

    title: Annotated[str, Line(300)]
    parts: Annotated[list[Part], Field(min_length=1)]
    capacity: Annotated[int, Field(ge=1, le=10_000)] | None = None
    place: Annotated[str, Line(300)] | None = None
    address: Annotated[str, Line(300)] | None = None
    video_url: Annotated[str, Field(pattern=r"^https://[^\s<>\"]+$", max_length=300)] | None = None
    contact_email: Email
    moderated: Ticked = False
    registration_opens_on: CivilDate
    registration_opens: CivilTime = time(8)
    registration_closes_on: CivilDate
    registration_closes: CivilTime = time(18)
    case_deadline_on: CivilDate | None = None
    minutes_for_cases: Annotated[int, Field(ge=0, le=1440)] | None = None


class PlanForm(WordingForm):
    """A new commission."""

    commission_type: CommissionType = CommissionType.LDA_PLENARY
    day: CivilDate
    starts: CivilTime
    ends: CivilTime


class ChangeForm(WordingForm):
    """An existing one; its day is moved elsewhere."""

    version: Annotated[int, Field(ge=1)]


def row_count(form: Form[Any], kind: str, most: int, spare: int) -> int:
    """How many rows to draw: those typed, and some to fill."""
    fields = WORKSHOP_FIELDS if kind == "workshops" else TALK_FIELDS
    used = [number + 1 for number, _ in typed_rows(form, kind, fields)]
    return min(max(used, default=0) + spare, most)


def typed_rows(form: Form[Any], kind: str, fields: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """The rows where something was typed, with the number each has on the page."""
    most = MOST_WORKSHOPS if kind == "workshops" else MOST_TALKS
    rows = []
    for number in range(most):
        row = {f: form.value(f"{kind}.{number}.{f}").strip() for f in fields}
        row = {name: typed for name, typed in row.items() if typed}
        if row.keys() - {"workshop_id", "slot"}:
            rows.append((number, row))
    return rows


def checked_rows(
    form: Form[Any], kind: str, fields: Sequence[str], model: type[R]
) -> tuple[list[R], dict[str, str]]:
    """The rows as the command wants them, and one sentence per mistake, by field."""
    found: list[R] = []
    errors: dict[str, str] = {}
    for number, row in typed_rows(form, kind, fields):
        try:
            found.append(model.model_validate(row))
        except ValidationError as error:
            for item in error.errors(include_url=False, include_input=False):
                name = f"{kind}.{number}.{item['loc'][0] if item['loc'] else fields[0]}"
                errors[name] = f"Ligne {number + 1} : " + _sentence(item["type"], item.get("ctx"))
    return found, errors


def _sentence(kind: str, context: Mapping[str, Any] | None) -> str:
    text = message_for(kind, context)
    return text[:1].lower() + text[1:]


def lists_of(form: Form[Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Workshops and talks of the form, and what is wrong in them."""
    workshops, wrong = checked_rows(form, "workshops", WORKSHOP_FIELDS, WorkshopAsked)
    talks, also = checked_rows(form, "talks", TALK_FIELDS, TalkAsked)
    return {"workshops": workshops, "talks": talks}, {**wrong, **also}


def to_plan(data: PlanForm, territory: str, rows: Mapping[str, Any]) -> PlanCommission:
    """What planning is asked with: the key of the form is the commission's own id."""
    values = data.model_dump(exclude={"cle_idempotence"})
    return PlanCommission(commission_id=data.cle_idempotence, territory=territory, **values, **rows)


def to_change(data: ChangeForm, rows: Mapping[str, Any]) -> ChangeCommission:
    """What a change is asked with."""
    return ChangeCommission(**data.model_dump(exclude={"cle_idempotence"}), **rows)


def to_move(data: Any) -> RescheduleCommission:
    """What a move is asked with."""
    return RescheduleCommission(**data.model_dump(exclude={"cle_idempotence"}))


def typed_from(of: Commission) -> dict[str, object]:
    """A commission as it would be typed."""
    values: dict[str, object] = {
        "version": of.version,
        "title": of.title,
        "parts": [part.value for part in of.parts],
        "capacity": of.capacity,
        "place": of.place,
        "address": of.address,
        "video_url": of.video_url,
        "contact_email": of.contact_email,
        "moderated": "oui" if of.moderated else None,
        "case_deadline_on": of.case_deadline_on,
        "minutes_for_cases": of.minutes_for_cases,
        "commission_type": of.commission_type,
        **typed_dates(of),
    }
    for number, w in enumerate(of.workshops[:MOST_WORKSHOPS]):
        values |= {
            f"workshops.{number}.workshop_id": w.workshop_id,
            f"workshops.{number}.title": w.title,
            f"workshops.{number}.slot": w.slot,
            f"workshops.{number}.capacity": w.capacity,
            f"workshops.{number}.room": w.room,
            f"workshops.{number}.starts": _clock(w.starts_at.astimezone(PARIS).time())
            if w.starts_at
            else None,
            f"workshops.{number}.ends": _clock(w.ends_at.astimezone(PARIS).time()) if w.ends_at else None,
        }
    for number, t in enumerate(of.talks[:MOST_TALKS]):
        values |= {
            f"talks.{number}.title": t.title,
            f"talks.{number}.speaker": t.speaker,
            f"talks.{number}.starts": _clock(t.starts) if t.starts else None,
            f"talks.{number}.minutes": t.minutes,
        }
    return values


def typed_dates(of: Commission) -> dict[str, object]:
    """The days and hours of a commission as they would be typed."""
    opens = of.registration_opens_at.astimezone(PARIS)
    closes = of.registration_closes_at.astimezone(PARIS)
    return {
        "day": of.day,
        "starts": _clock(of.starts),
        "ends": _clock(of.ends),
        "registration_opens_on": opens.date(),
        "registration_opens": _clock(opens.time()),
        "registration_closes_on": closes.date(),
        "registration_closes": _clock(closes.time()),
        "case_deadline_on": of.case_deadline_on,
    }


def _clock(at: time) -> str:
    return at.strftime("%H:%M")


def with_ids(form: Form[Any], rows: int, runtime: Runtime) -> dict[int, UUID]:
    """The id of each workshop row: the one it has, or a new one."""
    ids = {}
    for number in range(rows):
        typed = form.value(f"workshops.{number}.workshop_id")
        try:
            ids[number] = UUID(typed)
        except ValueError:
            ids[number] = runtime.new_id()
    return ids


def blank() -> Form[Any]:
    """A new commission: the usual hours."""
    return empty_form(
        {
            "parts": [Part.PLENARY.value, Part.WORKSHOPS.value],
            "commission_type": CommissionType.LDA_PLENARY.value,
            "starts": "09:00",
            "ends": "12:30",
            "registration_opens": "08:00",
            "registration_closes": "18:00",
        }
    )


LABELS = {
    "title": "Intitulé",
    "parts": "Déroulé",
    "capacity": "Places",
    "place": "Lieu",
    "address": "Adresse",
    "video_url": "Visioconférence",
    "contact_email": "Adresse de contact",
    "moderated": "Inscriptions examinées",
    "day": "Jour",
    "starts": "Début",
    "ends": "Fin",
    "registration_opens_on": "Ouverture des inscriptions",
    "registration_opens": "Heure d’ouverture",
    "registration_closes_on": "Fin des inscriptions",
    "registration_closes": "Heure de fin",
    "case_deadline_on": "Dépôt des dossiers",
    "minutes_for_cases": "Minutes pour les situations",
}


def differences(form: Form[Any], now: Commission) -> list[tuple[str, str, str]]:
    """What is recorded and differs from what was typed: name, recorded, typed."""
    recorded = empty_form(typed_from(now))
    found = []
    for name in dict.fromkeys([*recorded.values, *form.values]):
        label = _label(name)
        ours, theirs = ", ".join(form.all(name)), ", ".join(recorded.all(name))
        if label and name in form.values and ours != theirs:
            found.append((label, theirs, ours))
    return found


def _label(name: str) -> str:
    if name in LABELS:
        return LABELS[name]
    kind, _, rest = name.partition(".")
    number, _, field = rest.partition(".")
    words = {"title": "intitulé", "capacity": "places", "room": "salle", "starts": "début", "ends": "fin"}
    words |= {"speaker": "intervenant", "minutes": "minutes", "slot": "créneau"}
    if not number.isdecimal() or field not in words:
        return ""
    return f"{'Atelier' if kind == 'workshops' else 'Ligne'} {int(number) + 1}, {words[field]}"


def moved_words(of: Commission) -> str:
    """« mardi 8 décembre 2026, de 9 h à 12 h 30 »."""
    return f"{date_fr(of.day)}, de {heure_fr(of.starts)} à {heure_fr(of.ends)}"
