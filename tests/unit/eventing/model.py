"""Stream, outbox, log, inbox, parking and cursor, small enough to be tried in every order.

Each method is one step that the product takes at once, on one row lock or in one statement; between two
steps anything may happen. What a step mirrors is said in its docstring. A step that would wait for another
session's lock does nothing and is tried again later: that is how PostgreSQL makes it wait.

`Design` names what the product could have done otherwise; `tests/unit/eventing/test_model.py` shows that each
of these other ways loses, doubles or misorders something.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

PARTITIONS = {"a": 0, "b": 0, "u": 1}
"""Key → partition. `u` lies on a topic whose records carry no number (directory, accounts, intake)."""
NUMBERED = ("a", "b")
BATCH, POLL, CHUNK = 3, 4, 3
QUARANTINE = "~"


@dataclass(frozen=True)
class Design:
    """How it is done; the defaults are the product's ways."""

    to_do: Literal["rows", "id cursor", "xid order"] = "rows"
    parked_before_inbox: bool = False
    locks_its_stream: bool = True
    remembers_within_a_chunk: bool = True


@dataclass(frozen=True)
class Event:
    """One record. `unknown`: of a type nobody here knows. `junk`: bytes that are no event."""

    id: int
    key: str
    seq: int | None
    unknown: bool = False
    junk: bool = False


@dataclass
class Command:
    """An open transaction of the write path."""

    xid: int
    key: str
    locked: bool = False
    seq: int = 0
    rows: list[tuple[int, Event]] = field(default_factory=list)


@dataclass
class Relay:
    """A holder of the relay's lock, or one that has lost it without knowing."""

    batch: list[tuple[int, Event]] = field(default_factory=list)
    places: dict[int, tuple[int, int]] = field(default_factory=dict)


@dataclass
class Memory:
    """What the database holds for one consumer. `effects` has no key of its own: it would hide doubles."""

    inbox: set[int] = field(default_factory=set)
    positions: dict[str, int] = field(default_factory=dict)
    parked: set[str] = field(default_factory=set)
    behind: dict[str, list[tuple[int, int, Event]]] = field(default_factory=lambda: defaultdict(list))
    effects: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    next_offset: dict[int, int] = field(default_factory=lambda: {0: 0, 1: 0})


@dataclass
class Tx:
    """An open transaction of a reader: what it holds, and what its commit will say."""

    stages: list[str]
    records: list[tuple[int, Event]]
    partition: int
    ids: set[int] = field(default_factory=set)
    fresh: set[int] = field(default_factory=set)
    parked: set[str] = field(default_factory=set)
    shares: set[str] = field(default_factory=set)
    holds: set[str] = field(default_factory=set)
    cursor: bool = False
    positions: dict[str, int] = field(default_factory=dict)
    parks: list[tuple[str, int, Event]] = field(default_factory=list)
    effects: list[Event] = field(default_factory=list)


@dataclass
class Reader:
    """A member of the group, or a builder; one that lost its partitions keeps the chunk in its hands."""

    inbox: bool
    at: dict[int, int]
    hand: list[tuple[int, Event]] = field(default_factory=list)
    partition: int = 0
    one_by_one: bool = False
    parking: bool = False
    tx: Tx | None = None
    cursors: dict[int, int] = field(default_factory=dict)


class HandlerError(Exception):
    """The record cannot be applied: its handler raises, or one before it has not come."""


class World:
    """One producing service, two consumers of its topic: policies (two members) and a projection (two
    builders)."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self.stream = dict.fromkeys(PARTITIONS, 0)
        self.commands: list[Command] = []
        self.outbox: dict[int, tuple[int, Event]] = {}
        self.event_log: list[tuple[Event, int, int]] = []
        self.log: dict[int, list[Event]] = {0: [], 1: []}
        self.said: dict[str, list[Event]] = {key: [] for key in PARTITIONS}
        self.poison: set[int] = set()
        self.relay, self.zombies = Relay(), [Relay()]
        self.relay_cursor = 0
        self.ids = iter(range(1, 10**6))
        self.policies, self.projection = Memory(), Memory()
        self.members = [Reader(True, {0: 0}), Reader(True, {1: 0})]
        self.builders = [Reader(False, {}), Reader(False, {})]
        self.group, self.bounds = {0: 0, 1: 0}, {0: 0, 1: 0}
        self.drains: dict[bool, Tx | None] = {True: None, False: None}
        for builder in self.builders:
            self.open_builder(builder)

    def memory(self, inbox: bool) -> Memory:
        return self.policies if inbox else self.projection

    def others(self, inbox: bool, but: Tx | None) -> Iterable[Tx]:
        """The other open transactions of one consumer."""
        readers = self.members if inbox else self.builders
        for tx in (*(reader.tx for reader in readers), self.drains[inbox]):
            if tx is not None and tx is not but:
                yield tx

    # -- the write path: outbox.py

    def begin(self, key: str) -> None:
        """db.py `Database.transaction`. The number of the transaction may be taken early."""
        self.commands.append(Command(next(self.ids), key))

    def lock(self, command: Command) -> None:
        """outbox.py `lock_stream`: waits for whoever holds the key; unnumbered topics need none."""
        taken = any(other.locked and other.key == command.key for other in self.commands)
        if taken and command.key in NUMBERED and self.design.locks_its_stream:
            return
        command.locked, command.seq = True, self.stream[command.key]

    def append(self, command: Command, *, bad: bool, unknown: bool) -> None:
        """outbox.py `append`: the row takes its id while the lock is held."""
        command.seq += 1
        row = next(self.ids)
        seq = command.seq if command.key in NUMBERED else None
        command.rows.append((row, Event(row, command.key, seq, unknown)))
        if bad and not unknown:
            self.poison.add(row)

    def commit(self, command: Command) -> None:
        """The end of `Database.transaction`: rows are seen, the lock falls."""
        self.commands.remove(command)
        if command.rows:
            self.stream[command.key] = max(self.stream[command.key], command.seq)
        for row, event in command.rows:
            self.outbox[row] = (command.xid, event)
            self.said[command.key].append(event)

    def roll_back(self, command: Command) -> None:
        """A refusal, a crash: ids are lost, nothing else."""
        self.commands.remove(command)

    # -- the relay: relay.py

    def relay_reads(self) -> None:
        """relay.py SELECT … ORDER BY id LIMIT."""
        rows = sorted(self.outbox)
        if self.design.to_do == "id cursor":
            rows = [row for row in rows if row > self.relay_cursor]
        if self.design.to_do == "xid order":
            horizon = min((c.xid for c in self.commands), default=10**9)
            seen = [row for row in rows if self.outbox[row][0] < horizon]
            rows = sorted(seen, key=lambda row: (self.outbox[row][0], row))
        self.relay = Relay([(row, self.outbox[row][1]) for row in rows[:BATCH]])

    def sends(self, relay: Relay, partitions: Iterable[int] = (0, 1)) -> None:
        """kafka.py `publish`: per partition in order; a crash may leave some partitions unsent."""
        for partition in partitions:
            for row, event in relay.batch:
                if PARTITIONS[event.key] == partition:
                    relay.places[row] = (partition, len(self.log[partition]))
                    self.log[partition].append(event)

    def relay_moves(self) -> None:
        """relay.py MOVE: on the connection that holds the lock, so only ever the leader."""
        for row, event in self.relay.batch:
            if self.outbox.pop(row, None) is not None:
                self.event_log.append((event, *self.relay.places[row]))
            self.relay_cursor = max(self.relay_cursor, row)
        self.relay = Relay()

    def relay_stops(self) -> None:
        """leader.py `leadership`: the lock dies with its connection; the batch in hand may still be sent."""
        self.zombies = [self.relay]
        self.relay = Relay()

    def zombie_sends(self) -> None:
        """A stopped relay goes on: its batch again, whatever was sent since; it cannot move rows."""
        for zombie in self.zombies:
            self.sends(zombie)
        self.zombies = []

    # -- readers: consumer.py, applying.py, parking.py

    def steps(self, reader: Reader) -> None:
        """consumer.py `step`, `consume`, `_attempt_or_park`: one step further, or none while it must wait."""
        if reader.tx is not None:
            stage = reader.tx.stages[0]
            try:
                done = getattr(self, f"_{stage}")(reader, reader.tx)
            except HandlerError:
                reader.tx = None
                reader.parking, reader.one_by_one = reader.one_by_one, True
                return
            if done and reader.tx is not None:
                reader.tx.stages.pop(0)
        elif reader.hand:
            self._begin(reader)
        else:
            self._poll(reader)

    def _poll(self, reader: Reader) -> None:
        for partition, at in sorted(reader.at.items(), key=lambda item: (item[0] + item[1]) % 2):
            found = list(enumerate(self.log[partition]))[at : at + POLL]
            if found:
                reader.hand, reader.partition = found, partition
                reader.at[partition] = found[-1][0] + 1
                return

    def _begin(self, reader: Reader) -> None:
        alone = reader.one_by_one
        if reader.parking:
            stages = ["cursor", "inbox", "park_key", "save"]
        elif self.design.parked_before_inbox:
            stages = ["cursor", "parked", "inbox", "handle", "save"]
        else:
            stages = ["cursor", "inbox", "parked", "handle", "save"]
        if reader.inbox:
            stages.remove("cursor")
        else:
            stages.remove("inbox")
        reader.tx = Tx(stages, reader.hand[: 1 if alone else CHUNK], reader.partition)

    def _cursor(self, reader: Reader, tx: Tx) -> bool:
        """consumer.py MOVE_CURSOR: compare and set, under the row's lock until the end."""
        if any(other.cursor and other.partition == tx.partition for other in self.others(False, tx)):
            return False
        if self.projection.next_offset[tx.partition] != reader.cursors[tx.partition]:
            self.open_builder(reader)
            return True
        tx.cursor = True
        return True

    def _inbox(self, reader: Reader, tx: Tx) -> bool:
        """applying.py INBOX … ON CONFLICT DO NOTHING: waits for an open transaction that has the same id."""
        ids = {event.id for _, event in tx.records if not event.junk}
        if any(ids & other.ids for other in self.others(True, tx)):
            return False
        tx.fresh = ids - self.policies.inbox
        tx.ids = set(tx.fresh)
        return True

    def _parked(self, reader: Reader, tx: Tx) -> bool:
        """parking.py PARKED … FOR SHARE: waits for a drain; holds what it found."""
        keys = {QUARANTINE if event.junk else event.key for _, event in tx.records}
        if any(keys & other.holds for other in self.others(reader.inbox, tx) if other.stages[0] == "drain"):
            return False
        tx.parked = keys & self.memory(reader.inbox).parked
        tx.shares = set(tx.parked)
        return True

    def _handle(self, reader: Reader, tx: Tx) -> bool:
        """applying.py `apply` and `_apply_one`. Raises HandlerError."""
        positions = dict(self.memory(reader.inbox).positions)
        fresh = set(tx.fresh)
        for offset, event in tx.records:
            if event.junk:
                tx.parks.append((QUARANTINE, offset, event))
                continue
            if reader.inbox:
                if event.id not in fresh:
                    continue
                if self.design.remembers_within_a_chunk:
                    fresh.discard(event.id)
            if event.key in tx.parked:
                tx.parks.append((event.key, offset, event))
            else:
                self._apply_one(tx, event, positions)
        before = self.memory(reader.inbox).positions
        tx.positions = {key: seq for key, seq in positions.items() if before.get(key) != seq}
        return True

    def _apply_one(self, tx: Tx, event: Event, positions: dict[str, int]) -> None:
        if event.seq is not None:
            last = positions.get(event.key)
            if last is not None and event.seq <= last:
                return
            if last is not None and event.seq > last + 1:
                raise HandlerError
            positions[event.key] = event.seq
        if event.id in self.poison:
            raise HandlerError
        tx.effects.append(event)

    def _park_key(self, reader: Reader, tx: Tx) -> bool:
        """applying.py `park`, parking.py PARK_KEY: waits for whoever holds or has just made the row."""
        offset, event = tx.records[0]
        if reader.inbox and event.id not in tx.fresh:
            return True
        others = self.others(reader.inbox, tx)
        if any(event.key in other.holds | other.shares for other in others):
            return False
        tx.holds = {event.key}
        tx.parks.append((event.key, offset, event))
        return True

    def _save(self, reader: Reader, tx: Tx) -> bool:
        """The end of the transaction of a chunk."""
        memory = self.memory(reader.inbox)
        self._write(memory, tx)
        if not reader.inbox:
            memory.next_offset[tx.partition] = tx.records[-1][0] + 1
            reader.cursors[tx.partition] = tx.records[-1][0] + 1
        reader.tx = None
        reader.parking = False
        reader.hand = reader.hand[len(tx.records) :]
        reader.one_by_one = reader.one_by_one and bool(reader.hand)
        return True

    def _write(self, memory: Memory, tx: Tx) -> None:
        memory.inbox |= tx.fresh
        memory.positions.update(tx.positions)
        for key, offset, event in tx.parks:
            memory.parked.add(key)
            if not any((p, o) == (tx.partition, offset) for p, o, _ in memory.behind[key]):
                memory.behind[key].append((tx.partition, offset, event))
        for event in tx.effects:
            memory.effects[event.key].append(event)

    def says_offset(self, reader: Reader) -> None:
        """kafka.py `commit`: a hint; refused to one who no longer holds the partition."""
        if not reader.hand and reader.tx is None:
            self.group.update(reader.at)

    def rebalances(self, owner: int) -> None:
        """The group's partitions are dealt again, from the offsets hinted; chunks in hand stay in hand."""
        for number, member in enumerate(self.members):
            dealt = [p for p in (0, 1) if number == (owner - 2 if owner > 1 else (p + owner) % 2)]
            member.at = {p: self.group[p] for p in dealt}

    def open_builder(self, builder: Reader) -> None:
        """consumer.py `ProjectionConsumer.open`: the cursors say where to go on."""
        builder.tx, builder.hand, builder.one_by_one, builder.parking = None, [], False, False
        builder.cursors = dict(self.projection.next_offset)
        builder.at = dict(self.projection.next_offset)

    def dies(self, reader: Reader) -> None:
        """kill -9 and back: what was not committed is gone."""
        if not reader.inbox:
            self.open_builder(reader)
            return
        reader.tx, reader.hand, reader.one_by_one, reader.parking = None, [], False, False
        reader.at = {p: self.group[p] for p in reader.at}

    # -- parked keys: draining.py

    def drain(self, inbox: bool, key: str) -> None:
        """draining.py NEXT_KEY … FOR UPDATE SKIP LOCKED."""
        busy = any(key in other.shares | other.holds for other in self.others(inbox, None))
        if self.drains[inbox] is None and key in self.memory(inbox).parked and not busy:
            self.drains[inbox] = Tx(["drain"], [], 0, holds={key})

    def drained(self, inbox: bool) -> None:
        """draining.py `_drain_one` and its commit; a failure leaves everything for later."""
        tx, memory = self.drains[inbox], self.memory(inbox)
        self.drains[inbox] = None
        if tx is None:
            return
        (key,) = tx.holds
        waiting = memory.behind[key]
        if not waiting:
            memory.parked.discard(key)
            return
        first = min(waiting, key=lambda item: (item[2].seq or 10**9, waiting.index(item)))
        event, last = first[2], memory.positions.get(key)
        if event.junk or event.id in self.poison:
            return
        if event.seq is not None:
            if last is not None and event.seq > last + 1:
                return
            if last is None or event.seq > last:
                memory.effects[key].append(event)
                memory.positions[key] = event.seq
        else:
            memory.effects[key].append(event)
        waiting.remove(first)

    # -- what others do to the log, and operators to the projection

    def copies(self, partition: int, start: int, length: int) -> None:
        """An old batch stands in the log again."""
        self.log[partition] += self.log[partition][start : start + length]

    def junk(self, partition: int) -> None:
        """Bytes that are no event."""
        self.log[partition].append(Event(next(self.ids), "", None, junk=True))

    def asks_bounds(self) -> None:
        """rebuilding.py `rebuild`: how far the log goes, asked before the locks are taken."""
        self.bounds = {p: len(self.log[p]) for p in self.log}

    def rebuilds(self) -> None:
        """rebuilding.py `_refold`: the cursors' locks are taken, all is emptied and folded again, at once."""
        fresh = Memory()
        reader = Reader(False, {0: 0, 1: 0})
        kept, self.projection = self.projection, fresh
        builders, self.builders = self.builders, [reader]
        self.open_builder(reader)
        log, self.log = self.log, {p: self.log[p][:end] for p, end in self.bounds.items()}
        while any(at < len(self.log[p]) for p, at in reader.at.items()) or reader.hand:
            self.steps(reader)
        self.log = log
        kept.__dict__.update(fresh.__dict__)
        self.projection, self.builders = kept, builders
