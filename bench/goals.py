"""What each row is to reach, as the architecture says; the page and the terminal say whether it does."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Goal:
    """Bounds on a row's ratio and on its value; None where there is none."""

    least_ratio: float | None = None
    most_ratio: float | None = None
    least: float | None = None
    most: float | None = None

    @property
    def words(self) -> str:
        """As the page says it."""
        said = [
            f"ratio ≥ {self.least_ratio:g}" if self.least_ratio is not None else "",
            f"ratio ≤ {self.most_ratio:g}" if self.most_ratio is not None else "",
            f"≥ {self.least:,.0f}" if self.least is not None else "",
            f"≤ {self.most:,.0f}" if self.most is not None else "",
        ]
        return ", ".join(filter(None, said))

    def verdict(self, row: dict[str, Any]) -> str:
        """`held`, or `missed by` how much of the bound, the worst one."""
        missed = [
            _short(row["ratio"], self.least_ratio),
            _over(row["ratio"], self.most_ratio),
            _short(row["value"], self.least),
            _over(row["value"], self.most),
        ]
        worst = max(missed)
        return f"missed by {worst:.0%}" if worst > 0 else "held"


def _short(value: float | None, bound: float | None) -> float:
    return 0 if value is None or bound is None else max(0.0, 1 - value / bound)


def _over(value: float | None, bound: float | None) -> float:
    return 0 if value is None or bound is None else max(0.0, value / bound - 1)


GOALS = {
    "write_path": Goal(least_ratio=0.5),
    "outbox_layer": Goal(least_ratio=0.75),
    "write_hot": Goal(least_ratio=0.5),
    "write_hot_500": Goal(most=5),
    "relay": Goal(least_ratio=0.5, least=30_000),
    "policy": Goal(least_ratio=0.5, least=10_000),
    "rebuild": Goal(least_ratio=0.3, least=30_000),
    "end_to_end_p50": Goal(most_ratio=10),
    "end_to_end_p99": Goal(most_ratio=10),
    "peer_ordered": Goal(least_ratio=10),
    "peer_unordered": Goal(least_ratio=5),
    "start_s": Goal(most=15),
    "memory_mb": Goal(most=900),
}
