"""Sittings held one after another: files are typed, sent, admitted, examined, decided; some get a home.

Each act has a key of its own and is asked again under it; what a later one needs is waited for.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from seuil_dev.demo.households import HOUSEHOLDS
from tests.chaos.ledger import Ledger
from tests.chaos.load_doors import Doors, GivenUpError, Person
from tests.chaos.load_registration import API as REGISTRATION
from tests.chaos.load_registration import TERRITORY, planned

API = "/cases/api/v1"
PARIS = ZoneInfo("Europe/Paris")
AT_A_SITTING = 4
MINUTES = 20
HEARD_SECONDS = 120.0
"""How long a sitting may take to be heard of by cases."""
SEATS = {
    "agent": ("siao_agent", "siao", "siao", "full"),
    "chair": ("chair", "local_authority", "local_authority", "social"),
    "state": ("state", "state", "state", "social"),
    "landlord": ("referrer", "landlord", "landlord", "landlord"),
    "iml": ("referrer", "association", "iml", "social"),
}
"""Who sits: role, kind of organisation, seat, pack."""
FOLLOWER = "referrer"
SIGN_IN = ("agent", "chair", "landlord", FOLLOWER)


def typed(household: Any, today: date) -> dict[str, list[str]]:
    """A file as its form names the answers."""

    def flat() -> Iterator[tuple[str, Any]]:
        parts: dict[str, Any] = {"social": household.social(today)}
        parts |= {f"persons.{n}": each for n, each in enumerate(household.people(today))}
        parts["information"] = household.information(today)
        parts["agreement"] = household.agreement(today)
        for name, answers in parts.items():
            for each, value in answers.items():
                yield f"{name}.{each}", value

    def said(value: Any) -> list[str]:
        if isinstance(value, bool):
            return ["oui"] if value else ["non"]
        return [str(each) for each in value] if isinstance(value, list) else [str(value)]

    return {name: said(value) for name, value in flat() if value is not None}


@dataclass
class Sittings:
    """The people of a panel and what they do."""

    doors: Doors
    ledger: Ledger
    coordinator: Person
    random: Random
    today: date = field(default_factory=lambda: datetime.now(UTC).astimezone(PARIS).date())
    people: dict[str, Person] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)
    held: int = 0

    def new_id(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    async def enter(self) -> None:
        """Organisations and accounts, and the sign-in of those who act."""
        seats = {**SEATS, FOLLOWER: ("referrer", "association", "", "")}
        for name, (role, kind, *_) in seats.items():
            self.organisations[name], self.ids[name] = self.new_id(), self.new_id()
            organisation = {
                "organisation_id": self.organisations[name],
                "name": f"Maison {name}",
                "kind": kind,
            }
            account = {
                "person_id": self.ids[name],
                "email": f"{name}-{self.ids[name][:8]}@essai.example",
                "given_name": name.title(),
                "family_name": "Essai",
                "organisation_id": self.organisations[name],
                "roles": [{"role": role, "territory": TERRITORY}],
            }
            await self._act("organisation", self.coordinator, "registration", f"{REGISTRATION}/organisations",
                            organisation, self.organisations[name])  # fmt: skip
            await self._act("account", self.coordinator, "registration", f"{REGISTRATION}/accounts", account,
                            self.ids[name])  # fmt: skip
            self.people[name] = Person(self.doors, account["email"])  # type: ignore[arg-type]  # an address is text in JSON
        await asyncio.gather(*(self.people[name].sign_in() for name in SIGN_IN))

    async def _act(
        self,
        kind: str,
        who: Person,
        service: str,
        path: str,
        content: dict[str, Any],
        subject: str,
        *says: str,
        method: str = "POST",
    ) -> Any:
        """One operation of the ledger; what it was answered, or None when it was refused."""
        key = self.new_id()
        [op] = self.ledger.begin(kind, (subject, key), says=says)
        try:
            said = await who.ask(service, method, path, content, key)
        except GivenUpError:
            self.ledger.end([op])
            raise
        op.answer, op.why = ("ok", "") if said.good else ("fail", f"{said.status} {said.code}")
        op.says = op.says if said.good else []
        self.ledger.end([op])
        return said.content if said.good else None

    async def run(self, rate: float, stop: asyncio.Event) -> None:
        """One sitting after another; about `rate` acts a second."""
        self.pause = 1 / rate
        while not stop.is_set():
            try:
                await self._sitting(stop)
                self.held += 1
            except (GivenUpError, TimeoutError):
                return

    async def _on(self, who: str, case: str, act: str, content: dict[str, Any], *says: str) -> bool:
        """An act of somebody on a case, after a breath."""
        await asyncio.sleep(self.random.expovariate(1 / self.pause))
        path = f"{API}/cases/{case}/{act}"
        kind = act.rpartition("/")[2]
        return await self._act(kind, self.people[who], "cases", path, content, case, *says) is not None

    async def _sitting(self, stop: asyncio.Event) -> None:
        sitting = await self._called()
        if sitting is None:
            return
        root = f"{API}/sittings/{sitting}"
        cases = [case for _ in range(AT_A_SITTING) if (case := await self._file())]
        added = {"minutes": MINUTES, "override": "Situation urgente, ajoutée après la date limite."}
        cases = [case for case in cases if await self._at(root, case, "agent", "", added, "case_scheduled")]
        await self._act("publication", self.people["agent"], "cases", f"{root}/publication", {}, sitting)
        present = {"present": [self.ids[name] for name in SEATS]}
        chair = self.people["chair"]
        await self._act("opening", chair, "cases", f"{root}/opening", present, sitting)
        for case in cases:
            await self._decided(root, case)
        await self._act("closing", chair, "cases", f"{root}/closing", {}, sitting)
        await self._act("approval", chair, "cases", f"{root}/minutes/approval", {}, sitting)
        for case in cases:
            if not stop.is_set():
                await self._housed(case)

    async def _called(self) -> str | None:
        """A panel of today, with its members, once cases has heard of it."""
        sitting = self.new_id()
        dates = {
            "commission_type": "lda_panel",
            "parts": ["panel"],
            "registration_opens_on": (self.today - timedelta(days=20)).isoformat(),
        }
        asked = planned(sitting, self.today, self.today, 50) | dates
        path = f"{REGISTRATION}/commissions"
        made = await self._act("plan", self.coordinator, "registration", path, asked, sitting)
        if made is None:
            return None
        says = f"commission_scheduled|{sitting}|"
        version = {"version": made["version"]}
        await self._act("publish", self.coordinator, "registration", f"{path}/{sitting}/publish", version,
                        sitting, says)  # fmt: skip
        for name, (_, _, seat, pack) in SEATS.items():
            member = {
                "person_id": self.ids[name],
                "organisation_id": self.organisations[name],
                "seat": seat,
                "pack": pack,
                "voting": True,
                "undertaking_on": self.today.isoformat(),
            }
            says = f"panel_member_named|{sitting}|{self.ids[name]}"
            await self._act("panel", self.coordinator, "registration", f"{path}/{sitting}/panel", member,
                            sitting, says)  # fmt: skip
        return sitting if await self._heard(sitting) else None

    async def _heard(self, sitting: str) -> bool:
        end = asyncio.get_running_loop().time() + HEARD_SECONDS
        while asyncio.get_running_loop().time() < end:
            said = await self.people["chair"].ask("cases", "GET", f"{API}/sittings/{sitting}")
            if said.good:
                return True
            await asyncio.sleep(0.5)
        return False

    async def _file(self) -> str | None:
        """A file typed, sent and admitted: its id."""
        case = self.new_id()
        household = self.random.choice([each for each in HOUSEHOLDS if not each.protected])
        follower, draft = self.people[FOLLOWER], f"{API}/drafts/{case}"
        content = {"typed": typed(household, self.today)}
        kept = await self._act("draft", follower, "cases", draft, content, case, method="PUT")
        if kept is None:
            return None
        sent = await self._act("submit", follower, "cases", f"{draft}/submission", {}, case,
                               f"case_submitted|{case}|")  # fmt: skip
        if sent is None or not await self._on("agent", case, "admission", {}, f"case_admitted|{case}|"):
            return None
        return case

    async def _at(self, root: str, case: str, who: str, act: str, content: dict[str, Any], fact: str) -> bool:
        await asyncio.sleep(self.random.expovariate(1 / self.pause))
        path = f"{root}/cases/{case}" + (f"/{act}" if act else "")
        says = f"{fact}|{case}|"
        return (
            await self._act(act or "schedule", self.people[who], "cases", path, content, case, says)
            is not None
        )

    async def _decided(self, root: str, case: str) -> None:
        step = {
            "organisation_id": self.organisations[FOLLOWER],
            "due_on": (self.today + timedelta(days=14)).isoformat(),
            "owner_id": self.ids[FOLLOWER],
        }
        decision = {
            "outcome": "orient",
            "schemes": ["social_housing"],
            "step": step,
            "minutes": "Avis suivi.",
        }
        if await self._at(root, case, "chair", "examination", {"heard": "present"}, "case_examined"):
            await self._at(root, case, "chair", "decision", decision, "case_decided")

    async def _housed(self, case: str) -> None:
        """Proposed, accepted, chosen by the committee, offered, leased, entered; or refused."""
        proposal, home, day = self.new_id(), self.new_id(), self.today.isoformat()
        asked = {
            "orientation_id": proposal,
            "scheme": "social_housing",
            "organisation_id": self.organisations["landlord"],
        }
        if not await self._on("agent", case, "orientations", asked, f"orientation_proposed|{proposal}|"):
            return
        here = f"orientations/{proposal}"
        if self.random.random() < 0.25:
            refusal = {"by": "provider", "reason": "P5", "answered_on": day}
            await self._on("landlord", case, f"{here}/refusal", refusal, f"orientation_refused|{proposal}|")
            return
        given = {
            "allocation_id": home,
            "orientation_id": proposal,
            "decided_on": day,
            "quota": "prefect",
            "territory_cell": "59350",
            "dwelling_size": "T3",
            "reported_by": "landlord",
        }
        lease = {"lease_kind": "lease", "signed_on": day}
        acts: list[tuple[str, dict[str, Any], str]] = [
            (f"{here}/acceptance", {"answered_on": day}, f"orientation_accepted|{proposal}|"),
            (f"{here}/committee", {"outcome": "a", "decided_on": day}, ""),
            ("allocations", given, f"allocation_recorded|{home}|"),
            (f"allocations/{home}/answer", {"answer": "accepted", "answered_on": day}, ""),
            (f"allocations/{home}/lease", lease, f"lease_signed|{home}|"),
            (f"allocations/{home}/entry", {"entered_on": day}, f"household_housed|{home}|"),
        ]
        for act, content, says in acts:
            if not await self._on("landlord", case, act, content, *([says] if says else [])):
                return
