"""Rows of an outbox read and published with aiokafka's batches; nothing is journalled nor deleted."""

import asyncio
from time import perf_counter
from typing import Any
from zlib import crc32

import asyncpg
from aiokafka import AIOKafkaProducer

READ = "SELECT * FROM outbox WHERE id > $1 ORDER BY id LIMIT 1000"


async def publish_bare(url: str, bootstrap: str, topic: str) -> float:
    """Events per second, each with the headers that Seuil's events carry."""
    connection = await asyncpg.connect(url)
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, max_batch_size=1 << 19
    )
    await producer.start()
    partitions = len(await producer.partitions_for(topic))
    began, done, last = perf_counter(), 0, 0
    while rows := await connection.fetch(READ, last):
        batches: dict[int, Any] = {}
        for row in rows:
            place = crc32(row["key"].encode()) % partitions
            if place not in batches:
                batches[place] = producer.create_batch()
            batches[place].append(
                timestamp=None, key=row["key"].encode(), value=row["payload"], headers=headers(row)
            )
        sent = [await producer.send_batch(batch, topic, partition=p) for p, batch in batches.items()]
        await asyncio.gather(*sent)
        done, last = done + len(rows), rows[-1]["id"]
    seconds = perf_counter() - began
    await producer.stop()
    await connection.close()
    return done / seconds


def headers(row: Any) -> list[tuple[str, bytes]]:
    """A CloudEvent's attributes."""
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(row["event_id"]).encode()),
        ("ce_type", row["type"].encode()),
        ("ce_source", b"/seuil/cases"),
        ("ce_time", row["recorded_at"].isoformat().encode()),
        ("ce_subject", row["key"].encode()),
        ("ce_dataschema", b"schemas/" + row["type"].encode()),
        ("ce_sequence", str(row["seq"]).encode()),
        ("ce_correlationid", str(row["correlation"]).encode()),
        ("ce_causationid", str(row["causation"]).encode()),
        ("ce_actor", row["actor"].encode()),
        ("content-type", b"application/json"),
    ]
