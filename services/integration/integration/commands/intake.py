"""One request of a partner, one transaction: every event answered for, and kept before it is answered."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.intake import IntakeSubmitted
from contracts.integration import CaseReceived
from contracts.records import Record
from contracts.refusal import Refused
from contracts.topics import INTEGRATION
from eventing.db import Database, Tx, run
from eventing.faults import fault
from eventing.outbox import append, lock_streams
from integration.domain.envelope import Parsed, Unfit
from integration.domain.files import as_sent
from integration.domain.inbound import RECORDS
from integration.domain.intake import RecordState, take
from integration.domain.problems import Problem
from integration.domain.vault import Vault
from integration.domain.written import REF_LISTS, REFS, Inbound
from integration.store import feed, marks, received
from integration.store.feed import Item
from integration.store.received import Holder, Name, Sent
from webui.sealing import seal

CASE_LINK = "/cases/api/v1/partner/cases/"
PARIS = ZoneInfo("Europe/Paris")
TRIES = 5
USED_EVERY = timedelta(minutes=1)
QUARANTINED = "quarantined"


class RacedError(Exception):
    """Another request sent one of these event ids at the same time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one event. `seuil_id`: its record, or its quarantine. `dropped`: of erased people."""

    status: str
    seuil_id: UUID | None = None
    unmapped: tuple[str, ...] = ()
    problem: Problem | None = None
    dropped: bool = False

    @property
    def outcome(self) -> str:
        """As it is counted."""
        return "dropped" if self.dropped else self.status


@dataclass(frozen=True)
class Desk:
    """The keys of the door: what closes what is kept, and what seals files for `cases`."""

    vault: Vault | None = None
    sealing: str = ""


async def receive(
    database: Database, holder: Holder, events: Sequence[Parsed | Unfit], desk: Desk
) -> list[Answer]:
    """Takes events in the order sent; answers each after the commit. Refused 503 after five races."""
    if not (desk.sealing or holder.test) and any(
        isinstance(e, Parsed) and RECORDS[e.record_type].SEALED for e in events
    ):
        raise Refused("intake_closed", "Les dossiers ne sont pas reçus ici. Rien n’a été gardé.", 503)
    for _ in range(TRIES):
        try:
            async with database.transaction(f"partner:{holder.sender.partner_id}") as tx:
                return await _receive(tx, holder, events, desk)
        except RacedError:
            continue
    raise Refused("busy", "Ces événements sont déjà en cours de réception. Réessayez dans un instant.", 503)


async def _receive(tx: Tx, holder: Holder, events: Sequence[Parsed | Unfit], desk: Desk) -> list[Answer]:
    partner_id = holder.sender.partner_id
    intake = _Intake(
        tx,
        partner_id,
        desk,
        holder.test,
        await received.seen(tx, partner_id, (e.event_id for e in events if e.event_id)),
    )
    await intake.hold(events)
    answers = [intake.answer(event) for event in events]
    if not holder.test:
        await lock_streams(tx, INTEGRATION, (fact.key for fact in intake.facts))
        if await marks.erased_among(tx, intake.households()) != intake.erased:
            raise RacedError
    if not await received.remember(tx, partner_id, intake.sent):
        raise RacedError
    fault("intake.remembered")
    await received.save_records(tx, partner_id, intake.changed, intake.raws)
    await received.quarantine(tx, partner_id, list(intake.quarantined.values()))
    if intake.mended:
        await run(tx, received.REPLACED, ids=sorted(intake.mended), at=tx.now)
    if holder.last_used_at is None or tx.now - holder.last_used_at >= USED_EVERY:
        await run(tx, received.USED, key_id=holder.key_id, now=tx.now)
    await _count(tx, partner_id, answers)
    await _mark(tx, partner_id, intake, list(zip(events, answers, strict=True)))
    await feed.tell(tx, intake.told)
    if not holder.test:
        fault("intake.before_append")
        await append(tx, *intake.facts, *intake.files)
    return answers


async def _mark(
    tx: Tx, partner_id: UUID, intake: "_Intake", worked: Sequence[tuple[Parsed | Unfit, Answer]]
) -> None:
    times: Counter[tuple[str, str]] = Counter()
    history = []
    for event, answer in worked:
        if isinstance(event, Parsed) and answer.status in ("accepted", "replaced"):
            times.update(event.codes)
        if event.backfill and event.record_type is not None:
            history.append((event.record_type, answer.outcome))
    await marks.note_unmapped(tx, partner_id, times)
    await marks.count_history(tx, partner_id, history)
    await marks.count_dropped(tx, intake.dropped)


async def _count(tx: Tx, partner_id: UUID, answers: Sequence[Answer]) -> None:
    counts = dict.fromkeys(received.OUTCOMES, 0)
    for answer in answers:
        counts[answer.outcome] += 1
    unmapped = sum(bool(answer.unmapped) for answer in answers)
    day = tx.now.astimezone(PARIS).date()
    await run(tx, received.COUNT, partner_id=partner_id, day=day, at=tx.now, unmapped=unmapped, **counts)


@dataclass
class _Intake:
    """The events of one request, worked in order on what the database holds; written by the caller."""

    tx: Tx
    partner_id: UUID
    desk: Desk
    test: bool
    sent: dict[str, Sent]
    ids: dict[Name, UUID] = field(default_factory=dict)
    records: dict[Name, RecordState] = field(default_factory=dict)
    changed: dict[Name, RecordState] = field(default_factory=dict)
    quarantined: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    mended: set[UUID] = field(default_factory=set)
    facts: list[Record] = field(default_factory=list)
    files: list[IntakeSubmitted] = field(default_factory=list)
    raws: dict[Name, bytes] = field(default_factory=dict)
    told: list[Item] = field(default_factory=list)
    intakes: dict[str, UUID] = field(default_factory=dict)
    erased: frozenset[UUID] = frozenset()
    dropped: list[UUID] = field(default_factory=list)

    def settled(self, event_id: str) -> bool:
        """Whether that id was taken already."""
        before = self.sent.get(event_id)
        return before is not None and before.outcome != QUARANTINED

    async def hold(self, everything: Sequence[Parsed | Unfit]) -> None:
        """Gives ids to the references of these events and locks their records; not those of erased people."""
        events = [e for e in everything if isinstance(e, Parsed) and not self.settled(e.event_id)]
        refs = [name for event in events for _, name in _names(event)]
        refs += [
            ("household", e.household_ref) for e in everything if isinstance(e, Unfit) and e.household_ref
        ]
        self.ids = await received.identify(self.tx, self.partner_id, (r for r in refs if r[0] != "request"))
        self.erased = await marks.erased_among(self.tx, self.households())
        kept = [event for event in events if not self._gone(event)]
        own = [(event.record_type, event.inbound.record_ref) for event in kept]
        requests = [name for event in kept for _, name in _names(event) if name[0] == "request"]
        self.records = await received.hold_records(self.tx, self.partner_id, own + requests)

    def households(self) -> list[UUID]:
        """Every household that is named."""
        return [found for name, found in self.ids.items() if name[0] == "household"]

    def household_of(self, event: Unfit) -> UUID | None:
        """Whose an event to be kept is, when its reference is known here."""
        return self.ids.get(("household", event.household_ref or ""))

    def _gone(self, event: Parsed) -> list[UUID]:
        found = (self.ids.get(name) for _, name in _names(event))
        return [each for each in found if each in self.erased]

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
        if gone := self._gone(event):
            self.dropped += gone
            return Answer("stale", dropped=True)
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
            left = self.records[name]
            self.records[name] = self.changed[name] = taken.state
            self.facts += taken.facts
            self._keep(event, name, left, taken.state)
        self._remember(event, status, taken.state.record_id, before)
        return Answer(status, taken.state.record_id, event.unmapped)

    def _keep(self, event: Parsed, name: Name, left: RecordState, state: RecordState) -> None:
        """What a record leaves beside its fact: a sealed file, a copy to read again, a word back."""
        kind = RECORDS[event.record_type]
        self.raws.pop(name, None)
        if event.codes and not kind.SEALED and self.desk.vault is not None:
            self.raws[name] = self.desk.vault.close(event.data, self.tx.new_id())
        if self.test:
            item = Item(self.partner_id, self.tx.new_id(), f"sandbox.{event.record_type}", your_ref=name[1])
            self.told.append(item)
        elif kind.SEALED:
            self._seal(event, kind, left, state)

    def _seal(self, event: Parsed, kind: type[Inbound], left: RecordState, state: RecordState) -> None:
        key = state.key or left.key
        if key is None:
            return
        intake_id = self.intakes.pop(event.event_id, None) or self.tx.new_id()
        said = CaseReceived.read(state.fact).case_type if state.fact and event.record_type == "case" else None
        file = {
            "record": event.record_type,
            "intake_id": intake_id,
            "record_id": state.record_id,
            "revision": state.revision,
            "household_id": key,
            "partner_id": self.partner_id,
            "case_type": said,
            "backfill": event.backfill,
            "received_at": self.tx.now.isoformat(),
            "groups": getattr(event.inbound, "groups", {}),
            "data": as_sent(type(event.inbound), event.data),
        }
        sealed = seal(self.desk.sealing, json.dumps(file, default=str, ensure_ascii=False).encode())
        household_id = UUID(key)
        self.files.append(
            IntakeSubmitted(
                intake_id=intake_id, household_id=household_id, partner_id=self.partner_id, sealed=sealed
            )
        )
        if event.record_type == "case" and left.version is None and not event.backfill:
            link = f"{CASE_LINK}{state.record_id}"
            ref = event.inbound.record_ref
            self.told.append(Item(self.partner_id, intake_id, "case.received", None, household_id, ref, link))

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
            "body": None,
            "household": None,
        }
        if event.event is not None and self.desk.vault is not None:
            kept = self.quarantined[quarantine_id]
            kept["body"] = self.desk.vault.close(event.event, self.tx.new_id())
            kept["household"] = self.household_of(event)
        if event.event_id and (before is None or before.digest != event.digest):
            self._remember(event, QUARANTINED, quarantine_id, before)
        return Answer(QUARANTINED, quarantine_id, problem=event.problem)

    def _remember(self, event: Parsed | Unfit, outcome: str, seuil_id: UUID, before: Sent | None) -> None:
        assert event.event_id is not None
        mends = None if before is None else (before.before if before.fresh else before.digest)
        self.sent[event.event_id] = Sent(event.digest, outcome, seuil_id, mends, fresh=True)

    def _ids_of(self, event: Parsed) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for target, (kind, ref) in _names(event):
            given = self.records[kind, ref].record_id if kind == "request" else self.ids[kind, ref]
            if target in LISTED:
                found.setdefault(target, []).append(given)
            else:
                found[target] = given
        if event.record_type == "case" and not event.inbound.void:
            found["intake_id"] = self.intakes[event.event_id] = self.tx.new_id()
        return found


LISTED = frozenset(target for _, target in REF_LISTS.values())


def _names(event: Parsed) -> list[tuple[str, Name]]:
    """The references of an event: the field that takes the id, and the reference by kind."""
    found = [(REFS[name][1], (REFS[name][0], ref)) for name, ref in event.inbound.references.items()]
    for name, refs in event.inbound.reference_lists.items():
        kind, target = REF_LISTS[name]
        found += [(target, (kind, ref)) for ref in refs]
    return found
