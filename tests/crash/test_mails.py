"""Notifications, killed around the mail server: one mail each, and never two that differ."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest

from contracts.directory import PersonRecorded
from contracts.envelope import Envelope
from contracts.lists import EmailKind, LinkPurpose
from contracts.registration import LinkRequested
from contracts.topics import TOPICS
from eventing.broker import Outgoing
from eventing.runtime import real_runtime
from tests.crash.points import MAIL, MAILED_TWICE, each_twice
from tests.crash.stage import PLAY_SECONDS, Case, Stage, Theatre
from tests.service.notifications.post import LINK_KEY, Relay

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(PLAY_SECONDS)]
HEARD = [name for name, topic in TOPICS.items() if {"notifications"} & {*topic.readers, topic.owner}]
QUIET = """
    SELECT NOT EXISTS (SELECT FROM outbox) AND NOT EXISTS (SELECT FROM parked_key)
       AND (SELECT count(*) FROM message WHERE state = 'sent') = $1
"""


@asynccontextmanager
async def mail_server(given: dict[str, Any]) -> AsyncIterator[Relay]:
    relay = Relay()
    await relay.start()
    given["settings"] = {
        "smtp_url": f"smtp://127.0.0.1:{relay.port}",
        "smtp_timeout": 5,
        "seuil_link_key": LINK_KEY,
        "seuil_quiet_hours": "",
    }
    try:
        yield relay
    finally:
        await relay.stop()


async def story(stage: Stage) -> None:
    """Two acts; in each, two people ask for the link that signs them in."""
    people = [UUID(int=n, version=4) for n in range(1, 5)]
    for act in (1, 2):
        await ask(stage, people[2 * act - 2 : 2 * act])
        await stage.until(QUIET, 2 * act)
    check(stage, people)
    said = Counter(row["type"].split(".")[2] for row in await stage.rows.fetch("SELECT type FROM event_log"))
    assert said == {"message_queued": len(people), "message_sent": len(people)}, stage.case


async def ask(stage: Stage, people: list[UUID]) -> None:
    """What registration says."""
    runtime = real_runtime()
    facts: list[PersonRecorded | LinkRequested] = []
    for person in people:
        facts.append(
            PersonRecorded(
                person_id=person,
                version=1,
                given_name="Ana",
                family_name="Exemple",
                email=f"{person}@bailleur.example",
                email_kind=EmailKind.PERSONAL,
            )
        )
        facts.append(
            LinkRequested(
                occurred_on=runtime.now().date(),
                link_id=person,
                person_id=person,
                purpose=LinkPurpose.SIGN_IN,
                generation=1,
            )
        )
    batch = []
    for fact in facts:
        envelope = Envelope(
            id=runtime.new_event_id(),
            type=fact.TYPE,
            source="/seuil/registration",
            time=runtime.now(),
            key=fact.key,
            seq=1 if TOPICS[fact.TOPIC].sequenced else None,
            actor="system",
        )
        batch.append(Outgoing(fact.TOPIC, fact.key, fact.dump(), envelope.to_headers(), runtime.now()))
    producer = await stage.broker.producer()
    await producer.publish(batch)
    await producer.close()


def check(stage: Stage, people: list[UUID]) -> None:
    relay: Relay = stage.beside
    sent: dict[str, list[Any]] = defaultdict(list)
    for mail, [address] in zip(relay.mails, relay.recipients, strict=True):
        sent[address].append(mail)
    assert sent.keys() == {f"{person}@bailleur.example" for person in people}, f"{stage.case}: a mail is lost"
    twice = {address: mails for address, mails in sent.items() if len(mails) > 1}
    most = 1 if stage.case.point in MAILED_TWICE else 0
    assert sum(len(mails) - 1 for mails in twice.values()) == most, f"{stage.case}: {len(relay.raw)} mails"
    for mails in twice.values():
        assert len({mail["Message-ID"] for mail in mails}) == 1, stage.case
        assert len({mail.as_bytes() for mail in mails}) == 1, "the same words"


THEATRE = Theatre("notifications", "notifications", HEARD, story, beside=mail_server)


@pytest.mark.parametrize("case", each_twice(MAIL), ids=str)
def test_everybody_is_told_once(case: Case, played: Callable[[Case], None]) -> None:
    played(case)
