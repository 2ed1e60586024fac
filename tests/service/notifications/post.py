"""A notifications service on a real database, a broker in memory and a mail server that obeys."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Any
from uuid import UUID

import httpx2
from aiosmtpd.smtp import SMTP, Envelope, Session
from icalendar import Calendar
from pydantic import SecretStr

from contracts.accounts import AccountRecorded
from contracts.directory import CommissionDescribed, DescribedWorkshop, PersonRecorded
from contracts.envelope import Envelope as CloudEnvelope
from contracts.event import REGISTRY, Fact
from contracts.lists import (
    CancelReason,
    CommissionField,
    EmailKind,
    LinkPurpose,
    OrgKind,
    Part,
    RescheduleReason,
    Role,
    SeatCause,
)
from contracts.registration import (
    CommissionCancelled,
    CommissionChanged,
    CommissionRescheduled,
    CommissionScheduled,
    LinkRequested,
    RegistrationConfirmed,
    RegistrationFact,
    RegistrationReceived,
    Workshop,
)
from contracts.topics import NOTIFICATIONS, TOPICS
from eventing.broker import Outgoing
from eventing.memory import MemoryBroker
from notifications.app import create_app
from notifications.domain import PARIS
from notifications.settings import Settings
from operating.service import Service
from tests.conftest import MakeDatabase
from tests.world import Clock, World, memory_broker
from webui.identity import RoleGrant, User, issue_token
from webui.keys import Signer, new_key_pair

TERRITORY = "siao-59-lille"
NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
START = datetime(2026, 12, 8, 8, 0, tzinfo=UTC)
END = START + timedelta(hours=3, minutes=30)
LINK_KEY = "k" * 43
COMMISSION = UUID("0d5a7c3e-1111-4111-8111-000000000001")
IML = UUID("5e6f7081-1111-4111-8111-000000000001")
HEALTH = UUID("5e6f7081-1111-4111-8111-000000000002")


def person(n: int) -> UUID:
    return UUID(int=n, version=4)


def registration(n: int) -> UUID:
    return UUID(int=1000 + n, version=4)


class Relay:
    """A mail server: keeps what it accepts; `refusals` by recipient, or for all under `*`."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.recipients: list[list[str]] = []
        self.refusals: dict[str, str] = {}
        self.content_refusal = ""
        self.silent = False
        self.port = 0
        self._server: asyncio.Server | None = None

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self.refusals.get(address) or self.refusals.get("*"):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.silent:
            await asyncio.Event().wait()
        if self.content_refusal:
            return self.content_refusal
        assert isinstance(envelope.content, bytes)
        self.raw.append(envelope.content)
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 2.0.0 kept"

    async def start(self) -> None:
        def protocol() -> Any:
            return SMTP(self, enable_SMTPUTF8=True, decode_data=False, hostname="localhost")

        self._server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", self.port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    @property
    def mails(self) -> list[EmailMessage]:
        found = [message_from_bytes(raw, policy=SMTP_POLICY) for raw in self.raw]
        return [mail for mail in found if isinstance(mail, EmailMessage)]

    def to(self, address: str) -> list[EmailMessage]:
        return [m for m, to in zip(self.mails, self.recipients, strict=True) if to == [address]]


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def calendar_of(mail: EmailMessage) -> Calendar | None:
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            return Calendar.from_ical(content)
    return None


def event_of(mail: EmailMessage) -> Any:
    calendar = calendar_of(mail)
    assert calendar is not None
    [event] = calendar.walk("VEVENT")
    return event


@dataclass
class Post:
    """The service and its surroundings; facts are told as registration would."""

    app: Any
    world: World
    clock: Clock
    broker: MemoryBroker
    relay: Relay
    signer: Signer
    settings: Settings
    seqs: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def service(self) -> Service:
        service: Service = self.app.state.service
        return service

    @property
    def mails(self) -> list[EmailMessage]:
        return self.relay.mails

    async def settle(self) -> None:
        await self.world.settle()

    async def tell(self, *facts: Fact, at: datetime | None = None) -> None:
        await self.publish(*facts, at=at)
        await self.settle()

    async def publish(self, *facts: Fact, at: datetime | None = None) -> None:
        for fact in facts:
            envelope = envelope_of(self, fact, at=at)
            out = Outgoing(fact.TOPIC, fact.key, fact.dump(), envelope.to_headers(), self.clock.at)
            await self.broker.publish([out])

    @property
    def today(self) -> date:
        return self.clock.at.astimezone(PARIS).date()

    def fact(self, kind: type[RegistrationFact], **values: Any) -> Any:
        return kind(**{"occurred_on": self.today, **values})

    async def plan(self, **wording: Any) -> None:
        """A commission with two workshops, scheduled and worded."""
        await self.tell(self.scheduled(), self.described(**wording))

    def scheduled(self, **changes: Any) -> CommissionScheduled:
        values: dict[str, Any] = {
            "commission_id": COMMISSION,
            "territory": TERRITORY,
            "commission_type": "lda_plenary",
            "parts": (Part.PLENARY, Part.WORKSHOPS),
            "starts_at": START,
            "ends_at": END,
            "registration_opens_at": NOW - timedelta(days=1),
            "registration_closes_at": START - timedelta(days=1),
            "capacity": 80,
            "workshops": (
                Workshop(workshop_id=IML, slot=1, capacity=30),
                Workshop(workshop_id=HEALTH, slot=1, capacity=30),
            ),
        }
        fact: CommissionScheduled = self.fact(CommissionScheduled, **values | changes)
        return fact

    def described(self, version: int = 1, **changes: Any) -> CommissionDescribed:
        values: dict[str, Any] = {
            "commission_id": COMMISSION,
            "version": version,
            "title": "Commission Logement d’Abord",
            "place": "Maison des associations",
            "address": "27 rue des Tilleuls, Lille",
            "video_url": "https://visio.example/lda",
            "contact_email": "commission@seuil.example",
            "zone": "Europe/Paris",
            "workshops": (
                DescribedWorkshop(
                    workshop_id=IML,
                    title="Intermédiation locative",
                    room="salle 2",
                    starts_at=START + timedelta(hours=1, minutes=45),
                ),
                DescribedWorkshop(workshop_id=HEALTH, title="Santé et logement"),
            ),
        }
        return CommissionDescribed(**values | changes)

    def recorded(self, n: int, version: int = 1, **changes: Any) -> PersonRecorded:
        values: dict[str, Any] = {
            "person_id": person(n),
            "version": version,
            "given_name": f"Prénom{n}",
            "family_name": f"Nom{n}",
            "email": f"p{n}@bailleur.example",
            "email_kind": EmailKind.PERSONAL,
        }
        return PersonRecorded(**values | changes)

    def about(self, kind: type[RegistrationFact], n: int, **values: Any) -> Any:
        """A fact on the registration of the n-th person."""
        ids = {"registration_id": registration(n), "commission_id": COMMISSION, "person_id": person(n)}
        return self.fact(kind, **ids | values)

    def received(self, n: int, *, verified: bool = True) -> Any:
        return self.about(
            RegistrationReceived,
            n,
            organisation_kind=OrgKind.LANDLORD,
            by="self",
            verified=verified,
            workshops=(),
            position=n,
            link_generation=1,
        )

    def confirmed(self, n: int, *workshops: UUID, cause: SeatCause = SeatCause.DIRECT) -> Any:
        return self.about(RegistrationConfirmed, n, workshops=workshops, cause=cause, link_generation=1)

    def link(self, n: int, purpose: LinkPurpose, link_id: UUID | None = None, **values: Any) -> Any:
        return self.fact(
            LinkRequested,
            link_id=link_id or UUID(int=500 + n, version=4),
            person_id=person(n),
            purpose=purpose,
            **{"generation": 1, **values},
        )

    def changed(self, *fields: CommissionField, **values: Any) -> Any:
        return self.fact(CommissionChanged, commission_id=COMMISSION, changed=fields, **values)

    def moved(self, days: float = 2) -> Any:
        return self.fact(
            CommissionRescheduled,
            commission_id=COMMISSION,
            old_starts_at=START,
            old_ends_at=END,
            starts_at=START + timedelta(days=days),
            ends_at=END + timedelta(days=days),
            reason=RescheduleReason.ROOM,
        )

    def cancelled(self) -> Any:
        return self.fact(CommissionCancelled, commission_id=COMMISSION, reason=CancelReason.ORGANISER)

    async def seat(self, *numbers: int) -> None:
        """People signed up and told so; what was mailed is then forgotten."""
        for n in numbers:
            await self.publish(self.recorded(n), self.received(n), self.confirmed(n))
        await self.settle()
        self.forget_mails()

    def forget_mails(self) -> None:
        self.relay.raw.clear()
        self.relay.recipients.clear()

    def said(self) -> list[Fact]:
        """The facts that notifications has published, in the order of each partition."""
        found = []
        for (topic, _), records in sorted(self.broker.log.items()):
            if topic == NOTIFICATIONS:
                for record in records:
                    kind = REGISTRY[CloudEnvelope.from_headers(record.headers).type]
                    assert record.value is not None
                    found.append(kind.read(record.value))
        return found

    def said_types(self) -> list[str]:
        return sorted(type(fact).__name__ for fact in self.said())

    async def rows(self, statement: str, *values: Any) -> list[Any]:
        async with self.service.database.read() as tx:
            return list(await tx.connection.fetch(statement, *values))

    async def messages(self) -> list[Any]:
        return await self.rows("SELECT * FROM message ORDER BY created_at, message_id")

    async def account(self, *roles: Role) -> User:
        """An account heard of, with these roles."""
        user = User(person(900), 1, None, tuple(RoleGrant(role, TERRITORY) for role in roles))
        await self.tell(
            AccountRecorded(
                person_id=user.account_id,
                version=1,
                generation=1,
                state="active",
                roles=tuple({"role": role, "territory": TERRITORY} for role in roles),
                assurance="mail_link",
            )
        )
        return user

    def client(self, *roles: Role, cookie: bool = False) -> httpx2.AsyncClient:
        headers = {}
        cookies = {}
        if roles:
            user = User(person(900), 1, None, tuple(RoleGrant(role, TERRITORY) for role in roles))
            token = issue_token(self.signer, user, self.clock.at)
            if cookie:
                cookies = {"seuil": token}
            else:
                headers["authorization"] = f"Bearer {token}"
        transport = httpx2.ASGITransport(app=self.app)
        return httpx2.AsyncClient(
            transport=transport, base_url="http://127.0.0.1:8000", headers=headers, cookies=cookies
        )

    async def restarted(self) -> None:
        """The same database and broker under a new process."""
        await self.service.database.close()
        self.app = create_app(self.settings, runtime=self.clock.runtime(), broker=self.broker)
        await self.service.database.open()
        self.world = World(self.service)


def envelope_of(
    post: Post,
    fact: Fact,
    *,
    at: datetime | None = None,
    actor: str = "system",
    causation: UUID | None = None,
) -> CloudEnvelope:
    """The envelope of the next fact on its stream."""
    place = (fact.TOPIC, fact.key)
    if TOPICS[fact.TOPIC].sequenced:
        post.seqs[place] = post.seqs.get(place, 0) + 1
    return CloudEnvelope(
        id=post.clock.runtime().new_event_id(),
        type=fact.TYPE,
        source=f"/seuil/{fact.TYPE.split('.')[1]}",
        time=at or post.clock.at,
        key=fact.key,
        seq=post.seqs.get(place),
        actor=actor,
        causation=causation,
    )


@asynccontextmanager
async def opened(make_database: MakeDatabase, **settings: Any) -> AsyncIterator[Post]:
    pair = new_key_pair()
    clock, broker, relay = Clock(at=NOW), memory_broker(), Relay()
    await relay.start()
    told = Settings(
        database_url=SecretStr(make_database("notifications").app_url),
        kafka_bootstrap_servers="unused:9092",
        seuil_territory=TERRITORY,
        seuil_token_keys={pair.kid: pair.public},
        seuil_link_key=SecretStr(LINK_KEY),
        smtp_url=SecretStr(f"smtp://127.0.0.1:{relay.port}"),
        **{"smtp_timeout": 2, **settings},
    )
    app = create_app(told, runtime=clock.runtime(), broker=broker)
    service: Service = app.state.service
    await service.database.open()
    post = Post(app, World(service), clock, broker, relay, Signer(pair.private), told)
    try:
        yield post
    finally:
        await post.service.database.close()
        await relay.stop()
