"""Where time, ids and waiting come from: one object, made in each app's composition root.

Rules and tests replay because nothing else in the product reads a clock or draws an id.
"""

import asyncio
import os
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Runtime:
    """Clock (aware, UTC), random ids (UUIDv4), time-ordered event ids (UUIDv7) and waiting (seconds)."""

    now: Callable[[], datetime]
    new_id: Callable[[], uuid.UUID]
    new_event_id: Callable[[], uuid.UUID]
    sleep: Callable[[float], Awaitable[None]]


def uuid7(milliseconds: int, random_bytes: bytes) -> uuid.UUID:
    """UUIDv7 (RFC 9562) of a Unix time in milliseconds and ten random bytes."""
    value = (milliseconds & (2**48 - 1)) << 80 | int.from_bytes(random_bytes, "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    return uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def real_runtime() -> Runtime:
    """The machine's clock and randomness."""

    def now() -> datetime:
        return datetime.now(UTC)

    return Runtime(
        now=now,
        new_id=uuid.uuid4,
        new_event_id=lambda: uuid7(int(now().timestamp() * 1000), os.urandom(10)),
        sleep=asyncio.sleep,
    )
