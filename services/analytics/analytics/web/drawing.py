"""How each figure is drawn; those that are not here stand as tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from analytics.domain.figures import Figure, drawable
from analytics.domain.stages import FUNNEL
from webui.charts import Serie, barres, barres_doubles, barres_groupees, entonnoir
from webui.french import MONTHS, SHORT_MONTHS
from webui.sankey import sankey

MOST = 15
MOST_SERIES = 4
BARS = {
    "demand_by_door": "households",
    "compositions": "households",
    "unmet_origins": "requests",
    "supply": "places",
    "waiting": "households",
    "waiting_by_composition": "households",
    "case_states": "cases",
    "decision_outcomes": "decisions",
    "allocations_by_scheme": "allocations",
    "allocations_by_cell": "allocations",
    "allocations_by_organisation": "allocations",
    "allocations_by_situation": "allocations",
}
"""Figures drawn as one bar a row, and of which column."""
GROUPS: dict[str, tuple[str, ...]] = {
    "calls": ("offered", "answered", "abandoned"),
    "requests": (),
    "encounters": ("persons",),
    "unmet": ("new_met", "new_unmet"),
    "panel_activity": ("passages", "decisions", "adjourned"),
    "decisions_told": ("decisions", "referrer", "household"),
    "allocations_by_year": ("leased", "decided", "entered", "counted"),
    "allocations_by_period": ("allocations",),
    "allocations_homeless": ("counted", "published"),
}
"""Figures drawn as bars side by side along the first column; none named: the first four columns."""


@dataclass(frozen=True)
class Drawing:
    """A chart, and in words what it shows of the figure. `wide`: it takes the page's whole width."""

    image: Markup
    shows: str
    wide: bool = False


def drawing(figure: Figure) -> Drawing | None:
    """The drawing of a figure, or None: it stands as a table."""
    key = figure.measure.key
    if not figure.rows or figure.empty or not _some(figure):
        return None
    if key == "flows":
        return _flows(figure)
    if key == "path":
        return _path(figure)
    if key == "funnel":
        names = [str(row[0]) for row in figure.rows]
        values = drawable(figure.column("cases"))
        return Drawing(entonnoir("g-funnel", figure.measure.title, names, values, "dossiers"), "Dossiers")
    if key in BARS:
        return _bars(figure, BARS[key])
    labels = {column.key: column.label for column in figure.columns[1:]}
    chosen = [name for name in GROUPS.get(key, ()) or tuple(labels)[:MOST_SERIES] if name in labels]
    return _groups(figure, chosen, labels) if key in GROUPS and chosen else None


def _some(figure: Figure) -> bool:
    """Whether anything is left to draw."""
    return any(isinstance(cell, int | float) for row in figure.rows for cell in row[1:])


def _path(figure: Figure) -> Drawing:
    names = [str(row[0]) for row in figure.rows]
    done = Serie("Médiane des étapes finies", drawable(figure.column("median")))
    waits = Serie("Âge médian de ce qui attend", drawable(figure.column("open_median")))
    image = barres_doubles("g-path", figure.measure.title, names, (done, waits), "jours")
    return Drawing(image, "Jours, étapes finies et attente en cours")


def _flows(figure: Figure) -> Drawing | None:
    """Columns by the order of the path: a place stands right of all that lead to it."""
    links = [(str(row[0]), str(row[1]), row[2]) for row in figure.rows if isinstance(row[2], int)]
    if not links:
        return None
    places: dict[str, int] = {FUNNEL[0]: 0}
    for start, end, _ in links:
        places[end] = max(places.get(end, 0), places.get(start, 0) + 1)
    columns = [[name for name, at in places.items() if at == n] for n in range(max(places.values()) + 1)]
    title = figure.measure.title
    image = sankey("g-flows", title, columns, links, "dossiers", clairs=(FUNNEL[-1],))
    return Drawing(image, "Dossiers, d’une étape à l’autre", wide=True)


def _bars(figure: Figure, column: str) -> Drawing:
    names = [str(row[0]) for row in figure.rows][:MOST]
    values = drawable(figure.column(column))[:MOST]
    label = next(one.label for one in figure.columns if one.key == column)
    image = barres(f"g-{figure.measure.key}", figure.measure.title, names, values, label.lower())
    more = f", les {MOST} premières lignes" if len(figure.rows) > MOST else ""
    return Drawing(image, f"{label}{more}")


def _groups(figure: Figure, chosen: Sequence[str], labels: dict[str, str]) -> Drawing:
    series = [Serie(labels[key], drawable(figure.column(key))) for key in chosen]
    short = [_short(str(row[0])) for row in figure.rows]
    measure = figure.measure
    image = barres_groupees(f"g-{measure.key}", measure.title, short, series, measure.unit, courts=short)
    more = (
        ", les quatre premières portes"
        if len(figure.columns) > MOST_SERIES + 1 and not GROUPS[measure.key]
        else ""
    )
    return Drawing(image, ", ".join(labels[key] for key in chosen) + more)


def _short(name: str) -> str:
    first, _, rest = name.replace("\u00a0", " ").partition(" ")
    if first in MONTHS:
        return SHORT_MONTHS[MONTHS.index(first)]
    return rest.split(" ")[0] if first.endswith(".") else name
