"""After a story, who took part is in no log and in no topic but the directory; foreign doors stay shut."""

import asyncio
import json
import re
import subprocess

import asyncpg
import pytest

from seuil_dev.catalogue import SERVICES
from seuil_dev.kafka import Kafka
from tests.stack.city import FIRST, LAST, PEOPLE, City, address, link_of, tokens_of

DIRECTORY = "ce_type:seuil.directory."
EVERY_TOPIC = r"seuil\..*"
QUIET_MS = 12_000
"""The console consumer ends when nothing came for so long; its start takes some of it."""
TYPE = re.compile(r"ce_type:seuil\.(\w+)\.")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}")
NAMES = [FIRST, LAST, "Philomène", "Desrousseaux", *(word for _, *names in PEOPLE.values() for word in names)]


@pytest.fixture(scope="module")
def told(city: City) -> City:
    """A city where somebody signed up, came, went, and where things went wrong, too."""
    email = city.addresses["secret"] = address("secret")
    city.sign_up(city.commissions["open"], email, given_name=FIRST, family_name=LAST)
    link = city.prove(email)
    city.visitor.page(f"{link}?email={email}")
    city.visitor.form(link, action="annuler")
    city.visitor.page(f"{link}x")
    city.visitor.form(f"/registration/commissions/{city.commissions['open']}/inscription", email=f"{email} x")
    city.coordinator.page(f"/registration/personnes?q={LAST}")
    city.visitor.mail(email, "annulée")
    return city


def test_no_log_holds_a_name_an_address_or_a_link(told: City) -> None:
    written = told.log()
    assert len(written) > 10_000, "the logs are not where they were"
    shown = set(EMAIL.findall(written))
    assert shown == set(), shown
    assert [name for name in NAMES if name.lower() in written.lower()] == []
    links = [told.links[name] for name in told.links]
    mails = told.visitor.client.get("/dev/mail/api/messages").json()["messages"]
    links += [link_of(mail) for mail in mails if tokens_of(mail["text"])]
    assert len(links) > 10
    assert [link for link in links if link.rpartition(".")[2] in written] == []
    secrets = [told.key, told.coordinator.token, *told.coordinator.cookies.values()]
    assert [secret[-20:] for secret in secrets if secret[-20:] in written] == []


def said_on_topics(city: City) -> list[str]:
    """Every record of every topic, one a line, as Kafka's own console consumer reads it."""
    kafka = Kafka(city.stack.data / "kafka", port=int(city.stack.run["ports"]["kafka"]))
    kafka.prepare()
    command = kafka.console_consumer(
        EVERY_TOPIC, "--from-beginning", "--timeout-ms", str(QUIET_MS),
        "--formatter-property", "print.headers=true", "--formatter-property", "print.key=true",
    )  # fmt: skip
    command[command.index("--topic")] = "--include"
    return subprocess.run(command, capture_output=True, text=True, timeout=100).stdout.splitlines()


@pytest.mark.timeout(150)
def test_only_the_directory_says_who_people_are(told: City) -> None:
    records = said_on_topics(told)
    directory = [record for record in records if DIRECTORY in record]
    others = [record for record in records if DIRECTORY not in record]
    assert any(told.addresses["secret"] in record for record in directory)
    services = {found[1] for record in others if (found := TYPE.search(record))}
    assert services >= {"registration", "accounts", "integration", "notifications"}
    for record in others:
        assert EMAIL.findall(record) == []
        assert [name for name in NAMES if name.lower() in record.lower()] == []
        assert "essai.example" not in record


def test_a_service_enters_its_own_database_only(city: City) -> None:
    known = json.loads(next(city.stack.data.glob("postgres/**/roles.json")).read_text())
    port = city.stack.run["ports"]["postgres"]

    async def enters(role: str, database: str) -> bool:
        url = f"postgresql://{role}:{known[role]}@127.0.0.1:{port}/{database}"
        try:
            connection = await asyncpg.connect(url, timeout=10)
        except asyncpg.InsufficientPrivilegeError:
            return False
        await connection.close()
        return True

    for owner in SERVICES:
        for database in (*SERVICES, "postgres", "template1"):
            for role in (f"{owner}_app", f"{owner}_owner"):
                assert asyncio.run(enters(role, database)) is (owner == database), (role, database)
