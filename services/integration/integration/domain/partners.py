"""What a partner may be called and sent for."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from contracts.refusal import FieldError, Refused
from integration.domain.inbound import RECORDS

SOURCE = re.compile(r"(?:urn:[a-z0-9][a-z0-9-]{1,30}:|https://)[!-~]{1,150}")
SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "call_count": "Nombre d’appels par jour",
        "call": "Appels",
        "encounter": "Rencontres en maraude",
        "request": "Demandes",
        "answer": "Réponses aux demandes",
        "request_change": "Suites des demandes",
        "orientation": "Orientations du SIAO",
        "stay": "Séjours",
        "supply": "Places",
        "vacancy": "Logements et places libres",
        "allocation": "Attributions",
        "priority": "Priorités (DALO, SYPLO)",
        "household_link": "Ménages réunis ou séparés",
        "case": "Dossiers, avec identité",
        "figures": "Chiffres publiés",
        "erasure": "Demandes d’effacement",
    }
)
"""Record types and their French words."""
NAMING = frozenset({"case", "erasure"})
"""Types that carry identity: given to a partner one by one, never by default."""
USUAL = tuple(name for name in SCOPES if name not in NAMING)
assert SCOPES.keys() == RECORDS.keys()


def check_source(source: str) -> None:
    """Refused 422 unless it is a URN or an https address, visible ASCII."""
    if not SOURCE.fullmatch(source):
        text = "La source est une URN ou une adresse https, par exemple urn:seuil:partner:cmao-115"
        raise Refused("source_format", f"{text}.", 422, [FieldError("/source", "source_format", text)])


def check_scopes(scopes: Iterable[str]) -> None:
    """Refused 422 unless every scope is a record type, and there is one."""
    given = set(scopes)
    if not given or given - SCOPES.keys():
        text = "Choisissez au moins une des données proposées"
        raise Refused("unknown_scope", f"{text}.", 422, [FieldError("/scopes", "unknown_scope", text)])
