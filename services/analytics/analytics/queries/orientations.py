"""Proposals: those of the commission's cases, those the SIAO reports beside, and what was answered."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from analytics.domain.figures import Column, Figure, Row, added
from analytics.domain.filters import Filters
from analytics.domain.measures import MEASURES
from analytics.queries.coverage import Known
from analytics.queries.paths import between
from analytics.queries.words import label
from contracts.lists import AllocationCancel, CommitteeOutcome, Scheme
from eventing.db import Tx, run

ORIENTATIONS = text(
    """
    SELECT scheme, count(*) FILTER (WHERE source = 'case') AS of_cases,
           count(*) FILTER (WHERE source = 'siao') AS of_siao,
           count(*) FILTER (WHERE answer = 'accepted') AS accepted,
           count(*) FILTER (WHERE answer = 'refused') AS refused,
           count(*) FILTER (WHERE answer = 'pending') AS pending,
           count(*) FILTER (WHERE answer = 'ended') AS ended
    FROM (SELECT 'case' AS source, o.scheme,
                 CASE WHEN o.accepted_on IS NOT NULL AND o.state <> 'refused' THEN 'accepted'
                      WHEN o.state = 'proposed' THEN 'pending' ELSE o.state END AS answer
          FROM case_orientation AS o JOIN case_file AS file USING (case_id)
          WHERE o.proposed_on BETWEEN CAST(:first AS date) AND CAST(:last AS date)
            AND file.territory = CAST(:territory AS text)
            AND (CAST(:own AS uuid) IS NULL OR file.organisation_id = CAST(:own AS uuid)
                 OR o.organisation_id = CAST(:own AS uuid))
          UNION ALL
          SELECT 'siao', scheme, CASE WHEN answer IN ('accepted', 'refused', 'pending') THEN answer
                                      ELSE 'ended' END
          FROM fact_orientation
          WHERE NOT void AND oriented_on BETWEEN CAST(:first AS date) AND CAST(:last AS date)
            AND (CAST(:own AS uuid) IS NULL OR organisation_id = CAST(:own AS uuid))) AS both_sources
    GROUP BY scheme ORDER BY count(*) DESC, scheme
    """
)
MINE_OR_TO_ME = """
    file.territory = CAST(:territory AS text)
    AND (CAST(:own AS uuid) IS NULL OR CAST(:own AS uuid) IN (file.organisation_id, it.organisation_id))
"""
COMMITTEES = text(
    f"""
    SELECT it.committee_outcome AS outcome, count(*) AS n
    FROM case_orientation AS it JOIN case_file AS file USING (case_id)
    WHERE it.committee_on BETWEEN CAST(:first AS date) AND CAST(:last AS date) AND {MINE_OR_TO_ME}
    GROUP BY 1
    """  # noqa: S608 - names of ours only, values are bound
)
OFFERS = text(
    f"""
    SELECT CASE WHEN it.cancelled_on IS NOT NULL THEN it.cancel_cause
                WHEN it.entered_on IS NOT NULL THEN 'entered'
                WHEN it.lease_signed_on IS NOT NULL THEN 'leased'
                WHEN it.offer_answer = 'accepted' THEN 'accepted' ELSE 'waiting' END AS became, count(*) AS n
    FROM case_allocation AS it JOIN case_file AS file USING (case_id)
    WHERE it.decided_on BETWEEN CAST(:first AS date) AND CAST(:last AS date) AND {MINE_OR_TO_ME}
    GROUP BY 1 ORDER BY 2 DESC, 1
    """  # noqa: S608 - names of ours only, values are bound
)
BECAME = {
    "entered": "Entrée dans les lieux",
    "leased": "Bail signé",
    "accepted": "Acceptée par le ménage",
    "waiting": "Réponse du ménage attendue",
}
NUMBERS = ("of_cases", "of_siao", "accepted", "refused", "pending", "ended")


async def by_scheme(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Scheme by scheme; the two sources side by side, answers of both together."""
    found = await run(tx, ORIENTATIONS, **between(asked, known))
    rows: list[Row] = [(label(Scheme, row["scheme"]), *_numbers(row)) for row in found]
    total: Row = ("Ensemble", *(added([row[n + 1] for row in rows]) for n in range(len(NUMBERS))))
    columns = (
        Column("scheme", "Dispositif", "text"),
        Column("of_cases", "Dossiers de la commission"),
        Column("of_siao", "Transmises par le SIAO"),
        Column("accepted", "Acceptées"),
        Column("refused", "Refusées"),
        Column("pending", "Sans réponse à ce jour"),
        Column("ended", "Closes autrement"),
    )
    return Figure(MEASURES["orientations"], columns, tuple(rows), total if rows else None)


def _numbers(row: Any) -> Sequence[int]:
    return [row[name] for name in NUMBERS]


async def committees(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Outcomes a to e, in that order."""
    found = {row["outcome"]: row["n"] for row in await run(tx, COMMITTEES, **between(asked, known))}
    outcomes = [str(one) for one in CommitteeOutcome if str(one) in found]
    rows: list[Row] = [(_lettered(one), found[one]) for one in outcomes]
    total: Row = ("Ensemble", added([row[1] for row in rows]))
    columns = (Column("outcome", "Décision", "text"), Column("decisions", "Décisions"))
    return Figure(MEASURES["committee_outcomes"], columns, tuple(rows), total if rows else None)


def _lettered(code: str) -> str:
    words = label(CommitteeOutcome, code)
    return f"{code} – {words}" if len(code) == 1 else words


async def offers(tx: Tx, asked: Filters, known: Known) -> Figure:
    """What came of the allocations of the cases: entered, leased, answered, cancelled."""
    found = {row["became"]: row["n"] for row in await run(tx, OFFERS, **between(asked, known))}
    rows: list[Row] = [(words, found[key]) for key, words in BECAME.items() if key in found]
    rows += [(label(AllocationCancel, key), n) for key, n in found.items() if key not in BECAME]
    total: Row = ("Ensemble", added([row[1] for row in rows]))
    columns = (Column("became", "Devenue", "text"), Column("allocations", "Attributions"))
    return Figure(MEASURES["offers"], columns, tuple(rows), total if rows else None)
