"""Met or not: the flow of new requests night by night, judged at the cut-off; the stock rate beside."""

from datetime import datetime
from typing import Any

from sqlalchemy import text

from analytics.domain.figures import Cell, Column, Figure, Row, added, rate
from analytics.domain.filters import Filters
from analytics.domain.measures import MEASURES
from analytics.queries.coverage import Known
from analytics.queries.demand import first_column, last_of, steps
from analytics.queries.words import label, month_word
from contracts.lists import Door, UnmetOrigin
from eventing.db import Tx, run

_JUDGED = """
    WITH judged AS (
        SELECT asked.household_id, asked.door, asked.kind, asked.night_of,
               asked.adults + asked.minors AS persons,
               last_word.answer, last_word.unmet_origin,
               bool_or(COALESCE(last_word.answer = 'attributed', false))
                   OVER (PARTITION BY COALESCE(same.root_id, asked.household_id), asked.night_of) AS met
        FROM fact_request AS asked
             LEFT JOIN household_root AS same ON same.household_id = asked.household_id
             CROSS JOIN LATERAL (SELECT ((asked.night_of + 1) + CAST('06:00' AS time))
                                        AT TIME ZONE 'Europe/Paris' AS at) AS cut_off
             LEFT JOIN LATERAL (
                 SELECT given.answer, given.unmet_origin FROM fact_answer AS given
                 WHERE given.request_record_id = asked.record_id AND NOT given.void
                   AND given.answered_at < cut_off.at
                 ORDER BY given.answered_at DESC, given.record_id DESC LIMIT 1
             ) AS last_word ON true
        WHERE NOT asked.void AND asked.branch = 'emergency'
          AND asked.night_of BETWEEN CAST(:first AS date) AND CAST(:last AS date)
          AND cut_off.at <= CAST(:now AS timestamptz)
    )
"""
_COUNTS = """
    count(*) FILTER (WHERE kind = 'new') AS new_all,
    count(*) FILTER (WHERE kind = 'new' AND met) AS new_met,
    count(*) FILTER (WHERE kind = 'new' AND NOT met) AS new_unmet,
    count(*) AS all_all, count(*) FILTER (WHERE NOT met) AS all_unmet
"""
BY_STEP = text(
    f"""
    {_JUDGED}
    SELECT CASE WHEN CAST(:by_day AS boolean) THEN night_of
                ELSE CAST(date_trunc('month', night_of) AS date) END AS step, {_COUNTS}
    FROM judged WHERE door = CAST(:door AS text) GROUP BY 1
    """  # noqa: S608 - names of ours only, values are bound
)
BY_DOOR = text(
    f"{_JUDGED} SELECT door, {_COUNTS} FROM judged GROUP BY door ORDER BY new_all DESC, door"  # noqa: S608 - names of ours only, values are bound
)
ORIGINS = text(
    f"""
    {_JUDGED}
    SELECT CASE WHEN answer IS NULL THEN 'none' WHEN answer = 'withdrawn' THEN 'withdrawn'
                ELSE COALESCE(unmet_origin, 'unknown') END AS origin,
           count(*) AS requests, sum(persons) AS persons
    FROM judged WHERE door = CAST(:door AS text) AND kind = 'new' AND NOT met
    GROUP BY 1 ORDER BY 2 DESC, 1
    """  # noqa: S608 - names of ours only, values are bound
)
NAMES = ("new_all", "new_met", "new_unmet", "all_all", "all_unmet")
OTHER_ORIGINS = {"none": "Sans réponse à l’heure limite", "withdrawn": "Demande retirée"}


def _values(asked: Filters, now: datetime, **more: Any) -> dict[str, Any]:
    return {"first": asked.period.first, "last": asked.period.last, "now": now, **more}


def _columns(first: Column) -> tuple[Column, ...]:
    return (
        first,
        Column("new_all", "Nouvelles demandes"),
        Column("new_met", "Pourvues"),
        Column("new_unmet", "Non pourvues"),
        Column("flow", "Taux non pourvu, flux (%)", "rate"),
        Column("all_all", "Toutes les demandes"),
        Column("all_unmet", "Toutes non pourvues"),
        Column("stock", "Taux non pourvu, stock (%)", "rate"),
    )


def _line(name: str, numbers: list[Cell]) -> Row:
    new_all, new_met, new_unmet, all_all, all_unmet = numbers
    flow, stock = rate(new_unmet, new_all), rate(all_unmet, all_all)
    return (name, new_all, new_met, new_unmet, flow, all_all, all_unmet, stock)


def door_of(asked: Filters) -> Door:
    """One door at a time: the 115 unless another is chosen."""
    return asked.door or Door.CALL_115


async def unmet(tx: Tx, asked: Filters, known: Known) -> Figure:
    """By month or by night, for one door."""
    values = _values(asked, tx.now, by_day=asked.by_day, door=door_of(asked))
    found = {row["step"]: row for row in await run(tx, BY_STEP, **values)}
    rows: list[Row] = []
    for step in steps(asked, known):
        row, last = found.get(step), last_of(step, asked)
        numbers = [known.count("request", row[name] if row else 0, step, last) for name in NAMES]
        rows.append(_line(month_word(step, asked.by_day), numbers))
    total = _line("Ensemble", [added([row[n] for row in rows]) for n in (1, 2, 3, 5, 6)])
    figure = Figure(MEASURES["unmet"], _columns(first_column(asked)), tuple(rows), total if rows else None)
    said = f"Porte : {door_of(asked).label}. Aucun taux n’est donné sous 20 demandes."
    return figure.noted(said, known.note("request", asked.period))


async def by_door(tx: Tx, asked: Filters, known: Known) -> Figure:
    """The same definitions, door by door, no total."""
    rows = [
        _line(label(Door, row["door"]), [row[name] for name in NAMES])
        for row in await run(tx, BY_DOOR, **_values(asked, tx.now))
    ]
    figure = Figure(
        MEASURES["unmet_by_door"], _columns(Column("door", "Porte d’entrée", "text")), tuple(rows)
    )
    return figure.noted(known.note("request", asked.period))


async def origins(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Why: as the last answer before the cut-off says."""
    found = await run(tx, ORIGINS, **_values(asked, tx.now, door=door_of(asked)))
    rows: list[Row] = [
        (
            OTHER_ORIGINS.get(row["origin"]) or label(UnmetOrigin, row["origin"]),
            row["requests"],
            int(row["persons"]),
        )
        for row in found
    ]
    total: Row = ("Ensemble", *(added([row[n] for row in rows]) for n in (1, 2)))
    columns = (
        Column("origin", "Origine", "text"),
        Column("requests", "Nouvelles demandes non pourvues"),
        Column("persons", "Personnes (déclaratif)"),
    )
    figure = Figure(MEASURES["unmet_origins"], columns, tuple(rows), total if rows else None)
    said = f"Porte : {door_of(asked).label}."
    return figure.noted(said, known.note("request", asked.period))
