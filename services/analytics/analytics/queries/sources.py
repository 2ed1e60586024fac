"""Who told which allocations, what was matched, and what looks alike and was not."""

from typing import Any

from sqlalchemy import text

from analytics.domain.figures import Column, Figure, Mark, Row
from analytics.domain.filters import Filters
from analytics.domain.measures import MEASURES
from analytics.queries.allocations import DATED
from analytics.queries.counted import COUNTED
from analytics.queries.coverage import Known
from analytics.queries.words import label
from contracts.lists import Register
from eventing.db import Tx, run

_INSIDE = "BETWEEN CAST(:first AS date) AND CAST(:last AS date)"
SOURCES = text(
    f"""
    {COUNTED}
    SELECT told_by, count(*) FILTER (WHERE NOT cancelled) AS told,
           count(*) FILTER (WHERE NOT cancelled AND group_id IS NOT NULL) AS matched,
           count(*) FILTER (WHERE cancelled) AS cancelled
    FROM (SELECT *, {DATED} AS day FROM together) AS dated WHERE day {_INSIDE} GROUP BY 1
    UNION ALL
    SELECT 'counted', count(*), count(*) FILTER (WHERE reports > 1), NULL
    FROM (SELECT *, {DATED} AS day FROM counted) AS dated WHERE day {_INSIDE}
    """  # noqa: S608 - names of ours only, values are bound
)
_EITHER = f"(one.day {_INSIDE} OR other.day {_INSIDE})"
_PAIR = """
    SELECT one.id AS a, other.id AS b, LEAST(one.told_by, other.told_by) AS told,
           GREATEST(one.told_by, other.told_by) AS again, COALESCE(one.home = other.home, false) AS same_home
    FROM alive AS one JOIN alive AS other
         ON one.scheme = other.scheme AND one.composition = other.composition AND one.id < other.id
            AND one.told_by <> other.told_by AND abs(one.day - other.day) <= 62
            AND COALESCE(one.group_id <> other.group_id, true)
"""
DOUBLES = text(
    f"""
    {COUNTED}, alive AS MATERIALIZED (
        SELECT together.*, COALESCE(r.root_id, together.household_id) AS home,
               COALESCE(lease_signed_on, entered_on, decided_on) AS day
        FROM together LEFT JOIN household_root AS r ON r.household_id = together.household_id
        WHERE NOT cancelled AND COALESCE(lease_signed_on, entered_on, decided_on)
              BETWEEN CAST(:first AS date) - 62 AND CAST(:last AS date) + 62
    ), pairs AS (
        {_PAIR} AND one.home = other.home WHERE {_EITHER}
        UNION
        {_PAIR} AND one.organisation_id = other.organisation_id AND one.persons = other.persons
                AND (one.home IS NULL OR other.home IS NULL OR one.case_id IS NOT NULL
                     OR other.case_id IS NOT NULL)
                AND (one.territory_cell = other.territory_cell
                     OR 'unknown' IN (one.territory_cell, other.territory_cell))
        WHERE {_EITHER}
    )
    SELECT told, again, count(*) AS n, count(*) FILTER (WHERE same_home) AS same_home
    FROM pairs GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
    """  # noqa: S608 - names of ours only, values are bound
)
CASE = "Dossiers de Seuil"
COUNTED_ONCE = "Comptées une fois"


def _source(code: str) -> str:
    return CASE if code == "case" else label(Register, code)


def _values(asked: Filters, known: Known) -> dict[str, Any]:
    days = asked.period
    return {"first": days.first, "last": days.last, "territory": known.territory, "own": asked.own}


async def sources(tx: Tx, asked: Filters, known: Known) -> Figure:
    """One row a source, then what is counted."""
    found = await run(tx, SOURCES, basis=asked.basis, **_values(asked, known))
    told = sorted(
        (row for row in found if row["told_by"] != "counted"), key=lambda row: (-row["told"], row["told_by"])
    )
    rows: list[Row] = [
        (_source(row["told_by"]), row["told"], row["matched"], row["cancelled"]) for row in told
    ]
    counted = next(row for row in found if row["told_by"] == "counted")
    if rows:
        rows.append((COUNTED_ONCE, counted["told"], counted["matched"], Mark.NONE))
    columns = (
        Column("source", "Source", "text"),
        Column("told", "Attributions"),
        Column("matched", "Réunies avec une autre source"),
        Column("cancelled", "Annulées dans leur dossier"),
    )
    return Figure(MEASURES["allocations_sources"], columns, tuple(rows))


async def doubles(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Pairs that look alike and that nobody matched."""
    found = await run(tx, DOUBLES, **_values(asked, known))
    rows: list[Row] = [
        (_source(row["told"]), _source(row["again"]), row["n"], row["same_home"], row["n"] - row["same_home"])
        for row in found
    ]
    columns = (
        Column("one", "Source", "text"),
        Column("other", "Autre source", "text"),
        Column("pairs", "Couples possibles"),
        Column("same_home", "Dont même ménage"),
        Column("alike", "Dont même organisme seulement"),
    )
    return Figure(MEASURES["possible_doubles"], columns, tuple(rows))
