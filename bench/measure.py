"""Product and reference in turn, five times: the median of ratios holds while a machine’s speed drifts."""

import os
import platform
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter
from typing import Any

ROUNDS = 5
Side = Callable[[int], Awaitable[float]]
"""One round of a side, told its number from 0: events, commands or messages per second."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Figure:
    """A line of results.json. `spread`: the lowest and the highest of the ratios."""

    name: str
    value: float
    reference: float | None
    ratio: float | None
    unit: str
    n: int
    spread: tuple[float, float] | None
    machine: str

    def written(self) -> dict[str, Any]:
        """As it stands in results.json."""
        return asdict(self)


@dataclass(frozen=True)
class Size:
    """How much of the full sizes a run takes: 1, or little for a trial of the bench itself."""

    scale: float = 1.0
    rounds: int = ROUNDS

    def of(self, full: int, least: int = 1) -> int:
        """`full`, scaled, `least` at least."""
        return max(least, int(full * self.scale))


class Timer:
    """Seconds of a block."""

    seconds = 0.0

    def __enter__(self) -> "Timer":
        self._began = perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = perf_counter() - self._began


async def in_turn(
    name: str, unit: str, n: int, size: Size, say: Say, *, product: Side, reference: Side
) -> Figure:
    """Runs both sides in every round, the one first that was last before; the medians."""
    ours: list[float] = []
    bare: list[float] = []
    for number in range(size.rounds):
        sides = [(product, ours), (reference, bare)]
        for side, figures in sides if number % 2 else reversed(sides):
            figures.append(await side(number))
        say(f"  {name} {number + 1}/{size.rounds}: {ours[-1]:,.0f} beside {bare[-1]:,.0f} {unit}")
    return figure(name, unit, n, ours, bare)


def figure(name: str, unit: str, n: int, ours: list[float], bare: list[float] | None = None) -> Figure:
    """The medians of rounds, and how far their ratios lie apart."""
    ratios = [one / other for one, other in zip(ours, bare, strict=True)] if bare else []
    return Figure(
        name,
        _short(median(ours)),
        _short(median(bare)) if bare else None,
        _short(median(ratios)) if ratios else None,
        unit,
        n,
        (_short(min(ratios)), _short(max(ratios))) if ratios else None,
        machine(),
    )


def _short(value: float) -> float:
    return float(f"{value:.3g}") if abs(value) < 1000 else float(round(value))


def machine() -> str:
    """The machine in one line: cores this process may use, memory, system, Python."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{cores} cores, {pages:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}"
    )
