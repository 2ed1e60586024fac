"""What a partner hears: its own cases, in order, for as long as it may see them, by feed and by webhook."""

import asyncio
from base64 import b64decode, b64encode
from datetime import date, timedelta
from hashlib import sha256
from hmac import digest
from typing import Any
from uuid import UUID

import pytest

from tests.service.integration import told
from tests.service.integration.door import API, PARTNER_KEYS, Door, KilledError, token
from tests.service.integration.records import example
from webui.keys import Keyring
from webui.partner_tokens import verify_partner_token

ORIENTATION = UUID("c4b3a291-0000-4000-8000-000000000001")


async def submit(door: Door) -> str:
    """The partner's case, taken by cases: its household."""
    await door.say("case", example("case"))
    [file] = await door.files()
    household_id: str = file["household_id"]
    await door.hear(told.submitted(household_id))
    return household_id


async def speaks_for(door: Door, organisation_id: UUID) -> None:
    """The partner of the door is an organisation's software."""
    boss = token("coordinator", at=door.clock)
    one = f"{API}/partners/{door.partner_id}"
    terms = {"name": "CMAO 115", "scopes": ["case"], "organisation_id": str(organisation_id)}
    assert (await door.client.put(one, json=terms, headers=boss)).status_code == 200


async def test_who_submits_for_others_hears_of_a_case_whoever_has_it(door: Door) -> None:
    await submit(door)
    await door.hear(told.transferred(told.LANDLORD), told.decided())
    assert await door.told() == ["case.received", "case.decided"]
    await door.say("case", {"record_ref": "case-1", "record_version": 2, "void": True})
    assert await door.told() == ["case.received"], "taken back: not its case any more"


async def test_the_submitter_hears_each_step_of_its_case_in_order(door: Door) -> None:
    stranger = await door.partner("urn:seuil:partner:autre")
    await submit(door)
    await door.hear(told.scheduled(), told.postponed(), told.scheduled(), told.decided())
    page = await door.feed()
    kinds = [item["type"] for item in page["items"]]
    assert kinds == [
        *("case.received", "case.scheduled", "case.postponed", "case.scheduled", "case.decided"),
    ]
    assert {item["your_ref"] for item in page["items"]} == {"case-1"}
    link = page["items"][-1]["link"]
    assert link == f"http://127.0.0.1:8000/cases/api/v1/partner/cases/{told.CASE}"
    assert set(page["items"][-1]) == {"id", "type", "time", "your_ref", "link"}
    assert page["more"] is False
    again = await door.feed(after=page["next"])
    assert again == {"items": [], "next": page["next"], "more": False}
    assert await door.told(key=stranger) == []


async def test_the_household_is_to_be_told_two_days_after_a_decision(door: Door) -> None:
    await submit(door)
    await door.hear(told.decided())
    door.clock.advance(days=3)
    await door.world.settle()
    assert (await door.told())[-1] == "household.to_inform"


async def test_a_transferred_case_is_the_new_organisations(door: Door) -> None:
    new = await door.partner("urn:seuil:partner:autre", organisation_id=told.LANDLORD)
    await speaks_for(door, told.ASSOCIATION)
    await submit(door)
    await door.hear(told.scheduled(), told.transferred(told.LANDLORD), told.decided())
    assert await door.told() == ["case.received"], "sight ends at once, for what was told before too"
    assert await door.told(key=new) == ["case.received", "case.decided"]


async def test_who_is_asked_to_take_a_household_hears_of_it_for_thirty_days_more(door: Door) -> None:
    asked = await door.partner("urn:seuil:partner:bailleur", organisation_id=told.LANDLORD)
    other = await door.partner("urn:seuil:partner:autre", organisation_id=UUID(int=7, version=4))
    await submit(door)
    await door.hear(told.proposed(ORIENTATION), told.decided(), told.ended(ORIENTATION))
    assert await door.told(key=asked) == ["orientation.proposed", "orientation.ended"]
    assert await door.told(key=other) == []
    page = await door.feed(key=asked)
    assert "your_ref" not in page["items"][0], "a reference is its owner's"
    door.clock.advance(days=31)
    assert await door.told(key=asked) == []


async def test_t11_a_commission_that_changes_only_its_date_fires_the_webhook(door: Door) -> None:
    secret = await webhook(door, "commission.rescheduled")
    await door.hear(told.moved(2))
    [(url, said, headers)] = door.post_office.received
    assert url == "https://logiciel.example/seuil"
    assert said["type"] == "commission.rescheduled"
    assert said["link"].endswith(f"/registration/commissions/{told.COMMISSION}")
    await door.hear(told.moved(3))
    assert len(door.post_office.received) == 2, "and again for the next date"
    body = b'{"id":"%s","type":"%s","time":"%s","link":"%s"}' % tuple(
        said[name].encode() for name in ("id", "type", "time", "link")
    )
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = b64encode(digest(b64decode(secret.removeprefix("whsec_")), signed, sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"
    assert headers["webhook-id"] == said["id"]


async def webhook(door: Door, *types: str) -> str:
    answer = await door.client.put(
        f"{API}/webhook",
        json={"url": "https://logiciel.example/seuil", "types": list(types)},
        headers=door.authorised(),
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["secret"])


async def test_t12_a_partner_down_for_a_day_is_paused_shown_and_replayed_with_no_gap(door: Door) -> None:
    await webhook(door)
    await submit(door)
    door.post_office.status = 500
    for _ in range(30):
        await door.hear(told.scheduled(), told.postponed())
        door.clock.advance(hours=1)
        await door.world.settle()
    shown = (await door.client.get(f"{API}/webhook", headers=door.authorised())).json()
    assert shown["paused_at"] is not None
    assert shown["failing_since"] < shown["paused_at"]
    assert shown["behind"] == 60
    assert shown["attempts"][0]["result"] == "500"
    tries = len(await door.rows("SELECT 1 FROM webhook_attempt"))
    door.clock.advance(days=2)
    await door.hear(told.decided())
    assert len(await door.rows("SELECT 1 FROM webhook_attempt")) == tries, "paused: nothing is tried"
    door.post_office.status = 204
    resumed = await door.client.post(f"{API}/webhook/resume", headers=door.authorised())
    assert resumed.status_code == 204
    await door.world.settle()
    sent = [said for _, said, _ in door.post_office.received]
    assert sent == (await door.feed())["items"], "in the order of the feed, each once, none missing"
    after = (await door.client.get(f"{API}/webhook", headers=door.authorised())).json()
    assert (after["behind"], after["paused_at"], after["failing_since"]) == (0, None, None)


async def test_a_short_silence_is_waited_for_and_a_410_pauses_at_once(door: Door) -> None:
    await webhook(door)
    door.post_office.status = None
    await submit(door)
    assert (await door.rows("SELECT result FROM webhook_attempt"))[0]["result"] == "no_answer"
    door.post_office.status = 200
    door.clock.advance(seconds=6)
    await door.world.settle()
    assert [said["type"] for _, said, _ in door.post_office.received] == ["case.received"]
    door.post_office.status = 410
    await door.hear(told.scheduled())
    shown = (await door.client.get(f"{API}/webhook", headers=door.authorised())).json()
    assert shown["paused_at"] is not None


async def test_a_sender_killed_in_the_middle_of_a_batch_posts_nothing_answered_again(door: Door) -> None:
    await webhook(door)
    door.post_office.status = None
    await submit(door)
    await door.hear(told.scheduled(), told.postponed(), told.scheduled())
    door.post_office.status, door.post_office.lives = 204, 2
    door.clock.advance(seconds=6)
    with pytest.raises(KilledError):
        await door.world.settle()
    assert len(door.post_office.received) == 2
    door.clock.advance(minutes=2)
    await door.world.settle()
    sent = [said for _, said, _ in door.post_office.received]
    assert sent == (await door.feed())["items"], "in the order of the feed, each once"


async def test_a_partner_that_answers_slowly_holds_nobody_else(door: Door) -> None:
    boss = token("coordinator", at=door.clock)
    other, source = str(door.clock.runtime().new_id()), "urn:seuil:partner:autre"
    asked = {"partner_id": other, "name": "Autre", "source": source, "scopes": ["allocation", "case"]}
    assert (await door.client.post(f"{API}/partners", json=asked, headers=boss)).status_code == 201
    slow, quick = "https://lent.example/essai", "https://vif.example/essai"
    for partner_id, url, whose in ((door.partner_id, slow, {}), (other, quick, {"source": source})):
        made = await door.client.post(f"{API}/partners/{partner_id}/keys?test=true", headers=boss)
        door.key = made.json()["key"]
        await door.client.put(f"{API}/webhook", json={"url": url}, headers=door.authorised())
        for record in ("allocation", "case"):
            assert (await door.say(record, example(record), **whose)).status_code == 202
    door.post_office.slow[slow] = asyncio.Event()
    works = door.app.state.service.work
    lanes = [asyncio.create_task(works[name]()) for name in works if name.startswith("webhooks")]
    async with asyncio.timeout(20):
        while len(door.post_office.received) < 2:
            await asyncio.sleep(0.01)
    assert {url for url, _, _ in door.post_office.received} == {quick}
    door.post_office.slow[slow].set()
    await asyncio.gather(*lanes)
    assert [url for url, _, _ in door.post_office.received[2:]] == [slow, slow]


async def test_the_right_is_looked_at_when_a_webhook_leaves(door: Door) -> None:
    await webhook(door)
    await speaks_for(door, told.ASSOCIATION)
    await submit(door)
    door.post_office.status = 500
    await door.hear(told.scheduled())
    await door.hear(told.transferred(told.LANDLORD))
    door.post_office.status = 204
    door.clock.advance(hours=1)
    await door.world.settle()
    assert [said["type"] for _, said, _ in door.post_office.received] == ["case.received"]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"url": "ftp://logiciel.example"}, "url_format"),
        ({"url": "https://moi:secret@logiciel.example/"}, "url_format"),
        ({"url": "https://"}, "url_format"),
        ({"url": "https://logiciel.example", "types": ["case.wept"]}, "unknown_type"),
    ],
)
async def test_an_address_that_cannot_be_used_is_refused(door: Door, wanted: Any, code: str) -> None:
    answer = await door.client.put(f"{API}/webhook", json=wanted, headers=door.authorised())
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_state_says_the_last_word_on_each_case_and_an_old_cursor_leads_there(door: Door) -> None:
    await submit(door)
    await door.hear(told.scheduled())
    first = await door.feed()
    await door.hear(told.postponed())
    state = (await door.client.get(f"{API}/state", headers=door.authorised())).json()
    assert [item["type"] for item in state["items"]] == ["case.postponed"]
    assert state["next"] == (await door.feed())["next"]
    door.clock.advance(days=38 * 31)
    await door.world.settle()
    old = await door.client.get(f"{API}/feed", params={"after": first["next"]}, headers=door.authorised())
    assert (old.status_code, old.json()["code"]) == (410, "cursor_too_old")
    assert old.json()["snapshot"].endswith(f"{API}/state")
    assert (await door.feed(after=state["next"]))["items"] == []
    wrong = await door.client.get(f"{API}/feed", params={"after": "zzz"}, headers=door.authorised())
    assert (wrong.status_code, wrong.json()["code"]) == (422, "cursor_format")


async def test_a_key_is_exchanged_for_a_token_that_cases_can_check(door: Door) -> None:
    answer = await door.client.post(f"{API}/token", headers=door.authorised())
    assert (answer.status_code, answer.json()["expires_in"]) == (200, 900)
    ring = Keyring({PARTNER_KEYS.kid: PARTNER_KEYS.public})
    bearer = verify_partner_token(ring, answer.json()["access_token"], door.clock.at)
    assert bearer.partner_id == door.partner_id
    assert "case" in bearer.scopes


async def test_a_former_organisation_sees_until_the_day_that_was_said(door: Door) -> None:
    key = await door.partner("urn:seuil:partner:asso", organisation_id=told.ASSOCIATION)
    await submit(door)
    until: date = (door.clock.at + timedelta(days=10)).date()
    await door.hear(told.scheduled(), told.transferred(told.LANDLORD, until))
    assert await door.told(key=key) == ["case.scheduled"]
    door.clock.advance(days=11)
    assert await door.told(key=key) == []
