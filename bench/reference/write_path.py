"""The statements of a command, one after the other in a transaction, by raw asyncpg."""

import asyncio
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from time import perf_counter
from typing import Any

import asyncpg

LOCK = """
    INSERT INTO stream (topic, key, seq) VALUES ($1, $2, 0)
    ON CONFLICT (topic, key) DO UPDATE SET seq = stream.seq RETURNING seq
"""
READ = "SELECT version, state FROM place WHERE id = $1"
CHANGE = "UPDATE place SET version = $2, state = $3, changed_at = $4 WHERE id = $1"
SAY = """
    WITH advanced AS (UPDATE stream SET seq = $5 WHERE topic = $2 AND key = $3)
    INSERT INTO outbox (event_id, topic, key, type, seq, recorded_at, actor, payload)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
TOPIC = "seuil.registration.v1"


async def write_bare(url: str, facts: Sequence[Any], writers: int) -> float:
    """Commands per second; keys and payloads are made beforehand."""
    said = [(fact.commission_id, fact.key, fact.TYPE, fact.dump()) for fact in facts]
    numbers = count()

    async def write(connection: Any) -> None:
        while (number := next(numbers)) < len(said):
            place, key, kind, payload = said[number]
            async with connection.transaction():
                now = datetime.now(UTC)
                seq = (await connection.fetchrow(LOCK, TOPIC, key))["seq"] + 1
                row = await connection.fetchrow(READ, place)
                state = "taken" if row["state"] == "open" else "open"
                await connection.execute(CHANGE, place, row["version"] + 1, state, now)
                event_id = uuid.uuid4()
                await connection.execute(SAY, event_id, TOPIC, key, kind, seq, now, "system", payload)

    connections = [await asyncpg.connect(url) for _ in range(writers)]
    began = perf_counter()
    await asyncio.gather(*(write(connection) for connection in connections))
    seconds = perf_counter() - began
    for connection in connections:
        await connection.close()
    return len(said) / seconds
