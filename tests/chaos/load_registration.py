"""Commissions and those who sign up: coordinators plan, move and call off; visitors come, prove, leave.

Facts that only these commands cause are marked `type|id|mark` in the ledger.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from tests.chaos.ledger import Ledger
from tests.chaos.load_doors import Doors, GivenUpError, Person, Said

API = "/registration/api/v1"
PAST_DAYS = 7
TERRITORY = "siao-59-lille"
STATUSES = ("present", "absent", "represented", "excused")
ACTS = {
    "sign_up": 40,
    "seat": 14,
    "prove": 20,
    "cancel": 10,
    "attend": 8,
    "plan": 4,
    "move": 3,
    "change": 3,
    "call_off": 1,
}


def planned(commission_id: str, day: date, today: date, capacity: int) -> dict[str, Any]:
    """A commission as the API is asked to plan it, open for sign-up."""
    return {
        "commission_id": commission_id,
        "territory": TERRITORY,
        "title": "Commission de l’épreuve",
        "parts": ["plenary", "panel"],
        "day": day.isoformat(),
        "starts": "09:00",
        "ends": "12:30",
        "registration_opens_on": (today - timedelta(days=2)).isoformat(),
        "registration_closes_on": (day - timedelta(days=1)).isoformat(),
        "capacity": capacity,
        "minutes_for_cases": 600,
        "place": "Maison de l’habitat",
        "contact_email": "commission@seuil.example",
    }


@dataclass
class Desk:
    """What is known of commissions and sign-ups, as far as answers told it."""

    doors: Doors
    ledger: Ledger
    coordinator: Person
    random: Random
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    commissions: dict[str, int] = field(default_factory=dict)
    """Open commission → version last seen."""
    unproven: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Sign-up → (address, commission), of visitors whose mail may come."""
    seated: list[str] = field(default_factory=list)
    busy: set[str] = field(default_factory=set)
    past: str | None = None

    def new_id(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    async def run(self, rate: float, stop: asyncio.Event) -> None:
        """About `rate` acts a second, several at once; none on what another is acting on."""
        names, weights = list(ACTS), list(ACTS.values())
        doing: set[asyncio.Task[None]] = set()
        while not stop.is_set():
            await asyncio.sleep(self.random.expovariate(rate))
            if len(doing) > 20:
                continue
            task = asyncio.create_task(self._act(self.random.choices(names, weights)[0]))
            doing.add(task)
            task.add_done_callback(doing.discard)
        await asyncio.gather(*doing, return_exceptions=True)

    async def _act(self, name: str) -> None:
        try:
            await getattr(self, name)()
        except (GivenUpError, TimeoutError):
            return

    async def _told(self, kind: str, key: str, id_: str, asking: Any, says: list[str]) -> Said | None:
        """One operation of the ledger: ok with its marks, fail, or info when it was given up."""
        [op] = self.ledger.begin(kind, (key, id_), says=says)
        try:
            said: Said = await asking
        except GivenUpError:
            self.ledger.end([op])
            raise
        op.answer, op.why = ("ok", "") if said.good else ("fail", f"{said.status} {said.code}")
        if not said.good:
            op.says, op.never = [], []
        self.ledger.end([op])
        return said if said.good else None

    async def plan(self, past: date | None = None, opens: date | None = None) -> str | None:
        """A commission is planned, then published: its id."""
        commission_id = self.new_id()
        day = past or self.today + timedelta(days=self.random.randrange(20, 60))
        asked = planned(commission_id, day, self.today, self.random.choice((5, 30, 300)))
        asked |= {"registration_opens_on": opens.isoformat(), "capacity": 10_000} if opens else {}
        path = f"{API}/commissions"
        made = await self._told(
            "plan",
            commission_id,
            commission_id,
            self.coordinator.ask("registration", "POST", path, asked),
            [],
        )
        if made is None:
            return None
        key = self.new_id()
        says = [f"commission_scheduled|{commission_id}|"]
        asking = self.coordinator.ask(
            "registration",
            "POST",
            f"{path}/{commission_id}/publish",
            {"version": made.content["version"]},
            key,
        )
        if said := await self._told("publish", commission_id, key, asking, says):
            if past is None:
                self.commissions[commission_id] = said.content["version"]
            return commission_id
        return None

    def _free_commission(self) -> str | None:
        free = [each for each in self.commissions if each not in self.busy]
        return self.random.choice(free) if free else None

    async def move(self) -> None:
        """A commission is moved to another day."""
        if (chosen := self._free_commission()) is None:
            return
        day = self.today + timedelta(days=self.random.randrange(20, 60))
        hour = f"{self.random.randrange(8, 12):02}:{self.random.randrange(60):02}"
        dates = planned(chosen, day, self.today, 1)
        named = ("day", "ends", "registration_opens_on", "registration_closes_on")
        asked = {name: dates[name] for name in named} | {"starts": hour, "reason": "organiser"}
        await self._change(chosen, "move", "reschedule", asked, f"commission_rescheduled|{chosen}|")

    async def change(self) -> None:
        """A commission gets another capacity."""
        if (chosen := self._free_commission()) is None:
            return
        full = planned(chosen, self.today + timedelta(days=25), self.today, self.random.randrange(5, 300))
        left = ("commission_id", "territory", "day", "starts", "ends")
        asked = {name: value for name, value in full.items() if name not in left}
        asked["registration_closes_on"] = (self.today + timedelta(days=10)).isoformat()
        await self._change(chosen, "change", "", asked, "")

    async def call_off(self) -> None:
        """A commission is called off; there stays one at least."""
        if len(self.commissions) > 3 and (chosen := self._free_commission()) is not None:
            says = f"commission_cancelled|{chosen}|"
            if await self._change(chosen, "call_off", "cancel", {"reason": "organiser"}, says):
                self.commissions.pop(chosen, None)

    async def _change(self, chosen: str, kind: str, verb: str, asked: dict[str, Any], says: str) -> bool:
        self.busy.add(chosen)
        try:
            path = f"{API}/commissions/{chosen}"
            seen = await self.coordinator.ask("registration", "GET", path)
            key = self.new_id()
            content = {**asked, "version": seen.content.get("version", 1)}
            method, where = ("POST", f"{path}/{verb}") if verb else ("PUT", path)
            asking = self.coordinator.ask("registration", method, where, content, key)
            return await self._told(kind, chosen, key, asking, [says] if says else []) is not None
        finally:
            self.busy.discard(chosen)

    async def sign_up(self) -> None:
        """A visitor signs up; a mail will ask for a proof."""
        if not self.commissions:
            return
        commission = self.random.choice(list(self.commissions))
        registration, email = self.new_id(), f"visite-{self.random.getrandbits(48):x}@essai.example"
        asked = {"registration_id": registration, "email": email, "given_name": "Célestine"}
        path = f"{API}/commissions/{commission}/registrations"
        says = [f"registration_received|{registration}|"]
        asking = self.doors.ask("registration", "POST", path, content=asked)
        if await self._told("sign_up", commission, registration, asking, says):
            self.unproven[registration] = (email, commission)

    async def seat(self) -> None:
        """A coordinator signs somebody up."""
        if not self.commissions:
            return
        commission = self.random.choice(list(self.commissions))
        registration, email = self.new_id(), f"place-{self.random.getrandbits(48):x}@essai.example"
        asked = {"registration_id": registration, "email": email, "on_behalf": "coordinator"}
        path = f"{API}/commissions/{commission}/registrations"
        says = [f"registration_received|{registration}|"]
        asking = self.coordinator.ask("registration", "POST", path, asked)
        if await self._told("seat", commission, registration, asking, says):
            self.seated.append(registration)

    async def prove(self) -> None:
        """A visitor presses the button of the mail, if it has come."""
        await asyncio.to_thread(self.doors.mailbox.look)
        for registration, (email, commission) in list(self.unproven.items()):
            if found := self.doors.mailbox.link(email, "confirmez"):
                del self.unproven[registration]
                link = found[1].rpartition("/")[2]
                asking = self.doors.ask("registration", "POST", f"{API}/proofs", content={"link": link})
                if await self._told("prove", commission, registration, asking, []):
                    self.seated.append(registration)
                return

    async def cancel(self) -> None:
        """A sign-up is cancelled by a coordinator."""
        if self.seated:
            registration = self.seated.pop(self.random.randrange(len(self.seated)))
            key = self.new_id()
            path = f"{API}/registrations/{registration}/cancel"
            asking = self.coordinator.ask("registration", "POST", path, {}, key)
            says = [f"registration_cancelled|{registration}|"]
            await self._told("cancel", registration, key, asking, says)

    async def attend(self) -> None:
        """Somebody was there last week, or not: entered in arrears."""
        if self.past is None:
            return
        day = (self.today - timedelta(days=PAST_DAYS)).isoformat()
        registration, email = self.new_id(), f"passe-{self.random.getrandbits(48):x}@essai.example"
        signed = (self.today - timedelta(days=PAST_DAYS + 5)).isoformat()
        asked = {
            "registration_id": registration,
            "email": email,
            "on_behalf": "import",
            "occurred_on": signed,
        }
        path = f"{API}/commissions/{self.past}/registrations"
        says = [f"registration_received|{registration}|"]
        asking = self.coordinator.ask("registration", "POST", path, asked)
        if not await self._told("seat", self.past, registration, asking, says):
            return
        for _ in range(self.random.choice((1, 1, 2))):
            key, status = self.new_id(), self.random.choice(STATUSES)
            path = f"{API}/registrations/{registration}/attendance"
            told = {"status": status, "occurred_on": day}
            asking = self.coordinator.ask("registration", "POST", path, told, key)
            said = [f"attendance_recorded|{registration}|{status}"]
            await self._told("attend", registration, key, asking, said)

    async def remember(self) -> None:
        """The commission of last week, whose attendance is entered."""
        day = self.today - timedelta(days=PAST_DAYS)
        self.past = await self.plan(day, opens=day - timedelta(days=30))
