"""How the load speaks to the system: any replica, again under the same id until an answer is known."""

import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import SMTPUTF8
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import httpx2

from tests.chaos.site import Site

SECONDS = 10.0
"""A stopped replica holds its connections: asked elsewhere after this long."""
FIRST_PAUSE, LAST_PAUSE = 0.1, 2.0
SESSION, LINK = "/registration/session", "/registration/lien/"
TOKEN_COOKIE = "seuil"
LINKS = re.compile(r"https?://[^\s\"<>]+/registration/lien/[\w.\-]+")
LATER = frozenset((408, 425, 429, 500, 502, 503, 504))


class GivenUpError(Exception):
    """No answer until the end: the fate of what was asked is unknown."""


@dataclass(frozen=True)
class Said:
    """An answer. `unsure`: an earlier try of the same may have been done too."""

    status: int
    content: Any
    unsure: bool
    headers: Mapping[str, str]
    cookies: Mapping[str, str]

    @property
    def good(self) -> bool:
        return self.status < 400

    @property
    def code(self) -> str:
        return str(self.content.get("code", "")) if isinstance(self.content, dict) else ""


class Mailbox:
    """Caught mails as they come: recipient → (name of the file, subject, personal links)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: set[str] = set()
        self._mails: dict[str, list[tuple[str, str, list[str]]]] = {}

    def look(self) -> None:
        """Reads what is new."""
        names = {path.name for path in self._folder.glob("*.eml")} - self._read
        for name in sorted(names):
            self._read.add(name)
            mail = message_from_bytes((self._folder / name).read_bytes(), policy=SMTPUTF8)
            body = mail.get_body(("plain",))
            found = LINKS.findall(str(body.get_content())) if body else []
            paths = [str(urlsplit(link).path) for link in found]
            to = str(mail.get("X-Envelope-To") or mail.get("To", ""))
            for address in re.findall(r"[\w.+\-]+@[\w.\-]+", to):
                self._mails.setdefault(address.lower(), []).append(
                    (name, " ".join(str(mail["Subject"]).split()), paths)
                )

    def link(self, to: str, about: str, after: str = "") -> tuple[str, str] | None:
        """(name, path) of the first personal link to somebody about that, later than the mail `after`."""
        for name, subject, paths in self._mails.get(to.lower(), []):
            if name > after and about.lower() in subject.lower() and paths:
                return name, paths[0]
        return None

    def last(self, to: str) -> str:
        """The name of the last mail to somebody."""
        mails = self._mails.get(to.lower())
        return mails[-1][0] if mails else ""


@dataclass
class Doors:
    """Every replica of every service. `end`: when trying ends, by the monotonic clock."""

    site: Site
    random: Random
    end: float = field(default=float("inf"))
    tries: int = 0

    def __post_init__(self) -> None:
        limits = httpx2.Limits(max_connections=60, max_keepalive_connections=20, keepalive_expiry=5)
        nobody = CookieJar(DefaultCookiePolicy(allowed_domains=()))  # many people share the client
        self.client = httpx2.AsyncClient(timeout=SECONDS, limits=limits, cookies=nobody)
        self.mailbox = Mailbox(self.site.mails)

    async def close(self) -> None:
        await self.client.aclose()

    async def ask(
        self,
        service: str,
        method: str,
        path: str,
        *,
        content: Any = None,
        form: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
    ) -> Said:
        """Asks until an answer other than « later » comes. GivenUpError at the end."""
        pause, unsure = FIRST_PAUSE, False
        while True:
            url = self.random.choice(self.site.urls[service])
            wanted = {"origin": self.site.urls["registration"][0], **(headers or {})}
            if cookies:
                wanted["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
            self.tries += 1
            try:
                answer = await self.client.request(
                    method, url + path, json=content, data=form, headers=wanted
                )
                if answer.status_code not in LATER:
                    return _said(answer, unsure)
                unsure = unsure or answer.status_code != 429
            except httpx2.HTTPError as failed:
                unsure = unsure or not isinstance(failed, httpx2.ConnectError)
            if time.monotonic() + pause > self.end:
                raise GivenUpError(path)
            await asyncio.sleep(pause * self.random.uniform(0.5, 1))
            pause = min(pause * 2, LAST_PAUSE)

    async def mail(self, to: str, about: str, *, after: str = "", within: float = 60) -> tuple[str, str]:
        """(name, path) of a personal link that came by mail. TimeoutError when none did."""
        limit = min(time.monotonic() + within, self.end)
        while True:
            await asyncio.to_thread(self.mailbox.look)
            if found := self.mailbox.link(to, about, after):
                return found
            if time.monotonic() > limit:
                raise TimeoutError(f"no mail about {about}")
            await asyncio.sleep(0.3)


def _said(answer: httpx2.Response, unsure: bool) -> Said:
    kind = answer.headers.get("content-type", "")
    told = answer.json() if "json" in kind and answer.content else {}
    cookies = {cookie.name: str(cookie.value) for cookie in answer.cookies.jar}
    return Said(answer.status_code, told, unsure, dict(answer.headers), cookies)


@dataclass
class Person:
    """Somebody signed in by a mailed link, whose token is renewed while the session lives."""

    doors: Doors
    email: str
    cookies: dict[str, str] = field(default_factory=dict)

    async def sign_in(self) -> "Person":
        """Asks for a link, reads it in the mail, presses its button; again when no mail comes."""
        page = {"accept": "text/html"}
        for _ in range(20):
            await asyncio.to_thread(self.doors.mailbox.look)
            before = self.doors.mailbox.last(self.email)
            await self.doors.ask("registration", "POST", SESSION, form={"email": self.email}, headers=page)
            try:
                _, path = await self.doors.mail(self.email, "connexion", after=before, within=20)
            except TimeoutError:
                continue
            said = await self.doors.ask(
                "registration", "POST", path, form={"cle_idempotence": ""}, headers=page
            )
            if TOKEN_COOKIE in said.cookies:
                self.cookies = dict(said.cookies)
                return self
        raise GivenUpError(f"sign-in of {self.email}")

    async def ask(self, service: str, method: str, path: str, content: Any = None, key: str = "") -> Said:
        """JSON with the token; `key` makes a repeat harmless where the content does not."""
        for attempt in range(3):
            headers = {"authorization": f"Bearer {self.cookies[TOKEN_COOKIE]}"}
            if key:
                headers["idempotency-key"] = key
            said = await self.doors.ask(service, method, path, content=content, headers=headers)
            if said.status != 401 or attempt == 2:
                return said
            renewed = await self.doors.ask("registration", "GET", SESSION, cookies=self.cookies)
            if TOKEN_COOKIE in renewed.cookies:
                self.cookies |= renewed.cookies
            else:
                await self.sign_in()
        raise AssertionError("unreachable")
