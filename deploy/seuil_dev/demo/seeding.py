"""Everything invented comes from one seed: twice the same names, the same ids, the same sums."""

import hashlib
import random
from collections.abc import Mapping, Sequence
from typing import TypeVar
from uuid import UUID

SEED = "seuil-lille"
T = TypeVar("T")


def identifier(*words: object) -> UUID:
    """The id of what these words name: always the same, and shaped like a random one (UUIDv4)."""
    named = "/".join([SEED, *map(str, words)])
    return UUID(bytes=hashlib.sha256(named.encode()).digest()[:16], version=4)


def dice(*words: object) -> random.Random:
    """A source of chance of its own for each subject, so that one more draw here moves nothing there."""
    return random.Random("/".join([SEED, *map(str, words)]))  # noqa: S311 - an invention, not a secret


def apportion(total: int, weights: Mapping[T, float]) -> dict[T, int]:
    """`total` shared out by weight in whole parts that add up to it (largest remainders first)."""
    whole = sum(weights.values())
    exact = {name: total * weight / whole for name, weight in weights.items()}
    shares = {name: int(value) for name, value in exact.items()}
    by_remainder = sorted(exact, key=lambda name: shares[name] - exact[name])
    for name in by_remainder[: total - sum(shares.values())]:
        shares[name] += 1
    return shares


def dealt(total: int, weights: Mapping[T, float], chance: random.Random) -> list[T]:
    """`total` values in exact proportion to their weights, in no order."""
    cards = [name for name, count in apportion(total, weights).items() for _ in range(count)]
    chance.shuffle(cards)
    return cards


def pick(chance: random.Random, weights: Mapping[T, float]) -> T:
    """One value, as likely as its weight."""
    names: Sequence[T] = list(weights)
    return chance.choices(names, list(weights.values()))[0]
