"""What somebody tries at the partners' doors who holds another's key, an old one, or one for trials."""

from datetime import timedelta

import pytest

from tests.service.integration.door import API, PARTNER_KEYS, Door, token
from webui.identity import InvalidToken
from webui.keys import Keyring
from webui.partner_tokens import verify_partner_token

COVERAGE = {"record_type": "allocation", "from_on": "2026-01-01", "to_on": "2026-06-30"}


def shown(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


async def trial_key(door: Door) -> str:
    boss = token("coordinator", at=door.clock)
    made = await door.client.post(f"{API}/partners/{door.partner_id}/keys?test=true", headers=boss)
    key: str = made.json()["key"]
    return key


async def test_a_trial_key_declares_nothing_to_others(door: Door) -> None:
    """A declaration with it is checked as a real one, and no fact is told of a partner that is none."""
    key = await trial_key(door)
    said = await door.client.post(f"{API}/coverage", json=COVERAGE, headers=shown(key))
    assert said.status_code == 202
    reversed_ = COVERAGE | {"to_on": "2025-12-31"}
    wrong = await door.client.post(f"{API}/coverage", json=reversed_, headers=shown(key))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "dates_reversed")
    await door.world.settle()
    assert await door.facts() == []
    assert await door.rows("SELECT * FROM record") == []


async def test_a_token_is_for_cases_alone_and_ends(door: Door) -> None:
    """It opens no door here, none of another service, and nothing once its quarter of an hour is over."""
    given = (await door.client.post(f"{API}/token", headers=door.authorised())).json()["access_token"]
    for path in ("/feed", "/quarantine", "/state"):
        assert (await door.client.get(f"{API}{path}", headers=shown(given))).status_code == 401
    ring = Keyring({PARTNER_KEYS.kid: PARTNER_KEYS.public})
    with pytest.raises(InvalidToken):
        verify_partner_token(ring, given, door.clock.at, "analytics")
    with pytest.raises(InvalidToken):
        verify_partner_token(ring, given, door.clock.at + timedelta(minutes=15, seconds=1))


async def test_a_revoked_key_and_a_closed_partner_get_no_token_and_hear_nothing(door: Door) -> None:
    boss = token("coordinator", at=door.clock)
    key = await door.partner("urn:seuil:partner:autre")
    for statement, status in (
        ("UPDATE partner SET open = false WHERE source = 'urn:seuil:partner:autre'", 403),
        ("UPDATE partner_key SET revoked_at = now() WHERE created_by IS NOT NULL", 401),
    ):
        async with door.database.transaction() as tx:
            await tx.connection.execute(statement)
        for method, path in (("POST", "/token"), ("GET", "/feed"), ("GET", "/state"), ("GET", "/webhook")):
            answer = await door.client.request(method, f"{API}{path}", headers=shown(key))
            assert answer.status_code == status, path
    assert (await door.client.get(f"{API}/feed", headers=boss)).status_code == 401
