"""What the form of a draft offers: its lists, its lines, the words of its fields."""

import re
from collections.abc import Mapping, Sequence

from cases.domain import siao
from cases.domain.file import NumberKind, Sex
from cases.web.wording import cards, options
from contracts.lists import Door, InformedHow, Priority, Question, Scheme, SenioritySource, YesNoUnknown

SEXES = [(Sex.WOMAN, "Femme"), (Sex.MAN, "Homme"), (Sex.OTHER, "Autre"), (Sex.UNKNOWN, "Non précisé")]
NUMBERS = [
    (NumberKind.NUR, "Numéro unique (demande de logement social)"),
    (NumberKind.SYPLO, "SYPLO"),
    (NumberKind.DALO, "DALO"),
    (NumberKind.DAHO, "DAHO"),
]
SOURCES = [
    (SenioritySource.SI_SIAO_PROOF, "Justificatif du SI SIAO, que j’ai sous les yeux"),
    (SenioritySource.SI_SIAO_FILE, "Fichier du SI SIAO"),
    (SenioritySource.SNE, "Système national d’enregistrement (demande de logement social)"),
    (SenioritySource.UNKNOWN, "Sans justificatif pour le moment"),
]
LISTS_SHOWN: Mapping[str, object] = {
    "compositions": [siao.spelled(siao.COMPOSITIONS, code) for code in siao.COMPOSITIONS],
    "situations": [siao.spelled(siao.SITUATIONS, code) for code in siao.SITUATIONS],
    "needs": [siao.spelled(siao.NEEDS, code) for code in siao.NEEDS],
    "sexes": SEXES,
    "numbers": NUMBERS,
    "questions": options(Question),
    "sources": SOURCES,
    "priorities": cards(Priority),
    "schemes": cards(Scheme, "withheld"),
    "yes_no": options(YesNoUnknown),
    "how": options(InformedHow, "could_not_reach"),
    "doors": options(Door),
}
NAMES: Mapping[str, str] = {
    "given_name": "Prénom",
    "family_name": "Nom",
    "birth_date": "Date de naissance",
    "sex": "Sexe",
    "phone": "Téléphone",
    "language": "Langue",
    "adult": "Majeur ou mineur",
    "asked_first": "Fait la demande",
    "kind": "Genre de numéro",
    "value": "Numéro",
    "since_on": "Date de la demande",
    "deadline_on": "Échéance",
    "composition": "Composition",
    "adults": "Adultes",
    "minors": "Mineurs",
    "minors_under_3": "Enfants de moins de trois ans",
    "situation": "Où dort le ménage",
    "situation_since": "Depuis le",
    "need": "Motif de la demande",
    "resources_monthly": "Ressources",
    "debts": "Dettes",
    "rent_effort_max": "Loyer possible",
    "housing_wish": "Souhait du ménage",
    "support_in_place": "Accompagnement en place",
    "attempts": "Démarches déjà faites",
    "obstacles": "Obstacles",
    "question": "Question à la commission",
    "question_text": "La question en quelques mots",
    "first_transmitted_on": "Première transmission",
    "seniority_source": "Source de l’ancienneté",
    "informed_on": "Ménage informé le",
    "how": "Comment",
    "panel": "Accord pour la commission",
    "landlord": "Accord pour les bailleurs",
    "health": "Accord pour la santé",
    "given_on": "Accord du",
    "door": "Porte d’entrée",
    "schemes_wanted": "Dispositifs envisagés",
    "communes_wanted": "Communes souhaitées",
    "priority": "Priorités reconnues",
}
"""What the fields are called where two versions are compared."""


def places(name: str, values: Mapping[str, Sequence[str]], more: int = 0) -> list[int]:
    """The lines to show: those typed in, one at least, and those asked for."""
    found = {int(m[1]) for each in values if (m := re.fullmatch(rf"{name}\.(\d{{1,2}})\.\w+", each))}
    last = max(found, default=-1)
    if last < 0:
        found, last = {0}, 0
    return [*sorted(found), *range(last + 1, last + 1 + more)]


def name_of(field: str) -> str:
    """« Prénom, personne 2 » for `persons.1.given_name`."""
    parts = field.split(".")
    words = NAMES.get(parts[-1], parts[-1])
    if len(parts) == 3:
        kind = "personne" if parts[0] == "persons" else "numéro"
        return f"{words}, {kind}\u00a0{int(parts[1]) + 1}"
    return words
