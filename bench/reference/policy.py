"""A group reads a topic, parses JSON and inserts a row per event; nothing is remembered, numbered, parked."""

import json
from datetime import date
from time import perf_counter

import asyncpg
from aiokafka import AIOKafkaConsumer

INSERT = """
    INSERT INTO lapse (registration_id, commission_id, person_id, occurred_on) VALUES ($1, $2, $3, $4)
"""


async def consume_bare(url: str, bootstrap: str, topic: str, group: str, events: int) -> float:
    """Events per second; the offset is committed after each transaction."""
    connection = await asyncpg.connect(url)
    consumer = AIOKafkaConsumer(
        topic,
        group_id=group,
        bootstrap_servers=bootstrap,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    began, done = perf_counter(), 0
    while done < events:
        found = await consumer.getmany(timeout_ms=500, max_records=1000)
        for records in found.values():
            rows = []
            for record in records:
                fact = json.loads(record.value)
                rows.append(
                    (
                        fact["registration_id"],
                        fact["commission_id"],
                        fact["person_id"],
                        date.fromisoformat(fact["occurred_on"]),
                    )
                )
            async with connection.transaction():
                await connection.executemany(INSERT, rows)
            done += len(rows)
        if found:
            await consumer.commit()
    seconds = perf_counter() - began
    await consumer.stop()
    await connection.close()
    return done / seconds
