"""The script of the PostgreSQL container makes what the local start makes: same roles, same rights."""

import os
import subprocess
from urllib.parse import urlsplit

import asyncpg
import pytest

from seuil_dev.compose.composition import EXAMPLE, assignments
from seuil_dev.compose.filling import filled, fresh
from seuil_dev.compose.proof import INIT
from seuil_dev.postgres import binaries
from tests.infra import postgres_server

RIGHTS = {
    "roles": """
        SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
               rolbypassrls, rolconnlimit, left(rolpassword, 13)
        FROM pg_authid WHERE rolname LIKE 'registration%' ORDER BY 1""",
    "database": """
        SELECT datname, pg_get_userbyid(datdba), datacl::text FROM pg_database
        WHERE datname IN ('registration', 'postgres', 'template1') ORDER BY 1""",
}
INSIDE = {
    "schema": """
        SELECT nspname, pg_get_userbyid(nspowner), nspacl::text FROM pg_namespace
        WHERE nspname = 'public'""",
    "defaults": """
        SELECT pg_get_userbyid(defaclrole), defaclnamespace::regnamespace::text,
               defaclobjtype, defaclacl::text
        FROM pg_default_acl ORDER BY 3""",
}


async def rights(admin_url: str) -> dict[str, list[tuple[object, ...]]]:
    """What the catalogue says of registration's roles and database."""
    told = {}
    for url, asked in (
        (admin_url, RIGHTS),
        (urlsplit(admin_url)._replace(path="/registration").geturl(), INSIDE),
    ):
        connection = await asyncpg.connect(url)
        for name, statement in asked.items():
            told[name] = [tuple(row) for row in await connection.fetch(statement)]
        await connection.close()
    return told


def scripted(admin_url: str, passwords: dict[str, str]) -> None:
    """Runs the container's script on a server."""
    server = urlsplit(admin_url)
    told = {
        "PATH": f"{binaries()}:{os.environ['PATH']}",
        "POSTGRES_USER": str(server.username),
        "PGHOST": str(server.hostname),
        "PGPORT": str(server.port),
        "PGPASSWORD": str(server.password),
        **passwords,
    }
    done = subprocess.run(["bash", INIT], env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif("SEUIL_TEST_POSTGRES" in os.environ, reason="roles of a foreign server stay as they are")
async def test_the_script_and_the_local_start_give_the_same_rights() -> None:
    from seuil_dev.databases import Databases
    from tests.infra import scratch

    passwords = assignments(filled(EXAMPLE.read_text(), {}, fresh()))
    with postgres_server() as first, postgres_server() as second, scratch("roles") as folder:
        Databases(first, folder / "roles.json").provision("registration")
        scripted(second, passwords)
        assert await rights(second) == await rights(first)
        connection = await asyncpg.connect(
            urlsplit(second)
            ._replace(
                netloc=f"registration_app:{passwords['REGISTRATION_APP_PASSWORD']}@{urlsplit(second).hostname}"
                f":{urlsplit(second).port}",
                path="/registration",
            )
            .geturl()
        )
        await connection.close()

        changed = {**passwords, "REGISTRATION_APP_PASSWORD": "changed"}
        scripted(second, changed)
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(
                host="127.0.0.1",
                port=urlsplit(second).port,
                user="registration_app",
                password=passwords["REGISTRATION_APP_PASSWORD"],
                database="registration",
            )
