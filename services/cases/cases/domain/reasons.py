"""Reasons that people choose, in words of the trade, and the coarse group that travels.

Families: I inadmissible, P refusal by a provider, M refusal or absence of the household, A cancellation.
The office may add or reword them; a code is never deleted (`valid_until`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from contracts.lists import CancelGroup, ReasonGroup, Scheme
from contracts.refusal import FieldError, Refused


class Family(StrEnum):
    INADMISSIBLE = "I"
    PROVIDER = "P"
    HOUSEHOLD = "M"
    CANCELLATION = "A"


@dataclass(frozen=True)
class Reason:
    """A reason: its code, the words for it, the group that facts carry."""

    code: str
    label: str
    group: ReasonGroup | CancelGroup
    needs_note: bool = False

    @property
    def family(self) -> Family:
        """Who it comes from."""
        return Family(self.code[0])


_G, _C = ReasonGroup, CancelGroup
_ALL = (
    Reason("I1", "Hors du territoire", _G.OUT_OF_SCOPE),
    Reason("I2", "Hors champ\u00a0: les dispositifs ordinaires suffisent", _G.OUT_OF_SCOPE),
    Reason("I3", "Dossier en double", _G.DUPLICATE),
    Reason("I4", "Accord du ménage manquant", _G.NO_AGREEMENT),
    Reason("I5", "Dossier resté incomplet après relance", _G.FILE),
    Reason("I6", "Déjà examiné, sans élément nouveau", _G.ALREADY_EXAMINED),
    Reason("I7", "Condition légale d’accès au dispositif non remplie", _G.OUT_OF_SCOPE, needs_note=True),
    Reason("P1", "Pas de place", _G.NO_PLACE),
    Reason("P2", "Composition du ménage et taille du logement", _G.PROFILE),
    Reason("P3", "Ressources ou taux d’effort", _G.RESOURCES),
    Reason("P4", "Hors de l’agrément de la structure", _G.PROFILE),
    Reason("P5", "Dette ou antécédent locatif", _G.DEBT_OR_HISTORY),
    Reason("P6", "Accompagnement nécessaire non disponible", _G.SUPPORT_MISSING),
    Reason("P7", "Accompagnement hors de la compétence de la structure", _G.OTHER_PROVIDER),
    Reason("P8", "Animal non accepté", _G.OTHER_PROVIDER),
    Reason("P9", "Dossier incomplet", _G.FILE),
    Reason("P10", "Autre ménage retenu", _G.OTHER_CANDIDATE),
    Reason("P11", "Incompatibilité avec le collectif, sur faits datés", _G.OTHER_PROVIDER, needs_note=True),
    Reason("P12", "Situation administrative à compléter", _G.FILE),
    Reason("P13", "Non-attribution par la commission d’attribution", _G.COMMITTEE),
    Reason("P14", "Délai de réponse dépassé", _G.DEADLINE),
    Reason("M1", "Localisation", _G.CHOICE_LOCATION),
    Reason("M2", "Taille ou état du logement", _G.CHOICE_DWELLING),
    Reason("M3", "Vie en collectif ou règlement", _G.CHOICE_DWELLING),
    Reason("M4", "Coût", _G.CHOICE_DWELLING),
    Reason("M5", "Accompagnement refusé", _G.CHOICE_SUPPORT),
    Reason("M6", "Éloignement de l’école, du travail ou des soins", _G.CHOICE_LOCATION),
    Reason("M7", "Animal", _G.CHOICE_DWELLING),
    Reason("M8", "Sécurité de la personne", _G.HOUSEHOLD_OTHER),
    Reason("M9", "Ne s’est pas présenté", _G.ABSENT_OR_UNREACHABLE),
    Reason("M10", "Injoignable", _G.ABSENT_OR_UNREACHABLE),
    Reason("M11", "Sans motif", _G.HOUSEHOLD_OTHER),
    Reason("A1", "Autre solution trouvée", _C.OTHER_SOLUTION),
    Reason("A2", "Relogé par ses moyens", _C.OTHER_SOLUTION),
    Reason("A3", "Hébergé par ailleurs", _C.OTHER_SOLUTION),
    Reason("A4", "Départ du territoire", _C.LEFT_TERRITORY),
    Reason("A5", "Séparation ou changement de composition", _C.HOUSEHOLD_CHANGED),
    Reason("A6", "Demande sans objet", _C.ENDED),
    Reason("A9", "Demande non actualisée", _C.NOT_REFRESHED),
    Reason("A10", "À la demande du ménage", _C.HOUSEHOLD_ASKED),
    Reason("A11", "Erreur de saisie", _C.ERROR),
)
REASONS: Mapping[str, Reason] = MappingProxyType({reason.code: reason for reason in _ALL})
"""Every reason by its code (domain 6.4, as users U3 and U51 corrected it: A6 to A8 are one)."""
SHELTER = frozenset({Scheme.EMERGENCY_SHELTER, Scheme.STABILISATION, Scheme.HOTEL, Scheme.CHRS})
"""Schemes that are open without condition (CASF L345-2-2): I7 never applies to them."""
TEXT_LIMIT = 300


def family(which: Family) -> tuple[Reason, ...]:
    """The reasons of a family, in their order."""
    return tuple(reason for reason in _ALL if reason.family is which)


def chosen(code: str, which: Family, note: str = "", scheme: Scheme | None = None) -> Reason:
    """The reason of that code. Raises Refused 422 for one that does not belong there or lacks its note."""
    reason = REASONS.get(code)
    if reason is None or reason.family is not which:
        raise _refused("unknown_reason", "Choisissez un motif de la liste.", "/reason")
    if reason.needs_note and not note.strip():
        raise _refused(
            "reason_note", "Ce motif demande une précision\u00a0: un article ou des faits datés.", "/note"
        )
    if code == "I7" and scheme in SHELTER:
        raise _refused(
            "unconditional_shelter",
            "L’hébergement est inconditionnel (code de l’action sociale et des familles, article L345-2-2)"
            "\u00a0: ce motif n’y est pas recevable.",
            "/reason",
        )
    return reason


def _refused(code: str, text: str, pointer: str) -> Refused:
    return Refused(code, text, 422, [FieldError(pointer, code, text)])
