"""What a household may ask about its file, and the month there is to answer (GDPR 12, 15 to 21)."""

from datetime import date
from enum import StrEnum

from cases.domain.working_days import next_working

KEPT_MONTHS, WARNED_MONTHS = 24, 22
"""From the last contact: when a household is to be erased, and when it is first said."""


class Asking(StrEnum):
    """Kinds of request; `contest` is a person asking to be heard about a decision."""

    ACCESS = "access"
    CORRECTION = "correction"
    OBJECTION = "objection"
    HEARING = "hearing"
    CONTEST = "contest"
    ERASURE = "erasure"


LABELS = {
    Asking.ACCESS: "Avoir une copie de son dossier",
    Asking.CORRECTION: "Faire corriger son dossier",
    Asking.OBJECTION: "S’opposer au traitement",
    Asking.HEARING: "Être entendu",
    Asking.CONTEST: "Contester une décision",
    Asking.ERASURE: "Faire effacer son dossier",
}


class Answer(StrEnum):
    """What came of it."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"


ANSWERS = {
    Answer.GRANTED: "Acceptée",
    Answer.PARTLY: "Acceptée en partie",
    Answer.REFUSED: "Refusée, avec son motif",
}


def due_on(received_on: date) -> date:
    """One month later, or the next working day."""
    return next_working(months_before(received_on, -1))


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier (later when negative), or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("no such day")
