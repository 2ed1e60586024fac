"""A cases service on a real database and a broker in memory, told facts as other services would.

People of the trial: a coordinator and an agent of the SIAO, referrers of two associations, a chair, members
of a panel, a landlord. Each has a client that sends what their browser would.
"""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
from pydantic import SecretStr

from cases.app import create_app
from cases.commands.admission import admit_case, submit_case
from cases.commands.drafts import start_draft
from cases.domain.case import Case
from cases.domain.file import Agreement, CaseFile, Information, Number, NumberKind, Person, Social
from cases.domain.sitting import Sitting
from cases.settings import Settings
from cases.store import cases as cases_store
from cases.store import sittings as sittings_store
from cases.store.desk import Desk
from contracts.accounts import AccountRecorded, OrganisationRecorded
from contracts.directory import CommissionDescribed, PersonRecorded
from contracts.envelope import Envelope
from contracts.event import Fact
from contracts.lists import (
    AccountState,
    Assurance,
    CommissionType,
    EmailKind,
    InformedHow,
    OrgKind,
    Pack,
    Part,
    Question,
    Role,
    Seat,
    SenioritySource,
)
from contracts.registration import CommissionScheduled, PanelMemberNamed
from contracts.topics import CASES, TOPICS
from eventing.broker import Outgoing
from eventing.memory import MemoryBroker
from operating.service import Service
from tests.conftest import MakeDatabase
from tests.world import Clock, World, memory_broker
from webui.identity import RoleGrant, User, issue_token
from webui.keys import Signer, new_key_pair
from webui.sealing import new_sealing_pair

TERRITORY = "siao-59-lille"
START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def ident(number: int) -> UUID:
    """A fixed random-looking id."""
    return UUID(int=number, version=4)


SIAO, HAVRE, RIVAGE, BAILLEUR, IML = (ident(0xA0 + place) for place in range(5))
ORGANISATIONS = {
    SIAO: ("SIAO d’essai", OrgKind.SIAO),
    HAVRE: ("Association du Havre", OrgKind.ASSOCIATION),
    RIVAGE: ("Association Rivage", OrgKind.ASSOCIATION),
    BAILLEUR: ("Flandre Logis", OrgKind.LANDLORD),
    IML: ("Toit partagé", OrgKind.IML_OPERATOR),
}


def person(number: int, organisation: UUID | None, *roles: Role, territory: str = TERRITORY) -> User:
    """An account of the trial."""
    return User(ident(number), 1, organisation, tuple(RoleGrant(role, territory) for role in roles))


COORDINATOR = person(1, SIAO, Role.COORDINATOR)
AGENT = person(2, SIAO, Role.SIAO_AGENT)
REFERRER = person(3, HAVRE, Role.REFERRER)
COLLEAGUE = person(4, HAVRE, Role.REFERRER)
STRANGER = person(5, RIVAGE, Role.REFERRER)
CHAIR = person(6, SIAO, Role.CHAIR)
LANDLORD = person(7, BAILLEUR)
LANDLORD_MEMBER = person(8, BAILLEUR)
IML_WORKER = person(9, IML)
OFFICER = person(10, None, Role.DATA_OFFICER)
OPERATOR = person(11, None, Role.OPERATOR)
STATE = person(12, None, Role.STATE)
ORG_ADMIN = person(13, HAVRE, Role.ORG_ADMIN)
ELSEWHERE = person(14, SIAO, Role.COORDINATOR, territory="siao-62-arras")
HEALTH_MEMBER = person(15, RIVAGE)
NAMES = {
    1: ("Claire", "Coordination"),
    2: ("Alain", "Siao"),
    3: ("Nadia", "Référente"),
    4: ("Hugo", "Collègue"),
    5: ("Inès", "Ailleurs"),
    6: ("Paul", "Présidence"),
    7: ("Lucie", "Bailleur"),
    8: ("Marc", "Membre"),
    9: ("Sarah", "Relais"),
    10: ("Dora", "Données"),
    15: ("Anne", "Santé"),
}
AT = {1: SIAO, 2: SIAO, 3: HAVRE, 4: HAVRE, 5: RIVAGE, 6: SIAO, 7: BAILLEUR, 8: BAILLEUR, 9: IML, 15: RIVAGE}
COMMISSION = ident(0xC0)
PEOPLE = (COORDINATOR, AGENT, REFERRER, COLLEAGUE, STRANGER, CHAIR, LANDLORD, LANDLORD_MEMBER, IML_WORKER)


def a_file(**social: Any) -> CaseFile:
    """A complete file; `social` changes its social part."""
    given: dict[str, Any] = {
        "composition": "40",
        "adults": 1,
        "minors": 2,
        "minors_under_3": 1,
        "situation": "35",
        "need": "217",
        "resources_monthly": 1150,
        "support_in_place": "Suivi hebdomadaire par l’association",
        "attempts": "Deux refus pour taille de logement",
        "question": Question.WHICH_SCHEME,
        "question_text": "Quel dispositif pour la suite\u00a0?",
        "first_transmitted_on": date(2024, 3, 4),
        "seniority_source": SenioritySource.SI_SIAO_PROOF,
    }
    return CaseFile(
        persons=(
            Person(
                given_name="Amina",
                family_name="Lemaire-Essai",
                birth_date=date(1991, 5, 17),
                phone="06 12 34 56 78",
                asked_first=True,
            ),
            Person(given_name="Tom", family_name="Lemaire-Essai", birth_date=date(2024, 9, 2), adult=False),
        ),
        numbers=(Number(kind=NumberKind.NUR, value="059012345678901234"),),
        social=Social(**{**given, **social}),
    )


INFORMED = Information(informed_on=date(2026, 10, 28), how=InformedHow.IN_PERSON, language="français")
AGREED = Agreement(panel=True, landlord=True, given_on=date(2026, 10, 28))


@dataclass
class Told:
    """Publishes facts on the broker, numbered per key as their service would."""

    broker: MemoryBroker
    clock: Clock
    seqs: dict[tuple[str, str], int] = field(default_factory=dict)

    async def __call__(self, *facts: Fact) -> None:
        runtime = self.clock.runtime()
        for fact in facts:
            place = (fact.TOPIC, fact.key)
            if TOPICS[fact.TOPIC].sequenced:
                self.seqs[place] = self.seqs.get(place, 0) + 1
            envelope = Envelope(
                id=runtime.new_event_id(),
                type=fact.TYPE,
                source="/seuil/test",
                time=self.clock.at,
                key=fact.key,
                seq=self.seqs.get(place),
                actor="system",
            )
            out = Outgoing(fact.TOPIC, fact.key, fact.dump(), envelope.to_headers(), self.clock.at)
            await self.broker.publish([out])


@dataclass
class House:
    """The service, its world, and browsers of anybody."""

    app: Any
    world: World
    clock: Clock
    told: Told
    signer: Signer
    broker: MemoryBroker
    partner_signer: Signer
    """Signs the tokens that integration gives to partners."""
    sealing_key: str
    """Public: partners' files are sealed for it."""

    @property
    def desk(self) -> Desk:
        desk: Desk = self.app.state.desk
        return desk

    @property
    def service(self) -> Service:
        service: Service = self.app.state.service
        return service

    def transaction(self, user: User) -> Any:
        """`async with house.transaction(AGENT) as tx`."""
        return self.desk.database.transaction(user.actor)

    async def tell(self, *facts: Fact) -> None:
        await self.told(*facts)
        await self.world.settle()

    async def settle_people(self) -> None:
        """Accounts, organisations and names, as registration tells them."""
        await self.tell(
            *(
                OrganisationRecorded(
                    organisation_id=each,
                    version=1,
                    name=name,
                    kind=kind,
                    secret_location=False,
                    state=AccountState.ACTIVE,
                )
                for each, (name, kind) in ORGANISATIONS.items()
            ),
            *(self._account(user) for user in PEOPLE),
            *(
                PersonRecorded(
                    person_id=ident(number),
                    version=1,
                    organisation_id=AT.get(number),
                    given_name=given,
                    family_name=family,
                    email=f"personne{number}@seuil.example",
                    email_kind=EmailKind.PERSONAL,
                )
                for number, (given, family) in NAMES.items()
            ),
        )

    def _account(self, user: User) -> AccountRecorded:
        return AccountRecorded.model_validate(
            {
                "person_id": user.account_id,
                "version": 1,
                "generation": user.generation,
                "state": AccountState.ACTIVE,
                "organisation_id": user.organisation_id,
                "roles": [{"role": g.role, "territory": g.territory} for g in user.roles],
                "assurance": Assurance.MAIL_LINK,
            }
        )

    async def commission(
        self,
        commission_id: UUID = COMMISSION,
        *,
        in_days: int = 20,
        panel: bool = True,
        members: tuple[tuple[User, Seat, Pack, bool], ...] = (),
    ) -> Sitting:
        """A commission announced, with a panel of these members."""
        start = self.clock.at + timedelta(days=in_days)
        await self.tell(
            CommissionScheduled(
                occurred_on=self.clock.at.date(),
                commission_id=commission_id,
                territory=TERRITORY,
                commission_type=CommissionType.LDA_PANEL,
                parts=(Part.PANEL,) if panel else (Part.PLENARY,),
                starts_at=start,
                ends_at=start + timedelta(hours=4),
                registration_opens_at=self.clock.at,
                registration_closes_at=start - timedelta(days=2),
                case_deadline_on=(start - timedelta(days=10)).date(),
                minutes_for_cases=180,
                workshops=(),
            ),
            CommissionDescribed(
                commission_id=commission_id,
                version=1,
                title="Commission d’essai",
                contact_email="coordination@seuil.example",
                zone="Europe/Paris",
                workshops=(),
            ),
            *(self.named(user, seat, pack, voting, commission_id) for user, seat, pack, voting in members),
        )
        return await self.sitting(commission_id)

    def named(
        self, user: User, seat: Seat, pack: Pack, voting: bool, commission_id: UUID = COMMISSION
    ) -> PanelMemberNamed:
        """What registration says when somebody is named to the panel."""
        return PanelMemberNamed(
            occurred_on=self.clock.at.date(),
            commission_id=commission_id,
            person_id=user.account_id,
            organisation_id=user.organisation_id or SIAO,
            seat=seat,
            pack=pack,
            voting=voting,
            undertaking_on=self.clock.at.date(),
        )

    async def case(
        self, number: int = 0xD1, by: User = REFERRER, *, admitted: bool = False, **social: Any
    ) -> Case:
        """A case transmitted by a referrer, admitted by the agent if asked."""
        case_id = ident(number)
        async with self.transaction(by) as tx:
            await start_draft(tx, self.desk, by, case_id, {"famille": "Lemaire-Essai"})
        async with self.transaction(by) as tx:
            made = await submit_case(tx, self.desk, by, case_id, a_file(**social), INFORMED, AGREED)
        if admitted:
            async with self.transaction(AGENT) as tx:
                made = await admit_case(tx, self.desk, AGENT, case_id)
        return made

    async def stored(self, case_id: UUID) -> cases_store.Stored:
        """A case as it is kept."""
        async with self.desk.database.read() as tx:
            found = await cases_store.load(tx, case_id)
        assert found is not None
        return found

    async def sitting(self, commission_id: UUID = COMMISSION) -> Sitting:
        """A sitting as it is kept."""
        async with self.desk.database.read() as tx:
            found = await sittings_store.load(tx, commission_id)
        assert found is not None
        return found

    async def said(self, key: UUID | None = None) -> list[tuple[str, dict[str, Any]]]:
        """Facts of cases published so far, (short type, content), of one key or of all."""
        await self.world.settle()
        async with self.desk.database.read() as tx:
            rows = await tx.connection.fetch(
                "SELECT type, key, payload FROM event_log WHERE topic = $1 ORDER BY id", CASES
            )
        return [
            (row["type"].split(".")[2], _json(row["payload"]))
            for row in rows
            if key is None or row["key"] == str(key)
        ]

    def client(self, user: User | None = AGENT) -> httpx2.AsyncClient:
        """A client signed in as that user; None for a visitor."""
        headers = {"sec-fetch-site": "same-origin"}
        if user is not None:
            headers["authorization"] = f"Bearer {issue_token(self.signer, user, self.clock.at)}"
        transport = httpx2.ASGITransport(app=self.app)
        return httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers)

    async def read(self) -> Any:
        """A read-only transaction, to look at tables."""
        return self.desk.database.read()


def _json(payload: bytes) -> dict[str, Any]:
    import json

    found: dict[str, Any] = json.loads(payload)
    return found


@asynccontextmanager
async def opened(
    make_database: MakeDatabase, at: datetime = START, stale_seconds: int = 31_536_000
) -> AsyncIterator[House]:
    """`stale_seconds`: a trial that moves its clock does not want its pages closed meanwhile."""
    pair, partners, sealing = new_key_pair(), new_key_pair(), new_sealing_pair()
    clock, broker = Clock(at=at), memory_broker()
    settings = Settings(
        database_url=SecretStr(make_database("cases").app_url),
        kafka_bootstrap_servers="unused:9092",
        seuil_territory=TERRITORY,
        seuil_token_keys={pair.kid: pair.public},
        seuil_cases_keys={"1": base64.b64encode(b"k" * 32).decode()},
        seuil_cases_index_key=SecretStr("index-key-of-the-trial"),
        seuil_intake_private_keys=(SecretStr(sealing.private),),
        seuil_partner_token_keys={partners.kid: partners.public},
        seuil_accounts_stale_seconds=stale_seconds,
    )
    app = create_app(settings, runtime=clock.runtime(), broker=broker)
    service: Service = app.state.service
    await service.database.open()
    try:
        house = House(
            app,
            World(service),
            clock,
            Told(broker, clock),
            Signer(pair.private),
            broker,
            Signer(partners.private),
            sealing.public,
        )
        await house.settle_people()
        yield house
    finally:
        await service.database.close()
