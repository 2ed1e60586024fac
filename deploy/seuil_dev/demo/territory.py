"""An invented territory: organisations and people that do not exist, in communes that do."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from unicodedata import normalize
from uuid import UUID

from contracts.lists import OrgKind
from seuil_dev.demo.seeding import dealt, dice, identifier

PARTNER = "CMAO (démonstration)"
SOURCE = "urn:seuil:partner:cmao-demonstration"
CELLS = {
    "59350": 30.0, "59512": 14.0, "59599": 12.0, "59009": 10.0, "59650": 6.0, "59328": 3.0, "59378": 3.0,
    "59410": 3.0, "59163": 2.5, "59299": 2.5, "59017": 2.5, "59648": 2.0, "59360": 2.0, "59279": 1.5,
    "59560": 1.5, "59421": 1.0, "59286": 1.0, "59507": 1.0, "59368": 1.0, "59646": 0.5, "unknown": 1.5,
}  # fmt: skip
"""Communes of 5,000 inhabitants or more, and how much happens in each."""
ORGANISATIONS: tuple[tuple[OrgKind, str, str, str], ...] = (
    (OrgKind.SIAO, "siao", "SIAO de l’arrondissement (démonstration)", "59350"),
    (OrgKind.LANDLORD, "deux-lys", "Habitat des Deux-Lys", "59350"),
    (OrgKind.LANDLORD, "canal", "Logis du Canal", "59512"),
    (OrgKind.LANDLORD, "beffrois", "Maisons des Beffrois", "59599"),
    (OrgKind.LANDLORD, "marais", "Office du Grand-Marais", "59009"),
    (OrgKind.LANDLORD, "briques", "Foyers et Briques", "59650"),
    (OrgKind.LANDLORD, "houblon", "Habitat Houblonnière", "59017"),
    (OrgKind.LANDLORD, "lin", "Coopérative du Lin", "59328"),
    (OrgKind.LANDLORD, "courees", "Courées Solidaires Habitat", "59512"),
    (OrgKind.IML_OPERATOR, "passerelle", "La Passerelle locative", "59350"),
    (OrgKind.IML_OPERATOR, "trait-union", "Trait d’union Logement", "59599"),
    (OrgKind.IML_OPERATOR, "bail-clair", "Bail clair", "59009"),
    (OrgKind.SHELTER, "escale", "L’Escale du Nord", "59350"),
    (OrgKind.SHELTER, "relais", "Le Relais des Filatures", "59512"),
    (OrgKind.SHELTER, "halte", "La Halte du Vieux-Port", "59350"),
    (OrgKind.SHELTER, "abri", "L’Abri des Remparts", "59350"),
    (OrgKind.SHELTER, "horizon", "Horizon partagé", "59599"),
    (OrgKind.SHELTER, "tilleuls", "Maison des Tilleuls", "59009"),
    (OrgKind.SHELTER, "ancre", "L’Ancre", "59650"),
    (OrgKind.SHELTER, "veilleur", "Les Veilleurs", "59350"),
    (OrgKind.SUPPORTED_HOUSING, "voisinage", "Pension Voisinage", "59350"),
    (OrgKind.SUPPORTED_HOUSING, "glycines", "Pension des Glycines", "59512"),
    (OrgKind.SUPPORTED_HOUSING, "jeunes", "Habitat Jeunes des Deux Rives", "59350"),
    (OrgKind.SUPPORTED_HOUSING, "cite", "Résidence de la Cité", "59599"),
    (OrgKind.SUPPORTED_HOUSING, "moulin", "Résidence du Moulin", "59009"),
    (OrgKind.STATE, "etat", "Direction départementale (démonstration)", "59350"),
    (OrgKind.LOCAL_AUTHORITY, "metropole", "Métropole (démonstration)", "59350"),
    (OrgKind.LOCAL_AUTHORITY, "departement", "Département (démonstration)", "59350"),
    (OrgKind.LOCAL_AUTHORITY, "ccas-a", "CCAS de Saint-Fictif", "59350"),
    (OrgKind.LOCAL_AUTHORITY, "ccas-b", "CCAS de Bellerive-lez-Lys", "59599"),
    (OrgKind.HEALTH, "sante", "Équipe mobile Santé-Précarité (démonstration)", "59350"),
    (OrgKind.HEALTH, "soins", "Lits du Parc", "59328"),
    (OrgKind.ASSOCIATION, "rencontre", "Association Rencontre et Toit", "59350"),
    (OrgKind.ASSOCIATION, "droits", "Droits au quotidien", "59512"),
    (OrgKind.ASSOCIATION, "table", "La Grande Table", "59350"),
    (OrgKind.ASSOCIATION, "maraude", "Maraude des Quais", "59350"),
    (OrgKind.ASSOCIATION, "pairs", "Les Pairs", "59009"),
    (OrgKind.OTHER, "union", "Union des bailleurs (démonstration)", "59350"),
)
"""Kind, short name (also its reference at the partner's and the domain of its mails), name, commune."""
GIVEN = (
    "Nadia", "Karim", "Élodie", "Thomas", "Fatou", "Julien", "Sandrine", "Mehdi", "Claire", "Amadou", "Lucie",
    "Bastien", "Samira", "Hugo", "Maëlle", "Youssef", "Céline", "Romain", "Inès", "Gaëtan", "Aline", "Idriss",
    "Margaux", "Étienne", "Leïla", "Quentin", "Odile", "Rachid", "Noémie", "Florent", "Awa", "Sylvain",
)  # fmt: skip
FIRST = (
    "Vann", "Dela", "Mer", "Car", "Plou", "Ber", "Cous", "Hau", "Lepou", "Four", "Wal", "Tin", "Ros", "Bre",
)  # fmt: skip
LAST = ("dermier", "gaume", "quinet", "tigneul", "bertin", "soual", "villiez", "rambaut", "noncourt", "valoy")
WEIGHTS = {
    OrgKind.SIAO: 10, OrgKind.LANDLORD: 24, OrgKind.IML_OPERATOR: 9, OrgKind.SHELTER: 22,
    OrgKind.SUPPORTED_HOUSING: 12, OrgKind.STATE: 4, OrgKind.LOCAL_AUTHORITY: 8, OrgKind.HEALTH: 4,
    OrgKind.ASSOCIATION: 9, OrgKind.OTHER: 2,
}  # fmt: skip
"""Who comes to a commission."""


@dataclass(frozen=True)
class Organisation:
    """An invented organisation; `ref` is what the partner's software calls it."""

    organisation_id: UUID
    ref: str
    name: str
    kind: OrgKind
    commune: str

    @property
    def domain(self) -> str:
        """Where its mails go: nowhere."""
        return f"{self.ref}.example"


@dataclass(frozen=True)
class Person:
    """An invented professional."""

    given_name: str
    family_name: str
    email: str
    organisation: Organisation


@cache
def organisations() -> tuple[Organisation, ...]:
    """All of them."""
    return tuple(
        Organisation(identifier("organisation", ref), ref, name, kind, commune)
        for kind, ref, name, commune in ORGANISATIONS
    )


def of_kind(*kinds: OrgKind) -> list[Organisation]:
    """Those of these kinds."""
    return [organisation for organisation in organisations() if organisation.kind in kinds]


@cache
def people() -> tuple[Person, ...]:
    """Every family name once, each in an organisation, the kinds as they come to a commission."""
    chance = dice("people")
    names = [f"{first}{last}" for first in FIRST for last in LAST]
    chance.shuffle(names)
    return tuple(_people(names))


def _people(names: list[str]) -> Iterator[Person]:
    chance = dice("people", "organisations")
    kinds = dealt(len(names), WEIGHTS, chance)
    for name, kind in zip(names, kinds, strict=True):
        organisation, given = chance.choice(of_kind(kind)), chance.choice(GIVEN)
        yield Person(given, name, f"{plain(given)}.{plain(name)}@{organisation.domain}", organisation)


def plain(word: str) -> str:
    """Letters without accents, in lower case."""
    return normalize("NFD", word).encode("ascii", "ignore").decode().lower()
