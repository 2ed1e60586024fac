"""Calls, requests, households, encounters: units never taken for one another, never added over doors."""

from datetime import date
from typing import Any

from sqlalchemy import text

from analytics.domain.figures import Cell, Column, Figure, Row, added, rate
from analytics.domain.filters import Filters
from analytics.domain.measures import MEASURES
from analytics.queries.coverage import Known
from analytics.queries.words import label, month_word
from contracts.lists import Composition, Door
from eventing.db import Tx, run

CALLS = text(
    """
    SELECT step, sum(offered) AS offered, sum(answered) AS answered, sum(abandoned) AS abandoned,
           sum(recorded) AS recorded
    FROM (SELECT CASE WHEN CAST(:by_day AS boolean) THEN day ELSE CAST(date_trunc('month', day) AS date) END
                 AS step, offered, answered, abandoned, 0 AS recorded
          FROM fact_call_count WHERE NOT void AND day BETWEEN CAST(:first AS date) AND CAST(:last AS date)
          UNION ALL
          SELECT CASE WHEN CAST(:by_day AS boolean) THEN night_of
                      ELSE CAST(date_trunc('month', night_of) AS date) END, 0, 0, 0, 1
          FROM fact_call WHERE NOT void AND night_of BETWEEN CAST(:first AS date) AND CAST(:last AS date)
         ) AS both_sources
    GROUP BY step
    """
)
_ASKED = """
    NOT void AND day BETWEEN CAST(:first AS date) AND CAST(:last AS date)
    AND (CAST(:door AS text) IS NULL OR door = CAST(:door AS text))
    AND (CAST(:composition AS text) IS NULL OR composition = CAST(:composition AS text))
"""
_HOMES = f"""
    SELECT fact_request.*, COALESCE(root_id, fact_request.household_id) AS home
    FROM fact_request LEFT JOIN household_root ON household_root.household_id = fact_request.household_id
    WHERE {_ASKED}
"""  # noqa: S608 - names of ours only, values are bound
BY_DOOR = text(
    f"""
    WITH asked AS ({_HOMES}),
    latest AS (SELECT DISTINCT ON (door, home) door, adults + minors AS persons
               FROM asked ORDER BY door, home, day DESC, record_id DESC),
    homes AS (SELECT door, count(*) AS households, sum(persons) AS persons FROM latest GROUP BY door)
    SELECT door, count(*) FILTER (WHERE kind = 'new') AS fresh,
           count(*) FILTER (WHERE kind <> 'new') AS again,
           count(*) AS requests, min(homes.households) AS households, min(homes.persons) AS persons
    FROM asked JOIN homes USING (door) GROUP BY door ORDER BY requests DESC, door
    """  # noqa: S608 - names of ours only, values are bound
)
REQUESTS = text(
    f"""
    SELECT CASE WHEN CAST(:by_day AS boolean) THEN day
                ELSE CAST(date_trunc('month', day) AS date) END AS step, door, count(*) AS n
    FROM fact_request WHERE {_ASKED} GROUP BY 1, 2
    """  # noqa: S608 - names of ours only, values are bound
)
COMPOSITIONS = text(
    f"""
    SELECT composition, count(*) AS households, sum(adults + minors) AS persons
    FROM (SELECT DISTINCT ON (home) home, composition, adults, minors
          FROM ({_HOMES}) AS asked ORDER BY home, day DESC, record_id DESC) AS latest
    GROUP BY 1 ORDER BY 2 DESC, 1
    """  # noqa: S608 - names of ours only, values are bound
)
ENCOUNTERS = text(
    """
    SELECT CASE WHEN CAST(:by_day AS boolean) THEN night_of
                ELSE CAST(date_trunc('month', night_of) AS date) END AS step,
           count(*) FILTER (WHERE outcome = 'met') AS met, count(*) AS n,
           COALESCE(sum(persons) FILTER (WHERE outcome = 'met'), 0) AS persons
    FROM fact_encounter
    WHERE NOT void AND night_of BETWEEN CAST(:first AS date) AND CAST(:last AS date)
      AND (CAST(:cell AS text) IS NULL OR territory_cell = CAST(:cell AS text))
    GROUP BY 1
    """
)


def _dates(asked: Filters) -> dict[str, date]:
    return {"first": asked.period.first, "last": asked.period.last}


def _asked(asked: Filters) -> dict[str, Any]:
    return {**_dates(asked), "door": asked.door, "composition": asked.composition}


def steps(asked: Filters, known: Known) -> list[date]:
    """The days or months to show: none that has not begun."""
    return [step for step in asked.period.steps(asked.by_day) if step <= known.today]


def last_of(step: date, asked: Filters) -> date:
    """The last day of a step."""
    return step if asked.by_day else Filters(step.year, step.month).period.last


def first_column(asked: Filters) -> Column:
    """Its heading: days in a month, months in a year."""
    return Column("period", "Jour" if asked.by_day else "Mois", "text")


async def calls(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Offered, answered, abandoned by the switch; answered by the call records beside."""
    found = {row["step"]: row for row in await run(tx, CALLS, by_day=asked.by_day, **_dates(asked))}
    rows: list[Row] = []
    for step in steps(asked, known):
        row, last = found.get(step), last_of(step, asked)
        counted = [
            known.count("call_count", int(row[name]) if row else 0, step, last)
            for name in ("offered", "answered", "abandoned")
        ]
        recorded = known.count("call", int(row["recorded"]) if row else 0, step, last)
        rows.append((month_word(step, asked.by_day), *counted, rate(counted[1], counted[0]), recorded))
    sums = [added([row[place] for row in rows]) for place in (1, 2, 3)]
    total: Row = ("Ensemble", *sums, rate(sums[1], sums[0]), added([row[5] for row in rows]))
    columns = (
        first_column(asked),
        Column("offered", "Appels présentés"),
        Column("answered", "Décrochés"),
        Column("abandoned", "Abandonnés"),
        Column("rate", "Part décrochée (%)", "rate"),
        Column("recorded", "Fiches d’appel saisies"),
    )
    figure = Figure(MEASURES["calls"], columns, tuple(rows), total if rows else None)
    return figure.noted(known.note("call_count", asked.period))


async def by_door(tx: Tx, asked: Filters, known: Known) -> Figure:
    """One row per door and no total: doors overlap."""
    rows: list[Row] = [
        (
            label(Door, row["door"]),
            row["fresh"],
            row["again"],
            row["requests"],
            row["households"],
            int(row["persons"]),
        )
        for row in await run(tx, BY_DOOR, **_asked(asked))
    ]
    columns = (
        Column("door", "Porte d’entrée", "text"),
        Column("new", "Nouvelles demandes"),
        Column("again", "Renouvellements et prolongations"),
        Column("requests", "Toutes les demandes"),
        Column("households", "Ménages différents"),
        Column("persons", "Personnes (déclaratif)"),
    )
    figure = Figure(MEASURES["demand_by_door"], columns, tuple(rows))
    return figure.noted(known.note("request", asked.period))


async def requests(tx: Tx, asked: Filters, known: Known) -> Figure:
    """By month or day, a column per door, no column for all of them."""
    found = await run(tx, REQUESTS, by_day=asked.by_day, **_asked(asked))
    counts = {(row["step"], row["door"]): row["n"] for row in found}
    present = {row["door"] for row in found} | ({str(asked.door)} if asked.door else set())
    doors = [str(door) for door in Door if str(door) in present] + sorted(present - {str(d) for d in Door})
    rows: list[Row] = []
    for step in steps(asked, known):
        last = last_of(step, asked)
        numbers = [known.count("request", counts.get((step, door), 0), step, last) for door in doors]
        rows.append((month_word(step, asked.by_day), *numbers))
    total: Row = ("Ensemble", *(added([row[n + 1] for row in rows]) for n in range(len(doors))))
    columns = (first_column(asked), *(Column(door, label(Door, door)) for door in doors))
    figure = Figure(
        MEASURES["requests"], columns, tuple(rows) if doors else (), total if rows and doors else None
    )
    return figure.noted(known.note("request", asked.period))


async def compositions(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Households by their last known composition; over several doors each household counts once."""
    found = await run(tx, COMPOSITIONS, **_asked(asked))
    rows: list[Row] = [
        (label(Composition, row["composition"]), row["households"], int(row["persons"])) for row in found
    ]
    total: Row = ("Ensemble", *(added([row[n] for row in rows]) for n in (1, 2)))
    columns = (
        Column("composition", "Composition", "text"),
        Column("households", "Ménages différents"),
        Column("persons", "Personnes (déclaratif)"),
    )
    figure = Figure(MEASURES["compositions"], columns, tuple(rows), total if rows else None)
    return figure.noted(known.note("request", asked.period))


async def encounters(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Outreach teams: meetings and the persons met."""
    values = {"by_day": asked.by_day, "cell": asked.cell, **_dates(asked)}
    found = {row["step"]: row for row in await run(tx, ENCOUNTERS, **values)}
    rows: list[Row] = []
    for step in steps(asked, known):
        row, last = found.get(step), last_of(step, asked)
        numbers: list[Cell] = [
            known.count("encounter", int(row[name]) if row else 0, step, last)
            for name in ("n", "met", "persons")
        ]
        rows.append((month_word(step, asked.by_day), *numbers))
    total: Row = ("Ensemble", *(added([row[n] for row in rows]) for n in (1, 2, 3)))
    columns = (
        first_column(asked),
        Column("encounters", "Passages"),
        Column("met", "Rencontres"),
        Column("persons", "Personnes rencontrées"),
    )
    figure = Figure(MEASURES["encounters"], columns, tuple(rows), total if rows else None)
    return figure.noted(known.note("encounter", asked.period))
