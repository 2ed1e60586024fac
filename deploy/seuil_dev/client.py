"""A client of Seuil's public doors, as a foreign program would write one: HTTP, mailed links, tokens."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx2

from seuil_dev.engine import EngineError

T = TypeVar("T")
TRIES = 6
SLOW_SECONDS = 60.0
POLL_SECONDS = 0.2
SESSION, LINK = "/registration/session", "/registration/lien/"
TOKEN_COOKIE = "seuil"  # noqa: S105 - the name of a cookie
EVENTS = "/integration/api/v1/events"
BATCH = "application/cloudevents-batch+json"


class Failed(EngineError):  # noqa: N818 - said to a person, not caught
    """The product did not do what was asked of it; the words say what was asked and what came."""


class Refusal(Failed):
    """An answer that says no: its status, and the code and words of its problem."""

    def __init__(self, method: str, path: str, answer: httpx2.Response) -> None:
        problem = _json(answer)
        self.status = answer.status_code
        self.code = str(problem.get("code", "")) if isinstance(problem, Mapping) else ""
        super().__init__(f"{method} {_plain(path)} : {self.status} {self.code} {answer.text[:600]}")


@dataclass(frozen=True)
class Message:
    """A caught mail, as `/dev/mail/api/messages` tells it."""

    id: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    links: tuple[str, ...]
    attachments: tuple[Mapping[str, Any], ...]

    def speaks_of(self, words: str) -> bool:
        """Whether its subject holds these words, whatever the spaces and capitals."""
        return words.lower() in " ".join(self.subject.split()).lower()

    @property
    def link(self) -> str:
        """The path of the first personal link it holds. Failed when there is none."""
        for address in self.links:
            path = urlsplit(address).path
            if path.startswith(LINK):
                return path
        raise Failed(f"no personal link in « {self.subject} »")

    @property
    def calendar(self) -> str:
        """Its calendar file, unfolded, or nothing."""
        for piece in self.attachments:
            if str(piece["kind"]).startswith("text/calendar"):
                return str(piece["text"]).replace("\r\n", "\n").replace("\n ", "")
        return ""


@dataclass
class Browser:
    """Somebody at the web: follows nothing by itself, keeps cookies, may carry a bearer token."""

    url: str
    client: httpx2.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx2.AsyncClient(base_url=self.url, timeout=SLOW_SECONDS)

    async def close(self) -> None:
        """Give the connections back."""
        await self.client.aclose()

    async def ask(
        self,
        method: str,
        path: str,
        *,
        content: Any = None,
        form: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> httpx2.Response:
        """One request, sent again while the server says « later ». Refusal for any other 4xx or 5xx."""
        wanted = {"origin": self.url} | dict(headers or {})
        for attempt in range(TRIES):
            answer = await self.client.request(
                method, path, json=content, data=form, headers=wanted, params=params
            )
            if answer.status_code not in (429, 503) or attempt == TRIES - 1:
                break
            await asyncio.sleep(float(answer.headers.get("retry-after", 1)))
        if answer.status_code >= 400:
            raise Refusal(method, path, answer)
        return answer

    async def submit(self, path: str, **fields: Any) -> httpx2.Response:
        """A form of a page, with the key that makes a second sending harmless."""
        return await self.ask("POST", path, form={"cle_idempotence": str(uuid4()), **fields})

    async def mails(self, to: str | None = None) -> list[Message]:
        """Caught mails, the first arrived first."""
        answer = await self.ask("GET", "/dev/mail/api/messages", params={"to": to} if to else None)
        return [
            Message(
                mail["id"],
                tuple(mail["to"]),
                mail["subject"],
                mail["text"],
                mail["html"],
                tuple(mail["links"]),
                tuple(mail["attachments"]),
            )
            for mail in reversed(answer.json()["messages"])
        ]

    async def mail(self, to: str, about: str, *, after: str = "", within: float = 20) -> Message:
        """The first mail to `to` about that, later than the mail `after`. Failed when none comes."""
        seen: list[str] = []

        async def found() -> Message | None:
            mails = [mail for mail in await self.mails(to) if mail.id > after]
            seen[:] = [mail.subject for mail in mails]
            return next((mail for mail in mails if mail.speaks_of(about)), None)

        try:
            return await eventually(found, within)
        except TimeoutError:
            raise Failed(f"a mail about « {about} » was expected within {within:g} s; came: {seen}") from None


@dataclass
class Session:
    """Somebody signed in, who asks in JSON."""

    browser: Browser
    email: str
    token: str

    async def get(self, path: str, **params: Any) -> Any:
        """What stands at `path`."""
        return _json(await self._ask("GET", path, params=params or None))

    async def post(self, path: str, content: Any = None, *, key: UUID | None = None) -> Any:
        """What came of `content` at `path`; `key` makes a repeat harmless where the content does not."""
        headers = {"idempotency-key": str(key)} if key else None
        return _json(await self._ask("POST", path, content=content, headers=headers))

    async def put(self, path: str, content: Any) -> Any:
        """What came of putting `content` at `path`."""
        return _json(await self._ask("PUT", path, content=content))

    async def delete(self, path: str) -> None:
        """Take away what stands at `path`."""
        await self._ask("DELETE", path)

    async def _ask(self, method: str, path: str, **what: Any) -> httpx2.Response:
        headers = {**(what.pop("headers", None) or {}), "authorization": f"Bearer {self.token}"}
        try:
            return await self.browser.ask(method, path, headers=headers, **what)
        except Refusal as refusal:
            if refusal.status != 401:
                raise
        await self._renew()
        headers["authorization"] = f"Bearer {self.token}"
        return await self.browser.ask(method, path, headers=headers, **what)

    async def _renew(self) -> None:
        await self.browser.ask("GET", SESSION)
        self.token = self.browser.client.cookies[TOKEN_COOKIE]


@dataclass(frozen=True)
class Partner:
    """A partner's software: its source and its key."""

    browser: Browser
    source: str
    key: str

    async def batch(self, events: Sequence[Mapping[str, Any]]) -> list[str]:
        """Send events together; the status of each, in order."""
        answer = await self.browser.ask("POST", EVENTS, content=list(events), headers=self._headers(BATCH))
        return [item["status"] for item in answer.json()]

    async def one(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send one event in binary mode; the answer."""
        attributes = {f"ce-{name}": str(value) for name, value in event.items() if name != "data"}
        headers = self._headers("application/json") | attributes
        answer = await self.browser.ask("POST", EVENTS, content=event["data"], headers=headers)
        told: Mapping[str, Any] = answer.json()
        return told

    async def covers(self, record_type: str, from_on: str, to_on: str) -> None:
        """Declare from when to when a kind of record is whole."""
        told = {"record_type": record_type, "from_on": from_on, "to_on": to_on}
        headers = self._headers("application/json")
        await self.browser.ask("POST", "/integration/api/v1/coverage", content=told, headers=headers)

    def _headers(self, kind: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}", "content-type": kind}


async def sign_in(browser: Browser, email: str) -> Session:
    """Sign in as somebody: ask for a link, read it in the mail, press its button."""
    await browser.submit((await sign_in_mail(browser, email)).link)
    token = browser.client.cookies.get(TOKEN_COOKIE)
    if not token:
        raise Failed("no token came with the sign-in")
    return Session(browser, email, token)


async def sign_in_mail(browser: Browser, email: str, tries: int = 3) -> Message:
    """A fresh mail with a link; asked for again when none comes, as a person would. Failed in the end."""
    before = await browser.mails(email)
    for attempt in range(tries):
        await browser.submit(SESSION, email=email)
        try:
            return await browser.mail(email, "connexion", after=before[-1].id if before else "", within=15)
        except Failed:
            if attempt == tries - 1:
                raise
    raise AssertionError("unreachable")


async def together(*work: Coroutine[Any, Any, object]) -> None:
    """Do all of it at once; the first failure ends the rest and is the one raised."""
    try:
        async with asyncio.TaskGroup() as group:
            for each in work:
                group.create_task(each)
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


async def eventually(
    condition: Callable[[], Awaitable[T | None]], within: float, *, every: float = POLL_SECONDS
) -> T:
    """What `condition` finds, asked again until it finds something. TimeoutError after `within` seconds."""
    end = time.monotonic() + within
    while True:
        found = await condition()
        if found is not None and found is not False:
            return found
        if time.monotonic() > end:
            raise TimeoutError
        await asyncio.sleep(every)


def _json(answer: httpx2.Response) -> Any:
    kind = answer.headers.get("content-type", "")
    return answer.json() if "json" in kind and answer.content else {}


def _plain(path: str) -> str:
    """A path as it may be said: no token."""
    return f"{LINK}•••" if path.startswith(LINK) else path
