"""What a topic may hold that no service of ours wrote: each kind has one stated end, on both brokers.

Undecodable (no key, no envelope, no number): set aside under `~undecodable/<topic>/<partition>`, which blocks
nobody. Unknown type: skipped, its number counted. Unreadable fact, or unknown major version of a fact that is
heard here: its key is parked and goes on, in order, with the release that can read it. Of a fact that is not
heard here: skipped.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.envelope import Envelope
from contracts.event import REGISTRY
from contracts.lists import Failure
from contracts.notifications import AddressSuspended
from contracts.refusal import Refused
from contracts.topics import ACCOUNTS, NOTIFICATIONS
from eventing import reading
from eventing.applying import apply
from eventing.broker import Outgoing, Record
from eventing.consumer import ProjectionConsumer
from eventing.memory import MemoryBroker
from eventing.outbox import append, lock_stream
from eventing.parking import restored
from eventing.reading import hear
from eventing.relay import BYTES
from eventing.subscription import Policies, Projection
from eventing.tables import LARGEST_PAYLOAD
from tests.eventing.conftest import TABLES, Rig, lapsed
from tests.eventing.test_behaviour import everything, release

MARK = "x-limits"
FAMILY = AddressSuspended.TYPE.removesuffix(".v1")


def suspended(person: UUID) -> AddressSuspended:
    return AddressSuspended(person_id=person, suspended=True, cause=Failure.MAILBOX_FULL)


class Notices(Rig):
    """The same readers on a topic where nobody else's test counts parked keys."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.projection = Projection(
            "effects", 1, NOTIFICATIONS, {AddressSuspended: self.fold}, ["projected_effect"]
        )
        self.projections = ProjectionConsumer(self.name, self.database, self.broker, [self.projection])

    def policy_consumer(self) -> Any:
        consumer = super().policy_consumer()
        heard = Policies({AddressSuspended: self.act})
        return type(consumer)(self.name, self.database, self.broker, heard)

    async def _note(self, tx: Any, event: Any, consumer: str) -> None:
        if event.key in self.keys:
            await tx.connection.execute(
                f"INSERT INTO {TABLES[consumer]} (consumer, key, seq, event_id) VALUES ($1, $2, $3, $4)",  # noqa: S608 - names of ours only, values are bound
                consumer, event.key, event.seq, event.id,
            )  # fmt: skip

    async def publish(self, *records: Outgoing) -> None:
        producer = await self.broker.producer()
        await producer.publish(records)
        await producer.close()

    def record(self, key: UUID, seq: int, kind: str = AddressSuspended.TYPE, **changes: Any) -> Outgoing:
        """A good record, but for what is changed: `value`, `name`, `drop` or `headers`."""
        self.keys.add(str(key))
        runtime = self.database.runtime
        envelope = Envelope(
            id=runtime.new_event_id(), type=kind, source="/seuil/notifications", time=runtime.now(),
            key=changes.get("name", str(key)), seq=seq, actor="system",
        )  # fmt: skip
        said = {**dict(envelope.to_headers()), **changes.get("headers", {})}
        headers = [(name, value) for name, value in said.items() if name not in changes.get("drop", ())]
        value = suspended(key).dump()
        return Outgoing(
            NOTIFICATIONS, changes.get("name", str(key)), changes.get("value", value), headers, runtime.now()
        )

    async def both(self, key: UUID) -> list[int]:
        """What both readers did, which must be the same."""
        policies, projection = await self.effects("policies", key), await self.effects("projection", key)
        assert policies == projection
        return policies


@pytest.fixture
def notices(database: Any, broker: Any) -> Notices:
    return Notices(database, broker)


UNDECODABLE: dict[str, dict[str, Any]] = {
    "no identifier": {"drop": ["ce_id"]},
    "no type": {"drop": ["ce_type"]},
    "no number": {"drop": ["ce_sequence"]},
    "no version of the envelope": {"drop": ["ce_specversion"]},
    "a number below one": {"headers": {"ce_sequence": b"0"}},
    "a number that no column holds": {"headers": {"ce_sequence": b"9223372036854775808"}},
    "a time before all times": {"headers": {"ce_time": b"0001-01-01T00:00:00+10:00"}},
    "bytes that are no text": {"headers": {"ce_actor": b"\xff\xfe\x00"}},
    "a NUL in a header": {"headers": {"ce_id": b"\x00"}},
    "another subject": {"headers": {"ce_subject": b"someone else"}},
    "a NUL in its key": {"name": "a\0b"},
    "a key that no index takes": {"name": "k" * 4000},
    "no key": {"name": ""},
}


async def test_what_cannot_be_decoded_is_set_aside_as_it_stood_and_stops_nobody(notices: Notices) -> None:
    key, mark = uuid4(), uuid4().hex.encode()
    bad: list[Outgoing] = []
    for n, changes in enumerate(UNDECODABLE.values()):
        marked = {**changes, "headers": {**changes.get("headers", {}), MARK: mark}}
        bad.append(notices.record(key, n + 1, **marked))
    bad.append(Outgoing(NOTIFICATIONS, str(key), b"\xff\x00", [(MARK, mark)], notices.database.runtime.now()))
    await notices.publish(*bad, notices.record(key, 1), notices.record(key, 2))
    await everything(notices)
    assert await notices.both(key) == [1, 2]
    assert await notices.value("SELECT count(*) FROM parked_key WHERE key = $1", str(key)) == 0
    async with notices.database.read() as tx:
        found = await tx.connection.fetch("SELECT * FROM parked_event ORDER BY n")
    rows = [row for row in found if [MARK, mark.decode()] in row["headers"]]
    assert len(rows) == 2 * len(bad)
    assert {row["key"].split("/")[0] for row in rows} == {"~undecodable"}
    sent = [(sorted(out.headers), out.value) for out in bad]
    kept = [(sorted(restored(row).headers), restored(row).value) for row in rows]
    assert all(kept.count(each) == 2 * sent.count(each) for each in sent)


@pytest.mark.parametrize("broker", ["memory"], indirect=True)
async def test_a_header_that_is_null_on_the_wire_is_set_aside_too(notices: Notices) -> None:
    key = uuid4()
    await notices.publish(notices.record(key, 1, headers={"ce_id": None}), notices.record(key, 1))
    await everything(notices)
    assert await notices.both(key) == [1]
    assert await notices.value("SELECT count(*) FROM parked_event") == 2


async def test_an_unknown_type_is_skipped_and_its_number_counts(notices: Notices) -> None:
    key = uuid4()
    kind = "seuil.notifications.never_seen.v1"
    await notices.publish(notices.record(key, 1), notices.record(key, 2, kind), notices.record(key, 3))
    await everything(notices)
    assert await notices.both(key) == [1, 3]
    assert await notices.value("SELECT count(*) FROM parked_key WHERE key = $1", str(key)) == 0
    assert await notices.value("SELECT min(seq) FROM stream_pos WHERE key = $1", str(key)) == 3


async def test_an_unknown_major_version_waits_for_the_release_that_reads_it(
    notices: Notices, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, other = uuid4(), uuid4()
    await notices.publish(
        notices.record(key, 1),
        notices.record(key, 2, f"{FAMILY}.v2"),
        notices.record(key, 3),
        notices.record(other, 1),
    )
    await everything(notices)
    assert await notices.both(key) == [1]
    assert await notices.both(other) == [1], "the partition goes on"
    await release(notices)
    assert await notices.both(key) == [1], "and no release came yet"
    monkeypatch.setattr(reading, "REGISTRY", {**REGISTRY, f"{FAMILY}.v2": AddressSuspended})
    await release(notices)
    assert await notices.both(key) == [1, 2, 3]
    assert await notices.value("SELECT count(*) FROM parked_key WHERE key = $1", str(key)) == 0


@pytest.mark.parametrize("unknown_major", [True, False])
async def test_what_nobody_here_hears_parks_nothing_even_when_it_cannot_be_read(
    notices: Notices, unknown_major: bool
) -> None:
    key = uuid4()
    kind = next(k for k in REGISTRY if k.startswith("seuil.notifications.") and k != AddressSuspended.TYPE)
    odd: dict[str, Any] = {"kind": f"{kind[:-1]}2"} if unknown_major else {"kind": kind, "value": b"{"}
    await notices.publish(notices.record(key, 1), notices.record(key, 2, **odd), notices.record(key, 3))
    await everything(notices)
    assert await notices.both(key) == [1, 3]
    assert await notices.value("SELECT count(*) FROM parked_key WHERE key = $1", str(key)) == 0


async def test_an_empty_record_where_records_are_numbered_parks_its_key(notices: Notices) -> None:
    key = uuid4()
    await notices.publish(notices.record(key, 1), notices.record(key, 2, value=None), notices.record(key, 3))
    await everything(notices)
    assert await notices.both(key) == [1]
    parked = "SELECT array_agg(seq ORDER BY n) FROM parked_event WHERE key = $1 AND consumer = $2"
    assert await notices.value(parked, str(key), notices.policies.subscriber.consumer) == [2, 3]


async def test_a_record_twice_in_a_chunk_acts_once_even_where_nothing_is_numbered(database: Any) -> None:
    acted: list[str] = []
    kind = next(fact for fact in REGISTRY.values() if fact.TOPIC == ACCOUNTS)

    async def act(tx: Any, event: Any) -> None:
        acted.append(event.key)

    rig = Notices(database, MemoryBroker({ACCOUNTS: 1, NOTIFICATIONS: 3}))
    consumer = type(rig.policies)(rig.name, database, rig.broker, Policies({kind: act}))
    key = uuid4()
    headers = Envelope(
        id=database.runtime.new_event_id(), type=kind.TYPE, source="/x", time=database.runtime.now(),
        key=str(key), actor="system",
    ).to_headers()  # fmt: skip
    twice: Sequence[Record] = [
        Record(ACCOUNTS, 0, n, str(key).encode(), SAMPLE.replace(b"KEY", str(key).encode()), headers)
        for n in (0, 1)
    ]
    assert hear(twice[0]).error is None
    async with database.transaction() as tx:
        await apply(tx, consumer.subscriber, ACCOUNTS, twice)
    assert acted == [str(key)]


SAMPLE = (
    b"""{"version":1,"person_id":"KEY","generation":1,"state":"active","roles":[],"assurance":"mail_link"}"""
)


def padded(fact: Any, size: int) -> bytes:
    """What the fact says, and a field that readers ignore, in exactly that many bytes."""
    said = fact.model_dump_json(exclude_none=True)[:-1].encode() + b',"pad":"'
    return bytes(said + b"x" * (size - len(said) - 2) + b'"}')


async def test_the_largest_payload_passes_and_one_byte_more_is_refused_in_words(
    notices: Notices, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, size = uuid4(), LARGEST_PAYLOAD
    notices.keys.add(str(key))
    monkeypatch.setattr(AddressSuspended, "dump", lambda fact: padded(fact, size))

    async def say() -> None:
        async with notices.database.transaction() as tx:
            await lock_stream(tx, NOTIFICATIONS, str(key))
            await append(tx, suspended(key))

    await say()
    size += 1
    with pytest.raises(Refused) as refused:
        await say()
    assert (refused.value.code, refused.value.status) == ("fact_too_large", 413)
    await everything(notices)
    assert await notices.both(key) == [1]
    assert await notices.value("SELECT max(octet_length(payload)) FROM event_log") == LARGEST_PAYLOAD
    size = LARGEST_PAYLOAD
    await say()
    await everything(notices)
    assert await notices.both(key) == [1, 2], "the refusal left no hole"


async def test_a_backlog_of_large_facts_leaves_in_batches_that_fit_in_memory(
    notices: Notices, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, many = uuid4(), 40
    notices.keys.add(str(key))
    monkeypatch.setattr(AddressSuspended, "dump", lambda fact: padded(fact, LARGEST_PAYLOAD))
    async with notices.database.transaction() as tx:
        await lock_stream(tx, NOTIFICATIONS, str(key))
        await append(tx, *[suspended(key) for _ in range(many)])
    producer = await notices.broker.producer()
    sent = []
    async with notices.database.transaction() as tx:
        while count := await notices.relay.pump(tx.connection, producer):
            sent.append(count)
    await producer.close()
    most = BYTES // LARGEST_PAYLOAD + 1
    assert sent == [most, most, many - 2 * most]
    assert await notices.value("SELECT array_agg(seq ORDER BY id) FROM event_log") == list(range(1, many + 1))


async def test_a_fact_beyond_its_contract_is_refused_in_words(
    notices: Notices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(lapsed(uuid4(), 1)), "LARGEST", 10)
    with pytest.raises(Refused) as refused:
        await Rig.say(notices, uuid4(), 1)
    assert refused.value.code == "fact_too_large"
    assert await notices.value("SELECT count(*) FROM outbox") == 0


async def test_a_record_too_large_to_be_copied_is_parked_and_its_copy_is_empty(notices: Notices) -> None:
    key, huge = uuid4(), b'{"suspended":"' + b"x" * 950_000 + b'"}'
    await notices.publish(notices.record(key, 1, value=huge), notices.record(key, 2))
    await everything(notices)
    assert await notices.both(key) == []
    waiting = "SELECT max(octet_length(payload)) FROM parked_event WHERE key = $1"
    assert await notices.value(waiting, str(key)) == len(huge)
    assert await notices.value("SELECT max(octet_length(payload)) FROM outbox WHERE key = $1", str(key)) in (
        None,
        0,
    )
