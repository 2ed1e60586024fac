"""A browser without script: reads pages, fills their forms as they stand, sends them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx2

from contracts.lists import Role
from tests.service.registration.office import TERRITORY, Office
from webui.identity import issue_token

BROWSER = {"accept": "text/html", "sec-fetch-site": "same-origin"}
APART = {"td", "th", "dt", "dd", "li", "p", "h1", "h2", "h3", "div", "option", "legend", "label"}
Typed = dict[str, list[str]]


@dataclass
class FormSeen:
    action: str
    method: str
    values: Typed = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FormSeen] = []
        self.text: list[str] = []
        self._area: str | None = None
        self._select: str | None = None
        self._first: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in APART:
            self.text.append(" ")
        if tag == "form":
            self.forms.append(FormSeen(given.get("action", ""), given.get("method", "get")))
        if self.forms:
            self._field(tag, given, self.forms[-1].values)

    def _field(self, tag: str, given: dict[str, str], values: Typed) -> None:
        if tag == "input":
            ticked = given.get("type") not in ("radio", "checkbox") or "checked" in given
            if ticked and "name" in given:
                values.setdefault(given["name"], []).append(given.get("value", "on"))
        elif tag == "textarea":
            self._area = given["name"]
        elif tag == "select":
            self._select, self._first = given["name"], None
        elif tag == "option" and self._select:
            if self._first is None:
                self._first = given["value"]
            if "selected" in given:
                values[self._select] = [given["value"]]

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            self.forms[-1].values.setdefault(self._select, [self._first or ""])
            self._select = None
        if tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._area:
            self.forms[-1].values[self._area] = [data.lstrip("\n")]


@dataclass
class Page:
    """What came back."""

    answer: httpx2.Response
    visitor: "Visitor"

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def html(self) -> str:
        return self.answer.text

    @property
    def text(self) -> str:
        """What is read, with ordinary spaces and without line breaks."""
        reader = _Reader()
        reader.feed(self.html)
        return " ".join("".join(reader.text).replace("\u202f", " ").replace("\u00a0", " ").split())

    @property
    def location(self) -> str:
        return self.answer.headers.get("location", "")

    def form(self, action: str) -> FormSeen:
        reader = _Reader()
        reader.feed(self.html)
        found = [f for f in reader.forms if f.action.endswith(action) and f.method == "post"]
        assert found, f"no form to {action}: {[f.action for f in reader.forms]}"
        return found[0]

    def says(self, *sentences: str) -> None:
        for sentence in sentences:
            assert sentence in self.text, f"« {sentence} » not in: {self.text[:3000]}"

    async def send(self, form_action: str, /, **typed: str | list[str]) -> "Page":
        """Sends the form of that action, filled with `typed` over what it holds."""
        form = self.form(form_action)
        return await self.visitor.post(form.action, {**form.values, **typed})

    async def follow(self) -> "Page":
        assert self.status == 303, (self.status, self.text[:2000])
        return await self.visitor.get(self.location)


@dataclass
class Visitor:
    """Somebody at a browser, with their cookies."""

    office: Office
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, method: str = "GET") -> Page:
        return self._page(await self.office.client.request(method, path, headers=self._headers()))

    async def post(self, path: str, typed: Mapping[str, str | list[str]]) -> Page:
        return self._page(await self.office.client.post(path, data=dict(typed), headers=self._headers()))

    def _headers(self) -> dict[str, str]:
        self.office.client.cookies.clear()
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return BROWSER | ({"cookie": cookies} if cookies else {})

    def _page(self, answer: httpx2.Response) -> Page:
        for name, value in self.office.client.cookies.items():
            self.cookies[name] = value
        for line in answer.headers.get_list("set-cookie"):
            if "Max-Age=0" in line or "expires=Thu, 01 Jan 1970" in line:
                self.cookies.pop(line.partition("=")[0], None)
        return Page(answer, self)


async def seat(office: Office, role: Role | None, territory: str = TERRITORY) -> Visitor:
    """A browser signed in with that role, or nobody's."""
    if role is None:
        return Visitor(office)
    return Visitor(
        office, {"seuil": issue_token(office.signer, await office.user(role, territory), office.clock.at)}
    )
