"""Twelve invented households: who they are, where they sleep, what is asked of the panel. Nobody real."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from contracts.lists import (
    DwellingSize,
    InformedHow,
    Priority,
    Question,
    Scheme,
    SenioritySource,
    YesNoUnknown,
)
from seuil_dev.demo.seeding import dice, identifier

RENCONTRE, ESCALE, DROITS = "rencontre", "escale", "droits"
"""The organisations whose referrers transmit."""


@dataclass(frozen=True)
class Household:
    """A household and its file; `codes` are those of SI SIAO: composition, situation, need."""

    name: str
    followed_by: str
    persons: tuple[tuple[str, int], ...]
    codes: tuple[str, str, str]
    question: Question
    asked: str
    waited_days: int
    resources: int
    wants: tuple[Scheme, ...]
    obstacles: str = ""
    priority: tuple[Priority, ...] = ()
    size: DwellingSize | None = None
    protected: bool = False
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def case_id(self) -> UUID:
        """The id of its case, always the same."""
        return identifier("case", self.name)

    @property
    def adults(self) -> int:
        """Those of 18 and more."""
        return sum(age >= 18 for _, age in self.persons)

    def social(self, today: date) -> dict[str, Any]:
        """The part that professionals share."""
        composition, situation, need = self.codes
        since = today - timedelta(days=self.waited_days)
        return {
            "composition": composition,
            "adults": self.adults,
            "minors": len(self.persons) - self.adults,
            "minors_under_3": sum(age < 3 for _, age in self.persons),
            "situation": situation,
            "situation_since": since.isoformat(),
            "need": need,
            "resources_monthly": self.resources,
            "rent_effort_max": self.resources // 3,
            "schemes_wanted": list(self.wants),
            "communes_wanted": ["59350", "59009"],
            "legal_condition": YesNoUnknown.YES,
            "support_in_place": "Un rendez-vous chaque quinzaine avec la personne référente.",
            "attempts": "Demandes déposées, deux visites sans suite.",
            "obstacles": self.obstacles,
            "question": self.question,
            "question_text": self.asked,
            "priority": list(self.priority),
            "first_transmitted_on": since.isoformat(),
            "seniority_source": SenioritySource.SI_SIAO_FILE,
            "protected": self.protected,
            **self.more,
        }

    def people(self, today: date) -> list[dict[str, Any]]:
        """Each person; the first one asked."""
        chance = dice("household", self.name)
        return [
            {
                "given_name": given,
                "family_name": self.name,
                "birth_date": (today - timedelta(days=age * 365 + chance.randrange(20, 340))).isoformat(),
                "adult": age >= 18,
                "asked_first": place == 0,
            }
            for place, (given, age) in enumerate(self.persons)
        ]

    def numbers(self) -> list[dict[str, Any]]:
        """A number of social housing request that no register has given."""
        return [{"kind": "nur", "value": f"059{dice('nur', self.name).randrange(10**15):015}"}]

    def information(self, today: date) -> dict[str, Any]:
        """When and how it was told."""
        return {
            "informed_on": (today - timedelta(days=3)).isoformat(),
            "how": InformedHow.IN_PERSON,
            "notice_version": "1",
        }

    def agreement(self, today: date) -> dict[str, Any]:
        """What it agrees to."""
        told = (today - timedelta(days=3)).isoformat()
        return {"panel": True, "landlord": True, "health": False, "given_on": told}


def of(name: str) -> Household:
    """The household of that name."""
    return next(each for each in HOUSEHOLDS if each.name == name)


_SOCIAL = (Scheme.SOCIAL_HOUSING,)
HOUSEHOLDS: tuple[Household, ...] = (
    Household("Bazérolle", RENCONTRE, (("Mariam", 34), ("Aïssa", 9), ("Noa", 2)), ("40", "35", "217"),
              Question.BLOCKED_ALLOCATION, "Trois refus malgré des ressources stables : pourquoi ?",
              612, 1340, _SOCIAL, "Ancienne dette soldée", (Priority.SYPLO,), DwellingSize.T3),
    Household("Quévinoy", ESCALE, (("Stéphane", 46),), ("10", "31", "217"), Question.EXIT_FROM_SHELTER,
              "Prêt à sortir, mais un premier bail l’inquiète : quel dispositif ?",
              430, 720, (Scheme.IML_SUBLET,), "Jamais locataire en titre"),
    Household("Lormeteuil", RENCONTRE, (("Ioana", 38), ("Marius", 41), ("Sofia", 14), ("Luca", 11)),
              ("100", "46", "204"), Question.REPEATED_REFUSALS, "Deux refus pour dette : comment avancer ?",
              287, 1890, _SOCIAL, "Dette locative échelonnée", (Priority.DALO,), DwellingSize.T4),
    Household("Fauvarque-Neuville", DROITS, (("Josette", 58),), ("20", "20", "203"), Question.WHICH_SCHEME,
              "Vit dehors depuis longtemps : pension de famille ou logement ?",
              811, 640, (Scheme.PENSION_FAMILLE,), "Isolement"),
    Household("Dhuizeau", ESCALE, (("Kévin", 24), ("Lola", 23)), ("30", "32", "206"), Question.SUPPORT_NEEDED,
              "Quel accompagnement pour un premier logement ?", 198, 0, (Scheme.RESIDENCE_SOCIALE,),
              "Ressources à établir"),
    Household("Trézelan", DROITS, (("Farida", 51),), ("20", "29", "205"), Question.BLOCKED_ALLOCATION,
              "Priorité à faire reconnaître ?", 365, 910, _SOCIAL, "Hébergement qui s’achève"),
    Household("Maudouville", RENCONTRE, (("Petru", 44), ("Ana", 16)), ("50", "34", "201"),
              Question.BLOCKED_ALLOCATION, "Le bailleur ne répond plus : qui l’appelle ?", 540, 1120, _SOCIAL,
              "Pièce manquante chez le bailleur", (Priority.SYPLO,), DwellingSize.T2),
    Household("Sainte-Hermance", ESCALE, (("Cyril", 33),), ("10", "43", "219"), Question.SUPPORT_NEEDED,
              "Locataire bientôt, seul : quel appui ?", 122, 1050, _SOCIAL, "Budget à reprendre"),
    Household("Argoulême", DROITS, (("Nour", 29), ("Ilyès", 4)), ("40", "30", "215"), Question.WHICH_SCHEME,
              "Une réponse du bailleur est attendue : attendre ?", 90, 1260, _SOCIAL, "Réponse en cours"),
    Household("Wambreuil", RENCONTRE, (("Gilles", 62),), ("10", "37", "214"), Question.OTHER,
              "Locataire, menacé d’expulsion : la commission peut-elle l’examiner ?", 75, 980, _SOCIAL,
              "Bail qui prend fin", (), DwellingSize.T2),
    Household("Orchivelle", ESCALE, (("Bintou", 27), ("Moussa", 1)), ("40", "32", "206"),
              Question.EXIT_FROM_SHELTER, "Sortie à préparer.", 60, 830, _SOCIAL, "Garde d’enfant"),
    Household("Pellencourt", DROITS, (("Élisa", 36), ("Tom", 7)), ("40", "55", "220"), Question.WHICH_SCHEME,
              "Où proposer un logement sans risque ?", 33, 1400, _SOCIAL, "", (), DwellingSize.T3, True),
)  # fmt: skip
"""In the order of their transmission."""
