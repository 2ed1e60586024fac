"""A team's own assembly, as the documents of faststream and faststream-outbox show it, in .venv-bench.

Arguments: URL, bootstrap, events, workers. Prints events per second from a full outbox to the last row.
"""

import asyncio
import sys
from time import perf_counter

from faststream.kafka import KafkaBroker
from faststream_outbox import OutboxBroker, make_outbox_table
from sqlalchemy import Column, MetaData, Table, Text, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

url, bootstrap, events, workers = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
topic, metadata = f"bench.peer{workers}.v1", MetaData()
lapse = Table("peer_lapse", metadata, Column("registration_id", Text, primary_key=True), Column("key", Text))
outbox_table = make_outbox_table(metadata, table_name="peer_outbox")
engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"), pool_size=40)
session_factory = async_sessionmaker(engine, expire_on_commit=False)
broker_outbox = OutboxBroker(engine, outbox_table=outbox_table)
broker_kafka = KafkaBroker(bootstrap)
publisher_kafka = broker_kafka.publisher(topic)


@publisher_kafka
@broker_outbox.subscriber("lapses", max_workers=workers)
async def relay(body: dict) -> dict:
    return body


@broker_kafka.subscriber(topic, group_id=f"peer{perf_counter()}", auto_offset_reset="latest")
async def note(body: dict) -> None:
    async with session_factory() as session, session.begin():
        await session.execute(insert(lapse).values(body).on_conflict_do_nothing())


async def main() -> None:
    async with engine.begin() as connection:
        await connection.run_sync(metadata.drop_all)
        await connection.run_sync(metadata.create_all)
    for number in range(events):
        async with session_factory() as session, session.begin():
            body = {"registration_id": f"{number:036}", "key": f"{number % 5000:036}"}
            await broker_outbox.publish(body, queue="lapses", session=session)
    await broker_kafka.start()
    await asyncio.sleep(2)
    began = perf_counter()
    await broker_outbox.start()
    done = 0
    while done < events:
        await asyncio.sleep(0.05)
        async with session_factory() as session:
            done = await session.scalar(select(func.count()).select_from(lapse)) or 0
    print(f"rate {events / (perf_counter() - began)}", flush=True)
    await broker_outbox.stop()


asyncio.run(main())
