"""How each figure is drawn; those that are not here stand as tables."""

from collections.abc import Callable

from markupsafe import Markup

from analytics.domain.figures import Figure, drawable
from webui.charts import Serie, barres, barres_groupees
from webui.french import MONTHS, SHORT_MONTHS

MOST = 15
MOST_SERIES = 4
Draw = Callable[[Figure], Markup]


def _bars(column: str) -> Draw:
    """One bar a row, the longest first rows only: the table has them all."""

    def draw(figure: Figure) -> Markup:
        names = [str(row[0]) for row in figure.rows][:MOST]
        values = drawable(figure.column(column))[:MOST]
        return barres(f"g-{figure.measure.key}", figure.measure.title, names, values, figure.measure.unit)

    return draw


def _groups(*columns: str) -> Draw:
    """Bars side by side along the first column; no column named: the first four."""

    def draw(figure: Figure) -> Markup:
        labels = {column.key: column.label for column in figure.columns[1:]}
        chosen = [key for key in columns or tuple(labels)[:MOST_SERIES] if key in labels]
        series = [Serie(labels[key], drawable(figure.column(key))) for key in chosen]
        names = [str(row[0]) for row in figure.rows]
        short = [_short(name) for name in names]
        measure = figure.measure
        return barres_groupees(f"g-{measure.key}", measure.title, short, series, measure.unit, courts=short)

    return draw


def _short(name: str) -> str:
    first, _, rest = name.replace("\u00a0", " ").partition(" ")
    if first in MONTHS:
        return SHORT_MONTHS[MONTHS.index(first)]
    return rest.split(" ")[0] if first.endswith(".") else name


DRAWN: dict[str, Draw] = {
    "calls": _groups("offered", "answered", "abandoned"),
    "demand_by_door": _bars("households"),
    "requests": _groups(),
    "compositions": _bars("households"),
    "encounters": _groups("persons"),
    "unmet": _groups("new_met", "new_unmet"),
    "unmet_origins": _bars("requests"),
    "supply": _bars("places"),
    "allocations_by_year": _groups("leased", "decided", "entered", "counted"),
    "allocations_by_period": _groups("allocations"),
    "allocations_by_scheme": _bars("allocations"),
    "allocations_by_cell": _bars("allocations"),
    "allocations_by_organisation": _bars("allocations"),
    "allocations_by_situation": _bars("allocations"),
    "allocations_homeless": _groups("counted", "published"),
}


def drawing(figure: Figure) -> Markup | None:
    """The drawing of a figure, or None."""
    draw = DRAWN.get(figure.measure.key)
    return draw(figure) if draw and figure.rows and not figure.empty else None
