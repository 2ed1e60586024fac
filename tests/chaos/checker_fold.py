"""I5: every projection is folded again beside the serving one, from the topics alone; rows are compared.

The fresh tables stand in a schema of their own, first on the search path: the projections' own functions fill
them without knowing. The serving tables are only read.
"""

from collections.abc import AsyncIterator, Sequence

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.topics import TOPICS
from eventing.applying import HandlerError, apply, park
from eventing.broker import Record
from eventing.db import Database, is_transient
from eventing.runtime import real_runtime
from eventing.subscriber import ProjectionSubscriber
from eventing.subscription import Projection

SCHEMA = "folded_again"
CHUNK = 500
OWN = ("stream_pos", "parked_key", "parked_event", "outbox", "inbox")
"""Tables of the reader itself, that a fold writes too."""
SHOWN = 2
DIFFERENT = """
    SELECT 'serving' AS side, l.line FROM (
        SELECT t::text AS line FROM public.{table} t EXCEPT ALL SELECT t::text FROM {schema}.{table} t) l
    UNION ALL
    SELECT 'folded' AS side, l.line FROM (
        SELECT t::text AS line FROM {schema}.{table} t EXCEPT ALL SELECT t::text FROM public.{table} t) l
"""


async def fold_again(
    url: str, service: str, projection: Projection, records: AsyncIterator[Sequence[Record]]
) -> None:
    """Folds records of one topic, in the order of each partition, into the fresh tables at `url`."""
    subscriber = ProjectionSubscriber(projection.consumer, projection)
    mark = "&" if "?" in url else "?"
    database = Database(
        f"{url}{mark}search_path={SCHEMA},public&synchronous_commit=off", real_runtime(), max_size=1
    )
    await database.open()
    try:
        async for chunk in records:
            for start in range(0, len(chunk), CHUNK):
                await _fold(database, subscriber, service, chunk[start : start + CHUNK])
    finally:
        await database.close()


async def _fold(
    database: Database, subscriber: ProjectionSubscriber, service: str, chunk: Sequence[Record]
) -> None:
    try:
        async with database.transaction() as tx:
            await apply(tx, subscriber, chunk[0].topic, chunk)
    except HandlerError as failed:
        error = failed.__cause__ or failed
        if is_transient(error):
            raise
        if len(chunk) > 1:
            for record in chunk:
                await _fold(database, subscriber, service, [record])
            return
        async with database.transaction() as tx:
            await park(tx, subscriber, service, failed.heard, error)


def tables_of(projections: Sequence[Projection]) -> list[str]:
    """Every table that these projections fill."""
    named = [name for each in projections for name in (*each.tables, *getattr(each, "touches", ()))]
    return sorted(set(named))


async def prepare(connection: asyncpg.Connection, tables: Sequence[str]) -> None:
    """Makes the fresh schema, with empty tables of the same shape."""
    await connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
    for table in (*tables, *OWN):
        fresh, shape = f'{SCHEMA}."{table}"', f'(LIKE public."{table}" INCLUDING ALL)'
        await connection.execute(f"CREATE UNLOGGED TABLE {fresh} {shape}")


async def compare(connection: asyncpg.Connection, service: str, tables: Sequence[str]) -> list[str]:
    """A line per table that is not what its facts say."""
    found = []
    for table in tables:
        rows = await connection.fetch(DIFFERENT.format(table=f'"{table}"', schema=SCHEMA))
        if rows:
            shown = "; ".join(f"{row['side']} {row['line']}" for row in rows[:SHOWN])
            found.append(f"I5 {service}.{table} is not the fold of its facts: {len(rows)} rows ({shown})")
    return found


async def topic_records(bootstrap: str, topic: str) -> AsyncIterator[Sequence[Record]]:
    """The records of a topic, by chunks of one partition, in order."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, max_partition_fetch_bytes=4 << 20
    )
    await consumer.start()
    try:
        places = [TopicPartition(topic, n) for n in range(TOPICS[topic].partitions)]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        left = {place for place in places if ends[place] > await consumer.position(place)}
        while left:
            found = await consumer.getmany(timeout_ms=500, max_records=CHUNK * 4)
            for place, records in found.items():
                yield [
                    Record(place.topic, place.partition, r.offset, r.key, r.value, list(r.headers))
                    for r in records
                    if r.offset < ends[place]
                ]
            left = {place for place in left if await consumer.position(place) < ends[place]}
    finally:
        await consumer.stop()


async def check_folds(url: str, bootstrap: str, service: str, projections: Sequence[Projection]) -> list[str]:
    """Folds every projection of a service again; a line per table that differs."""
    tables = tables_of(projections)
    connection = await asyncpg.connect(url)
    try:
        await prepare(connection, tables)
        for projection in projections:
            await fold_again(url, service, projection, topic_records(bootstrap, projection.topic))
        found = await compare(connection, service, tables)
        await connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
        return found
    finally:
        await connection.close()
