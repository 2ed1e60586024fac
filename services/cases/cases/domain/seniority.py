"""Why a case ranks where it does: its seniority day by day, and each criterion beside, from facts alone.

The order of the queue is seniority; the rest is shown to help. A person decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from cases.domain.case import Case
from contracts.lists import RefusedBy, Ruling, SeniorityCause, SenioritySource


@dataclass(frozen=True)
class Span:
    """Days from `from_on` up to `to_on` (not included) that count, or no longer do, and what began them."""

    from_on: date
    to_on: date
    days: int
    counted: bool
    source: SenioritySource
    words: str
    effect: str


@dataclass(frozen=True)
class Criterion:
    """One thing that is looked at when cases are ranked; `orders`: it makes the order by itself."""

    name: str
    value: str
    orders: bool = False


START = {
    SeniorityCause.FIRST_TRANSMISSION: "Première transmission",
    SeniorityCause.RESET: "Nouvelle transmission, après un refus jugé irrecevable",
    SeniorityCause.CORRECTED: "Date corrigée",
    SeniorityCause.SPLIT: "Ménage séparé\u00a0: l’ancienneté est gardée",
}


def explain(case: Case, today: date) -> list[Span]:
    """Every day since the earliest date ever set, once each; the counted ones add up to the seniority."""
    if not case.seniority or case.seniority_from is None:
        return []
    counted_from = case.seniority_from
    first = min(line.seniority_from for line in case.seniority)
    marks = sorted({first, counted_from, *(day for day, _, _ in _events(case)), today})
    marks = [day for day in marks if first <= day <= today]
    spans = []
    for start, end in pairwise(marks):
        told = [(words, effect) for day, words, effect in _events(case) if day == start]
        counts = start >= counted_from
        spans.append(
            Span(
                from_on=start,
                to_on=end,
                days=(end - start).days,
                counted=counts,
                source=_source(case, start),
                words=" ; ".join(dict.fromkeys(words for words, _ in told)),
                effect=" ".join(dict.fromkeys(effect for _, effect in told))
                or ("Le compte continue" if counts else "Ne compte plus"),
            )
        )
    return spans


def total(case: Case, today: date) -> int:
    """Days of seniority today, 0 before a date is set."""
    return (today - case.seniority_from).days if case.seniority_from else 0


def _source(case: Case, day: date) -> SenioritySource:
    lines = [line for line in case.seniority if line.seniority_from <= day] or list(case.seniority[:1])
    return lines[-1].source


def _events(case: Case) -> Iterator[tuple[date, str, str]]:
    """What happened, and what it did to the count."""
    for place, line in enumerate(case.seniority):
        later = case.seniority[place + 1 :]
        if not later:
            effect = "Le compte commence ici"
        else:
            why = "corrigée" if later[0].cause is SeniorityCause.CORRECTED else "remplacée"
            effect = f"Date {why} le {later[0].set_on:%d/%m/%Y}"
        yield line.seniority_from, START.get(line.cause, line.cause.label), effect
    for each in case.orientations:
        if each.refused_by is RefusedBy.PROVIDER and each.ended_on is not None:
            yield each.ended_on, "Refus d’une structure", "Aucun effet\u00a0: le refus ne vient pas du ménage"
        elif each.refused_by is RefusedBy.HOUSEHOLD and each.ended_on is not None:
            yield each.ended_on, "Refus du ménage", "Aucun effet tant qu’une personne ne l’a pas qualifié"
    for ruling in case.rulings:
        if ruling.ruled_on is not None:
            effects = {
                Ruling.ADMISSIBLE: "Aucun effet\u00a0: l’ancienneté est gardée",
                Ruling.TO_EXAMINE: "Aucun effet\u00a0: à examiner",
                Ruling.INADMISSIBLE: "Aucun effet avant la fin du recours et une nouvelle transmission",
            }
            yield ruling.ruled_on, ruling.ruling.label, effects.get(ruling.ruling, "Aucun effet")
    for appeal in case.appeals:
        if appeal.decided_on is not None:
            words = "Recours accueilli" if appeal.upheld else "Recours rejeté"
            yield appeal.decided_on, words, "Aucun effet par lui-même"


def criteria(case: Case, today: date) -> list[Criterion]:
    """What a person looks at when ranking; only the date makes the order."""
    proven = bool(case.seniority) and case.seniority[-1].source is not SenioritySource.SEUIL
    found = [
        Criterion(
            "Ancienneté",
            f"{total(case, today)} jours, date {'prouvée' if proven else 'à prouver'}",
            orders=True,
        )
    ]
    if case.priority:
        found.append(Criterion("Priorité reconnue", ", ".join(each.label for each in case.priority)))
    if case.decision is not None:
        found.append(Criterion("Avis précédent", case.decision.priority.label))
    if case.not_before_on is not None:
        found.append(Criterion("Pas avant le", f"{case.not_before_on:%d/%m/%Y}"))
    if case.minors_under_3:
        found.append(Criterion("Enfants de moins de trois ans", str(case.minors_under_3)))
    refused = sum(each.refused_by is RefusedBy.PROVIDER for each in case.orientations)
    if refused:
        found.append(Criterion("Refus de structures", str(refused)))
    return found
