"""A partner's software that misbehaves: repeats, lies, old versions, holes, poison; one at a time or by 500.

The model of each record is here, so that every answer is foreseen: what the door says otherwise is written
down as a difference. The mark of a version is a day that no other version of its record carries.
"""

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from tests.chaos.ledger import Ledger, Op
from tests.chaos.load_doors import Doors, GivenUpError

EVENTS = "/integration/api/v1/events"
BATCH, STRUCTURED = "application/cloudevents-batch+json", "application/cloudevents+json"
LARGEST = 500
MOST_VERSIONS = 400
RECENT = 2_000
"""How many records and events are remembered to be changed or repeated."""
HOUSEHOLDS = 4_000
TRIED_OUT = 0.2
"""How often a request is followed by a trial in the sandbox."""
FACTS = {
    "call": "call_recorded",
    "encounter": "encounter_recorded",
    "request": "request_registered",
    "stay": "stay_reported",
    "supply": "supply_reported",
    "call_count": "calls_counted",
}
"""Record of the partner → fact it becomes."""
WEIGHTS = {"call": 30, "encounter": 15, "request": 25, "stay": 25, "supply": 4, "call_count": 1}
DAYS = ("registered_on", "from_on", "night_of", "day")
VOID = "void"


def mark_of(data: Mapping[str, Any]) -> str:
    """What tells one version of a record from the others, in the fact as in the event."""
    if data.get("void"):
        return VOID
    return str(next((data[name] for name in DAYS if name in data), ""))[:10]


def fields_of(kind: str, household: str, day: str, draw: Random) -> dict[str, Any]:
    """A record of that kind, for that day."""
    match kind:
        case "call":
            return {"household_ref": household, "night_of": day, "caller": "person", "outcome": "request"}
        case "encounter":
            team, met = f"equipe-{draw.randrange(9)}", {"territory_cell": "59350", "outcome": "met"}
            return {"night_of": day, "team_ref": team, "persons": draw.randrange(1, 9), **met}
        case "request":
            return {"household_ref": household, "door": "call_115", "branch": "emergency", "kind": "new",
                    "night_of": day, "registered_on": day, "composition": "single_parent", "adults": 1,
                    "minors": draw.randrange(1, 4), "minors_under_3": 0, "situation_group": "street",
                    "need_group": "no_housing", "schemes": ["hotel"]}  # fmt: skip
        case "stay":
            stay = {"household_ref": household, "scheme": "emergency_shelter", "from_on": day}
            return {**stay, "persons": draw.randrange(1, 6)}
        case "supply":
            supply = {"scheme": "pension_famille", "territory_cell": "59350", "day": day, "places": 24}
            return {**supply, "organisation_ref": f"org-{draw.randrange(40)}", "occupied": draw.randrange(24)}
        case _:
            offered = draw.randrange(100, 2000)
            return {"day": day, "line": "115", "offered": offered, "answered": 90, "abandoned": offered - 90}


@dataclass
class Written:
    """A record as the partner has it: the last version that the door has taken."""

    kind: str
    ref: str
    household: str
    organisation: str = ""
    version: int = 0
    seuil_id: str = ""
    marks: int = 0
    void: bool = False


@dataclass
class Sent:
    """One event, what is foreseen of it, and the record it is about."""

    event: dict[str, Any]
    foreseen: str
    record: Written | None
    mark: str


@dataclass
class Software:
    """One partner: writes its events in order, a batch at a time, each until an answer is known."""

    doors: Doors
    ledger: Ledger
    name: str
    source: str
    key: str
    test_key: str
    random: Random
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    sent: int = 0
    taken: int = 0
    misdeeds: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._records: deque[Written] = deque(maxlen=RECENT)
        self._events: deque[Sent] = deque(maxlen=RECENT)
        self._count = 0
        self._kinds, self._weights = list(WEIGHTS), list(WEIGHTS.values())

    async def run(self, rate: float, stop: asyncio.Event) -> None:
        """Sends `rate` events a second on average, what was missed while nothing answered included."""
        began = time.monotonic()
        while not stop.is_set():
            due = int((time.monotonic() - began) * rate) - self.sent
            if due < 1:
                await asyncio.sleep(0.05)
                continue
            size = (
                1
                if self.random.random() < 0.1
                else min(due, self.random.choice((20, 100, 500, 500)), LARGEST)
            )
            try:
                await self.send([self.next() for _ in range(size)])
                if self.random.random() < TRIED_OUT:
                    await self._try_out()
            except GivenUpError:
                return

    async def _try_out(self) -> None:
        """An event in the sandbox: nothing comes of it but a webhook."""
        self._count += 1
        record = Written("call", f"essai-{self.name}-{self._count}", "")
        event = self._event(record, 1, self.today.isoformat())
        event["data"].pop("household_ref")
        [op] = self.ledger.begin("sandbox", (record.ref, event["id"]))
        headers = {"authorization": f"Bearer {self.test_key}", "content-type": STRUCTURED}
        answer = await self.doors.ask("integration", "POST", EVENTS, content=event, headers=headers)
        op.answer, op.why = ("ok", "") if answer.good else ("fail", f"{answer.status} {answer.code}")
        self.ledger.end([op])

    async def send(self, batch: list[Sent]) -> None:
        """One request, until it is answered; the ledger knows before and after."""
        said = [(each.event["data"]["record_ref"], each.event["id"]) for each in batch]
        ops = self.ledger.begin("partner", *said)
        self.sent += len(batch)
        alone = len(batch) == 1
        headers = {"authorization": f"Bearer {self.key}", "content-type": STRUCTURED if alone else BATCH}
        content: Any = batch[0].event if alone else [each.event for each in batch]
        try:
            answer = await self.doors.ask("integration", "POST", EVENTS, content=content, headers=headers)
        except GivenUpError:
            self.ledger.end(ops)
            raise
        told = [answer.content] if alone else answer.content
        if not isinstance(told, list) or len(told) != len(batch):
            told = [{"status": f"{answer.status} {answer.code}"}] * len(batch)
        for op, each, one in zip(ops, batch, told, strict=True):
            self._settle(op, each, _status(one), str(one.get("seuil_id", "")), answer.unsure)
        self.ledger.end(ops)

    def _settle(self, op: Op, each: Sent, status: str, seuil_id: str, unsure: bool) -> None:
        record = each.record
        if record is not None and seuil_id:
            if record.seuil_id and record.seuil_id != seuil_id:
                op.why = f"another record {seuil_id} than {record.seuil_id}"
            record.seuil_id = record.seuil_id or seuil_id
        known = record.seuil_id if record is not None else ""
        mark = f"{FACTS[record.kind]}|{known}|{each.mark}" if known and record is not None else ""
        as_foreseen = status == each.foreseen or (
            unsure and status == "duplicate" and each.foreseen in ("accepted", "stale")
        )
        if not as_foreseen:
            op.why = op.why or f"{each.foreseen} was foreseen, {status} came"
        if as_foreseen and each.foreseen == "accepted":
            op.answer, op.says = "ok", [mark]
            self.taken += 1
        else:
            op.answer = "fail"
            op.never = [mark] if mark and each.foreseen in ("stale", "conflict") else []

    def next(self) -> Sent:
        """The next event: mostly good, sometimes not."""
        draw = self.random.random()
        if draw < 0.06 and self._records and self._events:
            made = self._misdeed(draw)
            if made is not None:
                return made
        record = self._record(draw)
        record.version += self.random.choice((1, 1, 1, 2))  # a hole: that version is never sent
        record.void = record.marks > 1 and not record.void and self.random.random() < 0.02
        if record.void:
            return self._keep(self._event(record, record.version, VOID), "accepted", record, VOID)
        return self._keep(self._event(record, record.version, self._day(record)), "accepted", record)

    def _record(self, draw: float) -> Written:
        if draw > 0.7 and self._records:
            record = self.random.choice(self._records)
            if record.marks < MOST_VERSIONS:
                return record
        self._count += 1
        kind = self.random.choices(self._kinds, self._weights)[0]
        household = f"foyer-{self.name}-{self.random.randrange(HOUSEHOLDS)}"
        self._records.append(Written(kind, f"{kind}-{self.name}-{self._count}", household))
        return self._records[-1]

    def _day(self, record: Written) -> str:
        record.marks += 1
        return (self.today - timedelta(days=2 + record.marks)).isoformat()

    def _misdeed(self, draw: float) -> Sent | None:
        before = self.random.choice(self._events)
        record = self.random.choice(self._records)
        name = ("duplicate", "lie", "stale", "poison")[int(draw / 0.015)]
        self.misdeeds[name] = self.misdeeds.get(name, 0) + 1
        match name:
            case "duplicate":
                return Sent(before.event, "duplicate", before.record, before.mark)
            case "lie" if before.record is not None and before.mark != VOID:
                day = self._day(before.record)
                other = self._event(before.record, before.event["data"]["record_version"], day)
                return Sent({**other, "id": before.event["id"]}, "conflict", before.record, day)
            case "stale" if record.version > 1 and record.marks:
                day = self._day(record)
                return Sent(self._event(record, record.version - 1, day), "stale", record, day)
            case "poison":
                return Sent(self._poison(), "quarantined", None, "")
        return None

    def _poison(self) -> dict[str, Any]:
        self._count += 1
        bad = Written("call", f"mauvais-{self.name}-{self._count}", "foyer-x")
        event = self._event(bad, 1, self.today.isoformat())
        spoilt: tuple[dict[str, Any], ...] = (
            {"night_of": "13/12/2022"},
            {"outcome": ["?"]},
            {"household_ref": "Awa Exemple"},
            {"record_version": "un"},
        )
        event["data"] |= self.random.choice(spoilt)
        return event

    def _keep(self, event: dict[str, Any], foreseen: str, record: Written, mark: str = "") -> Sent:
        made = Sent(event, foreseen, record, mark or mark_of(event["data"]))
        self._events.append(made)
        return made

    def _event(self, record: Written, version: int, day: str) -> dict[str, Any]:
        data: dict[str, Any] = {"record_ref": record.ref, "record_version": version}
        if day == VOID:
            data["void"] = True
        else:
            fields = fields_of(record.kind, record.household, day, self.random)
            record.organisation = record.organisation or fields.get("organisation_ref", "")
            data |= fields | ({"organisation_ref": record.organisation} if record.organisation else {})
        return {
            "specversion": "1.0",
            "id": str(UUID(int=self.random.getrandbits(128), version=4)),
            "type": f"seuil.partner.{record.kind}.v1",
            "source": self.source,
            "time": datetime.now(UTC).isoformat(),
            "data": data,
        }


def _status(one: Mapping[str, Any]) -> str:
    """The word of an answer; one event alone with a problem is a problem by itself."""
    if "status" in one and isinstance(one["status"], str):
        return str(one["status"])
    return {409: "conflict", 422: "quarantined"}.get(int(one.get("status", 0)), str(one.get("code", "?")))
