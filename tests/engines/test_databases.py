"""Each service's two roles enter their own database and nothing else."""

import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient

from seuil_dev.catalogue import SERVICES
from seuil_dev.databases import ServiceDatabase
from tests import infra


@pytest.fixture(scope="module")
def databases(postgres: infra.TestDatabases) -> dict[str, ServiceDatabase]:
    return {service: postgres.databases.provision(service, suffix="_doors") for service in SERVICES}


def elsewhere(url: str, database: str) -> str:
    return f"{url.rpartition('/')[0]}/{database}"


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("foreign", [*SERVICES, "postgres", "template1"])
async def test_a_role_enters_its_own_database_only(
    databases: dict[str, ServiceDatabase], service: str, foreign: str
) -> None:
    mine = databases[service]
    target = databases[foreign].name if foreign in databases else foreign
    for url in (mine.app_url, mine.migrator_url):
        if foreign == service:
            await (await asyncpg.connect(url)).close()
            continue
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(elsewhere(url, target))


async def test_the_password_is_asked_for(databases: dict[str, ServiceDatabase]) -> None:
    mine, other = databases["registration"], databases["analytics"]
    stolen = mine.app_url.replace("registration_doors_app", "analytics_doors_app")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(elsewhere(stolen, other.name))


async def test_the_application_role_reads_and_writes_rows_but_makes_no_table(
    databases: dict[str, ServiceDatabase],
) -> None:
    mine = databases["notifications"]
    owner = await asyncpg.connect(mine.migrator_url)
    app = await asyncpg.connect(mine.app_url)
    try:
        await owner.execute("CREATE TABLE intent (id int GENERATED ALWAYS AS IDENTITY, text text)")
        await app.execute("INSERT INTO intent (text) VALUES ('un')")
        await app.execute("UPDATE intent SET text = 'deux'")
        assert await app.fetchval("SELECT text FROM intent") == "deux"
        await app.execute("DELETE FROM intent")
        for refused in (
            "CREATE TABLE other (id int)",
            "DROP TABLE intent",
            "TRUNCATE intent",
            "SET ROLE seuil",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await app.execute(refused)
    finally:
        await app.close()
        await owner.close()


async def test_a_clone_keeps_roles_and_closed_doors(
    postgres: infra.TestDatabases, databases: dict[str, ServiceDatabase]
) -> None:
    clone = postgres.databases.clone(databases["analytics"], "analytics_doors_clone")
    try:
        await (await asyncpg.connect(clone.app_url)).close()
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(elsewhere(databases["registration"].app_url, clone.name))
    finally:
        postgres.drop(clone)


@pytest.mark.kafka
async def test_the_broker_answers_an_admin_client(kafka: infra.Broker) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    try:
        assert isinstance(await admin.list_topics(), list)
    finally:
        await admin.close()
