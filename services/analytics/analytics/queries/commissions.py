"""Commissions and workshops: registered, waiting, present, as sign-ups and attendance say."""

from typing import Any

from sqlalchemy import text

from analytics.domain.figures import Cell, Column, Figure, Mark, Row
from analytics.domain.filters import Filters
from analytics.domain.measures import MEASURES
from analytics.queries.coverage import Known
from analytics.queries.words import label
from contracts.lists import CommissionType
from eventing.db import Tx, run
from webui.french import PARIS, date_fr

_CHOSEN = """
    SELECT *, CAST(starts_at AT TIME ZONE 'Europe/Paris' AS date) AS day FROM commission
    WHERE territory = CAST(:territory AS text)
"""
LISTED = text(
    f"""
    SELECT c.commission_id, c.commission_type, c.day, c.state, c.capacity,
           count(*) FILTER (WHERE s.state IN ('seated', 'received', 'waiting', 'offered')) AS registered,
           count(*) FILTER (WHERE s.state = 'seated') AS seated,
           count(*) FILTER (WHERE s.state IN ('waiting', 'offered')) AS waiting,
           count(*) FILTER (WHERE s.attendance = 'present') AS present,
           count(*) FILTER (WHERE s.attendance = 'represented') AS represented,
           count(*) FILTER (WHERE s.attendance = 'excused') AS excused,
           count(*) FILTER (WHERE s.walk_in AND s.state = 'seated') AS walk_ins
    FROM ({_CHOSEN}) AS c LEFT JOIN sign_up AS s USING (commission_id)
    WHERE c.day BETWEEN CAST(:first AS date) AND CAST(:last AS date)
    GROUP BY 1, 2, 3, 4, 5 ORDER BY c.day DESC, c.commission_id
    """  # noqa: S608 - names of ours only, values are bound
)
WORKSHOPS = text(
    f"""
    SELECT c.commission_type, c.day, w.slot, w.capacity,
           row_number() OVER (PARTITION BY c.commission_id ORDER BY w.slot, w.workshop_id) AS n,
           count(*) FILTER (WHERE t.state = 'seated' AND s.state = 'seated') AS seated,
           count(*) FILTER (WHERE t.state IN ('waiting', 'offered')
                            AND s.state NOT IN ('cancelled', 'lapsed', 'refused')) AS waiting,
           count(*) FILTER (WHERE t.attendance = 'present') AS present
    FROM ({_CHOSEN}) AS c JOIN workshop AS w USING (commission_id)
         LEFT JOIN workshop_seat AS t USING (workshop_id) LEFT JOIN sign_up AS s USING (registration_id)
    WHERE c.day BETWEEN CAST(:first AS date) AND CAST(:last AS date) AND c.state <> 'cancelled'
    GROUP BY c.commission_id, 1, 2, 3, 4, w.workshop_id ORDER BY c.day DESC, c.commission_id, n
    """  # noqa: S608 - names of ours only, values are bound
)
STATES = {"announced": "Annoncée", "held": "Tenue", "cancelled": "Annulée"}


def dates(asked: Filters, known: Known) -> dict[str, Any]:
    """The days and the territory asked for; commissions to come are shown too."""
    return {"first": asked.period.first, "last": asked.period.last, "territory": known.territory}


def commission_name(row: Any) -> str:
    """Its kind and its day."""
    return f"{label(CommissionType, row['commission_type'])}, {date_fr(row['day'], jour=False)}"


async def listed(tx: Tx, asked: Filters, known: Known) -> Figure:
    """One row per commission of the period, the latest first; presence only once it has begun."""
    today = tx.now.astimezone(PARIS).date()
    rows: list[Row] = []
    for row in await run(tx, LISTED, **dates(asked, known)):
        begun = row["day"] <= today and row["state"] != "cancelled"
        presence: list[Cell] = [
            row[name] if begun else Mark.UNKNOWN for name in ("present", "represented", "excused", "walk_ins")
        ]
        capacity = Mark.UNKNOWN if row["capacity"] is None else row["capacity"]
        rows.append(
            (commission_name(row), STATES[row["state"]], capacity, row["registered"], row["seated"],
             row["waiting"], *presence)
        )  # fmt: skip
    columns = (
        Column("commission", "Commission", "text"),
        Column("state", "État", "text"),
        Column("capacity", "Places"),
        Column("registered", "Inscrites"),
        Column("seated", "Avec une place"),
        Column("waiting", "En attente"),
        Column("present", "Présentes"),
        Column("represented", "Représentées"),
        Column("excused", "Excusées"),
        Column("walk_ins", "Dont venues sans inscription"),
    )
    return Figure(MEASURES["commissions"], columns, tuple(rows))


async def workshops(tx: Tx, asked: Filters, known: Known) -> Figure:
    """One row per workshop of a commission that was not cancelled."""
    rows: list[Row] = []
    for row in await run(tx, WORKSHOPS, **dates(asked, known)):
        capacity: Cell = Mark.UNKNOWN if row["capacity"] is None else row["capacity"]
        name = f"Atelier {row['n']} (créneau {row['slot']})"
        rows.append((commission_name(row), name, capacity, row["seated"], row["waiting"], row["present"]))
    columns = (
        Column("commission", "Commission", "text"),
        Column("workshop", "Atelier", "text"),
        Column("capacity", "Places"),
        Column("seated", "Avec une place"),
        Column("waiting", "En attente"),
        Column("present", "Présentes"),
    )
    return Figure(MEASURES["workshops"], columns, tuple(rows))
