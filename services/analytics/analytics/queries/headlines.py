"""The figures of the first page: a number, its unit, its base of comparison in words."""

from collections.abc import Callable
from dataclasses import dataclass

from analytics.domain.figures import Cell, Figure, Mark
from analytics.domain.filters import Filters
from analytics.queries import Ask, allocations, demand, nights, supply, waiting
from analytics.queries.asking import to_date
from analytics.queries.coverage import Known
from contracts.lists import Door
from eventing.db import Tx
from webui.french import date_fr, nombre, pourcent


@dataclass(frozen=True)
class Headline:
    """One tile. `link` opens the figure it is read from."""

    title: str
    value: Cell
    unit: str
    comparison: str
    definition: str
    link: str


def compared(now: Cell, before: Cell, year: int) -> str:
    """« + 8,1 % en un an (5 504) », or why there is no comparison."""
    if not isinstance(now, int) or not isinstance(before, int):
        return f"Pas de comparaison : {year} n’est pas calculable."
    if before == 0:
        return f"Aucun en {year}."
    if now == before:
        return f"Autant qu’un an plus tôt ({nombre(before)})"
    return f"{pourcent((now - before) / before, signe=True)} en un an ({nombre(before)})"


def _total(figure: Figure, column: str) -> Cell:
    place = next(n for n, one in enumerate(figure.columns) if one.key == column)
    return figure.total[place] if figure.total else Mark.UNKNOWN


def _of_115(figure: Figure, column: str) -> Cell:
    place = next(n for n, one in enumerate(figure.columns) if one.key == column)
    return next((row[place] for row in figure.rows if row[0] == Door.CALL_115.label), Mark.UNKNOWN)


async def headlines(tx: Tx, asked: Filters, known: Known) -> list[Headline]:
    """Calls, households of the 115, unmet, places, allocations, allocations to homeless or sheltered."""
    now = to_date(asked, known)
    before = now.year_before()

    async def both(ask: Ask, read: Callable[[Figure, str], Cell], column: str) -> tuple[Cell, str]:
        value = read(await ask(tx, now, known), column)
        return value, compared(value, read(await ask(tx, before, known), column), before.year)

    flow = _total(await nights.unmet(tx, now, known), "flow")
    share = f" {nombre(flow, 1)} % des nouvelles demandes." if isinstance(flow, float) else ""
    day = supply.day_of(now, known)
    here = f"?annee={asked.year}"
    demand_page, answers_page = f"/analytics/demande{here}", f"/analytics/reponses{here}"
    tiles = (
        (demand.calls, _total, "offered", "Appels présentés", "appels", "Un appel n’est pas une demande.",
         demand_page),
        (demand.by_door, _of_115, "households", "Ménages ayant appelé le 115", "ménages",
         "Au moins une demande par le 115. Un ménage compte une fois. Les autres portes se lisent à part.",
         demand_page),
        (nights.unmet, _total, "new_unmet", "Demandes au 115 non pourvues", "demandes",
         f"Nouvelles demandes sans place à 6 h le lendemain.{share}", answers_page),
        (waiting.by_seniority, _total, "households", "Ménages en attente", "ménages",
         f"Insertion et logement, au {date_fr(day, jour=False)}. Un stock, pas les demandes de l’année.",
         f"/analytics/attente{here}"),
        (supply.by_scheme, _total, "places", "Places déclarées", "places",
         f"Au {date_fr(day, jour=False)}, dernier relevé de chaque structure.", f"/analytics/offre?au={day}"),
        (allocations.by_period, _total, "allocations", "Attributions", "baux signés",
         "Bail signé, tous dispositifs.", f"/analytics/attributions{here}"),
    )  # fmt: skip
    found = []
    for ask, read, column, title, unit, definition, link in tiles:
        value, words = await both(ask, read, column)
        found.append(Headline(title, value, unit, words, definition, link))
    return [*found, await _homeless(tx, asked, known)]


async def _homeless(tx: Tx, asked: Filters, known: Known) -> Headline:
    figure = await allocations.homeless(tx, asked, known)
    found = next((row for row in figure.rows if row[0] == str(asked.year)), None)
    value, published, source = (found[1], found[4], found[5]) if found else (Mark.UNKNOWN, "–", "–")
    beside = "Aucun chiffre publié n’a été importé pour cette année."
    if isinstance(published, int):
        beside = f"Publié ailleurs : {nombre(published)} ({source})"
    elif published != "–":
        beside = f"Publié ailleurs : {published} ({source})"
    return Headline(
        "Attributions aux ménages hébergés ou sans abri",
        value,
        "baux signés",
        beside,
        "Logement social, hors hébergement chez un tiers. Compris dans les attributions.",
        f"/analytics/attributions?annee={asked.year}",
    )
