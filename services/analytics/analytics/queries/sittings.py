"""What sittings did: agendas, passages and cases, opinions, and who was told of them."""

from typing import Any

from sqlalchemy import text

from analytics.domain.figures import Cell, Column, Figure, Mark, Row, added
from analytics.domain.filters import Filters
from analytics.domain.measures import MEASURES
from analytics.queries.commissions import commission_name
from analytics.queries.coverage import Known
from analytics.queries.demand import first_column, steps
from analytics.queries.listing import Listed
from analytics.queries.paths import MINE, between, whole
from analytics.queries.words import label, month_word
from contracts.lists import DecisionOutcome
from eventing.db import Tx, run

PASSAGES = f"""
    SELECT p.commission_id, count(*) AS cases,
           count(*) FILTER (WHERE p.examined_on IS NOT NULL) AS examined,
           count(*) FILTER (WHERE p.state = 'decided') AS decided,
           count(*) FILTER (WHERE p.state = 'adjourned') AS adjourned,
           count(*) FILTER (WHERE p.state = 'postponed') AS postponed
    FROM case_passage AS p JOIN case_file AS file USING (case_id)
    WHERE {MINE} GROUP BY p.commission_id
"""  # noqa: S608 - names of ours only, values are bound
SITTINGS = text(
    f"""
    SELECT c.commission_type, CAST(c.starts_at AT TIME ZONE 'Europe/Paris' AS date) AS day,
           COALESCE(s.commission_id, p.commission_id) AS commission_id, s.agenda_cases, s.quorum,
           s.opened_on, s.minutes_approved_on, p.examined, p.decided, p.adjourned, p.postponed
    FROM case_sitting AS s FULL JOIN ({PASSAGES}) AS p USING (commission_id)
         LEFT JOIN commission AS c ON c.commission_id = COALESCE(s.commission_id, p.commission_id)
    WHERE COALESCE(CAST(c.starts_at AT TIME ZONE 'Europe/Paris' AS date), s.opened_on)
          BETWEEN CAST(:first AS date) AND CAST(:last AS date)
      AND COALESCE(c.territory, CAST(:territory AS text)) = CAST(:territory AS text)
    ORDER BY COALESCE(CAST(c.starts_at AT TIME ZONE 'Europe/Paris' AS date), s.opened_on) DESC, 3
    """  # noqa: S608 - names of ours only, values are bound
)
BEHIND_SITTINGS = text(
    f"""
    SELECT p.case_id, file.cut, p.scheduled_on AS starts, p.examined_on AS ends
    FROM case_passage AS p JOIN case_file AS file USING (case_id)
    WHERE {MINE} AND p.commission_id = CAST(:commission AS uuid)
      AND CASE CAST(:kind AS text) WHEN 'examined' THEN p.examined_on IS NOT NULL
               ELSE p.state = CAST(:kind AS text) END
    ORDER BY p.examined_on, p.case_id
    """  # noqa: S608 - names of ours only, values are bound
)
_STEP = """
    CASE WHEN CAST(:by_day AS boolean) THEN day ELSE CAST(date_trunc('month', day) AS date) END
"""
_DONE = f"""
    done AS (
        SELECT p.examined_on AS day, p.case_id, 'passage' AS what FROM case_passage AS p
               JOIN case_file AS file USING (case_id)
        WHERE p.examined_on IS NOT NULL AND {MINE}
        UNION ALL
        SELECT p.examined_on, p.case_id, 'adjourned' FROM case_passage AS p
               JOIN case_file AS file USING (case_id)
        WHERE p.state = 'adjourned' AND {MINE}
        UNION ALL
        SELECT d.decided_on, d.case_id, 'decision' FROM case_decision AS d
               JOIN case_file AS file USING (case_id)
        WHERE {MINE}
    ), inside AS (
        SELECT * FROM done WHERE day BETWEEN CAST(:first AS date) AND CAST(:last AS date)
    )
"""  # noqa: S608 - names of ours only, values are bound
_ACTIVITY = """
    count(*) FILTER (WHERE what = 'passage') AS passages,
    count(DISTINCT case_id) FILTER (WHERE what = 'passage') AS cases,
    count(*) FILTER (WHERE what = 'decision') AS decisions,
    count(*) FILTER (WHERE what = 'adjourned') AS adjourned
"""
ACTIVITY = text(
    f"""
    WITH {_DONE}
    SELECT {_STEP} AS step, {_ACTIVITY} FROM inside GROUP BY 1
    UNION ALL SELECT NULL, {_ACTIVITY} FROM inside
    """  # noqa: S608 - names of ours only, values are bound
)
OUTCOMES = text(
    f"""
    SELECT d.outcome, count(*) AS n FROM case_decision AS d JOIN case_file AS file USING (case_id)
    WHERE d.decided_on BETWEEN CAST(:first AS date) AND CAST(:last AS date) AND {MINE}
    GROUP BY 1 ORDER BY 2 DESC, 1
    """  # noqa: S608 - names of ours only, values are bound
)
BEHIND_OUTCOMES = text(
    f"""
    SELECT d.case_id, file.cut, d.decided_on AS starts, d.household_informed_on AS ends
    FROM case_decision AS d JOIN case_file AS file USING (case_id)
    WHERE d.decided_on BETWEEN CAST(:first AS date) AND CAST(:last AS date) AND {MINE}
      AND d.outcome = CAST(:outcome AS text)
    ORDER BY d.decided_on, d.case_id
    """  # noqa: S608 - names of ours only, values are bound
)
_TOLD = """
    count(*) AS decisions, count(referrer_informed_on) AS referrer,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY referrer_informed_on - day) AS referrer_days,
    count(household_informed_on) AS household,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY household_informed_on - day) AS household_days,
    count(*) - count(household_informed_on) AS untold
"""
TOLD = text(
    f"""
    WITH decisions AS (
        SELECT d.decided_on AS day, d.referrer_informed_on, d.household_informed_on
        FROM case_decision AS d JOIN case_file AS file USING (case_id)
        WHERE d.decided_on BETWEEN CAST(:first AS date) AND CAST(:last AS date) AND {MINE}
    )
    SELECT {_STEP} AS step, {_TOLD} FROM decisions GROUP BY 1
    UNION ALL SELECT NULL, {_TOLD} FROM decisions HAVING count(*) > 0
    """  # noqa: S608 - names of ours only, values are bound
)


def _known(value: Cell | None) -> Cell:
    return Mark.UNKNOWN if value is None else value


async def sittings(tx: Tx, asked: Filters, known: Known) -> Figure:
    """One row a sitting, the latest first."""
    rows: list[Row] = []
    keys = []
    for row in await run(tx, SITTINGS, **_year(asked, known)):
        quorum = {True: "Oui", False: "Non, consultative", None: Mark.UNKNOWN}[row["quorum"]]
        numbers = [row[name] or 0 for name in ("examined", "decided", "adjourned", "postponed")]
        name = commission_name(row) if row["commission_type"] else "Commission non annoncée"
        agenda, minutes = _known(row["agenda_cases"]), _known(row["minutes_approved_on"])
        rows.append((name, agenda, *numbers, quorum, minutes))
        keys.append(str(row["commission_id"]))
    columns = (
        Column("commission", "Commission", "text"),
        Column("agenda", "À l’ordre du jour"),
        Column("examined", "Examinés"),
        Column("decided", "Avis rendus"),
        Column("adjourned", "Ajournés"),
        Column("postponed", "Reportés"),
        Column("quorum", "Quorum", "text"),
        Column("minutes", "Procès-verbal approuvé", "date"),
    )
    names = ("examined", "decided", "adjourned", "postponed")
    behind = dict.fromkeys(names, tuple(keys))
    return Figure(MEASURES["sittings"], columns, tuple(rows), behind=behind)


def _year(asked: Filters, known: Known) -> dict[str, Any]:
    """A sitting to come is shown with its agenda."""
    return between(asked, known) | {"last": asked.period.last}


async def behind_sittings(tx: Tx, asked: Filters, known: Known, column: str, key: str) -> list[Listed]:
    """The cases of a sitting."""
    values = {name: value for name, value in between(asked, known).items() if name in ("territory", "own")}
    return [_case(row) for row in await run(tx, BEHIND_SITTINGS, commission=key, kind=column, **values)]


def _case(row: Any) -> Listed:
    return Listed(None if row["cut"] else row["case_id"], (_known(row["starts"]), _known(row["ends"])))


async def activity(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Passages and cases month by month; over the year each case counts once."""
    values = between(asked, known) | {"by_day": asked.by_day}
    found = {row["step"]: row for row in await run(tx, ACTIVITY, **values)}
    names = ("passages", "cases", "decisions", "adjourned")
    if not found[None]["passages"] and not found[None]["decisions"]:
        return Figure(MEASURES["panel_activity"], _activity_columns(asked), ())
    rows: list[Row] = []
    for step in steps(asked, known):
        row = found.get(step)
        rows.append((month_word(step, asked.by_day), *(row[name] if row else 0 for name in names)))
    total: Row = ("Ensemble", *(found[None][name] for name in names))
    return Figure(MEASURES["panel_activity"], _activity_columns(asked), tuple(rows), total)


def _activity_columns(asked: Filters) -> tuple[Column, ...]:
    return (
        first_column(asked),
        Column("passages", "Passages"),
        Column("cases", "Dossiers différents"),
        Column("decisions", "Avis rendus"),
        Column("adjourned", "Ajournements"),
    )


async def outcomes(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Opinions by their sense."""
    found = await run(tx, OUTCOMES, **between(asked, known))
    rows: list[Row] = [(label(DecisionOutcome, row["outcome"]), row["n"]) for row in found]
    total: Row = ("Ensemble", added([row[1] for row in rows]))
    columns = (Column("outcome", "Avis", "text"), Column("decisions", "Avis rendus"))
    behind = {"decisions": tuple(row["outcome"] for row in found)}
    measure = MEASURES["decision_outcomes"]
    return Figure(measure, columns, tuple(rows), total if rows else None, behind=behind)


async def behind_outcomes(tx: Tx, asked: Filters, known: Known, column: str, key: str) -> list[Listed]:
    """The cases that got an opinion."""
    return [_case(row) for row in await run(tx, BEHIND_OUTCOMES, outcome=key, **between(asked, known))]


async def told(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Who was told of the opinions of each month, and after how many days."""
    values = between(asked, known) | {"by_day": asked.by_day}
    found = {row["step"]: row for row in await run(tx, TOLD, **values)}
    columns = (
        first_column(asked),
        Column("decisions", "Avis rendus"),
        Column("referrer", "Référent informé"),
        Column("referrer_days", "Jours, médiane", "days"),
        Column("household", "Ménage informé"),
        Column("household_days", "Jours, médiane (ménage)", "days"),
        Column("untold", "Ménage pas encore informé"),
    )
    rows = [
        _told_row(month_word(step, asked.by_day), found[step])
        for step in steps(asked, known)
        if step in found
    ]
    total = _told_row("Ensemble", found[None]) if None in found else None
    return Figure(MEASURES["decisions_told"], columns, tuple(rows), total)


def _told_row(name: str, row: Any) -> Row:
    days = whole(row["referrer_days"]), whole(row["household_days"])
    return (name, row["decisions"], row["referrer"], days[0], row["household"], days[1], row["untold"])
