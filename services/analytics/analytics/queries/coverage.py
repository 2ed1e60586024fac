"""How far what was heard reaches: spans declared or seen, and the last event counted."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import text

from analytics.domain.figures import Cell, Mark
from analytics.domain.filters import Period
from eventing.db import Tx, run, run_one
from webui.french import date_fr

DECLARED = text(
    """
    SELECT record_type, min(from_on) AS first, max(from_on) AS whole_from, max(to_on) AS last
    FROM (SELECT partner_id, record_type, min(from_on) AS from_on, max(to_on) AS to_on
          FROM fact_coverage WHERE NOT void GROUP BY partner_id, record_type) AS spans
    GROUP BY record_type
    """
)
SEEN = text(
    """
    SELECT 'call_count' AS record_type, min(day) AS first, max(day) AS last
    FROM fact_call_count WHERE NOT void
    UNION ALL SELECT 'call', min(night_of), max(night_of) FROM fact_call WHERE NOT void
    UNION ALL SELECT 'encounter', min(night_of), max(night_of) FROM fact_encounter WHERE NOT void
    UNION ALL SELECT 'request', min(day), max(day) FROM fact_request WHERE NOT void
    UNION ALL SELECT 'answer', min(CAST(answered_at AT TIME ZONE 'Europe/Paris' AS date)),
                     max(CAST(answered_at AT TIME ZONE 'Europe/Paris' AS date))
              FROM fact_answer WHERE NOT void
    UNION ALL SELECT 'supply', min(day), max(day) FROM fact_supply WHERE NOT void
    UNION ALL SELECT 'allocation', min(LEAST(decided_on, lease_signed_on, entered_on)),
                     max(GREATEST(decided_on, lease_signed_on, entered_on))
              FROM (SELECT decided_on, lease_signed_on, entered_on FROM fact_allocation WHERE NOT void
                    UNION ALL SELECT decided_on, lease_signed_on, entered_on FROM case_allocation
                    WHERE cancelled_on IS NULL) AS both_sources
    UNION ALL SELECT 'case', min(day), max(day) FROM case_step
    UNION ALL SELECT 'commission', min(CAST(starts_at AT TIME ZONE 'Europe/Paris' AS date)),
                     max(CAST(starts_at AT TIME ZONE 'Europe/Paris' AS date)) FROM commission
    """
)
FRESHNESS = text(
    """
    SELECT (SELECT max(recorded_at) FROM projection_cursor) AS counted_up_to,
           (SELECT count(*) FROM parked_key) AS parked,
           (SELECT COALESCE(sum(next_offset), 0) FROM projection_cursor) AS mark
    """
)


@dataclass(frozen=True)
class Span:
    """What is known of a kind of record. `whole_from`: before it, some partners had not begun."""

    first: date
    last: date
    whole_from: date | None = None

    def touches(self, first: date, last: date) -> bool:
        """Whether any day between is inside."""
        return first <= self.last and last >= self.first


@dataclass(frozen=True)
class Known:
    """Spans by record type, and the civil day and the territory on which one asks."""

    today: date
    territory: str
    spans: dict[str, Span] = field(default_factory=dict)

    def count(self, record: str, number: int, first: date, last: date) -> Cell:
        """The number; « non calculable » rather than a zero where nothing was heard."""
        span = self.spans.get(record)
        if number == 0 and (span is None or not span.touches(first, last)):
            return Mark.UNKNOWN
        return number

    def note(self, record: str, period: Period) -> str:
        """What to say of a period that is not wholly covered, or nothing."""
        span = self.spans.get(record)
        if span is None:
            return "Non calculable : aucun partenaire n’a encore transmis ce relevé."
        if not span.touches(period.first, period.last):
            return "Non calculable : les partenaires n’ont rien transmis pour cette période."
        start = max(span.whole_from or span.first, span.first)
        if period.first < start:
            return f"Données partielles avant le {date_fr(start, jour=False)}."
        if span.last < min(period.last, self.today - timedelta(days=1)):
            return f"Données transmises jusqu’au {date_fr(span.last, jour=False)}."
        return ""


@dataclass(frozen=True)
class Freshness:
    """When the figures were computed, the last event counted, and how many records wait aside."""

    computed_at: datetime
    counted_up_to: datetime | None
    parked: int
    mark: int


async def known(tx: Tx, today: date, territory: str) -> Known:
    """Spans declared by partners, widened by what was seen."""
    spans: dict[str, Span] = {}
    for row in await run(tx, SEEN):
        if row["first"] is not None:
            spans[row["record_type"]] = Span(row["first"], row["last"])
    for row in await run(tx, DECLARED):
        seen = spans.get(row["record_type"])
        first, last = row["first"], row["last"]
        if seen is not None:
            first, last = min(first, seen.first), max(last, seen.last)
        spans[row["record_type"]] = Span(first, last, row["whole_from"])
    return Known(today, territory, spans)


async def freshness(tx: Tx) -> Freshness:
    """The state of the fold, at the instant of the transaction."""
    row = await run_one(tx, FRESHNESS)
    assert row is not None
    return Freshness(tx.now, row["counted_up_to"], row["parked"], int(row["mark"]))
