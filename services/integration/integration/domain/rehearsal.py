"""A dry run: what would become of a batch, counted, and nothing kept."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from integration.domain.envelope import Parsed, Unfit


@dataclass
class Rehearsal:
    """Counts of a batch: by type, by reason of refusal, by code not mapped; days outside the span."""

    fit: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    unmapped: Counter[tuple[str, str]] = field(default_factory=Counter)
    outside: int = 0
    first: date | None = None
    last: date | None = None


def rehearse(events: Sequence[Parsed | Unfit], from_on: date | None, to_on: date | None) -> Rehearsal:
    """Counts these events. A day outside [from_on, to_on] is counted, not refused."""
    found = Rehearsal()
    for event in events:
        if isinstance(event, Unfit):
            found.refused[event.problem.code] += 1
            continue
        found.fit[event.record_type] += 1
        found.unmapped.update(event.codes)
        day = event.inbound.newest
        if day is None:
            continue
        found.first = min(found.first or day, day)
        found.last = max(found.last or day, day)
        found.outside += bool((from_on and day < from_on) or (to_on and day > to_on))
    return found
