"""The path of cases: days from step to step, what waits at each, how far cases of a period have come."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from analytics.domain.figures import Cell, Column, Figure, Mark, Row, rate
from analytics.domain.filters import Filters
from analytics.domain.measures import MEASURES
from analytics.domain.stages import FUNNEL, STEPS, Reached, flow_of
from analytics.queries.coverage import Known
from analytics.queries.listing import Listed
from analytics.queries.words import label
from contracts.lists import CaseState
from eventing.db import Tx, run

MINE = """
    file.territory = CAST(:territory AS text)
    AND (CAST(:own AS uuid) IS NULL OR file.organisation_id = CAST(:own AS uuid))
"""
_DAYS = f"""
    days AS (
        SELECT file.case_id, file.cut, file.ended_on, said.*, opinion.decided, proposal.proposed,
               proposal.answered, place.allocated, place.leased, place.entered
        FROM case_file AS file
             LEFT JOIN LATERAL (
                 SELECT min(day) FILTER (WHERE step = 'submitted') AS submitted,
                        min(day) FILTER (WHERE step = 'admitted') AS admitted,
                        min(day) FILTER (WHERE step = 'scheduled') AS scheduled,
                        min(day) FILTER (WHERE step = 'examined') AS examined
                 FROM case_step AS s WHERE s.case_id = file.case_id) AS said ON true
             LEFT JOIN LATERAL (
                 SELECT min(decided_on) AS decided FROM case_decision AS d
                 WHERE d.case_id = file.case_id) AS opinion ON true
             LEFT JOIN LATERAL (
                 SELECT min(proposed_on) AS proposed, min(answered_on) AS answered
                 FROM case_orientation AS o WHERE o.case_id = file.case_id) AS proposal ON true
             LEFT JOIN LATERAL (
                 SELECT min(decided_on) AS allocated, min(lease_signed_on) AS leased,
                        min(entered_on) AS entered
                 FROM case_allocation AS a
                 WHERE a.case_id = file.case_id AND a.cancelled_on IS NULL) AS place ON true
        WHERE {MINE}
    ), steps AS (
        SELECT case_id, cut, ended_on, step, starts, ends, since, until
        FROM days, LATERAL (VALUES
            ('admitted', submitted, admitted, submitted, admitted),
            ('scheduled', admitted, scheduled, admitted, scheduled),
            ('examined', scheduled, examined, scheduled, examined),
            ('decided', examined, decided, examined, decided),
            ('answered', decided, answered, proposed, LEAST(answered, allocated)),
            ('allocated', COALESCE(answered, CASE WHEN allocated IS NOT NULL THEN decided END), allocated,
             answered, allocated),
            ('leased', allocated, leased, allocated, LEAST(leased, entered)),
            ('entered', COALESCE(leased, CASE WHEN entered IS NOT NULL THEN allocated END), entered,
             leased, entered)
        ) AS each(step, starts, ends, since, until)
    ), closed AS (
        SELECT step, case_id, cut, starts, ends, ends - starts AS days FROM steps
        WHERE ends BETWEEN CAST(:first AS date) AND CAST(:last AS date) AND ends >= starts
    ), still AS (
        SELECT step, case_id, cut, starts, CAST(NULL AS date) AS ends, CAST(:last AS date) - starts AS days
        FROM steps
        WHERE NOT cut AND starts <= CAST(:last AS date) AND since <= CAST(:last AS date)
              AND (until IS NULL OR until > CAST(:last AS date))
              AND (ended_on IS NULL OR ended_on > CAST(:last AS date))
    )
"""  # noqa: S608 - names of ours only, values are bound
_SPREAD = """
    count(*) AS n, percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median,
    percentile_disc(0.9) WITHIN GROUP (ORDER BY days) AS ninth, max(days) AS longest
"""
PATH = text(
    f"""
    WITH {_DAYS}
    SELECT 'closed' AS kind, step, {_SPREAD} FROM closed GROUP BY step
    UNION ALL SELECT 'open', step, {_SPREAD} FROM still GROUP BY step
    UNION ALL SELECT 'backwards', step, count(*), NULL, NULL, NULL FROM steps
              WHERE ends BETWEEN CAST(:first AS date) AND CAST(:last AS date) AND ends < starts GROUP BY step
    """  # noqa: S608 - names of ours only, values are bound
)
BEHIND_PATH = {
    column: text(
        f"WITH {_DAYS} SELECT case_id, cut, starts, ends, days FROM {source} "  # noqa: S608 - names of ours only, values are bound
        "WHERE step = CAST(:step AS text) ORDER BY days DESC, case_id"
    )
    for column, source in (("closed", "closed"), ("open", "still"))
}
COHORT = text(
    f"""
    SELECT file.case_id, file.cut, file.submitted_on, file.state_on, file.reached, file.outcome,
           file.ended_on IS NOT NULL AS ended
    FROM case_file AS file
    WHERE file.submitted_on BETWEEN CAST(:first AS date) AND CAST(:last AS date) AND {MINE}
    ORDER BY file.submitted_on, file.case_id
    """  # noqa: S608 - names of ours only, values are bound
)
_OPEN = f"""
    FROM case_file AS file
    WHERE NOT file.cut AND file.ended_on IS NULL AND {MINE}
"""
OPEN = text(
    f"""
    SELECT file.state, count(*) AS n, max(CAST(:today AS date) - file.state_on) AS longest,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY CAST(:today AS date) - file.state_on) AS median
    {_OPEN} GROUP BY file.state
    """
)
BEHIND_OPEN = text(
    f"""
    SELECT file.case_id, file.cut, file.state_on AS starts, CAST(NULL AS date) AS ends,
           CAST(:today AS date) - file.state_on AS days
    {_OPEN} AND file.state = CAST(:state AS text) ORDER BY days DESC, file.case_id
    """
)


def whose(asked: Filters, known: Known) -> dict[str, Any]:
    """Whose cases are counted."""
    return {"territory": known.territory, "own": asked.own}


def between(asked: Filters, known: Known) -> dict[str, Any]:
    """The same, between the days asked for, none after today."""
    days = asked.period.until(known.today)
    return {"first": days.first, "last": days.last, **whose(asked, known)}


def whole(value: Any) -> Cell:
    """A number of days as one says it: rounded, or not calculable."""
    return Mark.UNKNOWN if value is None else round(float(value))


async def path(tx: Tx, asked: Filters, known: Known) -> Figure:
    """One row a step: how long it took when done, and how long it has waited where it is not."""
    found = {(r["kind"], r["step"]): r for r in await run(tx, PATH, **between(asked, known))}
    rows: list[Row] = []
    for step, words in STEPS.items():
        done, still = found.get(("closed", step)), found.get(("open", step))
        rows.append(
            (
                words,
                done["n"] if done else 0,
                *([whole(done["median"]), whole(done["ninth"])] if done else [Mark.UNKNOWN] * 2),
                still["n"] if still else 0,
                *([whole(still["median"]), whole(still["longest"])] if still else [Mark.UNKNOWN] * 2),
            )
        )
    columns = (
        Column("step", "Étape", "text"),
        Column("closed", "Étapes finies"),
        Column("median", "Médiane (jours)", "days"),
        Column("ninth", "9 sur 10 en moins de (jours)", "days"),
        Column("open", "Encore à cette étape"),
        Column("open_median", "Âge médian (jours)", "days"),
        Column("open_longest", "Plus ancien (jours)", "days"),
    )
    keys = tuple(STEPS)
    wrong = sum(row["n"] for (kind, _), row in found.items() if kind == "backwards")
    note = f"Dates dans le désordre, non comptées : {wrong}." if wrong else ""
    figure = Figure(MEASURES["path"], columns, tuple(rows), behind={"closed": keys, "open": keys})
    return figure.noted(note, known.note("case", asked.period) if not found else "")


async def behind_path(tx: Tx, asked: Filters, known: Known, column: str, key: str) -> list[Listed]:
    """The cases of one bar."""
    rows = await run(tx, BEHIND_PATH[column], step=key, **between(asked, known))
    return [_waited(row) for row in rows]


def _waited(row: Any) -> Listed:
    ends: Cell = Mark.ONGOING if row["ends"] is None else row["ends"]
    return Listed(None if row["cut"] else row["case_id"], (row["starts"], ends, row["days"]))


async def _cohort(tx: Tx, asked: Filters, known: Known) -> list[tuple[Any, Reached]]:
    rows = await run(tx, COHORT, **between(asked, known))
    return [(row, Reached(row["reached"], row["outcome"], row["ended"])) for row in rows]


async def flows(tx: Tx, asked: Filters, known: Known) -> Figure:
    """From where to where, in the order of the path."""
    counts: dict[tuple[int, str, str], int] = {}
    for _, reached in await _cohort(tx, asked, known):
        for flow in flow_of(reached):
            counts[flow] = counts.get(flow, 0) + 1
    found = sorted(counts.items(), key=lambda pair: (pair[0][0], -pair[1], pair[0]))
    rows: list[Row] = [(start, end, n) for (_, start, end), n in found]
    columns = (Column("from", "De", "text"), Column("to", "Vers", "text"), Column("cases", "Dossiers"))
    keys = tuple(_flow_key(start, end) for (_, start, end), _ in found)
    figure = Figure(MEASURES["flows"], columns, tuple(rows), behind={"cases": keys})
    return figure.noted(known.note("case", asked.period) if not rows else "")


def _flow_key(start: str, end: str) -> str:
    return f"{start} > {end}"


async def behind_flows(tx: Tx, asked: Filters, known: Known, column: str, key: str) -> list[Listed]:
    """The cases of one flow."""
    return [
        _member(row)
        for row, reached in await _cohort(tx, asked, known)
        if key in (_flow_key(start, end) for _, start, end in flow_of(reached))
    ]


def _member(row: Any) -> Listed:
    return Listed(None if row["cut"] else row["case_id"], (row["submitted_on"], row["state_on"]))


async def funnel(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Cases that came to each step or further."""
    cases = await _cohort(tx, asked, known)
    numbers = [sum(1 for _, one in cases if one.step >= place) for place in range(len(FUNNEL))]
    shares = [rate(number, numbers[0]) for number in numbers]
    rows: list[Row] = list(zip(FUNNEL, numbers, shares, strict=True)) if cases else []
    columns = (
        Column("step", "Étape atteinte", "text"),
        Column("cases", "Dossiers"),
        Column("share", "Part des dossiers transmis (%)", "rate"),
    )
    keys = tuple(str(place) for place in range(len(FUNNEL)))
    return Figure(MEASURES["funnel"], columns, tuple(rows), behind={"cases": keys})


async def behind_funnel(tx: Tx, asked: Filters, known: Known, column: str, key: str) -> list[Listed]:
    """The cases that came that far."""
    place = int(key)
    return [_member(row) for row, reached in await _cohort(tx, asked, known) if reached.step >= place]


async def open_cases(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Every open case at its step of today, and for how long."""
    found = {r["state"]: r for r in await run(tx, OPEN, today=known.today, **whose(asked, known))}
    states = _in_order(found)
    rows: list[Row] = [
        (label(CaseState, state), found[state]["n"], whole(found[state]["median"]), found[state]["longest"])
        for state in states
    ]
    columns = (
        Column("state", "Étape", "text"),
        Column("cases", "Dossiers"),
        Column("median", "Âge médian (jours)", "days"),
        Column("longest", "Plus ancien (jours)", "days"),
    )
    total: Row = ("Ensemble", sum(found[state]["n"] for state in states), Mark.UNKNOWN, Mark.UNKNOWN)
    behind = {"cases": tuple(states)}
    return Figure(MEASURES["case_states"], columns, tuple(rows), total if rows else None, behind=behind)


def _in_order(states: dict[str, Any]) -> Sequence[str]:
    known = [str(state) for state in CaseState]
    return sorted(states, key=lambda state: known.index(state) if state in known else len(known))


async def behind_open(tx: Tx, asked: Filters, known: Known, column: str, key: str) -> list[Listed]:
    """The cases at one step."""
    rows = await run(tx, BEHIND_OPEN, state=key, today=known.today, **whose(asked, known))
    return [_waited(row) for row in rows]
