"""One request of a partner, one transaction: every event answered for, and kept before it is answered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.records import Record
from contracts.refusal import Refused
from contracts.topics import INTEGRATION
from eventing.db import Database, Tx, run
from eventing.outbox import append, lock_streams
from integration import store
from integration.domain.envelope import Parsed, Unfit
from integration.domain.inbound import REFS
from integration.domain.intake import RecordState, take
from integration.domain.problems import Problem
from integration.store import Holder, Name, Sent

PARIS = ZoneInfo("Europe/Paris")
TRIES = 5
USED_EVERY = timedelta(minutes=1)
QUARANTINED = "quarantined"


class RacedError(Exception):
    """Another request sent one of these event ids at the same time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one event. `seuil_id`: its record, or its quarantine."""

    status: str
    seuil_id: UUID | None = None
    unmapped: tuple[str, ...] = ()
    problem: Problem | None = None


async def receive(database: Database, holder: Holder, events: Sequence[Parsed | Unfit]) -> list[Answer]:
    """Takes events in the order sent; answers each after the commit. Refused 503 after five races."""
    for _ in range(TRIES):
        try:
            async with database.transaction(f"partner:{holder.sender.partner_id}") as tx:
                return await _receive(tx, holder, events)
        except RacedError:
            continue
    raise Refused("busy", "Ces événements sont déjà en cours de réception. Réessayez dans un instant.", 503)


async def _receive(tx: Tx, holder: Holder, events: Sequence[Parsed | Unfit]) -> list[Answer]:
    partner_id = holder.sender.partner_id
    intake = _Intake(
        tx, partner_id, await store.seen(tx, partner_id, (e.event_id for e in events if e.event_id))
    )
    await intake.hold([e for e in events if isinstance(e, Parsed) and not intake.settled(e.event_id)])
    answers = [intake.answer(event) for event in events]
    await lock_streams(tx, INTEGRATION, (fact.key for fact in intake.facts))
    if not await store.remember(tx, partner_id, intake.sent):
        raise RacedError
    await store.save_records(tx, partner_id, intake.changed)
    await store.quarantine(tx, partner_id, list(intake.quarantined.values()))
    if intake.mended:
        await run(tx, store.REPLACED, ids=sorted(intake.mended), at=tx.now)
    if holder.last_used_at is None or tx.now - holder.last_used_at >= USED_EVERY:
        await run(tx, store.USED, key_id=holder.key_id, now=tx.now)
    await _count(tx, partner_id, answers)
    await append(tx, *intake.facts)
    return answers


async def _count(tx: Tx, partner_id: UUID, answers: Sequence[Answer]) -> None:
    counts = dict.fromkeys(store.OUTCOMES, 0)
    for answer in answers:
        counts[answer.status] += 1
    unmapped = sum(bool(answer.unmapped) for answer in answers)
    day = tx.now.astimezone(PARIS).date()
    await run(tx, store.COUNT, partner_id=partner_id, day=day, at=tx.now, unmapped=unmapped, **counts)


@dataclass
class _Intake:
    """The events of one request, worked in order on what the database holds; written by the caller."""

    tx: Tx
    partner_id: UUID
    sent: dict[str, Sent]
    ids: dict[Name, UUID] = field(default_factory=dict)
    records: dict[Name, RecordState] = field(default_factory=dict)
    changed: dict[Name, RecordState] = field(default_factory=dict)
    quarantined: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    mended: set[UUID] = field(default_factory=set)
    facts: list[Record] = field(default_factory=list)

    def settled(self, event_id: str) -> bool:
        """Whether that id was taken already."""
        before = self.sent.get(event_id)
        return before is not None and before.outcome != QUARANTINED

    async def hold(self, events: Sequence[Parsed]) -> None:
        """Gives ids to the references of these events and locks their records."""
        refs = [(REFS[name][0], ref) for event in events for name, ref in event.inbound.references.items()]
        self.ids = await store.identify(self.tx, self.partner_id, (r for r in refs if r[0] != "request"))
        own = [(event.record_type, event.inbound.record_ref) for event in events]
        requests = [name for name in refs if name[0] == "request"]
        self.records = await store.hold_records(self.tx, self.partner_id, own + requests)

    def answer(self, event: Parsed | Unfit) -> Answer:
        """Works one event."""
        before = self.sent.get(event.event_id) if event.event_id else None
        if isinstance(event, Unfit) and event.problem.status == 403:
            return Answer("refused", problem=event.problem)
        if before is not None and before.outcome != QUARANTINED:
            if before.digest == event.digest:
                return Answer("duplicate", before.seuil_id)
            return Answer("conflict", problem=Problem(409, "id_reused"))
        if isinstance(event, Unfit):
            return self._set_aside(event, before)
        return self._take(event, before)

    def _take(self, event: Parsed, before: Sent | None) -> Answer:
        name = (event.record_type, event.inbound.record_ref)
        taken = take(self.records[name], event, self.partner_id, self._ids_of(event))
        if taken.outcome == "conflict":
            return Answer("conflict", problem=Problem(409, "version_reused"))
        status: str = taken.outcome
        if before is not None:
            self.mended.add(before.seuil_id)
            status = "replaced" if status == "accepted" else status
        if taken.outcome == "accepted":
            self.records[name] = self.changed[name] = taken.state
            self.facts += taken.facts
        self._remember(event, status, taken.state.record_id, before)
        return Answer(status, taken.state.record_id, event.unmapped)

    def _set_aside(self, event: Unfit, before: Sent | None) -> Answer:
        quarantine_id = before.seuil_id if before else self.tx.new_id()
        self.quarantined[quarantine_id] = {
            "id": quarantine_id,
            "event_id": event.event_id,
            "type": event.record_type,
            "code": event.problem.code,
            "errors": [
                {"pointer": e.pointer, "code": e.code, "detail": e.detail} for e in event.problem.errors[:50]
            ],
        }
        if event.event_id and (before is None or before.digest != event.digest):
            self._remember(event, QUARANTINED, quarantine_id, before)
        return Answer(QUARANTINED, quarantine_id, problem=event.problem)

    def _remember(self, event: Parsed | Unfit, outcome: str, seuil_id: UUID, before: Sent | None) -> None:
        assert event.event_id is not None
        mends = None if before is None else (before.before if before.fresh else before.digest)
        self.sent[event.event_id] = Sent(event.digest, outcome, seuil_id, mends, fresh=True)

    def _ids_of(self, event: Parsed) -> dict[str, UUID]:
        found = {}
        for name, ref in event.inbound.references.items():
            kind, target = REFS[name]
            found[target] = self.records[kind, ref].record_id if kind == "request" else self.ids[kind, ref]
        return found
