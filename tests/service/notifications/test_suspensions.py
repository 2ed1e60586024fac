"""N11: an address that bounces hard is told nothing more until its record changes or somebody lifts it."""

from datetime import timedelta

import pytest

from contracts.cases import CaseAdjourned, CaseDecided
from contracts.lists import Failure, LinkPurpose, Role
from contracts.notifications import AddressSuspended
from contracts.registration import PersonErased
from eventing.db import run_one
from notifications import store
from notifications.commands import fail, suspend
from tests.service.notifications.files import REFERRER, about, address, peopled, received
from tests.service.notifications.post import NOW, Post, person

PAGE = "/notifications/adresses"
API = "/notifications/api/v1/suspensions"
KEY = {"idempotency-key": "lifted-for-good"}


def said(post: Post) -> list[tuple[bool, str]]:
    return [(f.suspended, f.cause.value) for f in post.said() if isinstance(f, AddressSuspended)]


async def bounced(post: Post, answer: str = "550 5.1.1 no such user") -> None:
    await peopled(post)
    post.relay.refusals[address(REFERRER)] = answer
    await post.tell(about(CaseDecided))
    post.relay.refusals.clear()


@pytest.mark.parametrize(
    ("answer", "causes"),
    [
        ("550 5.1.1 no such user", [(True, "unknown_address")]),
        ("550 5.1.2 bad domain", [(True, "domain_unknown")]),
        ("552 5.2.2 mailbox full", []),
        ("554 5.7.1 refused", []),
        ("450 4.7.1 later", []),
    ],
)
async def test_a_hard_bounce_suspends_and_nothing_softer_does(
    post: Post, answer: str, causes: list[tuple[bool, str]]
) -> None:
    await bounced(post, answer)
    assert said(post) == causes
    await post.tell(about(CaseAdjourned))
    assert len(post.mails) == (0 if causes else 1)
    if causes:
        [dropped] = [m for m in await post.messages() if m["template"] == "case_adjourned"]
        assert (dropped["state"], dropped["cause"]) == ("dropped", "suspended_address")


async def test_a_complaint_suspends_too_and_is_said_once(post: Post) -> None:
    await peopled(post)
    await post.tell(about(CaseDecided))
    [message] = await post.messages()
    for _ in range(2):
        async with post.service.database.transaction() as tx:
            await store.open_stream(tx, message["message_id"])
            row = await run_one(tx, store.STATE_OF, id=message["message_id"])
            assert row is not None
            await fail(tx, message["message_id"], row["person_id"], Failure.COMPLAINT, 1)
            await suspend(tx, row["person_id"], row["email"], Failure.COMPLAINT)
    await post.settle()
    assert said(post) == [(True, "complaint")]


async def test_what_somebody_asks_for_at_that_instant_is_still_tried(post: Post) -> None:
    """Otherwise the only coordinator of a territory could lock themselves out."""
    await bounced(post)
    await post.tell(post.link(REFERRER, LinkPurpose.SIGN_IN, until=NOW + timedelta(hours=1)))
    assert received(post) == [(f"p{REFERRER}", "Votre lien de connexion à Seuil")]


async def test_a_corrected_address_is_tried_and_the_same_one_is_not(post: Post) -> None:
    await bounced(post)
    await post.tell(post.recorded(REFERRER, version=2, given_name="Amina"))
    assert said(post) == [(True, "unknown_address")]
    await post.tell(post.recorded(REFERRER, version=3, email="p1@ailleurs.example"), about(CaseAdjourned))
    assert said(post) == [(True, "unknown_address"), (False, "unknown_address")]
    assert post.relay.recipients == [["p1@ailleurs.example"]]


async def test_the_coordinator_sees_it_and_lifts_it_once(post: Post) -> None:
    await bounced(post)
    async with post.client(Role.COORDINATOR, cookie=True) as client:
        assert "1\u00a0adresse suspendue" in (await client.get("/notifications/messages")).text
        page = (await client.get(PAGE)).text
        assert address(REFERRER) in page
        assert "Adresse inconnue" in page
        form = {"cle_idempotence": "lifted-by-hand"}
        path = f"{PAGE}/{person(REFERRER)}/reprise"
        for _ in range(2):
            answer = await client.post(path, data=form, headers={"origin": "http://127.0.0.1:8000"})
            assert answer.headers["location"].endswith("?fait=repris")
        assert address(REFERRER) not in (await client.get(PAGE)).text
    await post.tell(about(CaseAdjourned))
    assert said(post) == [(True, "unknown_address"), (False, "unknown_address")]
    assert len(post.mails) == 1


async def test_programs_do_the_same(post: Post) -> None:
    await bounced(post)
    async with post.client(Role.COORDINATOR) as client:
        [found] = (await client.get(API)).json()
        assert (found["person_id"], found["cause"]) == (str(person(REFERRER)), "unknown_address")
        assert (await client.post(f"{API}/{person(REFERRER)}/lift", headers=KEY)).status_code == 204
        assert (await client.post(f"{API}/{person(REFERRER)}/lift", headers=KEY)).status_code == 204
        other = {"idempotency-key": "another-lift"}
        answer = await client.post(f"{API}/{person(REFERRER)}/lift", headers=other)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_suspended")
        assert (await client.get(API)).json() == []


async def test_sending_again_to_a_suspended_address_is_refused(post: Post) -> None:
    await bounced(post)
    [message] = await post.messages()
    path = f"/notifications/api/v1/messages/{message['message_id']}/resend"
    async with post.client(Role.COORDINATOR) as client:
        answer = await client.post(path, headers=KEY)
        assert (answer.status_code, answer.json()["code"]) == (409, "address_suspended")
        await client.post(f"{API}/{person(REFERRER)}/lift", headers=KEY)
        answer = await client.post(path, headers={"idempotency-key": "lifted-then-sent"})
        assert answer.status_code == 202
    await post.settle()
    assert received(post) == [(f"p{REFERRER}", "Renvoi : Un avis de la commission vous attend")]


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.COORDINATOR, Role.UNKNOWN)])
async def test_nobody_else_lifts_and_few_look(post: Post, role: Role) -> None:
    await bounced(post)
    looks = role is Role.SIAO_AGENT
    async with post.client(role) as client:
        assert (await client.get(API)).status_code == (200 if looks else 403)
        assert (await client.post(f"{API}/{person(REFERRER)}/lift", headers=KEY)).status_code == 403
    async with post.client(role, cookie=True) as client:
        page = await client.get(PAGE, headers={"accept": "text/html"})
        assert page.status_code == (200 if looks else 403)
        assert "Reprendre les envois" not in page.text


async def test_an_erased_person_is_suspended_no_more(post: Post) -> None:
    await bounced(post)
    await post.tell(post.fact(PersonErased, person_id=person(REFERRER), erased_on=post.today))
    async with post.client(Role.COORDINATOR) as client:
        assert (await client.get(API)).json() == []
