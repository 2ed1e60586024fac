"""The SI SIAO codes that people know, and the coarse groups that facts carry.

An unknown code is kept and shown; it maps to `unmapped` until somebody maps it. Codes from which health,
offences, stay status or violence would follow never leave this service: only their group does, or `withheld`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from contracts.lists import Composition, NeedGroup, SituationGroup

COMPOSITIONS: Mapping[str, tuple[str, Composition]] = MappingProxyType(
    {
        "10": ("Homme seul", Composition.MAN_ALONE),
        "20": ("Femme seule", Composition.WOMAN_ALONE),
        "30": ("Couple sans enfant", Composition.COUPLE),
        "40": ("Femme seule avec enfant(s)", Composition.SINGLE_PARENT),
        "50": ("Homme seul avec enfant(s)", Composition.SINGLE_PARENT),
        "60": ("Groupe avec enfant(s)", Composition.OTHER_FAMILY),
        "70": ("Groupe d’adultes sans enfant", Composition.ADULTS_GROUP),
        "80": ("Mineur isolé", Composition.CHILDREN_ONLY),
        "90": ("Mineurs en groupe", Composition.CHILDREN_ONLY),
        "100": ("Couple avec enfant(s)", Composition.COUPLE_WITH_CHILDREN),
        "120": ("Mineur en famille", Composition.CHILDREN_ONLY),
    }
)
_S = SituationGroup
SITUATIONS: Mapping[str, tuple[str, SituationGroup]] = MappingProxyType(
    {
        "20": ("À la rue", _S.STREET),
        "28": ("Errance résidentielle", _S.STREET),
        "47": ("Accueil de jour, service social, associations", _S.STREET),
        "48": ("Service social", _S.STREET),
        "49": ("Associations", _S.STREET),
        "52": ("Expulsion d’un squat", _S.STREET),
        "54": ("Évacuation d’un lieu de vie", _S.STREET),
        "26": ("Dispositif hivernal", _S.NIGHT_SHELTER_OR_WINTER),
        "32": ("Hébergement d’urgence", _S.EMERGENCY_SHELTER),
        "31": ("Hébergement d’insertion", _S.SHELTER),
        "33": ("Hébergement de stabilisation", _S.SHELTER),
        "34": ("Hôtel (hors 115)", _S.HOTEL),
        "35": ("Hôtel 115", _S.HOTEL),
        "24": ("Colocation", _S.THIRD_PARTY),
        "29": ("Hébergé chez des amis ou autres", _S.THIRD_PARTY),
        "30": ("Hébergé dans la famille", _S.THIRD_PARTY),
        "25": ("Institution publique (code 25)", _S.INSTITUTION),
        "27": ("Institution (code 27)", _S.INSTITUTION),
        "36": ("Institutions publiques", _S.INSTITUTION),
        "42": ("Prise en charge de la protection de l’enfance", _S.INSTITUTION),
        "53": ("Mise à l’abri hôtelière", _S.INSTITUTION),
        "57": ("Fin de mise à l’abri", _S.INSTITUTION),
        "21": ("Dispositif national (code 21)", _S.STATE_RECEPTION),
        "22": ("Dispositif national (code 22)", _S.STATE_RECEPTION),
        "23": ("Dispositif national (code 23)", _S.STATE_RECEPTION),
        "56": ("Dispositif national (code 56)", _S.STATE_RECEPTION),
        "39": ("Logement accompagné", _S.SUPPORTED_HOUSING),
        "40": ("Logement-foyer", _S.SUPPORTED_HOUSING),
        "41": ("Maison relais", _S.SUPPORTED_HOUSING),
        "43": ("Résidence sociale", _S.SUPPORTED_HOUSING),
        "51": ("Intermédiation locative", _S.SUPPORTED_HOUSING),
        "37": ("Locataire du parc privé", _S.TENANT_OR_OWNER),
        "38": ("Locataire du parc public", _S.TENANT_OR_OWNER),
        "50": ("Propriétaire", _S.TENANT_OR_OWNER),
        "45": ("Expulsion locative, parc privé", _S.EVICTION),
        "46": ("Expulsion locative, parc public", _S.EVICTION),
        "44": ("Autre", _S.OTHER),
        "55": ("Domicile conjugal", _S.WITHHELD),
    }
)
_N = NeedGroup
NEEDS: Mapping[str, tuple[str, NeedGroup]] = MappingProxyType(
    {
        "201": ("Absence de ressources", _N.RESOURCES),
        "202": ("Arrivée récente", _N.ARRIVAL_OR_MOVE),
        "203": ("Dort dans la rue", _N.NO_HOUSING),
        "222": ("Départ du département d’origine", _N.NO_HOUSING),
        "204": ("Expulsion locative", _N.EVICTION),
        "214": ("Risque d’expulsion locative", _N.EVICTION),
        "225": ("Expulsion d’un squat", _N.EVICTION),
        "205": ("Fin d’hébergement chez des tiers", _N.END_OF_STAY),
        "206": ("Fin de prise en charge (code 206)", _N.END_OF_STAY),
        "207": ("Fin de prise en charge (code 207)", _N.END_OF_STAY),
        "208": ("Fin de prise en charge du Département", _N.END_OF_STAY),
        "217": ("Sortie d’hébergement", _N.END_OF_STAY),
        "218": ("Fin de prise en charge (code 218)", _N.END_OF_STAY),
        "219": ("Sortie de logement accompagné", _N.END_OF_STAY),
        "224": ("Fin de mise à l’abri", _N.END_OF_STAY),
        "209": ("Inadaptation du logement", _N.INADEQUATE_HOUSING),
        "210": ("Logement insalubre", _N.INADEQUATE_HOUSING),
        "211": ("Logement repris par le propriétaire", _N.LANDLORD_TAKES_BACK),
        "213": ("Regroupement familial", _N.FAMILY_CHANGE),
        "215": ("Séparation ou rupture familiale", _N.FAMILY_CHANGE),
        "212": ("Rapprochement du lieu de travail", _N.ARRIVAL_OR_MOVE),
        "216": ("Sortie de dispositif (code 216)", _N.ARRIVAL_OR_MOVE),
        "223": ("Évacuation d’un lieu de vie", _N.CAMP_CLEARED),
        "221": ("Autre", _N.OTHER),
        "220": ("Mise en sécurité (code 220)", _N.WITHHELD),
    }
)


SPELLING = " – "
"""Between a code and its words."""
Group = TypeVar("Group", Composition, SituationGroup, NeedGroup)


def code_of(known: Mapping[str, tuple[str, object]], text: str) -> str:
    """The code that somebody typed or chose; an unknown one is kept as it is."""
    first = text.split(SPELLING)[0].strip()
    if first in known:
        return first
    same = (code for code, (label, _) in known.items() if label.casefold() == text.strip().casefold())
    return next(same, first)


def spelled(known: Mapping[str, tuple[str, object]], code: str) -> str:
    """« 40 – Femme seule avec enfant(s) »; a code nobody knows alone."""
    return f"{code}{SPELLING}{known[code][0]}" if code in known else code


def composition_of(code: str) -> Composition:
    """The group of a composition code, or a group given as such; `unmapped` for a code nobody knows."""
    known = COMPOSITIONS.get(code)
    return known[1] if known else _group(Composition, code)


def situation_of(code: str, *, protected: bool = False) -> SituationGroup:
    """The group of where a household sleeps; `withheld` for a protected file."""
    if protected:
        return SituationGroup.WITHHELD
    known = SITUATIONS.get(code)
    return known[1] if known else _group(SituationGroup, code)


def need_of(code: str, *, protected: bool = False) -> NeedGroup:
    """The group of why a household asks; `withheld` for a protected file."""
    if protected:
        return NeedGroup.WITHHELD
    known = NEEDS.get(code)
    return known[1] if known else _group(NeedGroup, code)


def _group(groups: type[Group], code: str) -> Group:
    try:
        return groups(code)
    except ValueError:
        return groups("unmapped" if code else "unknown")
