"""T17: a rebuild under load, on real engines. No reader ever sees fewer rows; killed, it goes on."""

import asyncio
import os
import signal
import sys
import time
import types
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import asyncpg
import pytest

from eventing.broker import Broker
from eventing.db import Database
from eventing.kafka import KafkaBroker
from eventing.runtime import real_runtime
from eventing.subscription import Policies
from operating.rebuilding import NotSwitchedError, rebuild
from operating.service import Service
from operating.versions import NotCopiedError
from seuil_dev.databases import ServiceDatabase
from tests.conftest import MakeDatabase
from tests.eventing.conftest import Rig, clock, database, kafka_topics, prepare
from tests.eventually import eventually
from tests.infra import Broker as KafkaServer

__all__ = ["clock", "database", "kafka_topics"]
pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]
ROWS = "SELECT count(*) FROM projected_effect"


@dataclass
class Place:
    """A service at work on real engines, and its owner's URL."""

    service: Service
    rig: Rig
    made: ServiceDatabase
    said: dict[UUID, int] = field(default_factory=dict)

    async def say(self, commission: UUID, count: int) -> None:
        first = self.said.get(commission, 0)
        await self.rig.say(commission, *range(first, first + count))
        self.said[commission] = first + count

    async def rows(self) -> int:
        return int(str(await self.rig.value(ROWS)))

    async def caught_up(self, within: float = 60) -> None:
        async def all_folded() -> bool:
            return await self.rows() == sum(self.said.values())

        await eventually(all_folded, within=within)

    async def inject(self, count: int) -> None:
        """Puts records of the log at its end again, as they were: a replay of whole batches."""
        async with self.rig.database.read() as tx:
            rows = await tx.connection.fetch("SELECT * FROM event_log ORDER BY random() LIMIT $1", count)
        producer = await self.rig.broker.producer()
        await producer.publish([self.service.relay.outgoing(row) for row in rows])
        await producer.close()


@asynccontextmanager
async def at_work(make_database: MakeDatabase, broker: Broker) -> AsyncIterator[Place]:
    made = make_database("eventing", prepare)
    opened = Database(made.app_url, real_runtime(), max_size=12)
    rig = Rig(opened, broker)
    service = Service(
        types.ModuleType(rig.name),
        opened,
        broker,
        policies=Policies({}),
        projections=[rig.projection],
    )
    service.policies = None
    async with service.running():
        yield Place(service, rig, made)


@pytest.fixture
async def place(make_database: MakeDatabase, kafka_topics: KafkaServer) -> AsyncIterator[Place]:
    async with at_work(make_database, KafkaBroker(kafka_topics.bootstrap)) as found:
        yield found


@dataclass
class Crowd:
    """Commands, replays and readers, until told that it is over."""

    place: Place
    commissions: list[UUID]
    over: asyncio.Event = field(default_factory=asyncio.Event)
    short: int = 0
    long: int = 0

    async def work(self) -> None:
        n = 0
        while not self.over.is_set():
            await self.place.say(self.commissions[n % len(self.commissions)], 3)
            n += 1
            if n % 7 == 0:
                await self.place.inject(30)
            await asyncio.sleep(0.02)

    async def look(self) -> None:
        least = 0
        while not self.over.is_set():
            seen = await self.place.rows()
            assert seen >= least, f"{seen} rows after {least}"
            least = seen
            self.short += 1
            await asyncio.sleep(0.01)

    async def stare(self) -> None:
        """One view of the database, kept for a while."""
        while not self.over.is_set():
            least = await self.place.rows()
            async with self.place.rig.database.read() as tx:
                await tx.connection.fetchval("SELECT count(*) FROM stream_pos")
                await asyncio.sleep(0.4)
                seen = await tx.connection.fetchval(ROWS)
                assert seen >= least, f"an older view shows {seen} rows instead of {least}"
                await asyncio.sleep(0.2)
                assert await tx.connection.fetchval(ROWS) == seen
            self.long += 1


async def test_under_load_no_reader_sees_fewer_rows(place: Place) -> None:
    crowd = Crowd(place, [uuid4() for _ in range(20)])
    for commission in crowd.commissions:
        await place.say(commission, 30)
    await place.caught_up()
    everyone = (crowd.work, crowd.look, crowd.look, crowd.stare, crowd.stare)
    busy = [asyncio.create_task(one()) for one in everyone]
    told: list[str] = []
    for _ in range(2):
        await rebuild(place.service, place.made.migrator_url, say=told.append)
    crowd.over.set()
    await asyncio.gather(*busy)
    await place.caught_up()
    for commission in crowd.commissions:
        assert await place.rig.effects("projection", commission) == list(range(1, place.said[commission] + 1))
    assert "100 %" in told
    assert crowd.short > 50
    assert crowd.long > 3
    assert await place.rig.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'next'") == 0
    assert await place.rig.value("SELECT count(*) FROM stream_pos WHERE consumer LIKE '%~next'") == 0


async def test_the_new_tables_are_made_like_the_old(place: Place) -> None:
    described = """
        SELECT json_agg(line ORDER BY line::text) FROM (
            SELECT json_build_array(indexname, indexdef) AS line FROM pg_indexes
             WHERE tablename = 'projected_effect' AND schemaname = 'public'
            UNION ALL SELECT json_build_array(conname, pg_get_constraintdef(oid)) FROM pg_constraint
             WHERE conrelid = 'projected_effect'::regclass
            UNION ALL SELECT json_build_array(relacl::text, reloptions::text, relowner) FROM pg_class
             WHERE oid = 'projected_effect'::regclass
            UNION ALL SELECT json_build_array(attname, format_type(atttypid, atttypmod), attnotnull,
                                              attidentity, pg_get_expr(adbin, adrelid))
              FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
             WHERE attrelid = 'projected_effect'::regclass AND attnum > 0
        ) AS lines
    """
    owner = await asyncpg.connect(place.made.migrator_url)
    await owner.execute(
        """
        ALTER TABLE projected_effect SET (fillfactor = 70);
        ALTER TABLE projected_effect ADD COLUMN note text NOT NULL DEFAULT 'x' CHECK (note <> '');
        CREATE UNIQUE INDEX projected_effect_once ON projected_effect (key, seq) WHERE seq > 0;
        """
    )
    before = await owner.fetchval(described)
    await place.say(uuid4(), 5)
    await place.caught_up()
    await rebuild(place.service, place.made.migrator_url)
    assert await owner.fetchval(described) == before
    await owner.execute("CREATE VIEW looking AS SELECT * FROM projected_effect")
    with pytest.raises(NotCopiedError, match="a view or a rule reads projected_effect"):
        await rebuild(place.service, place.made.migrator_url)
    await owner.execute("DROP VIEW looking")
    await owner.close()


async def test_a_version_with_fewer_rows_or_more_parked_does_not_serve(place: Place) -> None:
    commission, bad = uuid4(), uuid4()
    await place.say(commission, 5)
    await place.say(bad, 2)
    await place.caught_up()
    async with place.rig.database.transaction() as tx:
        await tx.connection.execute("INSERT INTO projected_effect (consumer, key, seq) VALUES ('x', 'y', 1)")
    with pytest.raises(NotSwitchedError, match="projected_effect: 7 instead of 8"):
        await rebuild(place.service, place.made.migrator_url)
    assert await place.rows() == 8
    place.rig.poison = {1}
    with pytest.raises(NotSwitchedError, match=str(bad)):
        await rebuild(place.service, place.made.migrator_url, again=True)
    place.rig.poison = set()
    rows = await rebuild(place.service, place.made.migrator_url, again=True, accept=True)
    assert rows == {"projected_effect": 7}


async def test_a_reader_that_does_not_leave_is_waited_for_and_one_builder_builds(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operating.rebuilding.LEAVE_SECONDS", 1.0)
    await place.say(uuid4(), 5)
    await place.caught_up()
    async with place.rig.database.read() as tx:
        await tx.connection.fetchval("SELECT 1")
        building = asyncio.create_task(rebuild(place.service, place.made.migrator_url))
        await asyncio.sleep(0.3)
        with pytest.raises(NotSwitchedError, match="another rebuild goes on"):
            await rebuild(place.service, place.made.migrator_url)
        with pytest.raises(NotSwitchedError, match="a transaction does not end: seuil"):
            await building
        assert await tx.connection.fetchval(ROWS) == 5
    told: list[str] = []
    await rebuild(place.service, place.made.migrator_url, say=told.append)
    assert "effects: taken up again" in told


BUILDER = """
import asyncio, sys, types
from uuid import UUID
from eventing.db import Database
from eventing.kafka import KafkaBroker
from eventing.runtime import real_runtime
from operating.rebuilding import rebuild
from operating.service import Service
from tests.eventing.conftest import Rig

async def main():
    app, owner, bootstrap, name, *keys = sys.argv[1:]
    database = Database(app, real_runtime())
    rig = Rig(database, KafkaBroker(bootstrap), name=name, keys=set(keys))
    service = Service(types.ModuleType(name), database, rig.broker, projections=[rig.projection])
    await database.open()
    print(await rebuild(service, owner, say=lambda line: print(line, flush=True)), flush=True)

asyncio.run(main())
"""


async def test_killed_half_way_it_goes_on_from_its_own_cursor(
    place: Place, kafka_topics: KafkaServer
) -> None:
    commissions = [uuid4() for _ in range(20)]
    for commission in commissions:
        await place.say(commission, 100)
    await place.caught_up()
    next_rows = "SELECT count(*) FROM next.projected_effect"
    arguments = [
        sys.executable, "-c", BUILDER, place.made.app_url, place.made.migrator_url, kafka_topics.bootstrap,
        place.rig.name, *map(str, commissions),
    ]  # fmt: skip
    owner = await asyncpg.connect(place.made.migrator_url)
    reached = 0
    for share in (0.2, 0.6):
        builder = await asyncio.create_subprocess_exec(*arguments, stdout=asyncio.subprocess.PIPE)
        end = time.monotonic() + 60
        while time.monotonic() < end and builder.returncode is None:
            try:
                if await owner.fetchval(next_rows) >= 2000 * share:
                    break
            except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError):
                pass
            await asyncio.sleep(0.005)
        assert builder.returncode is None, (await builder.communicate())[0]
        os.kill(builder.pid, signal.SIGKILL)
        out = (await builder.communicate())[0].decode()
        assert ("taken up again" in out) == (reached > 0), out
        assert await place.rows() == sum(place.said.values()), "the serving rows changed"
        kept = await owner.fetchval(next_rows)
        assert kept >= reached > -1
        reached = kept
        await place.say(commissions[0], 10)
    assert reached > 0
    last = await asyncio.create_subprocess_exec(*arguments, stdout=asyncio.subprocess.PIPE)
    out = (await last.communicate())[0].decode()
    assert "taken up again" in out, out
    assert "100 %" in out
    await place.caught_up()
    for commission in commissions:
        assert await place.rig.effects("projection", commission) == list(range(1, place.said[commission] + 1))
    await owner.close()
