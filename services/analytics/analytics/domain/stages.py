"""The steps of a case, in order, and where a case that came so far went."""

from dataclasses import dataclass

from contracts.lists import DecisionOutcome

STEPS = {
    "admitted": "Transmis → recevable",
    "scheduled": "Recevable → à l’ordre du jour",
    "examined": "À l’ordre du jour → examiné",
    "decided": "Examiné → avis",
    "answered": "Avis → première réponse",
    "allocated": "Réponse → attribution",
    "leased": "Attribution → bail",
    "entered": "Bail → entrée",
}
"""Each step by the one that ends it."""
FUNNEL = ("Transmis", "Examinés", "Avis rendu", "Proposition faite", "Attribution", "Clés remises")
ORIENTED = (DecisionOutcome.ORIENT, DecisionOutcome.ORIENT_WITH_SUPPORT)
ORIENTATION = "Avis : orientation"
Flow = tuple[int, str, str]


@dataclass(frozen=True)
class Reached:
    """How far a case came (a place in `FUNNEL`), the sense of its last opinion, and whether it has ended."""

    step: int
    outcome: str | None
    ended: bool


def flow_of(case: Reached) -> list[Flow]:
    """The flows a case is part of: from which column, from where, to where."""
    opinion = _opinion(case)
    flows: list[Flow] = []
    for place in range(case.step):
        start, end = FUNNEL[place], FUNNEL[place + 1]
        flows.append((place, opinion if place == 2 else start, opinion if place == 1 else end))
    leaves = {
        0: "Sans suite" if case.ended else "En attente d’examen",
        1: "Sans avis" if case.ended else "En attente d’avis",
        3: "Sans attribution" if case.ended else "Proposition en cours",
        4: "Bail ou clés attendus",
    }
    if case.step in leaves:
        flows.append((case.step, FUNNEL[case.step], leaves[case.step]))
    return flows


def _opinion(case: Reached) -> str:
    if case.outcome is None or case.outcome in ORIENTED:
        return ORIENTATION
    try:
        return f"Avis : {DecisionOutcome(case.outcome).label.lower()}"
    except ValueError:
        return f"Avis : {case.outcome}"
