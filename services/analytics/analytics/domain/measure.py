"""What one must know to read a figure: definition, unit, perimeter, source, what it must not be taken for."""

from dataclasses import dataclass
from typing import Literal

Theme = Literal[
    "demande", "reponses", "attente", "offre", "parcours", "attributions", "commissions", "rapprochement"
]
DECLARED = "Ce que les partenaires ont transmis à Seuil, sans redressement."
OVERLAP = (
    "Les portes se recoupent : un même ménage peut en passer plusieurs. Ces nombres ne s’additionnent pas."
)


@dataclass(frozen=True)
class Measure:
    """`record`: the partner's record it is counted from, as coverage declares it; empty for our own facts.

    `own`: it may be narrowed to one organisation, for who reads no more than that.
    """

    key: str
    theme: Theme
    title: str
    unit: str
    definition: str
    source: str
    perimeter: str = DECLARED
    record: str = ""
    caution: str = ""
    own: bool = False
