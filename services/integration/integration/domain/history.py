"""A partner's history as it stands: what came, what the partner says it sent, where they differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

TAKEN = ("accepted", "replaced", "duplicate", "stale", "dropped")
"""What became of a record that the partner may count as sent."""


@dataclass(frozen=True)
class History:
    """A history as it stands. `counts`: by record type and outcome; `declared`: by record type."""

    backfill_id: UUID
    from_on: date | None
    to_on: date | None
    opened_at: Any
    closed_at: Any
    counts: Mapping[str, Mapping[str, int]]
    declared: Mapping[str, int] | None

    @property
    def differences(self) -> dict[str, int]:
        """Sent less taken, by record type, where they differ; empty until it is closed."""
        said = self.declared or {}
        found = {kind: count - self.taken(kind) for kind, count in said.items()}
        found |= {kind: -self.taken(kind) for kind in self.counts if kind not in said}
        return {kind: n for kind, n in sorted(found.items()) if n} if self.closed_at else {}

    def taken(self, kind: str) -> int:
        """How many events of that type were taken, in any way but a refusal."""
        return sum(self.counts.get(kind, {}).get(outcome, 0) for outcome in TAKEN)
