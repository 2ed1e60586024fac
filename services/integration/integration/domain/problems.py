"""Why an event was not taken: a stable code, French words, pointers; never the value that came."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from contracts.refusal import FieldError

MAX_EVENT, MAX_CASE = 64 * 1024, 256 * 1024
DETAILS = {
    "invalid_envelope": "Un attribut CloudEvents manque ou n’a pas la forme attendue.",
    "source_not_yours": "L’attribut « source » n’est pas celui de cette clé. Rien n’a été gardé.",
    "scope": "Cette clé ne permet pas d’envoyer ce type de donnée. Rien n’a été gardé.",
    "unknown_type": "Ce type n’est pas connu. Les types reçus sont « seuil.partner.<donnée>.v1 ».",
    "subject_forbidden": "L’attribut « subject » n’est pas accepté : les références vont dans « data ».",
    "clock": "L’attribut « time » est dans l’avenir ou avant l’an 2000 : vérifiez l’horloge de l’envoi.",
    "unreadable_json": "Le contenu n’est pas du JSON lisible.",
    "event_too_large": "Cet événement dépasse la taille permise.",
    "invalid_field": "Un ou plusieurs champs ne conviennent pas.",
    "identifying_reference": "Une référence ressemble à un identifiant de personne (NIR, téléphone, "
    "adresse électronique, numéro unique, nom) : envoyez une référence interne, opaque.",
    "too_old": "Cette donnée est plus ancienne que la durée de conservation : envoyez des totaux, "
    "avec le type « figures ».",
    "id_reused": "Cet « id » a déjà servi pour un autre contenu : une version porte un « id » nouveau.",
    "version_reused": "Cette « record_version » a déjà servi pour un autre contenu : augmentez-la.",
}
TITLES = {403: "Non permis", 409: "Conflit", 413: "Envoi trop volumineux", 422: "Champ invalide"}
_EXPECTED = {
    "missing": "ce champ manque",
    "date_format": "une date AAAA-MM-JJ est attendue",
    "date_range": "la date est hors des années 1990 à 2100",
    "time_format": "un instant RFC 3339 avec décalage horaire est attendu",
    "code_expected": "un code Seuil ou un objet list, version, code est attendu",
    "identifying_reference": "cette référence ressemble à un identifiant de personne",
    "ref_format": "des caractères ASCII visibles sont attendus",
    "minors_disagree": "« minors_under_3 » dépasse « minors »",
    "dates_reversed": "les dates ne se suivent pas dans l’ordre attendu",
    "linked_to_itself": "un ménage est nommé deux fois",
    "too_old": "toutes les dates précèdent la durée de conservation",
    "cell_twice": "deux valeurs ont les mêmes dimensions",
    "int_type": "un nombre entier est attendu",
    "bool_type": "true ou false est attendu",
    "string_type": "un texte est attendu",
    "string_too_long": "ce texte est trop long",
    "string_too_short": "ce texte est vide",
    "string_pattern_mismatch": "ce texte n’a pas la forme attendue",
    "too_long": "cette liste est trop longue",
    "too_short": "cette liste est vide",
    "list_type": "une liste est attendue",
    "greater_than_equal": "ce nombre est trop petit",
    "less_than_equal": "ce nombre est trop grand",
    "dict_type": "un objet est attendu",
    "model_type": "un objet est attendu",
    "extra_forbidden": "ce champ n’est pas attendu ici",
    "closed_value": "cette valeur n’est pas dans la liste attendue",
    "too_large": "le contenu dépasse la taille permise",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """`status` is that of HTTP: 403 (nothing kept), 409 (nothing kept) or 422 (quarantined)."""

    status: int
    code: str
    errors: tuple[FieldError, ...] = ()

    @property
    def title(self) -> str:
        """A few French words for the status."""
        return TITLES[self.status]

    @property
    def detail(self) -> str:
        """One or two French sentences."""
        return DETAILS[self.code]


def wrong(pointer: str, code: str, value: Any = None) -> FieldError:
    """One mistake, with the shape of what was received and not the value."""
    said = _EXPECTED.get(code, "cette valeur ne convient pas")
    return FieldError(pointer, code, said if code == "missing" else f"{said} ; reçu : {shape(value)}")


def shape(value: Any) -> str:
    """What kind of value it is, in French words."""
    match value:
        case None:
            return "rien"
        case bool():
            return "vrai ou faux"
        case int() | float():
            return "nombre"
        case str():
            return f"texte de {len(value)} caractère{'s' if len(value) > 1 else ''}"
        case list() | tuple():
            return f"liste de {len(value)}"
        case _:
            return "objet"


def of_validation(error: ValidationError, known: Collection[str]) -> Problem:
    """The problem of a record that does not parse; an identifying reference wins over the rest."""
    found = []
    for item in error.errors(include_url=False):
        code = "invalid_value" if item["type"] == "value_error" else item["type"]
        found.append(wrong(_pointer(item["loc"], known), code, item["input"]))
    named = tuple(each for each in found if each.code == "identifying_reference")
    return (
        Problem(422, "identifying_reference", named) if named else Problem(422, "invalid_field", tuple(found))
    )


def _pointer(place: tuple[int | str, ...], known: Collection[str]) -> str:
    parts = []
    for part in place:
        if isinstance(part, str) and part not in known:
            break
        parts.append(str(part))
    return "/".join(["/data", *parts])
