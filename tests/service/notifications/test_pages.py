"""The log: who sees what, filters, sending again, the same rights by page and by API."""

import re
from datetime import timedelta

import pytest

from contracts.lists import LinkPurpose, Role
from tests.service.notifications.post import NOW, Post

LIST = "/notifications/messages"
API = "/notifications/api/v1/messages"
SEES_TEXT = (Role.COORDINATOR, Role.SIAO_AGENT)
SEES_STATE = (Role.OPERATOR,)
SEES_NOTHING = (Role.REFERRER, Role.CHAIR, Role.ORG_ADMIN, Role.STATE, Role.DATA_OFFICER)
SECRET = ("Nom1", "p1@bailleur.example", "Bonjour Prénom1", "no such user")


async def filled(post: Post) -> None:
    await post.plan()
    await post.tell(post.recorded(1), post.received(1), post.confirmed(1))
    post.relay.refusals["p2@bailleur.example"] = "550 5.1.1 no such user"
    await post.tell(post.recorded(2), post.link(2, LinkPurpose.SIGN_IN, until=NOW + timedelta(hours=1)))


async def ids(post: Post) -> dict[str, str]:
    return {row["template"]: str(row["message_id"]) for row in await post.messages()}


async def get(post: Post, path: str, *roles: Role) -> tuple[int, str]:
    async with post.client(*roles, cookie=True) as client:
        answer = await client.get(path, headers={"accept": "text/html"})
    return answer.status_code, answer.text


@pytest.mark.parametrize("role", SEES_TEXT)
async def test_organisers_read_names_and_words_with_links_hidden(post: Post, role: Role) -> None:
    await filled(post)
    message = (await ids(post))["registration_confirmed"]
    status, page = await get(post, LIST, role)
    assert status == 200
    assert "p1@bailleur.example" in page
    status, page = await get(post, f"{LIST}/{message}", role)
    assert status == 200
    assert "Bonjour Prénom1 Nom1" in page
    assert "•••" in page
    assert "/lien/" not in page
    assert "\ue000" not in page


@pytest.mark.parametrize("role", SEES_STATE)
async def test_operators_read_states_and_no_words(post: Post, role: Role) -> None:
    await filled(post)
    paths = [LIST, *(f"{LIST}/{i}" for i in (await ids(post)).values()), API]
    for path in paths:
        async with post.client(role, cookie="/api/" not in path) as client:
            answer = await client.get(path)
        assert answer.status_code == 200
        for secret in SECRET:
            assert secret not in answer.text
    assert "Adresse inconnue" in (await get(post, LIST, role))[1]


@pytest.mark.parametrize("role", SEES_NOTHING)
async def test_nobody_else_reads_the_log(post: Post, role: Role) -> None:
    await filled(post)
    message = (await ids(post))["registration_confirmed"]
    for path in (LIST, f"{LIST}/{message}", API, f"{API}/{message}"):
        async with post.client(role) as client:
            assert (await client.get(path)).status_code == 403


async def test_a_visitor_is_sent_to_sign_in_and_a_program_is_refused(post: Post) -> None:
    status, _ = await get(post, LIST)
    assert status == 303
    async with post.client() as client:
        assert (await client.get(API)).status_code == 401
        assert (await client.post(f"{API}/{NOW.date()}/resend")).status_code in (401, 422)


async def test_a_failure_says_what_to_do_and_opens_its_list(post: Post) -> None:
    await filled(post)
    _, page = await get(post, LIST, Role.COORDINATOR)
    assert "message n’est pas parti" in page
    assert "Demandez-en une autre" in page
    assert 'href="/notifications/messages?etat=failed"' in page
    _, page = await get(post, f"{LIST}?etat=failed", Role.COORDINATOR)
    assert len(re.findall('<tr role="row"><th role="rowheader"', page)) == 1
    assert "p1@bailleur.example" not in page


async def test_filters_of_nothing_and_of_nonsense_answer_in_words(post: Post) -> None:
    assert "Aucun message pour le moment" in (await get(post, LIST, Role.COORDINATOR))[1]
    await filled(post)
    assert "Aucun message avec ces filtres" in (await get(post, f"{LIST}?etat=dropped", Role.COORDINATOR))[1]
    status, _ = await get(post, f"{LIST}?etat=xx&modele=%3Cscript%3E&suite=%2B", Role.COORDINATOR)
    assert status == 422
    assert (await get(post, f"{LIST}?etat=xx&modele=zz", Role.COORDINATOR))[0] == 200
    for wrong in ("nothing", "0d5a7c3e-1111-4111-8111-00000000ffff"):
        assert (await get(post, f"{LIST}/{wrong}", Role.COORDINATOR))[0] in (404, 422)


async def test_sending_again_from_the_page_happens_once(post: Post) -> None:
    await filled(post)
    message = (await ids(post))["registration_confirmed"]
    _, page = await get(post, f"{LIST}/{message}", Role.COORDINATOR)
    found = re.search('name="cle_idempotence" value="([^"]+)"', page)
    assert found is not None
    headers = {"origin": "http://127.0.0.1:8000", "accept": "text/html"}
    for _ in range(2):
        async with post.client(Role.COORDINATOR, cookie=True) as client:
            answer = await client.post(
                f"{LIST}/{message}/renvoi", data={"cle_idempotence": found[1]}, headers=headers
            )
        assert answer.status_code == 303
        assert answer.headers["location"].endswith("?fait=renvoye")
    await post.settle()
    assert len(post.relay.to("p1@bailleur.example")) == 2
    _, page = await get(post, answer.headers["location"], Role.COORDINATOR)
    assert "repart maintenant" in page
    assert "message d’origine" in page


async def test_sending_again_by_the_api_has_the_same_limits(post: Post) -> None:
    await filled(post)
    known = await ids(post)
    key = {"idempotency-key": "a-key-of-mine"}
    async with post.client(Role.OPERATOR) as client:
        assert (await client.post(f"{API}/{known['sign_in']}/resend", headers=key)).status_code == 403
    async with post.client(Role.SIAO_AGENT) as client:
        single = await client.post(f"{API}/{known['sign_in']}/resend", headers=key)
        assert (single.status_code, single.json()["code"]) == (409, "link_is_single_use")
        assert (await client.post(f"{API}/{known['sign_in']}/resend")).status_code == 422
        done = await client.post(f"{API}/{known['registration_confirmed']}/resend", headers=key)
        assert done.status_code == 202
        other = await client.post(f"{API}/{known['sign_in']}/resend", headers=key)
        assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
        copy = await client.post(
            f"{API}/{done.json()['message_id']}/resend", headers={"idempotency-key": "another-key"}
        )
        assert (copy.status_code, copy.json()["code"]) == (409, "still_leaving")


async def test_the_api_pages_through_the_log_without_hole_or_repeat(post: Post) -> None:
    await post.tell(*(post.link(n, LinkPurpose.SIGN_IN, until=NOW + timedelta(hours=1)) for n in range(1, 8)))
    seen: list[str] = []
    after: str | None = None
    async with post.client(Role.COORDINATOR) as client:
        while True:
            asked = {"limit": "3"} | ({"after": after} if after else {})
            answer = (await client.get(API, params=asked)).json()
            seen += [message["message_id"] for message in answer["messages"]]
            after = answer["next"]
            if after is None:
                break
        assert (await client.get(API, params={"template": "zz"})).status_code == 422
        assert (await client.get(API, params={"after": "zz"})).status_code == 422
    assert len(seen) == len(set(seen)) == 7


async def test_health_and_document_answer(post: Post) -> None:
    async with post.client() as client:
        assert (await client.get("/notifications/health/live")).status_code == 200
        assert (await client.get("/notifications/health/ready")).status_code == 200
        document = (await client.get("/notifications/openapi.json")).json()
    assert set(document["paths"]) == {
        "/notifications/api/v1/messages",
        "/notifications/api/v1/messages/{message_id}",
        "/notifications/api/v1/messages/{message_id}/resend",
        "/notifications/api/v1/suspensions",
        "/notifications/api/v1/suspensions/{person_id}/lift",
    }


async def test_the_migrated_database_is_the_one_the_code_describes(post: Post) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy.ext.asyncio import create_async_engine

    from notifications.tables import metadata

    url = post.settings.database_url.get_secret_value().replace("postgresql://", "postgresql+asyncpg://")
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), metadata)
        )
    await engine.dispose()
    assert differences == []
