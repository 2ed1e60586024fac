"""The history of a case in French words: what each fact says to who may read the timeline."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from contracts.lists import LISTS

Fact = Mapping[str, Any]


def _of(name: str, value: object) -> str:
    try:
        return LISTS[name](str(value)).label
    except (KeyError, ValueError):
        return str(value)


def _day(value: object) -> str:
    try:
        return f"{date.fromisoformat(str(value)):%d/%m/%Y}"
    except ValueError:
        return str(value)


def _many(name: str, values: object) -> str:
    return ", ".join(_of(name, each) for each in values) if isinstance(values, list) else ""


TITLES: Mapping[str, str] = {
    "case_submitted": "Dossier transmis",
    "seniority_set": "Ancienneté fixée",
    "completion_requested": "Complément demandé",
    "case_completed": "Dossier complété",
    "case_rejected": "Dossier non recevable",
    "case_admitted": "Dossier recevable",
    "case_scheduled": "Inscrit à l’ordre du jour",
    "case_postponed": "Retiré de l’ordre du jour",
    "case_examined": "Examiné en commission",
    "case_adjourned": "Examen ajourné",
    "case_decided": "Avis de la commission",
    "step_assigned": "Démarche confiée",
    "step_closed": "Démarche terminée",
    "referrer_informed": "Le référent a lu la décision",
    "household_informed": "Le ménage est informé",
    "orientation_proposed": "Proposition faite",
    "orientation_accepted": "Proposition acceptée",
    "orientation_refused": "Proposition refusée",
    "orientation_ended": "Proposition terminée",
    "committee_decided": "Avis de la commission d’attribution",
    "allocation_recorded": "Attribution notée",
    "offer_answered": "Réponse du ménage à l’offre",
    "lease_signed": "Bail signé",
    "household_housed": "Entrée dans les lieux",
    "tenancy_checked": "Maintien dans le logement vérifié",
    "allocation_cancelled": "Attribution annulée",
    "refusal_ruled": "Refus jugé",
    "appeal_lodged": "Recours déposé",
    "appeal_decided": "Recours tranché",
    "case_suspended": "Dossier suspendu",
    "case_resumed": "Dossier repris",
    "case_transferred": "Dossier confié à un autre référent",
    "cases_linked": "Rapprochement avec un autre dossier",
    "case_cancelled": "Dossier annulé",
    "case_reactivated": "Dossier rouvert",
    "case_closed": "Dossier clos",
    "case_restated": "Dossier repris en un seul état",
    "information_recorded": "Information du ménage notée",
    "agreement_recorded": "Accord du ménage noté",
    "agreement_withdrawn": "Accord du ménage retiré",
    "note_added": "Note ajoutée",
    "protected": "Dossier protégé",
    "unprotected": "Protection levée",
    "team_changed": "Équipe du dossier changée",
    "file_rectified": "Dossier rectifié",
}
_DETAILS: Mapping[str, Callable[[Fact], str]] = {
    "seniority_set": lambda f: f"{_of('seniority_cause', f['cause'])}, depuis le {_day(f['seniority_from'])}",
    "completion_requested": lambda f: (
        f"{_many('missing_item', f.get('missing'))}, avant le {_day(f['due_on'])}"
    ),
    "case_rejected": lambda f: (
        f"{_of('reason_group', f['reason_group'])}. Recours jusqu’au {_day(f['appeal_until'])}"
    ),
    "case_admitted": lambda f: _of("admit_cause", f["cause"]),
    "case_postponed": lambda f: _of("postpone_cause", f["cause"]),
    "case_adjourned": lambda f: f"Pas avant le {_day(f['not_before_on'])}",
    "case_decided": lambda f: _of("decision_outcome", f["outcome"]),
    "step_assigned": lambda f: f"{_of('step_kind', f['kind'])}, avant le {_day(f['due_on'])}",
    "step_closed": lambda f: _of("step_result", f["result"]),
    "household_informed": lambda f: _of("informed_how", f["how"]),
    "orientation_proposed": lambda f: _of("scheme", f["scheme"]),
    "orientation_refused": lambda f: (
        f"Par {_of('refused_by', f['by']).lower()}\u00a0: {_of('reason_group', f['reason_group'])}"
    ),
    "orientation_ended": lambda f: _of("end_cause", f["cause"]),
    "committee_decided": lambda f: _of("committee_outcome", f["committee_outcome"]),
    "allocation_recorded": lambda f: _of("scheme", f["scheme"]),
    "offer_answered": lambda f: _of("offer_answer", f["answer"]),
    "lease_signed": lambda f: _of("lease_kind", f["lease_kind"]),
    "tenancy_checked": lambda f: f"Toujours logé\u00a0: {_of('yes_no_unknown', f['still_housed']).lower()}",
    "allocation_cancelled": lambda f: _of("allocation_cancel", f["cause"]),
    "refusal_ruled": lambda f: _of("ruling", f["ruling"]),
    "appeal_decided": lambda f: "Accueilli" if f["upheld"] else "Rejeté",
    "case_suspended": lambda f: f"Jusqu’au {_day(f['until'])}" if f.get("until") else "",
    "case_transferred": lambda f: _of("transfer_cause", f["cause"]),
    "cases_linked": lambda f: "Même ménage" if f["linked"] else "Ménages différents",
    "case_cancelled": lambda f: _of("cancel_group", f["reason_group"]),
    "case_closed": lambda f: _of("close_result", f["result"]),
}
ICONS: Mapping[str, str] = {
    "case_submitted": "dossier",
    "case_admitted": "valide",
    "case_decided": "decision",
    "case_scheduled": "calendrier",
    "case_suspended": "pause",
    "household_housed": "cle",
    "household_informed": "personne",
    "information_recorded": "personne",
    "agreement_recorded": "personne",
    "appeal_lodged": "alerte",
    "protected": "cadenas",
    "case_transferred": "personnes",
    "cases_linked": "personnes",
}
GOOD = frozenset({"case_decided", "case_admitted", "household_housed", "lease_signed", "allocation_recorded"})
FIELDS: Mapping[str, tuple[str, str]] = {
    "state": ("État", "case_state"),
    "referrer_id": ("Référent", "person"),
    "organisation_id": ("Structure", "organisation"),
    "presenter_id": ("Présenté par", "person"),
    "commission_id": ("Commission", "hidden"),
    "item": ("Rang à l’ordre du jour", ""),
    "minutes": ("Minutes prévues", ""),
    "not_before_on": ("Pas avant le", "day"),
    "completion_due_on": ("Complément attendu avant le", "day"),
    "suspended": ("Suspendu", "flag"),
    "suspended_until": ("Suspendu jusqu’au", "day"),
    "file_version": ("Version du dossier", ""),
    "seniority_from": ("Ancienneté depuis le", "day"),
}
"""What is followed from one value to the next: how it is called, and how its values are written."""


def title(kind: str) -> str:
    """What happened."""
    return TITLES.get(kind, kind.replace("_", " ").capitalize())


def detail(kind: str, fact: Fact) -> str:
    """What more there is to say of it, in words of the coarse lists."""
    say = _DETAILS.get(kind)
    try:
        return say(fact) if say and fact else ""
    except KeyError:
        return ""


def changed(field: str, value: object, known: Mapping[str, str]) -> str:
    """A value of a field as people write it; `known` names ids."""
    if value is None:
        return ""
    kind = FIELDS.get(field, ("", ""))[1]
    if kind == "day":
        return _day(value)
    if kind == "flag":
        return "oui" if str(value) == "True" else "non"
    if kind in ("person", "organisation"):
        return known.get(str(value), "quelqu’un dont le nom n’est plus connu")
    return _of(kind, value) if kind else str(value)
