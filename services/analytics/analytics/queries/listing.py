"""The lists behind numbers: cases by their id alone, for who may ask the service of cases to open them.

Figures hold no reference and no name; whether a case opens is decided there, case by case.
"""

from dataclasses import dataclass
from uuid import UUID

from analytics.domain.figures import Cell


@dataclass(frozen=True)
class Listed:
    """One case of a list, or one without an id any more: its household was erased."""

    case_id: UUID | None
    cells: tuple[Cell, ...] = ()
