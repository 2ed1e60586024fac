"""A page left open is told that figures moved, as long as its reader may read them."""

from collections.abc import AsyncIterator

from fastapi.sse import ServerSentEvent

from analytics.live import LASTS, Watch, words
from contracts.accounts import AccountRecorded
from contracts.lists import Role
from tests.service.analytics.facts import allocation
from tests.service.analytics.house import TERRITORY, House
from webui.identity import RoleGrant, User


async def stream(house: House, left: int = 50, seen: str = "") -> AsyncIterator[ServerSentEvent]:
    looks = iter(range(left))

    async def gone() -> bool:
        house.clock.advance(seconds=5)
        return next(looks, None) is None

    user = User(house.reader, 1, None, (RoleGrant(Role.SIAO_AGENT, TERRITORY),))
    watch = Watch(house.service.database, 1)
    return words(watch, user, TERRITORY, gone, seen or str(await watch.mark()))


async def test_a_word_when_figures_moved_and_none_otherwise(house: House) -> None:
    told = await stream(house)
    assert (await anext(told)).event is None
    await house.tell(allocation("a"))
    word = await anext(told)
    assert word.event == "chiffres"
    assert word.id is not None
    assert [one async for one in told] == []


async def test_what_moved_before_the_stream_opened_is_told(house: House) -> None:
    """The page says what it shows; a reader who comes back says the last word heard (htmx: Last-Event-ID)."""
    shown = str(await Watch(house.service.database, 1).mark())
    await house.tell(allocation("a"))
    told = [word async for word in await stream(house, seen=shown)]
    assert [word.event for word in told] == [None, "chiffres"]
    assert [word.event async for word in await stream(house, seen=str(told[1].id))] == [None]


async def test_the_stream_ends_by_itself(house: House) -> None:
    begun = house.clock.at
    assert len([one async for one in await stream(house, 10_000)]) == 1
    assert LASTS <= house.clock.at - begun < 2 * LASTS


async def test_nothing_is_sent_to_who_lost_the_right(house: House) -> None:
    grant = {"role": "siao_agent", "territory": TERRITORY}
    account = {"person_id": house.reader, "assurance": "mail_link"}
    await house.tell(AccountRecorded(**account, roles=(grant,), generation=1, version=1, state="active"))
    told = await stream(house)
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
    assert 'hx-sse:connect="/analytics/direct?vu=' in page
    still = await house.page("/analytics/demande?direct=non")
    assert "hx-sse" not in still
    assert "Reprendre les mises à jour" in still


async def test_health_and_the_interface_document_answer(house: House) -> None:
    async with house.client(None) as client:
        assert (await client.get("/analytics/health/ready")).status_code == 200
        assert (await client.get("/analytics/metrics")).status_code == 200
        paths = (await client.get("/analytics/openapi.json")).json()["paths"]
    assert set(paths) == {"/analytics/api/v1/figures", "/analytics/api/v1/figures/{measure}"}
