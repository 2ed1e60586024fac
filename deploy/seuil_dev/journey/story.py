"""What the steps share: who plays, where they look, and how a difference is said."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from seuil_dev.client import Browser, Failed, Message, Partner, Session, eventually
from seuil_dev.demo.territory import plain
from seuil_dev.engines import Say
from seuil_dev.journey.topics import Topics

PARIS = ZoneInfo("Europe/Paris")
COMMISSIONS = "/registration/api/v1/commissions"
REGISTRATIONS = "/registration/api/v1/registrations"
ORGANISATIONS = "/registration/api/v1/organisations"
FIGURES = "/analytics/api/v1/figures"
PATIENCE = 60.0
HOLD_SECONDS, OFFER_SECONDS = 30, 12
DAY_SECONDS = 86_400
SETTINGS = {
    "SEUIL_HOLD_SECONDS": str(HOLD_SECONDS),
    "SEUIL_OFFER_SECONDS": str(OFFER_SECONDS),
    "SEUIL_OFFER_MARGIN_SECONDS": "0",
    "SEUIL_QUIET_HOURS": "",
    "SEUIL_REMINDER_FIRST": f"{DAY_SECONDS + 30}s",
    "SEUIL_REMINDER_LAST": f"{DAY_SECONDS}s",
    "SEUIL_WORDING_PATIENCE": "5",
    "SEUIL_LINK_MAILS_PER_HOUR": "100",
    "FACTS_KEPT_MONTHS": "120",
}
"""What the journey sets so that a story of weeks fits in minutes; printed before it begins."""


@dataclass
class Player:
    """Somebody who takes part: a name found nowhere else, an address, what is known of the sign-up."""

    given_name: str
    family_name: str
    registration_id: UUID = field(default_factory=uuid4)
    person_id: str = ""
    page: str = ""

    @property
    def email(self) -> str:
        """An address that leads nowhere."""
        return f"{plain(self.given_name)}.{plain(self.family_name)}@parcours.example"

    @property
    def token(self) -> str:
        """The token of the personal link."""
        return self.page.rpartition("/")[2]


@dataclass
class Story:
    """One journey: its stack's address, its readers, and what happened so far."""

    url: str
    logs: tuple[Path, ...]
    topics: Topics
    visitor: Browser
    coordinator: Session = field(init=False)
    partner: Partner = field(init=False)
    players: list[Player] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    commission_id: UUID = field(default_factory=uuid4)
    workshops: tuple[UUID, UUID] = field(default_factory=lambda: (uuid4(), uuid4()))
    past_id: UUID = field(default_factory=uuid4)
    organisation_id: UUID = field(default_factory=uuid4)
    partner_id: UUID = field(default_factory=uuid4)
    calendars: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    starts_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def commission(self) -> str:
        """The path of the commission that the story is about."""
        return f"{COMMISSIONS}/{self.commission_id}"

    async def seen(self) -> dict[str, Any]:
        """The commission as its coordinator sees it."""
        found: dict[str, Any] = await self.coordinator.get(self.commission)
        return found

    async def state_of(self, player: Player) -> dict[str, Any]:
        """A line of the coordinator's list."""
        lines = await self.coordinator.get(f"{self.commission}/registrations", everyone=True)
        return next(line for line in lines if line["registration_id"] == str(player.registration_id))

    async def become(self, player: Player, state: str, within: float = PATIENCE) -> dict[str, Any]:
        """Wait until a sign-up stands so. Failed, with where it stands, when it does not."""
        line: dict[str, Any] = {}

        async def there() -> dict[str, Any] | None:
            line.update(await self.state_of(player))
            return line if line["state"] == state else None

        try:
            return await eventually(there, within)
        except TimeoutError:
            raise Failed(f"a sign-up that stands {state} was expected, {line['state']} was seen") from None

    async def mail(self, player: Player, about: str, within: float = PATIENCE) -> Message:
        """The next mail to somebody about that; its personal link is kept, to be looked for in logs."""
        mark = f"{player.email} {about}"
        mail = await self.visitor.mail(player.email, about, after=self.marks.get(mark, ""), within=within)
        self.marks[mark] = mail.id
        self.secrets += [link.rpartition("/")[2] for link in mail.links if "/lien/" in link]
        return mail

    async def mails_about(self, player: Player, about: str) -> int:
        """How many mails of that kind somebody has had."""
        return sum(mail.speaks_of(about) for mail in await self.visitor.mails(player.email))

    async def figure(self, measure: str, **asked: object) -> dict[str, Any]:
        """A figure as the coordinator sees it."""
        found: dict[str, Any] = await self.coordinator.get(f"{FIGURES}/{measure}", **asked)
        return found

    async def figures_say(self, what: str, read: Callable[[], Awaitable[Any]], expected: object) -> None:
        """Wait until a figure is what it must be. Failed, with both, when it is not."""
        last: list[Any] = [None]

        async def equal() -> bool | None:
            last[0] = await read()
            return True if last[0] == expected else None

        try:
            await eventually(equal, PATIENCE)
        except TimeoutError:
            raise Failed(f"{what}: {expected} was expected, {last[0]} was seen") from None


def expect(what: str, seen: object, expected: object) -> None:
    """Failed, saying both, unless they are equal."""
    if seen != expected:
        raise Failed(f"{what}: {expected!r} was expected, {seen!r} was seen")


def today() -> date:
    """The civil day in Paris."""
    return datetime.now(UTC).astimezone(PARIS).date()


Play = Callable[[Story], Awaitable[str]]


@dataclass(frozen=True)
class Step:
    """One step: its name, and what is done and checked; it gives back what was seen."""

    name: str
    play: Play


async def play(steps: list[Step], story: Story, say: Say) -> bool:
    """Play the steps in order, a line each; False at the first difference, which is said."""
    width = max(len(step.name) for step in steps)
    say(f"{'étape'.ljust(width)}  {'secondes':>8}  vu")
    for step in steps:
        began = time.monotonic()
        try:
            seen, failure = await step.play(story), None
        except (Failed, TimeoutError, KeyError, IndexError, StopIteration) as failed:
            seen, failure = f"DIFFÉRENCE : {type(failed).__name__} {failed}", failed
        say(f"{step.name.ljust(width)}  {time.monotonic() - began:8.1f}  {seen}")
        if failure is not None:
            return False
    return True
