"""A page left open is told that figures moved, as long as its reader may read them."""

from collections.abc import AsyncIterator

from fastapi.sse import ServerSentEvent

from analytics.live import LASTS, Watch, words
from contracts.accounts import AccountRecorded
from contracts.lists import Role
from tests.service.analytics.facts import allocation
from tests.service.analytics.house import TERRITORY, House
from webui.identity import RoleGrant, User


def stream(house: House, left: int = 50) -> AsyncIterator[ServerSentEvent]:
    looks = iter(range(left))

    async def gone() -> bool:
        house.clock.advance(seconds=5)
        return next(looks, None) is None

    user = User(house.reader, 1, None, (RoleGrant(Role.SIAO_AGENT, TERRITORY),))
    return words(Watch(house.service.database, 1), user, TERRITORY, gone)


async def test_a_word_when_figures_moved_and_none_otherwise(house: House) -> None:
    told = stream(house)
    assert (await anext(told)).event is None
    await house.tell(allocation("a"))
    word = await anext(told)
    assert word.event == "chiffres"
    assert [one async for one in told] == []


async def test_the_stream_ends_by_itself(house: House) -> None:
    begun = house.clock.at
    assert len([one async for one in stream(house, 10_000)]) == 1
    assert LASTS <= house.clock.at - begun < 2 * LASTS


async def test_nothing_is_sent_to_who_lost_the_right(house: House) -> None:
    grant = {"role": "siao_agent", "territory": TERRITORY}
    account = {"person_id": house.reader, "assurance": "mail_link"}
    await house.tell(AccountRecorded(**account, roles=(grant,), generation=1, version=1, state="active"))
    told = stream(house)
    await anext(told)
    await house.tell(AccountRecorded(**account, roles=(), generation=1, version=2, state="active"))
    assert [one async for one in told] == []


async def test_the_stream_is_for_people_of_the_house(house: House) -> None:
    async with house.client(Role.STATE) as client:
        assert (await client.get("/analytics/direct")).status_code == 403
    async with house.client(None) as client:
        assert (await client.get("/analytics/direct")).status_code == 303


async def test_a_page_may_be_left_still(house: House) -> None:
    page = await house.page("/analytics/demande")
    assert 'hx-sse:connect="/analytics/direct"' in page
    still = await house.page("/analytics/demande?direct=non")
    assert "hx-sse" not in still
    assert "Reprendre les mises à jour" in still


async def test_health_and_the_interface_document_answer(house: House) -> None:
    async with house.client(None) as client:
        assert (await client.get("/analytics/health/ready")).status_code == 200
        assert (await client.get("/analytics/metrics")).status_code == 200
        paths = (await client.get("/analytics/openapi.json")).json()["paths"]
    assert set(paths) == {"/analytics/api/v1/figures", "/analytics/api/v1/figures/{measure}"}
