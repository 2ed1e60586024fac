"""Who acts on cases in the demonstration: people signed in at once, each through the public doors."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from seuil_dev.client import Browser, Failed, Session, sign_in
from seuil_dev.demo.commissions import Done
from seuil_dev.demo.households import Household
from seuil_dev.demo.people import ACCOUNTS, READY
from seuil_dev.demo.seeding import identifier

API = "/cases/api/v1"
PAGES = "/cases"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@dataclass
class Stage:
    """People signed in, by address, and the day it is. What was done is remembered: twice changes nothing."""

    url: str
    today: date
    coordinator: Session
    done: Done
    acted: set[str]
    remember: Callable[[str], None]
    people: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)

    async def enter(self) -> None:
        """Sign in everybody of the demonstration."""
        found = await self.coordinator.get(ACCOUNTS)
        self.people = {each["person"]["email"]: each["person"]["person_id"] for each in found}
        self.sessions[self.coordinator.email] = self.coordinator
        emails = [each.email for each in READY if each.email != self.coordinator.email]
        signed = await asyncio.gather(*(sign_in(Browser(self.url), email) for email in emails))
        self.sessions |= dict(zip(emails, signed, strict=True))

    async def leave(self) -> None:
        """Close what `enter` opened."""
        for email, session in self.sessions.items():
            if email != self.coordinator.email:
                await session.browser.close()

    async def on_case(self, email: str, household: Household, path: str, content: dict[str, Any]) -> None:
        """One act of somebody on the case of a household, as a program does it."""
        name = f"{household.name}{path} {content.get('orientation_id', '')}".strip()
        if self._first(name):
            where = f"{API}/cases/{household.case_id}{path}"
            await self.sessions[email].post(where, content, key=identifier("act", name))
            self._did(name)

    async def press(self, email: str, page: str, to: str, **typed: Any) -> None:
        """One act of somebody as a person does it: open a page, fill the form that goes `to` there, send."""
        name = " ".join(str(part) for part in (page, to, typed.get("situation", "")))
        if not self._first(name):
            return
        browser = self.sessions[email].browser
        html = (await browser.ask("GET", f"{PAGES}{page}")).text
        start = html.find(f'action="{PAGES}{to}"')
        if start < 0:
            raise Failed(f"no form to {to} on {page} for {email}")
        hidden = HIDDEN.findall(html[start : html.find("</form>", start)])
        await browser.ask("POST", f"{PAGES}{to}", form={**dict(hidden), **typed})
        self._did(name)

    async def send(self, email: str, to: str, **typed: Any) -> None:
        """A form that needs nothing of its page, sent by somebody."""
        name = " ".join(str(part) for part in (to, typed.get("situation", "")))
        if self._first(name):
            await self.sessions[email].browser.submit(f"{PAGES}{to}", **typed)
            self._did(name)

    async def offered(self, email: str, page: str, name: str) -> str:
        """The first answer that a list of a page offers somebody. Failed when there is none."""
        html = (await self.sessions[email].browser.ask("GET", f"{PAGES}{page}")).text
        found = re.search(rf'name="{name}".*?<option value="([0-9a-f-]{{36}})"', html, re.DOTALL)
        if found is None:
            raise Failed(f"nothing is offered for {name} on {page}")
        return found[1]

    def has(self, name: str) -> bool:
        """Whether an act was done in another loading."""
        return name in self.acted

    def _first(self, name: str) -> bool:
        if name in self.acted:
            self.done(1)
        return name not in self.acted

    def _did(self, name: str) -> None:
        self.acted.add(name)
        self.remember(name)
        self.done(1)

    def day(self, after: int = 0) -> str:
        """A civil day, counted from the one it is."""
        return (self.today + timedelta(days=after)).isoformat()


def proposal_id(household: Household, number: int = 1) -> UUID:
    """The id of a proposal."""
    return identifier("orientation", household.name, number)
