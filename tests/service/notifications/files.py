"""Facts of cases, as the service of cases would say them, about invented people and households."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from contracts.accounts import AccountRecorded
from contracts.cases import CaseSubmitted
from contracts.event import Fact
from contracts.lists import Role
from contracts.registration import PanelMemberNamed
from eventing.broker import Outgoing
from tests.service.notifications.post import COMMISSION, NOW, TERRITORY, Post, envelope_of, person

HOUSEHOLD = UUID(int=7000, version=4)
LANDLORD = UUID(int=8000, version=4)
REFERRER, COLLEAGUE, COORDINATOR, PROVIDER, MEMBER, CHAIR = 1, 2, 3, 4, 5, 6
REFERENCE = "K7Q-4MX"
EXAMPLES = Path(__file__).parents[3] / "libs" / "contracts" / "examples"


def case(n: int = 1) -> UUID:
    return UUID(int=6000 + n, version=4)


def orientation(n: int = 1) -> UUID:
    return UUID(int=9000 + n, version=4)


def address(n: int) -> str:
    return f"p{n}@bailleur.example"


def account(n: int, *roles: Role, version: int = 1, state: str = "active", organisation: Any = None) -> Fact:
    return AccountRecorded(
        person_id=person(n),
        version=version,
        generation=version,
        state=state,
        organisation_id=organisation,
        roles=tuple({"role": role, "territory": TERRITORY} for role in roles),
        assurance="mail_link",
    )


def told(kind: type[Fact], **changes: Any) -> Any:
    """The example of a fact, with these values: valid whatever is added to it."""
    example = json.loads((EXAMPLES / f"{kind.TYPE}.json").read_text())
    known = {"commission_id": COMMISSION, "household_id": HOUSEHOLD, "organisation_id": LANDLORD}
    values = example | {name: known[name] for name in known.keys() & example.keys()} | changes
    return kind.read(json.dumps(values, default=_written).encode())


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def about(kind: type[Fact], n: int = 1, **changes: Any) -> Any:
    """A fact on the n-th case."""
    if "orientation_id" in kind.model_fields:
        changes = {"orientation_id": orientation(n)} | changes
    return told(kind, **{"case_id": case(n), **changes})


def submitted(n: int = 1, referrer: int = REFERRER) -> Any:
    return about(CaseSubmitted, n, territory=TERRITORY, referrer_id=person(referrer), case_ref=REFERENCE)


def named(n: int) -> Any:
    return told(PanelMemberNamed, person_id=person(n), occurred_on=NOW.date())


async def peopled(post: Post) -> None:
    """Six people with accounts, a case followed by the first, a commission worded."""
    await post.publish(
        *(post.recorded(n) for n in range(1, 7)),
        account(REFERRER, Role.REFERRER),
        account(COLLEAGUE, Role.REFERRER),
        account(COORDINATOR, Role.COORDINATOR),
        account(PROVIDER, organisation=LANDLORD),
        account(MEMBER),
        account(CHAIR, Role.CHAIR),
        submitted(),
    )
    await post.plan()
    post.forget_mails()


async def by(post: Post, actor: str, fact: Fact, *, causation: UUID | None = None) -> UUID:
    """Tells a fact done by somebody, or because of an event; its id."""
    envelope = envelope_of(post, fact, actor=actor, causation=causation)
    await post.broker.publish(
        [Outgoing(fact.TOPIC, fact.key, fact.dump(), envelope.to_headers(), post.clock.at)]
    )
    await post.settle()
    return envelope.id


def received(post: Post) -> list[tuple[str, str]]:
    """Who was mailed, with which subject."""
    pairs = zip(post.relay.recipients, post.mails, strict=True)
    return sorted((to[0].split("@")[0], " ".join(str(mail["Subject"]).split())) for to, mail in pairs)
