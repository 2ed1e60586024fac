"""After the faults: waits until nothing moves any more, and says what still does when the time is over."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from contracts.topics import TOPICS
from seuil_dev.catalogue import SERVICES
from tests.chaos.site import Site

QUIET_SECONDS = 4.0
WAITING = {
    "outbox": "SELECT count(*) FROM outbox",
    "due late": "SELECT count(*) FROM due WHERE at < now() - interval '5 seconds'",
    "parked keys": "SELECT count(*) FROM parked_key WHERE key NOT LIKE '~undecodable/%'",
}
OF_ONE_SERVICE = {
    "notifications": {
        "mails": "SELECT count(*) FROM message WHERE state IN ('queued', 'sending') AND next_at < now()"
    },
    "integration": {
        "webhooks": """SELECT count(*) FROM feed JOIN webhook USING (partner_id)
            WHERE feed.position > webhook.position AND webhook.paused_at IS NULL"""
    },
}
HANDLED = "SELECT coalesce(max(n), 0) FROM applied_log"
CURSORS = "SELECT topic, partition, consumer, next_offset FROM projection_cursor"


@dataclass
class Drained:
    """How long it took, and what still moved at the end."""

    seconds: float
    moving: dict[str, int] = field(default_factory=dict)


async def drain(site: Site, within: float, say: Callable[[str], None]) -> Drained:
    """Waits until every queue is empty and every consumer is at the end, for some seconds in a row."""
    start = time.monotonic()
    quiet_since, last_handled, said = start, -1, 0.0
    while True:
        left, handled = await _moving(site)
        now = time.monotonic()
        if left or handled != last_handled:
            quiet_since, last_handled = now, handled
        elif now - quiet_since >= QUIET_SECONDS:
            return Drained(now - start)
        if now - start > within:
            return Drained(now - start, left)
        if now - said > 10:
            said = now
            say(f"vidange : {now - start:.0f} s ; reste {left or 'rien'}")
        await asyncio.sleep(0.5)


async def moving(site: Site) -> dict[str, int]:
    """What waits in each queue and how far each consumer is behind; dates that come do not count."""
    left, _ = await _moving(site)
    return {name: count for name, count in left.items() if not name.endswith(": due late")}


async def _moving(site: Site) -> tuple[dict[str, int], int]:
    moving: dict[str, int] = {}
    handled = 0
    cursors: dict[tuple[str, int, str], int] = {}
    for service in SERVICES:
        connection = await asyncpg.connect(site.admin_databases[service], timeout=10)
        try:
            for name, statement in {**WAITING, **OF_ONE_SERVICE.get(service, {})}.items():
                if count := await connection.fetchval(statement):
                    moving[f"{service}: {name}"] = count
            handled += await connection.fetchval(HANDLED)
            for row in await connection.fetch(CURSORS):
                cursors[row["topic"], row["partition"], row["consumer"]] = row["next_offset"]
        finally:
            await connection.close()
    try:
        moving |= await _lags(site, cursors)
    except (KafkaError, OSError) as error:
        moving[f"kafka: {type(error).__name__}"] = 1
    return moving, handled


async def _lags(site: Site, cursors: dict[tuple[str, int, str], int]) -> dict[str, int]:
    consumer = AIOKafkaConsumer(bootstrap_servers=site.bootstrap, enable_auto_commit=False)
    admin = AIOKafkaAdminClient(bootstrap_servers=site.bootstrap)
    await consumer.start()
    await admin.start()
    try:
        places = [
            TopicPartition(t.name, p) for t in TOPICS.values() for p in range(t.partitions) if t.readers
        ]
        for topic in {place.topic for place in places}:
            await consumer._client.add_topic(topic)
        known = [p for p in places if p.partition in (consumer.partitions_for_topic(p.topic) or ())]
        ends = await consumer.end_offsets(known)
        lags: dict[str, int] = {}
        for (topic, partition, name), offset in cursors.items():
            behind = ends.get(TopicPartition(topic, partition), 0) - offset
            if behind > 0:
                lags[f"{name}: {topic}"] = lags.get(f"{name}: {topic}", 0) + behind
        for service in SERVICES:
            for place, told in (await admin.list_consumer_group_offsets(f"{service}.policies")).items():
                behind = ends.get(place, 0) - told.offset
                if behind > 0 and told.offset >= 0:
                    lags[f"{service}.policies"] = lags.get(f"{service}.policies", 0) + behind
        return lags
    finally:
        await consumer.stop()
        await admin.close()
