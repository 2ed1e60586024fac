"""What everyone may read: a fixed set of tables a year, masked together so that none gives another away.

There is no filter but the year, and the current year stops at its last whole month.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from analytics.domain.figures import Cell, Column, Figure, Mark, Row, rate
from analytics.domain.filters import HOMELESS_OR_SHELTERED, Filters
from analytics.domain.measures import MEASURES
from analytics.domain.secrecy import THRESHOLD, Sum, masked
from analytics.queries import allocations, commissions, demand, nights, supply
from analytics.queries.counted import COUNTED
from analytics.queries.coverage import Known
from analytics.queries.words import label, place
from contracts.lists import Scheme
from eventing.db import Tx, run

LEASED = text(
    f"""
    {COUNTED}
    SELECT scheme, territory_cell, situation_at_request = ANY(CAST(:counted AS text[])) AS homeless,
           count(*) AS n
    FROM counted
    WHERE lease_signed_on BETWEEN CAST(:first AS date) AND CAST(:last AS date)
    GROUP BY 1, 2, 3
    """  # noqa: S608 - names of ours only, values are bound
)
MASK_NOTE = f"« s » : moins de {THRESHOLD}, ou masqué pour qu’un tel nombre ne se retrouve pas."


@dataclass
class _Linked:
    """Numbers of one year by name, the sums that tie them, and those that stand in no table."""

    values: dict[str, int] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)

    def add(self, name: str, n: int) -> None:
        self.values[name] = self.values.get(name, 0) + n

    def tie(self, total: str, prefix: str) -> None:
        parts = tuple(sorted(name for name in self.values if name.startswith(prefix)))
        if parts:
            self.sums.append(Sum(total, parts))

    def shown(self) -> dict[str, Cell]:
        """Every number, or its mask."""
        away = masked(self.values, self.sums, frozenset(self.hidden))
        return {name: Mark.MASKED if name in away else n for name, n in self.values.items()}


def whole_months(year: int, known: Known) -> Filters:
    """The year, or what is over of it in whole months."""
    last_month_end = known.today.replace(day=1) - timedelta(days=1)
    return Filters(year, until=last_month_end) if year >= last_month_end.year else Filters(year)


async def publication(tx: Tx, year: int, known: Known) -> dict[str, Figure]:
    """The tables of a year by the measure they show; empty for a year with no whole month yet."""
    asked = whole_months(year, known)
    if asked.until is not None and asked.until.year < year:
        return {}
    leased = await _leased(tx, asked, known)
    return {
        "demand_by_door": _doors(await demand.by_door(tx, asked, known)),
        "unmet": _months(await nights.unmet(tx, asked, known)),
        "calls": _calls(await demand.calls(tx, asked, known)),
        "supply": _places(await supply.by_scheme(tx, asked, known)),
        "allocations_by_year": await _years(tx, known),
        "allocations_by_scheme": _split(leased, "scheme/", "allocations_by_scheme", "Dispositif", _scheme),
        "allocations_by_cell": _split(leased, "cell/", "allocations_by_cell", "Commune ou secteur", place),
        "commissions": _commissions(await commissions.listed(tx, asked, known)),
    }


def _scheme(code: str) -> str:
    return label(Scheme, code)


async def _leased(tx: Tx, asked: Filters, known: Known) -> dict[str, Cell]:
    linked = _Linked({"all": 0, "homeless": 0})
    counted = [str(group) for group in HOMELESS_OR_SHELTERED]
    period = asked.period
    values = {"first": period.first, "last": period.last, "counted": counted}
    for row in await run(tx, LEASED, territory=known.territory, own=None, **values):
        linked.add("all", row["n"])
        linked.add(f"scheme/{row['scheme']}", row["n"])
        linked.add(f"cell/{row['territory_cell']}", row["n"])
        if row["scheme"] == Scheme.SOCIAL_HOUSING:
            linked.add("homeless" if row["homeless"] else "social/others", row["n"])
    linked.tie("all", "scheme/")
    linked.tie("all", "cell/")
    if f"scheme/{Scheme.SOCIAL_HOUSING}" in linked.values:
        linked.values.setdefault("social/others", 0)
        linked.hidden.add("social/others")
        linked.sums.append(Sum(f"scheme/{Scheme.SOCIAL_HOUSING}", ("homeless", "social/others")))
    return linked.shown()


async def _years(tx: Tx, known: Known) -> Figure:
    """Year by year: all leased, those to homeless or sheltered, and what others published of these."""
    whole = await allocations.homeless(tx, Filters(known.today.year), known)
    rows: list[Row] = []
    for row in whole.rows:
        year = int(str(row[0]))
        asked = whole_months(year, known)
        shown = await _leased(tx, asked, known)
        days = asked.period
        ours = [
            cell or known.count("allocation", 0, days.first, days.last)
            for cell in (shown["all"], shown["homeless"])
        ]
        rows.append((str(row[0]), *ours, *row[4:]))
    columns = (
        Column("year", "Année", "text"),
        Column("leased", "Baux signés, tous dispositifs"),
        Column("counted", "Dont ménages hébergés ou sans abri, logement social"),
        *whole.columns[4:],
    )
    figure = Figure(MEASURES["allocations_by_year"], columns, tuple(rows), notes=whole.notes)
    return figure.noted(MEASURES["allocations_homeless"].definition, MASK_NOTE)


def _split(shown: dict[str, Cell], prefix: str, key: str, heading: str, words: Any) -> Figure:
    found = [(name.removeprefix(prefix), cell) for name, cell in shown.items() if name.startswith(prefix)]
    rows: list[Row] = sorted(
        ((words(name), cell) for name, cell in found),
        key=lambda row: (isinstance(row[1], str), -row[1] if isinstance(row[1], int) else 0, row[0]),
    )
    columns = (Column(prefix.rstrip("/"), heading, "text"), Column("allocations", "Bail signé"))
    total: Row | None = ("Ensemble", shown["all"]) if rows else None
    return Figure(MEASURES[key], columns, tuple(rows), total).noted(MASK_NOTE)


def _doors(figure: Figure) -> Figure:
    """Households and persons only: requests stand in the monthly table, and would tie the two."""
    rows: list[Row] = []
    for row in figure.rows:
        households, persons = row[4], row[5]
        small = any(isinstance(n, int) and 0 < n < THRESHOLD for n in (households, persons))
        rows.append((row[0], Mark.MASKED, Mark.MASKED) if small else (row[0], households, persons))
    columns = (figure.columns[0], figure.columns[4], figure.columns[5])
    return replace(figure, columns=columns, rows=tuple(rows)).noted(MASK_NOTE)


def _months(figure: Figure) -> Figure:
    """New requests of the 115, met and not, month by month: masked across and down."""
    kept = ("period", "new_all", "new_met", "new_unmet")
    rows, total = _masked_grid(figure, (1, 2, 3))
    columns = (
        *(column for column in figure.columns if column.key in kept),
        Column("flow", "Taux non pourvu (%)", "rate"),
    )
    lines = [(*row, rate(row[3], row[1])) for row in rows]
    whole = (*total, rate(total[3], total[1])) if total else None
    return replace(figure, columns=columns, rows=tuple(lines), total=whole).noted(MASK_NOTE)


def _calls(figure: Figure) -> Figure:
    """Offered, answered, abandoned: the same, where the three agree."""
    rows, total = _masked_grid(figure, (1, 2, 3))
    columns = (*figure.columns[:4],)
    return replace(figure, columns=columns, rows=tuple(rows), total=total).noted(MASK_NOTE)


def _masked_grid(figure: Figure, places: Sequence[int]) -> tuple[list[Row], Row | None]:
    """Rows and columns of three numbers, the first the sum of the others where it is; unknown cells stay."""
    lines = figure.lines
    linked = _Linked()
    for at, line in enumerate(lines):
        for n in places:
            linked.values[f"{n}/{at}"] = _number(line[n])
    for at, line in enumerate(lines):
        whole, *parts = places
        if _number(line[whole]) == sum(_number(line[n]) for n in parts):
            linked.sums.append(Sum(f"{whole}/{at}", tuple(f"{n}/{at}" for n in parts)))
    if figure.total:
        last = len(lines) - 1
        linked.sums += [Sum(f"{n}/{last}", tuple(f"{n}/{at}" for at in range(last))) for n in places]
    shown = linked.shown()
    rows: list[Row] = [
        (line[0], *(shown[f"{n}/{at}"] if isinstance(line[n], int) else line[n] for n in places))
        for at, line in enumerate(lines)
    ]
    return (rows[:-1], rows[-1]) if figure.total else (rows, None)


def _number(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0


def _places(figure: Figure) -> Figure:
    """Places and those out of use: they are of nobody. Occupied ones are left out."""
    chosen = (0, 1, 2)

    def cut(row: Row) -> Row:
        return tuple(row[n] for n in chosen)

    columns = tuple(figure.columns[n] for n in chosen)
    total = cut(figure.total) if figure.total else None
    return replace(figure, columns=columns, rows=tuple(cut(row) for row in figure.rows), total=total)


def _commissions(figure: Figure) -> Figure:
    """Those held: registered and present."""
    rows: list[Row] = []
    for row in figure.rows:
        if row[1] == commissions.STATES["held"]:
            numbers = [
                Mark.MASKED if isinstance(n, int) and 0 < n < THRESHOLD else n for n in (row[3], row[6])
            ]
            rows.append((row[0], *numbers))
    columns = (figure.columns[0], figure.columns[3], figure.columns[6])
    return replace(figure, columns=columns, rows=tuple(rows)).noted(MASK_NOTE)
