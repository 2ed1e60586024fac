"""A line copied from SI SIAO, read into the form: what is recognised fills it, the rest is said (users U15).

Two shapes are read: a header line over a value line, cut by tabs or semicolons, as a spreadsheet copies them;
and one « Libellé : valeur » a line, as a file's page does.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cases.domain.drafting import read_date
from cases.domain.spelling import plain

COLUMNS: Mapping[str, str] = {
    "nom": "persons.0.family_name",
    "nomdusage": "persons.0.family_name",
    "prenom": "persons.0.given_name",
    "datedenaissance": "persons.0.birth_date",
    "telephone": "persons.0.phone",
    "langue": "persons.0.language",
    "composition": "social.composition",
    "compositionfamiliale": "social.composition",
    "typologie": "social.composition",
    "nombredadultes": "social.adults",
    "adultes": "social.adults",
    "nombredenfants": "social.minors",
    "enfants": "social.minors",
    "mineurs": "social.minors",
    "situation": "social.situation",
    "situationactuelle": "social.situation",
    "lieudhebergementactuel": "social.situation",
    "motif": "social.need",
    "motifdelademande": "social.need",
    "ressources": "social.resources_monthly",
    "ressourcesmensuelles": "social.resources_monthly",
    "datetransmissioninitialesiao": "social.first_transmitted_on",
    "datedetransmissioninitiale": "social.first_transmitted_on",
    "datedepremieretransmission": "social.first_transmitted_on",
    "numerounique": "numbers.0.value",
    "nur": "numbers.0.value",
}
DATES = frozenset({"persons.0.birth_date", "social.first_transmitted_on"})
NUMBERS = frozenset({"social.adults", "social.minors", "social.resources_monthly"})


@dataclass(frozen=True)
class Pasted:
    """What was recognised, by field, and the headings that were not."""

    typed: Mapping[str, list[str]]
    unknown: tuple[str, ...]


def read_row(text: str) -> Pasted:
    """Reads what was pasted; nothing at all when no heading is known."""
    typed: dict[str, list[str]] = {}
    unknown = []
    for heading, value in _pairs(text):
        name = COLUMNS.get(plain(heading))
        if name is None:
            unknown.append(heading)
        elif value and name not in typed:
            typed[name] = [_spelled(name, value)]
    if "numbers.0.value" in typed:
        typed["numbers.0.kind"] = ["nur"]
    return Pasted(typed, tuple(dict.fromkeys(unknown)))


def _pairs(text: str) -> list[tuple[str, str]]:
    lines = [line for line in text.splitlines() if line.strip()]
    for cut in ("\t", ";"):
        if len(lines) >= 2 and cut in lines[0]:
            headings, values = lines[0].split(cut), lines[1].split(cut)
            return [(h.strip(), v.strip().strip('"')) for h, v in zip(headings, values, strict=False)]
    split = (line.partition(":") for line in lines if ":" in line)
    return [(heading.strip(), value.strip()) for heading, _, value in split]


def _spelled(name: str, value: str) -> str:
    if name in DATES:
        day = read_date(value[:10])
        return day.isoformat() if day else value
    if name in NUMBERS:
        found = re.search(r"\d[\d\s\u00a0\u202f]*", value)
        return re.sub(r"\D", "", found[0]) if found else value
    return value
