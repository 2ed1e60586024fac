"""I5, its other half: what the doors answer is what the facts say."""

from datetime import UTC, datetime
from random import Random
from typing import Any

import httpx2

from tests.chaos.checker_gather import Evidence, connected
from tests.chaos.site import Site
from webui.identity import RoleGrant, User, issue_token
from webui.keys import Signer

SECONDS = 30.0
MOST = 200
"""Commissions asked about, at most."""
SIGNER = "SEUIL_TOKEN_PRIVATE_KEY"
COORDINATORS = """
    SELECT person_id, generation, organisation_id, roles FROM account
    WHERE state = 'active' AND roles::text LIKE '%"coordinator"%' LIMIT 1
"""
STANDING = """
    CREATE TEMP TABLE standing AS
        SELECT key, seq, substr(mark, 1, instr(mark, '|') - 1) AS kind,
               substr(mark, instr(mark, '|') + 1, 36) AS registration
        FROM fact WHERE mark LIKE 'registration_%' AND mark NOT LIKE 'registration_changed|%';
"""
SEATED = """
    SELECT key, SUM(kind = 'registration_confirmed') FROM (
        SELECT key, kind, MAX(seq) FROM standing GROUP BY key, registration)
    GROUP BY key
"""
TAKEN = (
    "SELECT writer, SUM(answer = 'ok'), SUM(answer = 'info') FROM op WHERE kind = 'partner' GROUP BY writer"
)


async def token(site: Site) -> str:
    """A coordinator's, signed with the trial's own key: nothing is asked of the system that it would tell."""
    async with connected(site.admin_databases["registration"]) as connection:
        row = await connection.fetchrow(COORDINATORS)
    assert row is not None, "there is no coordinator"
    territory = site.environment.get("SEUIL_TERRITORY", "siao-59-lille")
    user = User(row[0], row[1], row[2], (RoleGrant("coordinator", territory),))
    return issue_token(Signer(site.environment[SIGNER]), user, datetime.now(UTC))


async def check_doors(site: Site, found: Evidence) -> list[str]:
    """A line for each answer that the facts contradict. `found` was judged: its table `fact` is there."""
    if SIGNER not in site.environment:
        return []
    differences: list[str] = []
    headers = {"authorization": f"Bearer {await token(site)}"}
    async with httpx2.AsyncClient(timeout=SECONDS, headers=headers) as client:
        differences += await _commissions(site, found, client)
        differences += await _partners(site, found, client)
    return differences


async def _ask(client: httpx2.AsyncClient, urls: list[str], path: str) -> Any:
    answers = []
    for url in urls:
        answer = await client.get(url + path)
        answers.append(answer.json() if answer.status_code == 200 else f"{answer.status_code}")
    return answers


async def _commissions(site: Site, found: Evidence, client: httpx2.AsyncClient) -> list[str]:
    found.db.executescript(STANDING)
    seated = found.rows(SEATED)
    chosen = Random(site.seed).sample(seated, min(MOST, len(seated)))  # noqa: S311 - a seeded draw, no secret
    lines = []
    for commission, confirmed in chosen:
        path = f"/registration/api/v1/commissions/{commission}"
        for answer in await _ask(client, site.urls["registration"], path):
            told = answer.get("confirmed") if isinstance(answer, dict) else answer
            if told != confirmed:
                lines.append(f"I5 {path} says {told} confirmed, its facts {confirmed}")
    return lines


async def _partners(site: Site, found: Evidence, client: httpx2.AsyncClient) -> list[str]:
    taken = sorted((int(ok), int(info)) for _, ok, info in found.rows(TAKEN))
    lines = []
    for answer in await _ask(client, site.urls["integration"], "/integration/api/v1/partners"):
        told = sorted(each["counts"].get("accepted", 0) for each in answer)
        pairs = zip(told, taken, strict=False)
        if len(told) != len(taken) or any(not ok <= count <= ok + info for count, (ok, info) in pairs):
            lines.append(f"I5 partners’ counts say {told}, their answers {taken}")
    return lines
