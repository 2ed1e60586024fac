"""Allocations by year, scheme, place, organisation and situation; published figures beside them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import text

from analytics.domain.figures import Cell, Column, Figure, Mark, Row, added
from analytics.domain.filters import BASIS_WORDS, HOMELESS_OR_SHELTERED, Basis, Filters, Period
from analytics.domain.measures import MEASURES
from analytics.queries.counted import COUNTED
from analytics.queries.coverage import Known
from analytics.queries.words import (
    cell_word,
    dim_word,
    month_word,
    organisation_word,
    perimeter_word,
    source_word,
    word,
)
from contracts.lists import FigureTable, Scheme, SituationGroup, Unit
from eventing.db import Tx, run

_NARROWED = """
    (CAST(:scheme AS text) IS NULL OR scheme = CAST(:scheme AS text))
    AND (CAST(:cell AS text) IS NULL OR territory_cell = CAST(:cell AS text))
    AND (CAST(:organisation AS uuid) IS NULL OR organisation_id = CAST(:organisation AS uuid))
"""
DATED = """
    CASE CAST(:basis AS text) WHEN 'decided' THEN decided_on WHEN 'entered' THEN entered_on
                              ELSE lease_signed_on END
"""
BY_YEAR = text(
    f"""
    {COUNTED}
    SELECT CAST(EXTRACT(year FROM day) AS int) AS year, basis, count(*) AS n
    FROM counted,
         LATERAL (VALUES ('decided', decided_on), ('leased', lease_signed_on), ('entered', entered_on))
                 AS dates(basis, day)
    WHERE day IS NOT NULL AND {_NARROWED}
    GROUP BY 1, 2
    """  # noqa: S608 - names of ours only, values are bound
)
SPLIT = {
    name: text(
        f"""
        {COUNTED}
        SELECT {column} AS name, count(*) AS n
        FROM (SELECT *, {DATED} AS day FROM counted WHERE {_NARROWED}) AS dated
        WHERE day BETWEEN CAST(:first AS date) AND CAST(:last AS date)
        GROUP BY 1 ORDER BY 2 DESC, 1
        """  # noqa: S608 - names of ours only, values are bound
    )
    for name, column in {
        "day": "day",
        "month": "CAST(date_trunc('month', day) AS date)",
        "scheme": "scheme",
        "cell": "territory_cell",
        "organisation": "organisation_id",
        "situation": "situation_at_request",
    }.items()
}
HOMELESS = text(
    f"""
    {COUNTED}
    SELECT CAST(EXTRACT(year FROM lease_signed_on) AS int) AS year,
           count(*) FILTER (WHERE situation_at_request = ANY(CAST(:counted AS text[]))) AS counted,
           count(*) FILTER (WHERE situation_at_request = 'state_reception') AS state_reception,
           count(*) AS leased
    FROM counted
    WHERE scheme = 'social_housing' AND lease_signed_on IS NOT NULL
      AND (CAST(:cell AS text) IS NULL OR territory_cell = CAST(:cell AS text))
      AND (CAST(:organisation AS uuid) IS NULL OR organisation_id = CAST(:organisation AS uuid))
    GROUP BY 1
    """  # noqa: S608 - names of ours only, values are bound
)
PUBLISHED = text(
    """
    SELECT figure_table, vintage, perimeter, unit, source_code, cell
    FROM fact_figures, LATERAL jsonb_array_elements(cells) AS cell
    WHERE NOT void ORDER BY figure_table, cell -> 'dims' ->> 'year', vintage, source_code, perimeter
    """
)


def narrowing(asked: Filters, known: Known, *, basis: bool = True) -> dict[str, Any]:
    """Values for what narrows the allocations counted."""
    values: dict[str, Any] = {
        "territory": known.territory,
        "own": asked.own,
        "scheme": asked.scheme,
        "cell": asked.cell,
        "organisation": asked.organisation,
    }
    return values | ({"basis": asked.basis} if basis else {})


def _years(known: Known, found: Sequence[int]) -> list[int]:
    span = known.spans.get("allocation")
    if span is None:
        return sorted(set(found))
    return list(range(span.first.year, max([span.last.year, *found]) + 1))


async def by_year(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Leased, decided and entered, side by side."""
    found = {
        (r["year"], r["basis"]): r["n"]
        for r in await run(tx, BY_YEAR, **narrowing(asked, known, basis=False))
    }
    rows: list[Row] = []
    for year in _years(known, [year for year, _ in found]):
        days = date(year, 1, 1), date(year, 12, 31)
        numbers = [known.count("allocation", found.get((year, basis), 0), *days) for basis in Basis]
        rows.append((str(year), *numbers))
    columns = (
        Column("year", "Année", "text"),
        Column("leased", "Bail signé"),
        Column("decided", "Décidées"),
        Column("entered", "Entrées dans les lieux"),
    )
    return Figure(MEASURES["allocations_by_year"], columns, tuple(rows)).noted(_declared(known))


def _declared(known: Known) -> str:
    span = known.spans.get("allocation")
    if span is None:
        return known.note("allocation", Period(known.today, known.today))
    return known.note("allocation", Period(date(span.first.year, 1, 1), known.today))


async def by_period(tx: Tx, asked: Filters, known: Known) -> Figure:
    """By month, or by day in a month."""
    period = asked.period
    rows = await run(
        tx,
        SPLIT["day" if asked.by_day else "month"],
        first=period.first,
        last=period.last,
        **narrowing(asked, known),
    )
    found = {row["name"]: row["n"] for row in rows}
    steps = [step for step in period.steps(asked.by_day) if step <= known.today]
    lines: list[Row] = [
        (month_word(step, asked.by_day), known.count("allocation", found.get(step, 0), step, step))
        for step in steps
    ]
    name = "Jour" if asked.by_day else "Mois"
    columns = (Column("period", name, "text"), Column("allocations", BASIS_WORDS[asked.basis]))
    total: Row = ("Ensemble", added([line[1] for line in lines]))
    figure = Figure(MEASURES["allocations_by_period"], columns, tuple(lines), total if lines else None)
    return figure.noted(known.note("allocation", period))


async def _split(
    tx: Tx, asked: Filters, known: Known, key: str, name: str, heading: str, words: Any
) -> Figure:
    period = asked.period
    found = await run(tx, SPLIT[name], first=period.first, last=period.last, **narrowing(asked, known))
    rows: list[Row] = [(await words(tx, row["name"]), row["n"]) for row in found]
    columns = (Column(name, heading, "text"), Column("allocations", BASIS_WORDS[asked.basis]))
    total: Row = ("Ensemble", added([row[1] for row in rows]))
    figure = Figure(MEASURES[key], columns, tuple(rows), total if rows else None)
    return figure.noted(known.note("allocation", period))


async def by_scheme(tx: Tx, asked: Filters, known: Known) -> Figure:
    """By scheme."""
    return await _split(tx, asked, known, "allocations_by_scheme", "scheme", "Dispositif", word(Scheme))


async def by_cell(tx: Tx, asked: Filters, known: Known) -> Figure:
    """By commune or sector."""
    return await _split(tx, asked, known, "allocations_by_cell", "cell", "Commune ou secteur", cell_word)


async def by_organisation(tx: Tx, asked: Filters, known: Known) -> Figure:
    """By organisation, by its name once linked."""
    return await _split(
        tx, asked, known, "allocations_by_organisation", "organisation", "Organisme", organisation_word
    )


async def by_situation(tx: Tx, asked: Filters, known: Known) -> Figure:
    """By where the household lived when it asked."""
    words = word(SituationGroup)
    return await _split(tx, asked, known, "allocations_by_situation", "situation", "Situation", words)


async def homeless(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Ours, year by year, with every published total for that year in columns of its own."""
    counted = [str(group) for group in HOMELESS_OR_SHELTERED]
    values = {name: value for name, value in narrowing(asked, known, basis=False).items() if name != "scheme"}
    values["counted"] = counted
    found = {row["year"]: row for row in await run(tx, HOMELESS, **values)}
    elsewhere = await _published_homeless(tx)
    rows: list[Row] = []
    for year in _years(known, [*found, *elsewhere]):
        row = found.get(year)
        days = date(year, 1, 1), date(year, 12, 31)
        ours: list[Cell] = [
            known.count("allocation", row[name] if row else 0, *days)
            for name in ("counted", "state_reception", "leased")
        ]
        rows.append((str(year), *ours, *_beside(elsewhere.get(year, []))))
    columns = (
        Column("year", "Année", "text"),
        Column("counted", "Calculé par Seuil"),
        Column("state_reception", "À part : dispositif national d’accueil"),
        Column("leased", "Tous les baux, logement social"),
        Column("published", "Publié ailleurs", "text"),
        Column("published_source", "Source et périmètre du chiffre publié", "text"),
    )
    note = (
        "Le chiffre publié et le nôtre n’ont pas le même périmètre : ils ne sont égaux que par construction."
    )
    figure = Figure(MEASURES["allocations_homeless"], columns, tuple(rows))
    return figure.noted(_declared(known), note if elsewhere else "")


async def _published_homeless(tx: Tx) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in await run(tx, PUBLISHED):
        dims = row["cell"]["dims"]
        if row["figure_table"] == FigureTable.ALLOCATIONS_HOMELESS and isinstance(dims.get("year"), int):
            said = f"{source_word(row['source_code'])} ; {perimeter_word(row['perimeter'])}"
            found.setdefault(dims["year"], []).append((row["cell"]["value"], said))
    return found


def _beside(found: list[Row]) -> list[Cell]:
    if not found:
        return ["–", "–"]
    if len(found) == 1:
        return list(found[0])
    return [" ; ".join(str(value) for value, _ in found), " ; ".join(str(said) for _, said in found)]


async def published(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Every published total as it was imported."""
    rows: list[Row] = []
    for row in await run(tx, PUBLISHED):
        dims = row["cell"]["dims"]
        others = ", ".join(dim_word(name, value) for name, value in sorted(dims.items()) if name != "year")
        title = await word(FigureTable)(tx, row["figure_table"])
        rows.append(
            (
                title,
                str(dims.get("year", Mark.UNKNOWN)) + (f" ({others})" if others else ""),
                row["cell"]["value"],
                await word(Unit)(tx, row["unit"]),
                source_word(row["source_code"]),
                row["vintage"],
                perimeter_word(row["perimeter"]),
            )
        )
    columns = (
        Column("table", "Tableau", "text"),
        Column("year", "Année", "text"),
        Column("value", "Valeur publiée"),
        Column("unit", "Unité", "text"),
        Column("source", "Source", "text"),
        Column("vintage", "Édition", "date"),
        Column("perimeter", "Périmètre", "text"),
    )
    return Figure(MEASURES["published"], columns, tuple(rows))
