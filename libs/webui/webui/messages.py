"""What is wrong with an answer, in French, by the validator's name for it; never with the value itself."""

from collections.abc import Mapping
from typing import Any

from webui.french import nombre, quantite

_PLAIN = {
    "missing": "Cette réponse manque",
    "string_type": "Un texte est attendu ici",
    "string_pattern_mismatch": "Cette réponse n’a pas la forme attendue",
    "string_unicode": "Ce texte contient un caractère illisible",
    "int_type": "Un nombre entier est attendu ici",
    "int_parsing": "Un nombre entier est attendu ici, en chiffres",
    "int_parsing_size": "Ce nombre est trop grand",
    "int_from_float": "Un nombre entier est attendu ici, sans virgule",
    "float_type": "Un nombre est attendu ici",
    "float_parsing": "Un nombre est attendu ici, en chiffres",
    "decimal_parsing": "Un nombre est attendu ici, en chiffres",
    "finite_number": "Un nombre est attendu ici",
    "bool_type": "Répondez par oui ou par non",
    "bool_parsing": "Répondez par oui ou par non",
    "enum": "Choisissez une des réponses proposées",
    "literal_error": "Choisissez une des réponses proposées",
    "union_tag_invalid": "Choisissez une des réponses proposées",
    "union_tag_not_found": "Il manque l’indication du genre",
    "uuid_type": "Cet identifiant n’a pas la forme attendue",
    "uuid_parsing": "Cet identifiant n’a pas la forme attendue",
    "uuid_version": "Cet identifiant n’a pas la forme attendue",
    "date_type": "Indiquez une date, par exemple 08/12/2026",
    "date_parsing": "Indiquez une date, par exemple 08/12/2026",
    "date_from_datetime_parsing": "Indiquez une date, par exemple 08/12/2026",
    "date_from_datetime_inexact": "Indiquez une date, sans l’heure",
    "time_type": "Indiquez une heure, par exemple 9 h 30",
    "time_parsing": "Indiquez une heure, par exemple 9 h 30",
    "datetime_type": "Indiquez une date et une heure",
    "datetime_parsing": "Indiquez une date et une heure avec leur fuseau",
    "datetime_from_date_parsing": "Indiquez une date et une heure avec leur fuseau",
    "timezone_aware": "Indiquez le fuseau horaire",
    "url_parsing": "Indiquez une adresse complète, qui commence par https://",
    "url_scheme": "L’adresse commence par https://",
    "url_type": "Indiquez une adresse complète, qui commence par https://",
    "extra_forbidden": "Cette rubrique n’est pas attendue",
    "model_type": "Un objet est attendu ici",
    "model_attributes_type": "Un objet est attendu ici",
    "dict_type": "Un objet est attendu ici",
    "list_type": "Une liste est attendue ici",
    "set_type": "Une liste est attendue ici",
    "tuple_type": "Une liste est attendue ici",
    "none_required": "Rien n’est attendu ici",
    "repeated": "Une seule réponse est attendue ici",
    "nul": "Ce texte contient un caractère invisible : effacez-le et tapez-le à nouveau",
    "line_break": "Cette réponse tient sur une seule ligne",
    "empty_text": "Cette réponse manque",
    "email": "Cette adresse n’est pas complète, par exemple prenom.nom@example.org",
    "email_no_at": "Il manque le « @ » dans cette adresse, par exemple prenom.nom@example.org",
    "email_no_domain": "Il manque ce qui suit le « @ », par exemple prenom.nom@example.org",
    "civil_date": "Indiquez une date, par exemple 08/12/2026",
    "civil_time": "Indiquez une heure, par exemple 9 h 30",
}


def message_for(kind: str, context: Mapping[str, Any] | None = None) -> str:
    """The sentence for one pydantic (or our own) error type; a general one for types never met."""
    context = context or {}
    if kind == "string_too_long" or kind == "line_too_long":
        return f"Ce texte est trop long : {quantite(context['max_length'], 'caractère')} au plus"
    if kind == "string_too_short":
        return f"Ce texte est trop court : {quantite(context['min_length'], 'caractère')} au moins"
    if kind in ("greater_than_equal", "greater_than") and _is_number(
        bound := context.get("ge", context.get("gt"))
    ):
        return (
            f"Ce nombre est trop petit : {nombre(bound)} au moins"
            if "ge" in context
            else f"Plus de {nombre(bound)}"
        )
    if kind in ("less_than_equal", "less_than") and _is_number(bound := context.get("le", context.get("lt"))):
        return (
            f"Ce nombre est trop grand : {nombre(bound)} au plus"
            if "le" in context
            else f"Moins de {nombre(bound)}"
        )
    if kind == "too_long":
        return f"La liste est trop longue : {quantite(context['max_length'], 'élément')} au plus"
    if kind == "too_short":
        return f"La liste est trop courte : {quantite(context['min_length'], 'élément')} au moins"
    return _PLAIN.get(kind, "Cette réponse ne convient pas")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)
