"""Everything that a trial left, brought into one SQLite file: ledger, topics, journals, what was applied.

Read by foreign means only (a plain consumer of Kafka, SQL, files): what is judged does not testify alone.
Streams, and holds no more than a chunk in memory.
"""

import base64
import importlib
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.policy import SMTPUTF8
from pathlib import Path
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from contracts.event import REGISTRY
from contracts.topics import TOPICS
from tests.chaos.ledger import lines
from tests.chaos.load_partner import FACTS, mark_of
from tests.chaos.site import Site

CHUNK = 5_000
TABLES = """
    CREATE TABLE op (writer, n, kind, key, id, answer, why, PRIMARY KEY (writer, n));
    CREATE TABLE said (writer, op, mark, never);
    CREATE TABLE record (topic, part, off, event, key, type, seq, mark, known,
        PRIMARY KEY (topic, part, off)) WITHOUT ROWID;
    CREATE TABLE journal (service, topic, part, off, event, key, seq);
    CREATE TABLE applied (service, n, consumer, topic, key, seq, event);
    CREATE TABLE hears (service, consumer, topic, policies);
    CREATE TABLE parked (service, consumer, topic, key, seq, event, part, off, why);
    CREATE TABLE injected (kind, topic, part, off, event);
    CREATE TABLE pending (service, what, n);
    CREATE TABLE intent (message, state, cause);
    CREATE TABLE mail (name, message, recipient, subject);
    CREATE TABLE feed (partner, item, past, everyone, noted);
    CREATE TABLE hook (partner, item, body, taken);
"""
EXACT = (*FACTS.values(), "registration_received", "commission_scheduled", "commission_rescheduled",
         "commission_cancelled", "case_submitted")  # fmt: skip
"""Facts that only an operation of the ledger says, once each."""
IDENTITY = {
    "commission": ("commission_id", ()),
    "registration": ("registration_id", ()),
    "attendance": ("registration_id", ("status",)),
    "panel": ("commission_id", ("person_id",)),
    "orientation": ("orientation_id", ()),
    "allocation": ("allocation_id", ()),
    "lease": ("allocation_id", ()),
    "household_housed": ("allocation_id", ()),
    "case": ("case_id", ()),
}
OURS = re.compile(r"<?([0-9a-f-]{36})@")
SERVICES = ("registration", "notifications", "integration", "analytics", "cases")


def mark(kind: str, data: dict[str, Any]) -> str:
    """What the ledger calls this fact: `type|id|mark`; empty when it speaks of no such fact."""
    short = kind.split(".")[-2] if kind.count(".") >= 2 else kind
    if "record_id" in data and "revision" in data:
        return f"{short}|{data['record_id']}|{mark_of(data)}"
    for prefix, (name, marks) in IDENTITY.items():
        if short.startswith(prefix) and name in data:
            return f"{short}|{data[name]}|{'|'.join(str(data.get(each, '')) for each in marks)}"
    return ""


class Evidence:
    """The SQLite file. Used as a context; a fresh file each time."""

    def __init__(self, file: Path | str) -> None:
        if isinstance(file, Path):
            file.unlink(missing_ok=True)
        self.db = sqlite3.connect(file, isolation_level=None)
        self.db.execute("PRAGMA synchronous = OFF")
        self.db.execute("PRAGMA journal_mode = OFF")
        self.db.execute("PRAGMA temp_store = MEMORY")
        self.db.executescript(TABLES)

    def put(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Adds rows to a table."""
        found = list(rows)
        if found:
            marks = ",".join("?" * len(found[0]))
            self.db.execute("BEGIN")
            self.db.executemany(f"INSERT INTO {table} VALUES ({marks})", found)  # noqa: S608 - names of ours only, values are bound
            self.db.execute("COMMIT")

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.db.execute(query, values).fetchall()

    def close(self) -> None:
        self.db.close()


def read_ledger(into: Evidence, folder: Path) -> None:
    """Operations and their marks, as the ledger's files say; those never answered are `info`."""
    begun: dict[tuple[str, int], dict[str, Any]] = {}
    ops: list[tuple[Any, ...]] = []
    said: list[tuple[Any, ...]] = []

    def end(writer: str, asked: dict[str, Any], told: dict[str, Any]) -> None:
        n = asked["op"]
        ops.append((writer, n, asked["kind"], asked["key"], asked["id"], told["answer"], told.get("why", "")))
        said.extend((writer, n, each, 0) for each in told["says"])
        said.extend((writer, n, each, 1) for each in told.get("never", ()))

    for writer, line in lines(folder):
        if "kind" in line:
            begun[writer, line["op"]] = line
        else:
            end(writer, begun.pop((writer, line["op"])), line)
        if len(ops) > CHUNK:
            into.put("op", ops)
            into.put("said", said)
            ops, said = [], []
    for (writer, _), line in begun.items():
        end(writer, line, {"answer": "info", "says": line["says"]})
    into.put("op", ops)
    into.put("said", said)


def _row(record: ConsumerRecord) -> tuple[Any, ...]:
    place = (record.topic, record.partition, record.offset)
    key = (record.key or b"").decode("utf-8", "replace")
    try:
        headers = {name: value.decode() for name, value in record.headers}
        event, kind = headers["ce_id"].lower(), headers["ce_type"]
        data = json.loads(record.value) if record.value else {}
        if not isinstance(data, dict):
            raise TypeError(kind)
    except (KeyError, ValueError, TypeError, AttributeError):
        return (*place, None, key, None, None, "", 0)
    seq = int(headers["ce_sequence"]) if "ce_sequence" in headers else None
    known = kind in REGISTRY and record.value is not None
    return (*place, event, key, kind, seq, mark(kind, data), int(known))


async def dump_topics(into: Evidence, bootstrap: str, topics: Iterable[str] = TOPICS) -> None:
    """Every record of every topic, read once by a consumer of no group."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        max_partition_fetch_bytes=4 << 20,
        fetch_max_wait_ms=100,
    )
    await consumer.start()
    try:
        places = [TopicPartition(topic, n) for topic in topics for n in range(TOPICS[topic].partitions)]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        left = {place for place in places if ends[place] > await consumer.position(place)}
        while left:
            found = await consumer.getmany(timeout_ms=500, max_records=CHUNK)
            into.put("record", [_row(each) for records in found.values() for each in records])
            left = {place for place in left if await consumer.position(place) < ends[place]}
        into.put("pending", [(place.topic, f"end {place.partition}", ends[place]) for place in places])
    finally:
        await consumer.stop()


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection for a while."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def _copy(into: Evidence, connection: asyncpg.Connection, table: str, query: str) -> None:
    async with connection.transaction():
        cursor = await connection.cursor(query)
        while rows := await cursor.fetch(CHUNK):
            into.put(table, [tuple(row) for row in rows])


async def read_service(into: Evidence, service: str, url: str) -> None:
    """The journal of one service, what its consumers applied, parked and left to do."""
    async with connected(url) as connection:
        name = f"'{service}'"
        await _copy(into, connection, "journal", f"""
            SELECT {name}, topic, partition, "offset", event_id::text, key, seq FROM event_log""")  # noqa: S608 - names of ours only, values are bound # fmt: skip
        await _copy(into, connection, "applied", f"""
            SELECT {name}, n, consumer, topic, key, seq, event_id::text FROM applied_log""")  # noqa: S608 - names of ours only, values are bound # fmt: skip
        await _copy(into, connection, "parked", f"""
            SELECT {name}, e.consumer, e.topic, e.key, e.seq, NULLIF(e.event_id, ''), e.partition, e."offset",
                   COALESCE(k.fingerprint, '') FROM parked_event e
            LEFT JOIN parked_key k ON (k.consumer, k.topic, k.key) = (e.consumer, e.topic, e.key)""")  # noqa: S608 - names of ours only, values are bound # fmt: skip
        into.put("pending", [(service, "outbox", await connection.fetchval("SELECT count(*) FROM outbox"))])
        cursors = await connection.fetch(
            "SELECT consumer, topic, partition, next_offset FROM projection_cursor"
        )
        into.put("pending", [(service, f"cursor {r[0]} {r[1]}/{r[2]}", r[3]) for r in cursors])


def read_hears(into: Evidence) -> None:
    """Which consumer reads which topic, from the services' own subscriptions."""
    for service in SERVICES:
        subscriptions = importlib.import_module(f"{service}.subscriptions")
        if policies := getattr(subscriptions, "POLICIES", None):
            into.put("hears", [(service, f"{service}.policies", topic, 1) for topic in policies.topics()])
        projections = getattr(subscriptions, "PROJECTIONS", ())
        into.put("hears", [(service, each.consumer, each.topic, 0) for each in projections])


def read_injected(into: Evidence, folder: Path) -> None:
    """What the rig itself put into topics."""
    file = folder / "injected.jsonl"
    if file.exists():
        told = [json.loads(line) for line in file.read_text().splitlines() if line]
        names = ("what", "topic", "partition", "offset", "event_id")
        into.put("injected", [tuple(each.get(name) for name in names) for each in told])


def read_mails(into: Evidence, folder: Path) -> None:
    """The mails that arrived: which message they are."""
    rows = []
    for file in sorted(folder.glob("*.eml")):
        head = file.read_bytes().partition(b"\r\n\r\n")[0]
        mail = message_from_bytes(head, policy=SMTPUTF8)
        found = OURS.match(str(mail.get("Message-ID", "")).strip())
        to = str(mail.get("X-Envelope-To") or mail.get("To", ""))
        rows.append((file.name, found[1] if found else "", to, str(mail.get("Subject", ""))))
    into.put("mail", rows)


async def read_intents(into: Evidence, url: str) -> None:
    """The messages that notifications meant to send."""
    async with connected(url) as connection:
        await _copy(into, connection, "intent", """
            SELECT message_id::text, state, concat_ws('|', about, person_id, template, copy) FROM message
            """)  # fmt: skip


async def read_feed(into: Evidence, url: str) -> None:
    """What each partner that has an address was to be told by webhook, and how far its queue stands."""
    async with connected(url) as connection:
        await _copy(into, connection, "feed", """
            SELECT substring(w.url FROM '/hook/([^/]+)/'), f.item_id::text, f.position <= w.position,
                   f.case_id IS NULL,
                   EXISTS (SELECT FROM webhook_attempt a WHERE (a.partner_id, a.position, a.result)
                           = (f.partner_id, f.position, 'ok'))
            FROM feed f JOIN webhook w ON w.partner_id = f.partner_id
            WHERE f.type = ANY (w.types) OR f.type LIKE 'sandbox.%'""")  # fmt: skip


def read_hooks(into: Evidence, folder: Path) -> None:
    """The webhooks that arrived."""
    file = folder / "webhooks.jsonl"
    if file.exists():
        rows = []
        for line in file.read_text().splitlines():
            told = json.loads(line)
            partner = told["path"].strip("/").split("/")[1]
            body = base64.b64decode(told["body"]).decode()
            rows.append((partner, told["headers"].get("webhook-id"), body, int(told["status"] < 300)))
        into.put("hook", rows)


async def gather(site: Site, into: Evidence) -> None:
    """All of it."""
    read_ledger(into, site.folder)
    read_hears(into)
    read_injected(into, site.folder)
    read_mails(into, site.mails)
    read_hooks(into, site.folder)
    for service, url in site.admin_databases.items():
        await read_service(into, service, url)
    await read_intents(into, site.admin_databases["notifications"])
    await read_feed(into, site.admin_databases["integration"])
    await dump_topics(into, site.bootstrap)
