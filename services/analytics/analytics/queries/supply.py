"""Places: the last report of each structure at a date. A stock is read at a day and never added over days."""

from datetime import date
from typing import Any

from sqlalchemy import text

from analytics.domain.figures import Cell, Column, Figure, Mark, Row, added
from analytics.domain.filters import Filters, Period
from analytics.domain.measures import MEASURES
from analytics.queries.coverage import Known
from analytics.queries.words import label, organisation_word
from contracts.lists import DwellingSize, Scheme
from eventing.db import Tx, run

_LAST = """
    SELECT DISTINCT ON (organisation_id, scheme, territory_cell) *
    FROM fact_supply
    WHERE NOT void AND day <= CAST(:on AS date)
      AND (CAST(:scheme AS text) IS NULL OR scheme = CAST(:scheme AS text))
      AND (CAST(:cell AS text) IS NULL OR territory_cell = CAST(:cell AS text))
      AND (CAST(:organisation AS uuid) IS NULL OR organisation_id = CAST(:organisation AS uuid))
    ORDER BY organisation_id, scheme, territory_cell, day DESC, revision DESC, record_id DESC
"""
_SUMS = """
    sum(places) AS places, sum(out_of_use) AS out_of_use, sum(occupied) AS occupied,
    COALESCE(sum(places) FILTER (WHERE occupied IS NULL), 0) AS unsaid, min(day) AS oldest
"""
BY_SCHEME = text(
    f"""
    SELECT scheme, {_SUMS}, count(DISTINCT organisation_id) AS organisations
    FROM ({_LAST}) AS last_report GROUP BY scheme ORDER BY places DESC, scheme
    """  # noqa: S608 - names of ours only, values are bound
)
BY_ORGANISATION = text(
    f"""
    SELECT organisation_id, scheme, {_SUMS}
    FROM ({_LAST}) AS last_report GROUP BY organisation_id, scheme
    ORDER BY places DESC, scheme, organisation_id
    """  # noqa: S608 - names of ours only, values are bound
)
VACANCIES = text(
    """
    SELECT scheme, dwelling_size, count(*) AS n, count(*) FILTER (WHERE accessible) AS accessible,
           min(free_from) AS oldest
    FROM fact_vacancy
    WHERE NOT void AND free_from <= CAST(:on AS date) AND (until IS NULL OR until > CAST(:on AS date))
      AND (CAST(:scheme AS text) IS NULL OR scheme = CAST(:scheme AS text))
      AND (CAST(:cell AS text) IS NULL OR territory_cell = CAST(:cell AS text))
      AND (CAST(:organisation AS uuid) IS NULL OR organisation_id = CAST(:organisation AS uuid))
    GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
    """
)
NUMBERS = (
    Column("places", "Places"),
    Column("out_of_use", "Dont hors service"),
    Column("occupied", "Occupées"),
    Column("unsaid", "Places sans occupation connue"),
)


def day_of(asked: Filters, known: Known) -> date:
    """The day chosen, else the end of the period, never after today."""
    return min(asked.on or asked.period.last, known.today)


def _values(asked: Filters, known: Known) -> dict[str, Any]:
    return {
        "on": day_of(asked, known),
        "scheme": asked.scheme,
        "cell": asked.cell,
        "organisation": asked.organisation,
    }


def _numbers(row: Any) -> list[Cell]:
    names = ("places", "out_of_use", "occupied", "unsaid")
    return [Mark.UNKNOWN if row[name] is None else int(row[name]) for name in names]


def _note(asked: Filters, known: Known) -> str:
    day = day_of(asked, known)
    span = known.spans.get("supply")
    if span is not None and span.first <= day:
        return ""
    return known.note("supply", Period(day, day))


async def by_scheme(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Scheme by scheme."""
    rows: list[Row] = [
        (label(Scheme, row["scheme"]), *_numbers(row), row["organisations"], row["oldest"])
        for row in await run(tx, BY_SCHEME, **_values(asked, known))
    ]
    total: Row = ("Ensemble", *(added([row[n] for row in rows]) for n in (1, 2, 3, 4)), "", "")
    columns = (
        Column("scheme", "Dispositif", "text"),
        *NUMBERS,
        Column("organisations", "Structures"),
        Column("oldest", "Relevé le plus ancien", "date"),
    )
    figure = Figure(MEASURES["supply"], columns, tuple(rows), total if rows else None)
    return figure.noted(_note(asked, known))


async def by_organisation(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Structure by structure."""
    rows: list[Row] = []
    for row in await run(tx, BY_ORGANISATION, **_values(asked, known)):
        name = await organisation_word(tx, row["organisation_id"])
        rows.append((name, label(Scheme, row["scheme"]), *_numbers(row), row["oldest"]))
    columns = (
        Column("organisation", "Structure", "text"),
        Column("scheme", "Dispositif", "text"),
        *NUMBERS,
        Column("day", "Relevé du", "date"),
    )
    return Figure(MEASURES["supply_by_organisation"], columns, tuple(rows)).noted(_note(asked, known))


async def vacancies(tx: Tx, asked: Filters, known: Known) -> Figure:
    """What is free at the date, by scheme and size."""
    rows: list[Row] = [
        (label(Scheme, row["scheme"]), label(DwellingSize, row["dwelling_size"]), row["n"], row["accessible"],
         row["oldest"])
        for row in await run(tx, VACANCIES, **_values(asked, known))
    ]  # fmt: skip
    columns = (
        Column("scheme", "Dispositif", "text"),
        Column("size", "Taille", "text"),
        Column("free", "Libres"),
        Column("accessible", "Dont accessibles"),
        Column("oldest", "Libre depuis le (plus ancien)", "date"),
    )
    return Figure(MEASURES["vacancies"], columns, tuple(rows))
