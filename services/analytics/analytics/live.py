"""Pages left open learn that figures moved: a word on a stream, sent only to who may still read them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from analytics.queries.coverage import freshness
from analytics.queries.reading import reading_of, required
from eventing.db import Database, is_transient
from webui.accounts import load_account
from webui.french import heure_fr
from webui.identity import User, require

LASTS = timedelta(minutes=5)
"""A stream ends after this long; the page asks for another, and is asked again who it is."""


class Watch:
    """One look at the database for all open pages, at most once in `seconds`."""

    def __init__(self, database: Database, seconds: float) -> None:
        self.database = database
        self.seconds = seconds
        self._looked_at: datetime | None = None
        self._mark = 0

    async def mark(self) -> int:
        """A number that moves when figures may have."""
        now = self.database.runtime.now()
        if self._looked_at is None or (now - self._looked_at).total_seconds() >= self.seconds:
            self._looked_at = now
            try:
                async with self.database.read() as tx:
                    self._mark = (await freshness(tx)).mark
            except Exception as error:
                if not is_transient(error):
                    raise
        return self._mark

    async def allowed(self, user: User, territory: str) -> bool:
        """Whether the account still stands as its token says, and still has a role that reads figures."""
        async with self.database.read() as tx:
            heard = await load_account(tx, user.account_id)
        if heard is None:
            return True
        held = await reading_of(heard.user, self.database, territory)
        return heard.active and heard.user.generation <= user.generation and held is not None


async def words(
    watch: Watch, user: User, territory: str, gone: Callable[[], Awaitable[bool]], seen: str
) -> AsyncIterator[ServerSentEvent]:
    """« chiffres » each time figures may have moved; ends when the reader leaves or loses the right.

    `seen` is the mark of the figures on the page: what moved before the stream opened is said first.
    """
    runtime = watch.database.runtime
    ends_at = runtime.now() + LASTS
    yield ServerSentEvent(comment="ouvert", retry=5000)
    while runtime.now() < ends_at and not await gone():
        found = str(await watch.mark())
        if found != seen:
            if not await watch.allowed(user, territory):
                return
            seen = found
            yield ServerSentEvent(event="chiffres", raw_data=heure_fr(runtime.now()), id=found)
        await runtime.sleep(watch.seconds)


def router(watch: Watch, territory: str) -> APIRouter:
    """`/analytics/direct`."""
    routes = APIRouter(include_in_schema=False)

    async def reader(request: Request) -> User:
        await required(request, watch.database, territory)
        return require(request)

    @routes.get("/analytics/direct", response_class=EventSourceResponse)
    async def direct(
        request: Request,
        user: Annotated[User, Depends(reader)],
        vu: Annotated[str, Query(max_length=100)] = "",
        last_event_id: Annotated[str, Header(max_length=100)] = "",
    ) -> AsyncIterator[ServerSentEvent]:
        async for word in words(watch, user, territory, request.is_disconnected, last_event_id or vu):
            yield word

    return routes
