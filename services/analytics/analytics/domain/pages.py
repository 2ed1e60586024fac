"""Which figures stand on which page, and what each page may be narrowed by."""

from dataclasses import dataclass

from analytics.domain.measure import Theme
from analytics.domain.measures import MEASURES
from analytics.domain.rights import Reading


@dataclass(frozen=True)
class Page:
    """One page of figures. `record`: the kind of record whose last year is shown first."""

    key: Theme
    title: str
    lead: str
    fields: tuple[str, ...]
    record: str

    @property
    def stock(self) -> bool:
        """Read at a day, not over a period."""
        return "au" in self.fields

    @property
    def path(self) -> str:
        """Its address."""
        return f"/analytics/{self.key}"

    @property
    def measures(self) -> tuple[str, ...]:
        """Its figures, in the order of the registry."""
        return tuple(key for key, measure in MEASURES.items() if measure.theme == self.key)

    def measures_for(self, reading: Reading) -> tuple[str, ...]:
        """Those that somebody may read; none: the page is not for them."""
        return tuple(key for key in self.measures if reading.whole or MEASURES[key].own)


PAGES: dict[str, Page] = {
    page.key: page
    for page in (
        Page(
            "demande",
            "Demande",
            "Ce qui est demandé, porte par porte. Appels, demandes, ménages et personnes sont quatre choses.",
            ("annee", "mois", "porte", "composition"),
            "request",
        ),
        Page(
            "reponses",
            "Réponses",
            "Ce qui est pourvu et ce qui ne l’est pas, nuit par nuit, une porte à la fois.",
            ("annee", "mois", "porte"),
            "request",
        ),
        Page(
            "attente",
            "Attente",
            "Qui attend, et depuis quand : un stock à une date, distinct des demandes d’une période.",
            ("annee", "au", "composition"),
            "request",
        ),
        Page(
            "offre",
            "Offre",
            "Les places déclarées, au dernier relevé de chaque structure.",
            ("annee", "au", "dispositif", "commune", "organisme"),
            "supply",
        ),
        Page(
            "parcours",
            "Parcours",
            "Le chemin des dossiers, de la transmission aux clés, et ce qui attend à chaque étape.",
            ("annee", "mois"),
            "case",
        ),
        Page(
            "attributions",
            "Attributions",
            "Les logements attribués, au bail signé par défaut ; les chiffres publiés ailleurs sont à côté.",
            ("annee", "mois", "base", "dispositif", "commune", "organisme"),
            "allocation",
        ),
        Page(
            "commissions",
            "Commissions",
            "Inscriptions et présence, puis ce que les séances ont examiné, décidé et annoncé.",
            ("annee",),
            "commission",
        ),
        Page(
            "rapprochement",
            "Rapprochement",
            "Ce que chaque service a compté de son côté, à côté de ce que les chiffres comptent.",
            ("annee",),
            "commission",
        ),
    )
}


def page_of(measure: str) -> Page:
    """The page that shows a measure."""
    return PAGES[MEASURES[measure].theme]
