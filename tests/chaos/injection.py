"""What is written into topics behind everybody's back: records again, old batches again, bytes without
sense.

Only numbered topics get old records again: on the others the last record of a key is its state, and no
relay can bring an old one back after a newer one. What was written is listed in `injected.jsonl`.
"""

import json
import random
import zlib
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from contracts.topics import TOPICS
from seuil_dev.catalogue import SERVICES
from tests.chaos.site import Site

FILE = "injected.jsonl"
DUPLICATES, BATCH = 5, 200
READ = sorted({t.name for t in TOPICS.values() if t.owner in SERVICES and t.readers and t.sequenced})


async def duplicate(site: Site, chance: random.Random) -> int:
    """Some records near the end of a topic, once more each, byte for byte."""
    return await _again(site, chance, "duplicate", DUPLICATES)


async def replay(site: Site, chance: random.Random) -> int:
    """A run of old records, appended again in their order."""
    return await _again(site, chance, "replay", BATCH)


async def _again(site: Site, chance: random.Random, what: str, most: int) -> int:
    consumer = AIOKafkaConsumer(bootstrap_servers=site.bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        places = []
        for topic in READ:
            await consumer._client.add_topic(topic)
            places += [TopicPartition(topic, p) for p in sorted(consumer.partitions_for_topic(topic) or ())]
        firsts, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        full = [place for place in places if ends[place] > firsts[place]]
        if not full:
            return 0
        place = chance.choice(full)
        first, end = firsts[place], ends[place]
        start = max(first, end - most * 2) if what == "duplicate" else chance.randrange(first, end)
        consumer.assign([place])
        consumer.seek(place, start)
        found = [r for rs in (await consumer.getmany(timeout_ms=5000, max_records=most)).values() for r in rs]
    finally:
        await consumer.stop()
    if what == "duplicate":
        found = [record for record in found for _ in range(2)]
    return await _append(site, what, found)


async def garbage(site: Site, chance: random.Random) -> int:
    """Bytes that are no event, in a topic: without a key, without headers, or with headers that lie."""
    topic = chance.choice(READ)
    partition = chance.randrange(TOPICS[topic].partitions)
    noise = chance.randbytes(chance.randint(1, 400))
    headers = chance.choice(
        [[], [("ce_id", b"\xff\xfe")], [("ce_id", noise[:16]), ("ce_type", b"\x00"), ("ce_sequence", b"-1")]]
    )
    key = chance.choice([None, noise[:20]])

    class Noise:
        def __init__(self) -> None:
            self.topic, self.partition, self.key, self.value, self.headers = (
                topic,
                partition,
                key,
                noise,
                headers,
            )
            self.timestamp = None

    return await _append(site, "garbage", [Noise()])


async def _append(site: Site, what: str, records: list[Any]) -> int:
    producer = AIOKafkaProducer(bootstrap_servers=site.bootstrap, acks="all")
    await producer.start()
    lines = []
    try:
        for r in records:
            told = await producer.send_and_wait(
                r.topic,
                r.value,
                key=r.key,
                headers=list(r.headers),
                partition=r.partition,
                timestamp_ms=r.timestamp,
            )
            known = dict(r.headers).get("ce_id", b"").decode("latin-1")
            lines.append(
                json.dumps(
                    {
                        "what": what,
                        "topic": r.topic,
                        "partition": r.partition,
                        "offset": told.offset,
                        "event_id": known,
                        "check": zlib.crc32(r.value or b""),
                    }
                )
            )
    finally:
        await producer.stop()
        with (site.folder / FILE).open("a") as out:
            out.writelines(f"{line}\n" for line in lines)
    return len(records)
