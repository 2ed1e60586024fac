"""A figure: a table with its measure. Pages, sheets and the interface all show this one object."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Literal

from analytics.domain.measure import Measure


class Mark(StrEnum):
    """What stands where a number may not be said."""

    MASKED = "s"
    UNKNOWN = "n. c."
    ONGOING = "en cours"
    NONE = "–"


Cell = int | float | str | date | Mark
Row = tuple[Cell, ...]
Kind = Literal["text", "count", "days", "rate", "date"]
SMALLEST_BASE = 20
"""A rate on fewer is not said."""


@dataclass(frozen=True)
class Column:
    """One column. A `rate` holds percents with one decimal, `days` a length of time."""

    key: str
    label: str
    kind: Kind = "count"


@dataclass(frozen=True)
class Figure:
    """Rows under columns; the first column names the row. `total` only where adding up is right.

    `behind`: for a column whose numbers open a list, the key of the list of each row, or nothing.
    """

    measure: Measure
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    notes: tuple[str, ...] = ()
    behind: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def labels(self) -> list[str]:
        """The headings, as on screen and in sheets."""
        return [column.label for column in self.columns]

    @property
    def lines(self) -> list[Row]:
        """Every row as on screen, the total last."""
        return [*self.rows, *([self.total] if self.total else [])]

    @property
    def empty(self) -> bool:
        """True when no cell says a number above zero."""
        return not any(_counts(cell) for row in self.rows for cell in row[1:])

    def column(self, key: str) -> list[Cell]:
        """The cells of one column, the total aside."""
        place = next(n for n, column in enumerate(self.columns) if column.key == key)
        return [row[place] for row in self.rows]

    def list_of(self, column: str, row: int) -> str:
        """The key of the list behind a number above nought, or nothing."""
        keys = self.behind.get(column, ())
        place = next(n for n, one in enumerate(self.columns) if one.key == column)
        known = row < len(self.rows) and row < len(keys) and isinstance(self.rows[row][place], int)
        return keys[row] if known and self.rows[row][place] else ""

    def noted(self, *notes: str) -> "Figure":
        """The same figure with more to say under it."""
        return replace(self, notes=(*self.notes, *(n for n in notes if n)))


def _counts(cell: Cell) -> bool:
    return (isinstance(cell, int | float) and cell > 0) or cell is Mark.MASKED


def drawable(cells: Sequence[Cell]) -> list[float | None]:
    """Cells as a chart takes them: what may not be said is not drawn."""
    return [cell if isinstance(cell, int | float) else None for cell in cells]


def rate(part: Cell, base: Cell) -> Cell:
    """Percent with one decimal; not calculable without both numbers or on fewer than twenty."""
    if not (isinstance(part, int) and isinstance(base, int)):
        return Mark.UNKNOWN
    if base < SMALLEST_BASE:
        return Mark.UNKNOWN
    return round(100 * part / base, 1)


def added(cells: Sequence[Cell]) -> Cell:
    """The sum of a column where adding is right: of what is known, unknown when nothing is."""
    known = [cell for cell in cells if isinstance(cell, int)]
    return sum(known) if known else Mark.UNKNOWN
