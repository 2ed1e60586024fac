"""Nothing lost, nothing twice, in order: whatever the order of steps, crashes, copies and rebalances.

The model (tests/unit/eventing/model.py) mirrors libs/eventing line by line. Its invariants are those of the
ledger: I1 what was said is applied once by each consumer, I2 nothing else is, I3 in the order of its key, I4
nothing is stuck once the faults stop, I5 a projection is the fold of what was said, I7 the journal knows
where each record stands. Each known-bad design must be found out: that is the test of this test.
"""

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.unit.eventing.model import (
    NUMBERED,
    PARTITIONS,
    QUARANTINE,
    Command,
    Design,
    Event,
    Memory,
    Reader,
    Relay,
    World,
)

pytestmark = pytest.mark.timeout(240)
KEYS = st.sampled_from(["a", "a", "b", "u"])
INDEX = st.integers(0, 2)
STEPS_OF_A_POLL = 60
PLACES = ("inbox", "parked", "handle", "park_key", "save", "", "everything")
ONE_IN_FOUR = st.sampled_from([False, False, False, True])


class Eventing(RuleBasedStateMachine):
    """Any interleaving of the steps of the product."""

    design = Design()
    begun: tuple[str, ...] = ()
    """Said before all else, the first of it bad: where a search is to begin near what it looks for."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.design)

    @initialize(keys=st.lists(KEYS, max_size=5), bad=st.booleans())
    def much_was_said(self, keys: list[str], bad: bool) -> None:
        self.say([*self.begun] or keys, bad or bool(self.begun))
        self.relay_turns()

    # -- the write path

    @precondition(lambda self: len(self.world.commands) < 3)
    @rule(key=KEYS, far=st.integers(0, 2))
    def begin(self, key: str, far: int) -> None:
        """A command begins, and may go on as far as its lock and its first fact."""
        self.world.begin(key)
        for _ in range(far):
            self.work_on(self.world.commands[-1], bad=False, unknown=False)

    @precondition(lambda self: self.world.commands)
    @rule(n=INDEX, bad=ONE_IN_FOUR, unknown=ONE_IN_FOUR)
    def work(self, n: int, bad: bool, unknown: bool) -> None:
        """A command goes one step further: its lock, a fact, another one."""
        self.work_on(self.world.commands[n % len(self.world.commands)], bad=bad, unknown=unknown)

    def work_on(self, command: Command, *, bad: bool, unknown: bool) -> None:
        if command.locked:
            self.world.append(command, bad=bad, unknown=unknown)
        else:
            self.world.lock(command)

    @rule(keys=st.lists(KEYS, min_size=1, max_size=3), bad=ONE_IN_FOUR)
    def say(self, keys: list[str], bad: bool) -> None:
        """Whole commands, one after the other; who would have to wait gives up. Only the first can be bad."""
        for n, key in enumerate(keys):
            self.world.begin(key)
            command = self.world.commands[-1]
            self.world.lock(command)
            if command.locked:
                self.world.append(command, bad=bad and n == 0, unknown=False)
            self.world.commit(command)

    @precondition(lambda self: self.world.commands)
    @rule(n=INDEX)
    def finish(self, n: int) -> None:
        """What is left of a command, unless it has to wait."""
        command = self.world.commands[n % len(self.world.commands)]
        if not command.locked:
            self.world.lock(command)
        if command.locked:
            self.world.append(command, bad=False, unknown=False)
            self.world.commit(command)

    @precondition(lambda self: self.world.commands)
    @rule(n=INDEX, refused=st.booleans())
    def end(self, n: int, refused: bool) -> None:
        """Committed as it is, or rolled back."""
        command = self.world.commands[n % len(self.world.commands)]
        (self.world.roll_back if refused else self.world.commit)(command)

    # -- the relay, between whose steps it may die (the batch is forgotten) or stop (another one leads)

    @rule()
    def relay_turns(self) -> None:
        if not self.world.relay.batch:
            self.world.relay_reads()
        self.world.sends(self.world.relay)
        self.world.relay_moves()

    @rule(what=st.sampled_from(["reads", "dies", "dies having sent", "dies half-way", "stops", "zombie"]))
    def relay_is_interrupted(self, what: str) -> None:
        world = self.world
        if what == "zombie":
            world.zombie_sends()
        elif not world.relay.batch:
            world.relay_reads()
        elif what == "stops":
            world.relay_stops()
        elif what != "reads":
            sent = {"dies having sent": (0, 1), "dies half-way": (1,)}.get(what, ())
            world.sends(world.relay, sent)
            world.relay = Relay()

    # -- readers

    @rule(member=st.integers(0, 1), until=st.sampled_from(PLACES))
    def policies_read(self, member: int, until: str) -> None:
        self.read(member, until)

    @rule(builder=st.integers(2, 3), until=st.sampled_from(PLACES))
    def projection_reads(self, builder: int, until: str) -> None:
        self.read(builder, until)

    def read(self, reader: int, until: str) -> None:
        """One step at least, then until it stands before the named step, or must wait, or has nothing."""
        for _ in range(STEPS_OF_A_POLL):
            self.world.steps(self.readers[reader])
            tx = self.readers[reader].tx
            if (tx.stages[0] if tx else "") == until:
                return

    @rule(reader=st.integers(0, 3), dies=st.booleans())
    def reader_is_interrupted(self, reader: int, dies: bool) -> None:
        if dies:
            self.world.dies(self.readers[reader])
        else:
            self.world.says_offset(self.world.members[reader % 2])

    @rule(member=st.integers(0, 1), until=st.sampled_from(PLACES))
    def member_stops_in_a_chunk(self, member: int, until: str) -> None:
        """The other one is given all, and reads as far as it can; the stopped one may go on later."""
        self.read(member, until)
        self.world.rebalances(3 - member)
        self.read(1 - member, "everything")

    @rule(owner=st.integers(0, 3))
    def partitions_are_dealt_again(self, owner: int) -> None:
        self.world.rebalances(owner)

    # -- parked keys

    @rule(inbox=st.booleans(), key=st.sampled_from([*PARTITIONS, QUARANTINE]), crash=ONE_IN_FOUR)
    def drain(self, inbox: bool, key: str, crash: bool) -> None:
        """Takes a key; or, having one, tries its oldest event, or dies."""
        if self.world.drains[inbox] is None:
            self.world.drain(inbox, key)
        elif crash:
            self.world.drains[inbox] = None
        else:
            self.world.drained(inbox)

    # -- the log, the code, and the projection's operators

    @rule(partition=st.integers(0, 1), start=st.integers(0, 5), length=st.integers(0, 3))
    def log_is_spoilt(self, partition: int, start: int, length: int) -> None:
        """An old batch stands in it again, or bytes that are nothing."""
        if length:
            self.world.copies(partition, start, length)
        else:
            self.world.junk(partition)

    @rule(n=st.integers(0, 5), mended=st.booleans())
    def code_is_released(self, n: int, mended: bool) -> None:
        """It cannot do what it could, or the contrary."""
        said = [event for key in NUMBERED for event in self.world.said[key] if not event.unknown]
        if mended:
            self.world.poison -= {min(self.world.poison, default=0)}
        elif said:
            self.world.poison.add(said[n % len(said)].id)

    @rule(looks=st.booleans())
    def projection_is_rebuilt(self, looks: bool) -> None:
        """Its bounds are asked, and later it is done, when no builder or drain is in its way."""
        busy = self.world.drains[False] or any(b.tx and b.tx.cursor for b in self.world.builders)
        if looks:
            self.world.asks_bounds()
        elif not busy:
            self.world.rebuilds()

    # -- what must hold

    @property
    def readers(self) -> list[Reader]:
        return [*self.world.members, *self.world.builders]

    @property
    def memories(self) -> list[Memory]:
        return [self.world.policies, self.world.projection]

    @invariant()
    def what_is_applied_was_said_once_and_in_order(self) -> None:
        """I1 (nothing twice), I2, I3: the effects on a numbered key are the beginning of what it said."""
        for memory in self.memories:
            for key in NUMBERED:
                assert memory.effects[key] == self.world.said[key][: len(memory.effects[key])]
        said = self.world.said["u"]
        assert set(self.world.projection.effects["u"]) <= set(said)
        acted = self.world.policies.effects["u"]
        assert len(acted) == len(set(acted)), "a policy ran twice"

    @invariant()
    def the_log_holds_only_what_was_said_and_in_order(self) -> None:
        """I2, I3 on the producer's side."""
        for key in PARTITIONS:
            first_seen = list(dict.fromkeys(e for e in self.world.log[PARTITIONS[key]] if e.key == key))
            if key in NUMBERED:
                assert first_seen == self.world.said[key][: len(first_seen)]
            assert set(first_seen) <= set(self.world.said[key])

    @invariant()
    def the_journal_says_where_each_record_stands(self) -> None:
        """I7."""
        for event, partition, offset in self.world.event_log:
            assert self.world.log[partition][offset] == event

    @invariant()
    def positions_are_those_of_the_effects(self) -> None:
        """I5, and no event waits behind a key that nobody will drain."""
        for memory in self.memories:
            for key in NUMBERED:
                assert memory.positions.get(key, 0) == len(memory.effects[key])
            assert {key for key, waiting in memory.behind.items() if waiting} <= memory.parked

    def teardown(self) -> None:
        """I4: the faults stop, and everything said has been applied, once, in order, by both."""
        self.heal()
        before = None
        while before != (before := self.progress()):
            self.turn()
        for memory in self.memories:
            for key in NUMBERED:
                assert memory.effects[key] == self.world.said[key]
            assert set(memory.effects["u"]) == set(self.world.said["u"])
            assert memory.parked <= {QUARANTINE}
        assert not self.world.outbox
        assert {event for event, _, _ in self.world.event_log} == everything(self.world)

    def heal(self) -> None:
        for command in list(self.world.commands):
            self.world.roll_back(command)
        self.world.poison.clear()
        self.world.asks_bounds()
        self.world.relay, self.world.zombies = Relay(), []
        self.world.rebalances(0)
        for reader in self.readers:
            self.world.dies(reader)
        self.world.drains = {True: None, False: None}

    def turn(self) -> None:
        self.relay_turns()
        for reader in self.readers:
            for _ in range(STEPS_OF_A_POLL):
                self.world.steps(reader)
        for member in self.world.members:
            self.world.says_offset(member)
        for inbox in (True, False):
            for key in sorted(self.world.memory(inbox).parked):
                self.world.drain(inbox, key)
                self.world.drained(inbox)

    def progress(self) -> list[int]:
        """What only moves while something is left to do."""
        counts = [len(self.world.outbox), *(len(log) for log in self.world.log.values())]
        for memory in self.memories:
            for kept in (memory.behind, memory.effects):
                counts += [len(kept[key]) for key in (*PARTITIONS, QUARANTINE)]
            counts.append(len(memory.parked))
        return counts + [at for reader in self.readers for _, at in sorted(reader.at.items())]


def everything(world: World) -> set[Event]:
    return {event for events in world.said.values() for event in events}


SUPPRESSED = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
TestEventing = Eventing.TestCase
TestEventing.settings = settings(
    max_examples=100, stateful_step_count=60, deadline=None, suppress_health_check=SUPPRESSED
)

SEARCH = settings(
    max_examples=1000,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=SUPPRESSED,
    print_blob=False,
)


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("design", "start"),
    [
        pytest.param(Design(to_do="id cursor"), 0, id="id cursor"),
        pytest.param(Design(to_do="xid order"), 3, id="xid order"),
        pytest.param(Design(parked_before_inbox=True), None, id="parked before inbox"),
        pytest.param(Design(locks_its_stream=False), 0, id="no stream lock"),
        pytest.param(Design(remembers_within_a_chunk=False), None, id="twice in a chunk"),
    ],
)
def test_a_known_bad_design_is_found_out(design: Design, start: int | None) -> None:
    """`start` is where the search begins: one that finds out soon, for the sake of time."""
    begun = ("a", "a") if design.parked_before_inbox else ()
    machine = type("Bad", (Eventing,), {"design": design, "begun": begun})
    chosen = machine if start is None else seed(start)(machine)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(chosen, settings=settings(SEARCH, derandomize=start is None))
