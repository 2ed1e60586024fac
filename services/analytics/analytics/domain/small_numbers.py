"""No number under a threshold for who reads what is of their organisation only, and none by subtraction.

A row with a small number is masked whole, so that its other cells do not give it back. Where a total stands,
enough rows are masked that what the total leaves is no small number either. Rows tied to one another (flows)
are masked together.
"""

from dataclasses import replace
from itertools import pairwise

from analytics.domain.figures import Cell, Figure, Mark, Row

TIED = frozenset({"flows"})
NESTED = frozenset({"funnel"})
"""Figures of which each row holds the next: what two rows leave must be no small number either."""


def kept_from(figure: Figure, smallest: int) -> Figure:
    """The figure without any number under `smallest` (nothing is masked at nought)."""
    if not smallest:
        return figure
    counts = [n for n, column in enumerate(figure.columns) if column.kind == "count" and n]
    away = {n for n, row in enumerate(figure.rows) if _small(row, counts, smallest)}
    if figure.measure.key in NESTED and _small_steps(figure, smallest):
        away = set(range(len(figure.rows)))
    if away and figure.measure.key in TIED:
        away = set(range(len(figure.rows)))
    total = figure.total
    if total is not None and _small(total, counts, smallest):
        away, total = set(range(len(figure.rows))), _masked(total, figure)
    elif total is not None and away:
        away = _enough(figure.rows, away, counts, smallest)
    if not away:
        return replace(figure, behind={})
    rows = tuple(_masked(row, figure) if n in away else row for n, row in enumerate(figure.rows))
    note = f"« s » : moins de {smallest}, ou masqué pour qu’un tel nombre ne se retrouve pas."
    return replace(figure, rows=rows, total=total, behind={}).noted(note)


def _small_steps(figure: Figure, smallest: int) -> bool:
    numbers = [_number(row[1]) for row in figure.rows]
    return any(0 < one - other < smallest for one, other in pairwise(numbers))


def _small(row: Row, counts: list[int], smallest: int) -> bool:
    return any(0 < _number(row[n]) < smallest for n in counts)


def _number(cell: Cell) -> float:
    return cell if isinstance(cell, int | float) else 0


def _enough(rows: tuple[Row, ...], away: set[int], counts: list[int], smallest: int) -> set[int]:
    """More rows, smallest first, until in each column the masked ones are two or more and hold enough."""
    left = sorted(set(range(len(rows))) - away, key=lambda n: sum(_number(rows[n][at]) for at in counts))
    away = set(away)
    while left and any(_thin([_number(rows[n][at]) for n in away], smallest) for at in counts):
        away.add(left.pop(0))
    return away


def _thin(hidden: list[float], smallest: int) -> bool:
    some = [value for value in hidden if value]
    return bool(some) and (len(some) == 1 or sum(some) < smallest)


def _masked(row: Row, figure: Figure) -> Row:
    return tuple(
        Mark.MASKED
        if n and column.kind in ("count", "days", "rate") and isinstance(cell, int | float)
        else cell
        for n, (cell, column) in enumerate(zip(row, figure.columns, strict=True))
    )
