"""French as it is printed: no-break spaces, dates, hours, numbers. For our words, never users’ own."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal

PARIS = ZoneInfo("Europe/Paris")
NBSP = "\u00a0"
THIN = "\u202f"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
SHORT_MONTHS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip
UNITS = "€|%|h|min|km|m²|ans?|jours?|mois|places?|ménages?|personnes?"


def typo(text: str) -> str:
    """Curly apostrophes; no-break spaces before `; ! ? :`, inside « », in and after numbers."""
    text = text.replace("'", "’")
    text = re.sub(r"\s+([;!?])(?=\s|$|[»)])", rf"{THIN}\1", text)
    text = re.sub(r"[ \u00a0]:(?=\s|$)", f"{NBSP}:", text)
    text = re.sub(r"«\s*", f"«{THIN}", text)
    text = re.sub(r"\s*»", f"{THIN}»", text)
    text = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", THIN, text)
    return re.sub(rf"(?<=\d) (?=(?:{UNITS})(?!\w))", NBSP, text)


def typo_html(source: str, inside: bool = False) -> tuple[str, bool]:
    """Applies `typo` to the text of a piece of HTML, not to its tags; `inside`: it begins within a tag."""
    parts = []
    for piece in re.split("([<>])", source):
        if piece in ("<", ">"):
            inside = piece == "<"
        parts.append(piece if inside or piece == ">" else typo(piece))
    return "".join(parts), inside


def jour_paris(value: date | datetime) -> date:
    """The civil day in Paris of an instant; a date is its own day. An instant without zone is refused."""
    if isinstance(value, datetime):
        return _paris(value).date()
    return value


def date_fr(value: date | datetime, jour: bool = True, annee: bool = True) -> str:
    """« mardi 8 décembre 2026 », or without its `jour` of the week, or without `annee`."""
    day = jour_paris(value)
    number = "1er" if day.day == 1 else str(day.day)
    words = [DAYS[day.weekday()]] if jour else []
    words += [f"{number}{NBSP}{MONTHS[day.month - 1]}"]
    return " ".join(words + ([str(day.year)] if annee else []))


def date_courte(value: date | datetime, jour: bool = False) -> str:
    """« 8 déc. », for tables; with `jour`, « mar. 8 déc. »."""
    day = jour_paris(value)
    number = "1er" if day.day == 1 else str(day.day)
    text = f"{number}{NBSP}{SHORT_MONTHS[day.month - 1]}"
    return f"{DAYS[day.weekday()][:3]}.{NBSP}{text}" if jour else text


def heure_fr(value: time | datetime) -> str:
    """« 9 h », « 14 h 05 », in Paris."""
    at = _paris(value).timetz() if isinstance(value, datetime) else value
    text = f"{at.hour}{NBSP}h"
    return f"{text}{NBSP}{at.minute:02}" if at.minute else text


def plage(start: time | datetime, end: time | datetime) -> str:
    """« 9 h – 12 h 30 »."""
    return f"{heure_fr(start)}{NBSP}– {heure_fr(end)}"


def territoire(code: str) -> str:
    """« SIAO 59, Lille », for the code `siao-59-lille`; anything else as it is."""
    parts = code.split("-", 2)
    if len(parts) < 3:
        return code
    kind, department, place = parts
    return f"{kind.upper()}{NBSP}{department}, {place.replace('-', ' ').title()}"


def instant_fr(value: datetime) -> str:
    """« mardi 8 décembre 2026 à 14 h 05 »."""
    return f"{date_fr(value)} à {heure_fr(value)}"


def nombre(value: float, decimales: int = 0, signe: bool = False) -> str:
    """« 2 951 »; with `decimales`, « 1 234,50 »; with `signe`, « + 4 » or « − 4 » (a true minus)."""
    pattern = "#,##0" + ("." + "0" * decimales if decimales else "")
    text: str = format_decimal(abs(value), pattern, locale="fr_FR")
    if value < 0:
        return f"−{NBSP if signe else ''}{text}"
    return f"+{NBSP}{text}" if signe and value > 0 else text


def pourcent(value: float, decimales: int = 1, signe: bool = False) -> str:
    """A ratio as « 3,1 % »; with `signe`, « + 4,9 % », « − 0,8 % »."""
    return f"{nombre(round(value * 100, decimales), decimales, signe)}{NBSP}%"


def euros(value: float) -> str:
    """« 1 234,50 € »."""
    return f"{nombre(value, 2)}{NBSP}€"


def quantite(value: int, singulier: str, pluriel: str | None = None) -> str:
    """« 1 place », « 2 951 places »: French counts zero and one alike."""
    word = singulier if abs(value) < 2 else (pluriel or f"{singulier}s")
    return f"{nombre(value)}{NBSP}{word}"


def iso(value: date | datetime) -> str:
    """For `datetime=` attributes: a date as it is, an instant in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return value.isoformat()


def _paris(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return value.astimezone(PARIS)
