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
from contracts.lists import Scheme
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
