"""People, commissions, a partner and its events, made over HTTP as strangers would make them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx2

from seuil_dev.engine import wait_until
from tests.service.integration.records import example
from tests.stack.running import Stack

API = "/registration/api/v1"
EVENTS = "/integration/api/v1/events"
SESSION = "/registration/session"
LINK = "/registration/lien/"
COORDINATOR = "coordination@seuil.example"
TERRITORY = "siao-59-lille"
SOURCE = "urn:seuil:partner:essai-115"
PARIS = ZoneInfo("Europe/Paris")
MAIL_SECONDS = 30.0
PEOPLE = {
    "siao_agent": ("agent@seuil.example", "Amina", "Quenneville"),
    "referrer": ("referente@seuil.example", "Odile", "Vandromme"),
    "operator": ("technique@seuil.example", "Lucien", "Prudhommeaux"),
    "data_officer": ("donnees@seuil.example", "Solveig", "Hautecloque"),
    "chair": ("presidence@seuil.example", "Isidore", "Malbrancq"),
}
"""A made-up somebody for each role; their names are looked for where no name may be."""
FIRST, LAST = "Célestine", "Wattrelot"


def new_id() -> str:
    return str(uuid4())


def address(name: str) -> str:
    """An address that nobody has used yet."""
    return f"{name}-{new_id()[:8]}@essai.example"


def today() -> date:
    return datetime.now(UTC).astimezone(PARIS).date()


@dataclass
class Visitor:
    """Somebody at the web: follows nothing by itself, keeps cookies."""

    url: str
    client: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        unkept = httpx2.Limits(max_keepalive_connections=0)  # nothing to close, also across a restart
        self.client = httpx2.Client(base_url=self.url, timeout=30, limits=unkept)

    def ask(self, method: str, path: str, **what: Any) -> httpx2.Response:
        headers = {"origin": self.url, **what.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **what)

    def page(self, path: str) -> httpx2.Response:
        return self.ask("GET", path, headers={"accept": "text/html"})

    def form(self, path: str, **fields: Any) -> httpx2.Response:
        """A page's form, with a key of its own unless one is given."""
        told = {"cle_idempotence": new_id(), **fields}
        return self.ask("POST", path, data=told, headers={"accept": "text/html"})

    def mails(self, to: str) -> list[dict[str, Any]]:
        """Caught mails to somebody, the first arrived first."""
        found = self.client.get("/dev/mail/api/messages", params={"to": to}).json()["messages"]
        return list(reversed(found))

    def mail(self, to: str, about: str, *, after: str = "") -> dict[str, Any]:
        """The first mail to somebody about something, waited for."""
        found: list[dict[str, Any]] = []

        def came() -> bool:
            words = about.lower()
            found[:] = [m for m in self.mails(to) if m["id"] > after and words in m["subject"].lower()]
            return bool(found)

        assert wait_until(came, MAIL_SECONDS, every=0.05), (
            about,
            [m["subject"] for m in self.mails(to)],
        )
        return found[0]


def link_of(mail: Mapping[str, Any]) -> str:
    """The path of the first personal link of a mail."""
    paths = [str(urlsplit(address).path) for address in mail["links"]]
    return next(path for path in paths if path.startswith(LINK))


@dataclass
class Session(Visitor):
    """Somebody signed in; asks in JSON with the token, and in pages with the cookies."""

    email: str = ""

    @property
    def token(self) -> str:
        return str(self.client.cookies["seuil"])

    @property
    def bearer(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.name: str(cookie.value) for cookie in self.client.cookies.jar}

    def call(self, method: str, path: str, content: Any = None, **headers: str) -> httpx2.Response:
        """JSON by token, which is renewed when it has ended."""
        answer = self.ask(method, path, json=content, headers={**self.bearer, **headers})
        if answer.status_code == 401:
            self.ask("GET", SESSION)
            answer = self.ask(method, path, json=content, headers={**self.bearer, **headers})
        return answer

    def get(self, path: str) -> Any:
        return self._good(self.call("GET", path))

    def post(self, path: str, content: Any = None) -> Any:
        return self._good(self.call("POST", path, content))

    @staticmethod
    def _good(answer: httpx2.Response) -> Any:
        assert answer.status_code < 300, (answer.request.url.path, answer.status_code, answer.text)
        return answer.json() if answer.content else None


def sign_in(url: str, email: str) -> Session:
    """Ask for a link, read it in the mail, press its button."""
    session = Session(url, email=email)
    before = session.mails(email)
    assert session.form(SESSION, email=email).status_code == 200
    mail = session.mail(email, "connexion", after=before[-1]["id"] if before else "")
    answer = session.form(link_of(mail))
    assert answer.status_code == 303, answer.text
    return session


def planned(day: date, **fields: Any) -> dict[str, Any]:
    """A commission as the API is asked to plan it, open for sign-up from a month before."""
    return {
        "commission_id": new_id(),
        "territory": TERRITORY,
        "title": "Commission Logement d’Abord",
        "parts": ["plenary", "workshops"],
        "day": day.isoformat(),
        "starts": "09:00",
        "ends": "12:30",
        "registration_opens_on": min(day - timedelta(days=40), today() - timedelta(days=2)).isoformat(),
        "registration_closes_on": (day - timedelta(days=1)).isoformat(),
        "capacity": 80,
        "place": "Maison de l’habitat",
        "address": "1 rue de l’Essai, 59000 Lille",
        "contact_email": "commission@seuil.example",
        "workshops": [
            {"workshop_id": new_id(), "title": "Intermédiation locative", "slot": 1, "capacity": 2},
            {"workshop_id": new_id(), "title": "Santé et logement", "slot": 1, "capacity": 30},
        ],
        "talks": [{"title": "Ouverture", "speaker": "L’équipe du SIAO", "starts": "09:00", "minutes": 15}],
        **fields,
    }


def event(record: str, ref: str = "", version: int = 1, /, **data: Any) -> dict[str, Any]:
    """A partner's event of a known type."""
    return {
        "specversion": "1.0",
        "id": new_id(),
        "type": f"seuil.partner.{record}.v1",
        "source": SOURCE,
        "time": datetime.now(UTC).isoformat(),
        "data": example(record, ref, version, **data),
    }


@dataclass
class City:
    """A stack with people and things on it. Ids are texts."""

    stack: Stack
    people: dict[str, Session] = field(default_factory=dict)
    commissions: dict[str, str] = field(default_factory=dict)
    """`open`, `full` (with a waiting list), `cancelled`, `held` (in arrears), `draft`."""
    workshops: list[str] = field(default_factory=list)
    """Those of the open commission."""
    links: dict[str, str] = field(default_factory=dict)
    """Paths of personal links: `confirmed`, `waiting`, `proof` (not pressed), `used`, `cancelled`."""
    addresses: dict[str, str] = field(default_factory=dict)
    """Whose they are."""
    partner_id: str = ""
    key: str = ""
    organisation_id: str = ""

    @property
    def url(self) -> str:
        return self.stack.url

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.url)

    @property
    def coordinator(self) -> Session:
        return self.people["coordinator"]

    def publish(self, **fields: Any) -> str:
        """A commission planned and published: its id."""
        asked = planned(fields.pop("day", today() + timedelta(days=21)), **fields)
        made = self.coordinator.post(f"{API}/commissions", asked)
        path = f"{API}/commissions/{asked['commission_id']}"
        self.coordinator.post(f"{path}/publish", {"version": made["version"]})
        return str(asked["commission_id"])

    def commission(self, commission_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.coordinator.get(f"{API}/commissions/{commission_id}")
        return found

    def sign_up(self, commission_id: str, email: str, **fields: Any) -> str:
        """A visitor signs up by JSON: the id of the sign-up."""
        asked = {"registration_id": new_id(), "email": email, **fields}
        answer = self.visitor.ask("POST", f"{API}/commissions/{commission_id}/registrations", json=asked)
        assert answer.status_code == 202, answer.text
        return str(asked["registration_id"])

    def seat(self, commission_id: str, email: str, **fields: Any) -> str:
        """The coordinator signs somebody up, no proof asked."""
        asked = {"registration_id": new_id(), "email": email, "on_behalf": "coordinator", **fields}
        self.coordinator.post(f"{API}/commissions/{commission_id}/registrations", asked)
        return str(asked["registration_id"])

    def prove(self, email: str) -> str:
        """Press the button of the mail that asks for a proof: the path of the personal page."""
        visitor = self.visitor
        path = link_of(visitor.mail(email, "confirmez"))
        answer = visitor.form(path)
        assert answer.status_code == 303, answer.status_code
        return str(urlsplit(answer.headers["location"]).path)

    def send(self, *events: Mapping[str, Any], key: str = "") -> httpx2.Response:
        """Events by the partner's door, together."""
        return httpx2.post(
            f"{self.url}{EVENTS}",
            json=list(events),
            headers={
                "authorization": f"Bearer {key or self.key}",
                "content-type": "application/cloudevents-batch+json",
            },
            timeout=30,
        )

    def log(self) -> str:
        """Everything that the launcher, the services and the engines wrote down."""
        folder = self.stack.data
        written = [*folder.glob("*.log*"), *folder.glob("postgres/*.log*"), *folder.glob("kafka/*.log*")]
        written += [*folder.glob("kafka/*.out*"), *folder.glob("postgres/data/log/*")]
        return "\n".join(path.read_text("utf-8", "replace") for path in written) + self.stack.out


def build(stack: Stack) -> City:
    """Everything of a city; some seconds."""
    city = City(stack)
    city.people["coordinator"] = sign_in(stack.url, COORDINATOR)
    names = city.coordinator.form(
        "/registration/mon-compte/noms", given_name="Philomène", family_name="Desrousseaux"
    )
    assert names.status_code == 303, names.text
    _organisation(city)
    _accounts(city)
    _commissions(city)
    _sign_ups(city)
    _partner(city)
    return city


def _organisation(city: City) -> None:
    city.organisation_id = new_id()
    asked = {"organisation_id": city.organisation_id, "name": "Le Toit d’Essai", "kind": "association"}
    city.coordinator.post(f"{API}/organisations", asked)


def _accounts(city: City) -> None:
    for role, (email, given, family) in PEOPLE.items():
        asked = {
            "person_id": new_id(),
            "email": email,
            "given_name": given,
            "family_name": family,
            "organisation_id": city.organisation_id,
            "roles": [{"role": role, "territory": TERRITORY}],
        }
        city.coordinator.post(f"{API}/accounts", asked)
        city.people[role] = sign_in(city.url, email)


def _commissions(city: City) -> None:
    made = city.commissions
    made["open"] = city.publish(title="Commission de l’arrondissement de Lille")
    made["full"] = city.publish(title="Commission complète", capacity=2, workshops=[], parts=["plenary"])
    made["cancelled"] = city.publish(title="Commission annulée", day=today() + timedelta(days=30))
    city.workshops = [w["workshop_id"] for w in city.commission(made["open"])["workshops"]]
    draft = planned(today() + timedelta(days=50), title="Commission à publier")
    city.coordinator.post(f"{API}/commissions", draft)
    made["draft"] = draft["commission_id"]


def _sign_ups(city: City) -> None:
    for number in range(4):
        city.seat(city.commissions["full"], f"complet-{number}@essai.example", given_name=f"Paul{number}")
    for name in ("confirmed", "cancelled", "proof"):
        city.addresses[name] = f"{name}@essai.example"
        city.sign_up(
            city.commissions["open"],
            city.addresses[name],
            given_name=FIRST,
            family_name=LAST,
            workshops=city.workshops[:1],
        )
    visitor = city.visitor
    city.links["proof"] = link_of(visitor.mail(city.addresses["proof"], "confirmez"))
    city.links["used"] = link_of(visitor.mail(city.addresses["confirmed"], "confirmez"))
    for name in ("confirmed", "cancelled"):
        city.links[name] = city.prove(city.addresses[name])
    assert visitor.form(city.links["cancelled"], action="annuler").status_code == 303
    city.addresses["waiting"] = "waiting@essai.example"
    city.sign_up(city.commissions["full"], city.addresses["waiting"], given_name=FIRST, family_name=LAST)
    city.links["waiting"] = city.prove(city.addresses["waiting"])
    called_off = city.commissions["cancelled"]
    city.seat(called_off, "prevenu@essai.example")
    version = city.commission(called_off)["version"]
    reason = {"version": version, "reason": "organiser"}
    city.coordinator.post(f"{API}/commissions/{called_off}/cancel", reason)
    _held(city)


def _held(city: City) -> None:
    day = date(2023, 3, 14)
    held = city.commissions["held"] = city.publish(title="Commission du 14 mars 2023", day=day)
    for number in range(3):
        back = {"occurred_on": "2023-03-01", "on_behalf": "import"}
        seat = city.seat(held, f"passe-{number}@essai.example", given_name="Jean", **back)
        path = f"{API}/registrations/{seat}/attendance"
        status = {"status": "present" if number else "absent", "occurred_on": day.isoformat()}
        city.coordinator.post(path, status)
    version = city.commission(held)["version"]
    city.coordinator.post(
        f"{API}/commissions/{held}/hold", {"version": version, "occurred_on": day.isoformat()}
    )


def _partner(city: City) -> None:
    asked = {"partner_id": new_id(), "name": "CMAO d’essai", "source": SOURCE}
    partner = city.coordinator.post("/integration/api/v1/partners", asked)
    city.partner_id = partner["partner_id"]
    path = f"/integration/api/v1/partners/{city.partner_id}/keys"
    city.key = city.coordinator.post(path)["key"]
    answer = city.send(*_a_year())
    assert answer.status_code in (200, 202, 207), answer.text
    assert {one["status"] for one in answer.json()} == {"accepted"}, answer.text


def _a_year() -> Sequence[dict[str, Any]]:
    """Some of every record in 2022, enough for every chart to have something to draw."""
    events = []
    for month in range(1, 13):
        day = f"2022-{month:02}-14"
        events += [
            event("call_count", f"jour-{month}", day=day, offered=1000 + month, answered=400 - month),
            event("call", f"appel-{month}", night_of=day),
            event("encounter", f"tournee-{month}", night_of=day),
            event("supply", f"offre-{month}", day=day),
        ]
        for number in range(2):
            ref = f"{month}-{number}"
            door = {"household_ref": f"menage-{ref}", "night_of": day, "registered_on": day}
            at = f"{day}T21:00:00+01:00"
            events += [
                event("request", f"demande-{ref}", **door),
                event(
                    "answer",
                    f"reponse-{ref}",
                    household_ref=f"menage-{ref}",
                    request_ref=f"demande-{ref}",
                    answered_at=at,
                ),
                event("allocation", f"bail-{ref}", household_ref=f"menage-{ref}", lease_signed_on=day),
            ]
    events.append(event("figures", "publie-2022"))
    return events


def tokens_of(text: str) -> set[str]:
    """The personal links that a text shows."""
    return set(re.findall(r"/registration/lien/([\w.\-]+)", text))
