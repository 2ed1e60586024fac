"""What the public may see: no number under eleven, and none that the others give back.

Published cells are tied by sums (a total and its parts, a cell standing in several tables). Small ones are
masked first; then others, until from what is left nobody can find a masked number: in every sum the
masked parts are at least two and hold at least eleven together, no combination of sums isolates one, and
no reasoning on bounds (a masked number is one or more) pins one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

THRESHOLD = 11
ROUNDS = 200
Values = Mapping[str, int]


@dataclass(frozen=True)
class Sum:
    """`total` is the sum of `parts`; both are names of cells, published or only deducible."""

    total: str
    parts: tuple[str, ...]

    @property
    def signed(self) -> dict[str, int]:
        """Coefficients of the cells in « total minus parts is nothing »."""
        return {self.total: 1} | dict.fromkeys(self.parts, -1)


def masked(values: Values, sums: Sequence[Sum], hidden: frozenset[str] = frozenset()) -> frozenset[str]:
    """The names of the cells to mask. `hidden` cells are in no table: they need protection all the same.

    A zero says nothing of anyone and is left. Raises AssertionError when a sum is not true.
    """
    for one in sums:
        assert sum(sign * values[name] for name, sign in one.signed.items()) == 0, one
    small = frozenset(name for name, value in values.items() if 0 < value < THRESHOLD)
    away = small | frozenset(name for name in hidden if values[name])
    while exposed := _exposed(values, sums, away, small):
        more = _next(values, sums, away, exposed)
        if more is None:
            return frozenset(name for name, value in values.items() if value)
        away |= {more}
    return away


def _exposed(
    values: Values, sums: Sequence[Sum], away: frozenset[str], small: frozenset[str]
) -> frozenset[str]:
    """The small cells that the published ones give back, exactly or too narrowly."""
    if not small:
        return frozenset()
    found: set[str] = set()
    for one in sums:
        inside = {name for name in one.signed if name in away}
        parts = sum(values[name] for name in one.parts if name in away)
        if len(inside) == 1 or (one.total not in away and parts < THRESHOLD):
            found |= inside
    tied = frozenset(name for one in sums for name in one.signed) & away
    return frozenset(found | _isolated(sums, tied) | _pinned(values, sums, tied)) & small


def _next(values: Values, sums: Sequence[Sum], away: frozenset[str], exposed: frozenset[str]) -> str | None:
    """The next cell to mask: the smallest one that shares a sum with an exposed cell, parts before totals."""
    totals = {one.total for one in sums}
    near = {
        name
        for one in sums
        if exposed & one.signed.keys()
        for name in one.signed
        if name not in away and values[name] > 0
    }
    return min(near, key=lambda name: (name in totals, values[name], name), default=None)


def _isolated(sums: Sequence[Sum], unknown: frozenset[str]) -> set[str]:
    """The unknowns that a combination of sums isolates: a row of the reduced system with one unknown."""
    names = sorted(unknown)
    rows = [[Fraction(one.signed.get(name, 0)) for name in names] for one in sums]
    reduced = _reduced([row for row in rows if any(row)])
    return {
        names[place]
        for row in reduced
        for place, value in enumerate(row)
        if value and sum(1 for other in row if other) == 1
    }


def _reduced(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    """Gauss and Jordan, exact."""
    done: list[list[Fraction]] = []
    width = len(rows[0]) if rows else 0
    for column in range(width):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows = [row for row in rows if row is not pivot]
        pivot = [value / pivot[column] for value in pivot]
        rows = [_cleared(row, pivot, column) for row in rows]
        done = [*(_cleared(row, pivot, column) for row in done), pivot]
    return done


def _cleared(row: list[Fraction], pivot: list[Fraction], column: int) -> list[Fraction]:
    factor = row[column]
    return [value - factor * other for value, other in zip(row, pivot, strict=True)] if factor else row


def _pinned(values: Values, sums: Sequence[Sum], unknown: frozenset[str]) -> set[str]:
    """The unknowns of which the bounds meet, knowing that each is one or more."""
    top = 1 + sum(values.values())
    low, high = dict.fromkeys(unknown, 1), dict.fromkeys(unknown, top)
    for _ in range(ROUNDS):
        before = dict(low), dict(high)
        for one in sums:
            for name, sign in one.signed.items():
                if name in unknown:
                    bounds = _bounds(one, name, sign, values, low, high)
                    low[name] = max(low[name], bounds[0])
                    high[name] = min(high[name], bounds[1])
        if before == (low, high):
            break
    return {name for name in unknown if low[name] == high[name]}


def _bounds(
    one: Sum, name: str, sign: int, values: Values, low: Mapping[str, int], high: Mapping[str, int]
) -> tuple[int, int]:
    """What a sum says of one of its cells, from the bounds of the others."""
    least = most = 0
    for other, other_sign in one.signed.items():
        if other == name:
            continue
        factor = -sign * other_sign
        ends = (low.get(other, values[other]), high.get(other, values[other]))
        least += min(factor * end for end in ends)
        most += max(factor * end for end in ends)
    return least, most
