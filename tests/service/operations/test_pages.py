"""The pages of failed events, as an operator uses them, and as nobody else does."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import httpx2
import pytest

from contracts.envelope import Envelope
from contracts.lists import Role
from contracts.registration import RegistrationLapsed
from eventing.broker import Outgoing
from operating.failed_acts import work_off
from operating.lag import measure
from tests.conftest import MakeDatabase
from tests.eventing.conftest import lapsed
from tests.service.notifications.post import Post, opened

HOME = "/notifications/exploitation"
HTML = {"accept": "text/html"}
SECRET = "Lemaire"


@pytest.fixture
async def post(make_database: MakeDatabase) -> AsyncIterator[Post]:
    async with opened(make_database) as made:
        yield made


async def put(post: Post, stream: UUID, seq: int, payload: bytes | None = None) -> None:
    fact = lapsed(stream, 3)
    envelope = Envelope(
        id=post.clock.runtime().new_event_id(),
        type=RegistrationLapsed.TYPE,
        source="/seuil/registration",
        time=post.clock.at,
        key=str(stream),
        seq=seq,
        actor="system",
    )
    value = fact.dump() if payload is None else payload
    await post.broker.publish(
        [Outgoing(fact.TOPIC, str(stream), value, envelope.to_headers(), post.clock.at)]
    )


async def waiting(post: Post) -> UUID:
    """A stream that waits for its first event, which is then there too: it can be replayed."""
    stream = uuid4()
    await put(post, stream, 1)
    await post.settle()
    await put(post, stream, 3)
    await post.settle()
    await put(post, stream, 2)
    await post.settle()
    return stream


async def broken(post: Post) -> UUID:
    """A stream whose event breaks its contract, with somebody's name in it."""
    stream = uuid4()
    await put(post, stream, 1, b'{"commission_id": "Amina Lemaire", "Lemaire": 1}')
    await put(post, stream, 2)
    await post.settle()
    return stream


async def page(post: Post, path: str, *roles: Role) -> tuple[int, str]:
    async with post.client(*roles or (Role.OPERATOR,), cookie=True) as client:
        answer = await client.get(path, headers=HTML)
    return answer.status_code, answer.text


async def send(post: Post, path: str, *roles: Role, **fields: object) -> httpx2.Response:
    told = {"cle_idempotence": str(uuid4()), "raison": "Réparé ce matin", **fields}
    async with post.client(*roles or (Role.OPERATOR,), cookie=True) as client:
        return await client.post(path, data=told, headers={**HTML, "sec-fetch-site": "same-origin"})


async def group_of(post: Post) -> str:
    _, text = await page(post, HOME)
    found = re.search(rf"{HOME}/groupes/([0-9a-f]{{32}})", text)
    assert found, text
    return found[1]


async def events_of(post: Post) -> list[str]:
    _, text = await page(post, f"{HOME}/groupes/{await group_of(post)}")
    return re.findall(r'name="evenement" value="(\d+)"', text)


async def worked_off(post: Post) -> None:
    while await work_off(post.service.database, post.service.subscribers()):
        pass


async def test_an_empty_board_says_that_nothing_failed_and_how_far_each_reader_is(post: Post) -> None:
    """O7."""
    await put(post, uuid4(), 1)
    status, text = await page(post, HOME)
    assert status == 200
    assert "Rien n’a échoué" in text
    assert "Tout fonctionne" in text
    assert re.search(r"notifications\.policies.*?seuil\.registration\.v1.*?>1<", text, re.DOTALL)
    await post.settle()
    _, text = await page(post, HOME)
    assert "à jour" in text


async def test_the_age_of_the_oldest_unread_event_is_said(post: Post) -> None:
    """O7."""
    await put(post, uuid4(), 1)
    post.clock.advance(minutes=7)
    _, text = await page(post, HOME)
    assert "7\u00a0min" in text


async def test_a_group_is_replayed_from_its_page_and_the_act_says_how_far_it_is(post: Post) -> None:
    await waiting(post)
    group = await group_of(post)
    answer = await send(post, f"{HOME}/actes", action="replay", groupe=group, portee="tout")
    assert answer.status_code == 303
    act = answer.headers["location"]
    _, text = await page(post, act)
    assert "Vous pouvez fermer cette page" in text
    assert '<progress max="2" value="0"' in text
    await worked_off(post)
    _, text = await page(post, act)
    assert "2\u00a0rejoués" in text
    assert "Réparé ce matin" in text
    assert "par vous" in text
    _, text = await page(post, HOME)
    assert "Rien n’a échoué" in text
    assert "Réparé ce matin" in text


async def test_a_selection_is_set_aside_and_taken_back(post: Post) -> None:
    await broken(post)
    await broken(post)
    group, events = await group_of(post), await events_of(post)
    answer = await send(
        post, f"{HOME}/actes", action="archive", groupe=group, portee="choix", evenement=events[:1]
    )
    assert answer.status_code == 303
    _, text = await page(post, HOME)
    assert "Mis de côté" in text
    assert "mis_de_cote=oui" in text
    status, text = await page(post, f"{HOME}/groupes/{group}?mis_de_cote=oui")
    assert (status, text.count('name="evenement"')) == (200, 1)
    assert "Reprendre" in text
    answer = await send(
        post, f"{HOME}/actes", action="restore", groupe=group, mis_de_cote="oui", portee="tout"
    )
    assert answer.status_code == 303
    assert len(await events_of(post)) == 4


async def test_an_event_is_discarded_only_with_a_reason_and_a_box_ticked(post: Post) -> None:
    await broken(post)
    group = await group_of(post)
    answer = await send(post, f"{HOME}/actes", action="discard", groupe=group, portee="tout", raison="")
    assert answer.status_code == 422
    assert "Dites pourquoi" in answer.text
    answer = await send(post, f"{HOME}/actes", action="discard", groupe=group, portee="tout")
    assert answer.status_code == 422
    assert "Cochez la case" in answer.text
    assert "Réparé ce matin" in answer.text, "what was typed is kept"
    answer = await send(post, f"{HOME}/actes", action="discard", groupe=group, portee="tout", certain="oui")
    assert answer.status_code == 303
    while await post.service.drain_once():
        pass
    assert await post.rows("SELECT 1 FROM parked_event") == []


async def test_a_form_sent_twice_makes_one_act(post: Post) -> None:
    await waiting(post)
    told = {
        "action": "replay",
        "groupe": await group_of(post),
        "portee": "tout",
        "cle_idempotence": str(uuid4()),
    }
    first = await send(post, f"{HOME}/actes", **told)
    await worked_off(post)
    second = await send(post, f"{HOME}/actes", **told)
    assert first.headers["location"] == second.headers["location"]
    assert len(await post.rows("SELECT 1 FROM operator_act")) == 1


async def test_an_event_is_shown_without_anybodys_name(post: Post) -> None:
    """O10."""
    stream = await broken(post)
    for number in await events_of(post):
        status, text = await page(post, f"{HOME}/evenements/{number}")
        assert status == 200
        assert SECRET not in text
        assert str(stream) not in text.replace(f"<td>N</td><td>{stream}</td>", "")
    assert SECRET not in (await page(post, HOME))[1]
    assert SECRET not in (await page(post, f"{HOME}/groupes/{await group_of(post)}"))[1]


async def test_a_reader_that_stopped_is_said_and_relaunched_with_a_reason(post: Post) -> None:
    """O13."""
    async with post.service.database.transaction() as tx:
        await tx.connection.execute(
            "INSERT INTO breaker (consumer, opened_at, cause, next_try_at) "
            "VALUES ('notifications.policies', $1, '30 of the last 50 keys failed', $2)",
            tx.now,
            tx.now + timedelta(hours=1),
        )
    _, text = await page(post, HOME)
    assert "30 of the last 50 keys failed" in text
    assert "1 chose à régler" in text.replace("\u00a0", " ")
    async with post.client() as client:
        metrics = (await client.get("/metrics")).text
    assert 'seuil_consumer_stopped{consumer="notifications.policies",service="notifications"} 1.0' in metrics
    answer = await send(post, f"{HOME}/lectures", lecture="notifications.policies", raison="")
    assert answer.status_code == 422
    answer = await send(post, f"{HOME}/lectures", lecture="notifications.policies")
    assert answer.status_code == 303
    assert len(await post.rows("SELECT 1 FROM breaker WHERE next_try_at <= $1", post.clock.at)) == 1
    _, text = await page(post, HOME)
    assert "Relancer la lecture" in text
    answer = await send(post, f"{HOME}/lectures", lecture="nobody")
    assert answer.status_code == 409


async def test_numbers_for_alerts(post: Post) -> None:
    """O8."""
    await broken(post)
    await put(post, uuid4(), 1)
    post.clock.advance(minutes=20)
    post.service.lag = await measure(post.service)
    async with post.client() as client:
        metrics = (await client.get("/metrics")).text
    told = dict(re.findall(r"^(seuil_\S+) (\S+)$", metrics, re.MULTILINE))
    one = '{service="notifications"}'
    assert float(told[f"seuil_parked_oldest_age_seconds{one}"]) == 1200
    assert float(told[f"seuil_parked_keys{one}"]) == 1
    assert f"seuil_policies_duplicate_events_total{one}" in told
    behind = '{consumer="notifications.policies",service="notifications",topic="seuil.registration.v1"}'
    assert float(told[f"seuil_consumer_lag_events{behind}"]) == 1
    assert float(told[f"seuil_consumer_lag_seconds{behind}"]) == 1200


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OPERATOR}))
async def test_nobody_else_sees_or_does_anything(post: Post, role: Role) -> None:
    await broken(post)
    group, events = await group_of(post), await events_of(post)
    for path in (
        HOME,
        f"{HOME}/groupes/{group}",
        f"{HOME}/evenements/{events[0]}",
        f"{HOME}/actes/{uuid4()}",
    ):
        assert (await page(post, path, role))[0] == 403
    told = {"action": "archive", "groupe": group, "portee": "tout"}
    assert (await send(post, f"{HOME}/actes", role, **told)).status_code == 403
    assert (await send(post, f"{HOME}/lectures", role, lecture="x")).status_code == 403
    assert await post.rows("SELECT 1 FROM operator_act") == []


async def test_a_visitor_is_asked_to_sign_in(post: Post) -> None:
    async with post.client() as client:
        answer = await client.get(HOME, headers=HTML)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/registration/session")


async def test_what_is_gone_is_said(post: Post) -> None:
    for path in ("groupes/" + "0" * 32, "evenements/12", f"actes/{uuid4()}"):
        assert (await page(post, f"{HOME}/{path}"))[0] == 404
