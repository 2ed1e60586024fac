"""Who waits at a date, and since when: a stock of households, by the seniority of their first transmission.

A request is open at 24:00 of the day unless withdrawn, expired, met, or its household was housed since (T29);
suspended ones stand apart. Households judged to be one count once.
"""

from datetime import date
from typing import Any

from sqlalchemy import text

from analytics.domain.figures import Column, Figure, Row, added
from analytics.domain.filters import Filters, Period
from analytics.domain.measures import MEASURES
from analytics.queries.coverage import Known
from analytics.queries.supply import day_of
from analytics.queries.words import label
from contracts.lists import Composition, Priority, PriorityStatus
from eventing.db import Tx, run
from webui.french import date_fr

_WAITING = """
    WITH housed AS (
        SELECT COALESCE(r.root_id, a.household_id) AS home, LEAST(a.lease_signed_on, a.entered_on) AS day
        FROM (SELECT household_id, lease_signed_on, entered_on FROM fact_allocation
              WHERE NOT void AND household_id IS NOT NULL
              UNION ALL SELECT household_id, lease_signed_on, entered_on FROM case_allocation
              WHERE cancelled_on IS NULL) AS a
             LEFT JOIN household_root AS r ON r.household_id = a.household_id
        WHERE LEAST(a.lease_signed_on, a.entered_on) <= CAST(:on AS date)
    ), changes AS (
        SELECT request_record_id, (array_agg(change ORDER BY changed_on DESC, record_id DESC))[1] AS change,
               max(changed_on) FILTER (WHERE change IN ('refreshed', 'completed', 'reactivated')) AS heard_on
        FROM fact_request_change WHERE NOT void AND changed_on <= CAST(:on AS date)
        GROUP BY request_record_id
    ), answers AS (
        SELECT DISTINCT ON (n.request_record_id) n.request_record_id, n.answer
        FROM fact_answer AS n JOIN fact_request AS q ON q.record_id = n.request_record_id
        WHERE NOT n.void AND q.branch IN ('insertion', 'housing')
          AND CAST(n.answered_at AT TIME ZONE 'Europe/Paris' AS date) <= CAST(:on AS date)
        ORDER BY n.request_record_id, n.answered_at DESC, n.record_id DESC
    ), since_housed AS (
        SELECT home, max(day) AS day FROM housed GROUP BY home
    ), asked AS (
        SELECT COALESCE(r.root_id, q.household_id) AS home, q.registered_on, q.composition,
               q.adults + q.minors AS persons, q.first_transmitted_on, q.record_id,
               COALESCE(c.change = 'suspended', false) AS suspended,
               GREATEST(q.registered_on, c.heard_on) AS heard_on
        FROM fact_request AS q
             LEFT JOIN household_root AS r ON r.household_id = q.household_id
             LEFT JOIN changes AS c ON c.request_record_id = q.record_id
             LEFT JOIN answers AS n ON n.request_record_id = q.record_id
             LEFT JOIN since_housed AS h ON h.home = COALESCE(r.root_id, q.household_id)
             LEFT JOIN cut_household AS gone
                       ON gone.id = q.household_id AND gone.erased_on <= CAST(:on AS date)
        WHERE NOT q.void AND q.branch IN ('insertion', 'housing') AND q.registered_on <= CAST(:on AS date)
          AND (CAST(:composition AS text) IS NULL OR q.composition = CAST(:composition AS text))
          AND COALESCE(c.change NOT IN ('withdrawn', 'expired'), true)
          AND COALESCE(n.answer NOT IN ('attributed', 'withdrawn'), true)
          AND COALESCE(h.day < q.registered_on, true) AND gone.id IS NULL
    ), homes AS (
        SELECT home, bool_and(suspended) AS suspended,
               COALESCE(min(first_transmitted_on) FILTER (WHERE NOT suspended),
                        min(first_transmitted_on)) AS since,
               max(heard_on) FILTER (WHERE NOT suspended) AS heard_on,
               (array_agg(composition ORDER BY registered_on DESC, record_id DESC))[1] AS composition,
               (array_agg(persons ORDER BY registered_on DESC, record_id DESC))[1] AS persons
        FROM asked GROUP BY home
    ), waiting AS (
        SELECT *, heard_on < CAST(:on AS date) - INTERVAL '3 months' AS stale,
               CASE WHEN since IS NULL THEN 'unknown'
                    WHEN since > CAST(:on AS date) - INTERVAL '6 months' THEN 'months6'
                    WHEN since > CAST(:on AS date) - INTERVAL '1 year' THEN 'year1'
                    WHEN since > CAST(:on AS date) - INTERVAL '2 years' THEN 'year2'
                    WHEN since > CAST(:on AS date) - INTERVAL '3 years' THEN 'year3'
                    WHEN since > CAST(:on AS date) - INTERVAL '5 years' THEN 'year5'
                    ELSE 'longer' END AS band
        FROM homes
    )
"""
_NUMBERS = """
    count(*) FILTER (WHERE NOT suspended) AS households,
    COALESCE(sum(persons) FILTER (WHERE NOT suspended), 0) AS persons,
    count(*) FILTER (WHERE NOT suspended AND stale) AS stale,
    count(*) FILTER (WHERE suspended) AS suspended
"""
WAITING = {
    name: text(f"{_WAITING} SELECT {name} AS name, {_NUMBERS} FROM waiting GROUP BY 1 ORDER BY 2 DESC, 1")  # noqa: S608 - names of ours only, values are bound
    for name in ("band", "composition")
}
PRIORITIES = text(
    """
    SELECT priority, status, count(*) AS n FROM (
        SELECT DISTINCT ON (COALESCE(r.root_id, p.household_id), priority) priority, status
        FROM fact_priority AS p LEFT JOIN household_root AS r ON r.household_id = p.household_id
        WHERE NOT void AND since_on <= CAST(:on AS date)
        ORDER BY COALESCE(r.root_id, p.household_id), priority, since_on DESC, record_id DESC) AS latest
    GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2
    """
)
BANDS = {
    "months6": "Moins de six mois",
    "year1": "Six mois à un an",
    "year2": "Un à deux ans",
    "year3": "Deux à trois ans",
    "year5": "Trois à cinq ans",
    "longer": "Cinq ans ou plus",
    "unknown": "Ancienneté non transmise",
}
NAMES = ("households", "persons", "stale", "suspended")


def _columns(first: Column) -> tuple[Column, ...]:
    return (
        first,
        Column("households", "Ménages en attente"),
        Column("persons", "Personnes (déclaratif)"),
        Column("stale", "Dont à actualiser"),
        Column("suspended", "Suspendus, à part"),
    )


async def by_seniority(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Band by band, the youngest first."""
    found = {row["name"]: row for row in await _rows(tx, "band", asked, known)}
    rows: list[Row] = [
        (words, *(int(found[band][name]) if band in found else 0 for name in NAMES))
        for band, words in BANDS.items()
    ]
    columns = _columns(Column("band", "Ancienneté", "text"))
    return _figure("waiting", columns, rows if found else [], asked, known)


async def by_composition(tx: Tx, asked: Filters, known: Known) -> Figure:
    """The same households, by their composition."""
    rows: list[Row] = [
        (label(Composition, row["name"]), *(int(row[name]) for name in NAMES))
        for row in await _rows(tx, "composition", asked, known)
    ]
    columns = _columns(Column("composition", "Composition", "text"))
    return _figure("waiting_by_composition", columns, rows, asked, known)


async def _rows(tx: Tx, name: str, asked: Filters, known: Known) -> list[Any]:
    return await run(tx, WAITING[name], on=day_of(asked, known), composition=asked.composition)


def _figure(key: str, columns: tuple[Column, ...], rows: list[Row], asked: Filters, known: Known) -> Figure:
    total: Row = ("Ensemble", *(added([row[n + 1] for row in rows]) for n in range(len(NAMES))))
    figure = Figure(MEASURES[key], columns, tuple(rows), total if rows else None)
    return figure.noted(_at(day_of(asked, known)), "" if rows else _nothing(known, asked))


def _at(day: date) -> str:
    return f"À la fin de la journée du {date_fr(day, jour=False)}."


def _nothing(known: Known, asked: Filters) -> str:
    day = day_of(asked, known)
    return known.note("request", Period(day, day))


async def priorities(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Households by priority and by its latest state."""
    day = day_of(asked, known)
    rows: list[Row] = [
        (label(Priority, row["priority"]), label(PriorityStatus, row["status"]), row["n"])
        for row in await run(tx, PRIORITIES, on=day)
    ]
    columns = (
        Column("priority", "Priorité", "text"),
        Column("status", "État", "text"),
        Column("households", "Ménages"),
    )
    return Figure(MEASURES["priorities"], columns, tuple(rows)).noted(_at(day))
