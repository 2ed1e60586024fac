"""The words of pages: what was done, what a code means, what state a case is in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cases.domain.case import Case
from cases.domain.stages import MARKS, STAGES, WHO, Mark
from contracts.lists import LISTS, CaseState, ClosedList
from webui.french import date_courte, quantite
from webui.pages import Pages

DONE: dict[str, str] = {
    "transmis": "Le dossier est transmis. Le SIAO le vérifie.",
    "transmis-protege": "Le dossier est transmis, et caché. Nommez maintenant qui, au SIAO, l’instruira.",
    "transmis-doublon": "Le dossier est transmis. "
    "Un dossier proche existe peut-être\u00a0: le SIAO va vérifier.",
    "garde": "Le brouillon est gardé, tel que vous l’avez tapé.",
    "jete": "Le brouillon est supprimé.",
    "complete": "Le dossier complété est transmis. Son ancienneté est gardée.",
    "complement": "La demande de complément part au référent.",
    "recevable": "Le dossier est recevable\u00a0: il attend une place à l’ordre du jour.",
    "non-recevable": "Le dossier est non recevable. Le référent en est informé, avec le délai de recours.",
    "suspendu": "Le dossier est suspendu.",
    "repris": "Le dossier reprend.",
    "transfere": "Le dossier est confié. L’ancien référent ne le voit plus, sauf jusqu’à la date choisie.",
    "lie": "Les deux dossiers sont liés. Ils restent séparés.",
    "delie": "Les deux dossiers ne sont plus liés.",
    "ecarte": "Le rapprochement est écarté\u00a0: ce ne sont pas les mêmes personnes.",
    "rouvert-doublon": "Le rapprochement est de nouveau à juger.",
    "annule": "Le dossier est annulé.",
    "reactive": "Le dossier reprend son cours.",
    "clos": "Le dossier est clos.",
    "rouvert": "Le dossier est rouvert.",
    "anciennete": "La date qui donne le rang est corrigée. L’ancienne reste dans l’explication.",
    "protege": "Les personnes nommées voient seules ce dossier.",
    "deprotege": "Le dossier n’est plus protégé.",
    "note": "La note est ajoutée.",
    "information": "L’information du ménage est notée.",
    "accord": "L’accord du ménage est noté.",
    "accord-retire": "L’accord est retiré. Le dossier quitte l’ordre du jour s’il y était.",
    "equipe": "L’équipe du dossier est changée.",
    "filtre": "Le filtre est gardé.",
    "filtre-retire": "Le filtre n’est plus gardé.",
    "regles": "Les règles sont enregistrées. Elles valent dès maintenant, sans rien changer au passé.",
}
"""What a page says after a redirection; each module of pages may add its own sentences."""


@dataclass(frozen=True)
class Words:
    """A state as shown: `kind` is a class of the stylesheet (ok, att, err, info or none)."""

    kind: str
    text: str
    icon: str


STATES: Mapping[CaseState, tuple[str, str]] = {
    CaseState.SUBMITTED: ("att", "attente"),
    CaseState.INCOMPLETE: ("att", "crayon"),
    CaseState.REJECTED: ("", "fermer"),
    CaseState.ADMISSIBLE: ("info", "valide"),
    CaseState.SCHEDULED: ("info", "calendrier"),
    CaseState.EXAMINED: ("info", "decision"),
    CaseState.IN_FOLLOW_UP: ("info", "fleche"),
    CaseState.PLACED: ("ok", "cle"),
    CaseState.HOUSED: ("ok", "accueil"),
    CaseState.CLOSED: ("", "valide"),
    CaseState.CANCELLED: ("", "fermer"),
}
MARK_WORDS: Mapping[Mark, tuple[str, str]] = {
    Mark.TO_ANSWER: ("att", "attente"),
    Mark.COMPLETION_LATE: ("err", "horloge"),
    Mark.ANSWER_LATE: ("err", "horloge"),
    Mark.STEP_LATE: ("att", "horloge"),
    Mark.APPEAL: ("att", "alerte"),
    Mark.REFUSAL: ("att", "decision"),
    Mark.UNTOLD: ("att", "personne"),
    Mark.NO_REFERRER: ("err", "alerte"),
    Mark.NEW: ("info", "info"),
    Mark.DUPLICATE: ("att", "personnes"),
    Mark.UNPROVEN: ("", "info"),
}


def state_words(case: Case) -> Words:
    """The state of a case in a few words."""
    if case.suspended:
        return Words("", "Suspendu", "pause")
    kind, icon = STATES.get(case.state, ("", "dossier"))
    return Words(kind, case.state.label, icon)


def mark_words(mark: Mark) -> Words:
    """Something not to be forgotten, in a few words."""
    kind, icon = MARK_WORDS[mark]
    return Words(kind, MARKS[mark], icon)


def household(case: Case) -> str:
    """« Parent seul avec enfants : 1 adulte, 2 enfants »."""
    parts = [quantite(case.adults, "adulte")] if case.adults else []
    if case.minors:
        parts.append(quantite(case.minors, "enfant"))
    return f"{case.composition.label}\u00a0: {', '.join(parts) or 'effectif non précisé'}"


def days(start: date, today: date) -> str:
    """« 413 jours »."""
    return quantite((today - start).days, "jour")


def label(value: object) -> str:
    """The words of a code of a closed list; any other value as it is."""
    return value.label if isinstance(value, ClosedList) else str(value)


def options(kind: type[ClosedList], *without: str) -> list[tuple[str, str]]:
    """The answers of a closed list, for a select."""
    hidden = {"unknown", "unmapped", *without}
    return [(each.value, each.label) for each in kind if each.value not in hidden]


def cards(kind: type[ClosedList], *without: str) -> list[dict[str, str]]:
    """The same for cards to choose from."""
    return [{"valeur": value, "libelle": text} for value, text in options(kind, *without)]


def of_list(value: str, name: str) -> str:
    """The words of a value of a closed list, by the list's name."""
    try:
        return LISTS[name](value).label
    except (KeyError, ValueError):
        return value


def install(pages: Pages) -> None:
    """Give every template the words of cases."""
    pages.environment.filters.update(
        etat_dossier=state_words,
        signe=mark_words,
        menage=household,
        jours_depuis=days,
        libelle=label,
        libelle_de=of_list,
        date_iso=lambda text: date_courte(date.fromisoformat(text)),
    )
    pages.environment.globals.update(qui=WHO, files_de_travail=STAGES)
