"""Which fault, on what, when, for how long: drawn from a seed, so that a bad day can be lived again.

A deck holds every kind of fault on every target; it is shuffled and dealt, then shuffled and dealt again,
until the time is over: each kind comes as often as any other.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from seuil_dev.catalogue import SERVICES

GAP_SECONDS = 5.0
"""Between two faults, at most: one lasts longer than that, so that they meet."""
LAST_SHARE = 0.9
"""No fault begins later than this share of the time."""
ROUTES = ("postgres", "kafka")
LASTING = {
    "process.kill": (0.0, 0.0),
    "process.term": (0.0, 0.0),
    "process.stop": (1.0, 20.0),
    "process.clock": (10.0, 20.0),
    "postgres.immediate": (0.5, 4.0),
    "postgres.terminate": (0.0, 0.0),
    "postgres.crash": (0.0, 0.0),
    "kafka.kill": (0.5, 5.0),
    "kafka.stop": (2.0, 12.0),
    "kafka.restart": (0.0, 3.0),
    "net.latency": (4.0, 12.0),
    "net.reset": (0.0, 0.0),
    "net.half": (3.0, 15.0),
    "net.half-up": (3.0, 15.0),
    "net.half-down": (3.0, 15.0),
    "net.slice": (4.0, 12.0),
    "net.limit": (3.0, 8.0),
    "log.duplicate": (0.0, 0.0),
    "log.replay": (0.0, 0.0),
    "log.garbage": (0.0, 0.0),
    "disk.postgres": (4.0, 8.0),
    "disk.kafka": (4.0, 8.0),
}
"""Every kind of fault, and from how long to how long it lasts, in seconds."""
AS_ROOT = ("disk.postgres", "disk.kafka")


@dataclass(frozen=True)
class Step:
    """One fault to come; `draw` seeds whatever it chooses by itself."""

    at: float
    kind: str
    target: str
    seconds: float
    draw: int

    def __str__(self) -> str:
        lasting = f" {self.seconds:.1f} s" if self.seconds else ""
        return f"{self.at:7.1f} s  {self.kind} {self.target}{lasting}"


def targets(kind: str, brokers: int) -> Sequence[str]:
    """What a kind of fault may strike."""
    match kind.partition(".")[0]:
        case "process":
            return SERVICES
        case "kafka":
            return [f"kafka{n}" for n in range(1, brokers + 1)]
        case "net":
            return ROUTES
        case "log":
            return ("topics",)
    return ("postgres",) if kind.endswith("postgres") or kind.startswith("postgres") else ("kafka1",)


def schedule(seed: int, seconds: float, brokers: int = 1, kinds: Sequence[str] = ()) -> list[Step]:
    """The faults of `seconds`, in order of time; every kind on every target at least once."""
    chance = random.Random(seed)  # noqa: S311 - a seeded draw, no secret
    deck = [(kind, target) for kind in kinds or LASTING for target in targets(kind, brokers)]
    gap = min(GAP_SECONDS, seconds * LAST_SHARE / (len(deck) + 1))
    steps: list[Step] = []
    at = gap
    while at < seconds * LAST_SHARE:
        chance.shuffle(deck)
        for kind, target in deck:
            lasts = min(chance.uniform(*LASTING[kind]), max(1.0, seconds * LAST_SHARE - at))
            steps.append(Step(round(at, 1), kind, target, round(lasts, 1), chance.getrandbits(32)))
            at += gap * chance.uniform(0.6, 1.35)
            if at >= seconds * LAST_SHARE:
                break
    return steps


def one_of_each(seed: int, brokers: int = 1) -> list[Step]:
    """Every kind once, on one target, short: what a machine in a hurry can do. `at` is the rank."""
    chance = random.Random(seed)  # noqa: S311 - a seeded draw, no secret
    kinds = list(LASTING)
    chance.shuffle(kinds)
    steps = []
    for rank, kind in enumerate(kinds):
        target = chance.choice(list(targets(kind, brokers)))
        steps.append(Step(rank, kind, target, round(min(LASTING[kind][0], 3.0), 1), chance.getrandbits(32)))
    return steps
