"""A sitting followed as it goes: a word on a stream, never a case; the page asks again, cut to its reader.

The right is looked at each time, not when the stream opens: a recusal, a member removed, minutes approved end
what somebody sees at once (users U44, U45).
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from cases.commands.panels import unknown_sitting
from cases.queries.sittings import mark, may_see
from cases.store import sittings
from cases.store.desk import Desk
from cases.store.rules import moment
from cases.store.viewers import viewer_of
from eventing.db import is_transient
from webui.accounts import load_account
from webui.french import heure_fr
from webui.identity import User, require

LASTS = timedelta(minutes=5)
"""A stream ends after this long; the page asks for another, and is asked again who it is."""
BEAT = timedelta(seconds=15)
"""How long nothing may be said before a comment keeps proxies from hanging up."""


class Watch:
    """Looks at one sitting for one reader."""

    def __init__(self, desk: Desk, seconds: float) -> None:
        self.desk = desk
        self.seconds = seconds

    async def look(self, user: User, commission_id: UUID) -> str | None:
        """What tells one moment of the sitting from the next for that reader; None once it is not theirs.

        It holds no content: the version of the sitting, and how many cases are closed to them.
        """
        async with self.desk.database.read() as tx:
            account = await load_account(tx, user.account_id)
            if account is not None and (not account.active or account.user.generation > user.generation):
                return None
            viewer = await viewer_of(tx, user, self.desk.territory)
            sitting = await sittings.load(tx, commission_id)
            at = await moment(tx, self.desk.territory)
            if sitting is None or not may_see(viewer, sitting, at.now):
                return None
            return await mark(tx, viewer, sitting)


async def words(
    watch: Watch, user: User, commission_id: UUID, gone: Callable[[], Awaitable[bool]], seen: str
) -> AsyncIterator[ServerSentEvent]:
    """« seance » each time something moved; « fin » and the end when the reader has lost the right.

    `seen` is the moment that the page shows: what moved before the stream opened, or while the page was in
    the background or the line was cut, is said first.
    """
    runtime = watch.desk.database.runtime
    spoke_at = runtime.now()
    ends_at = spoke_at + LASTS
    yield ServerSentEvent(comment="ouvert", retry=3000)
    while runtime.now() < ends_at and not await gone():
        try:
            found = await watch.look(user, commission_id)
        except Exception as error:
            if not is_transient(error):
                raise
            found = seen
        if found is None:
            yield ServerSentEvent(event="seance", raw_data="fin")
            return
        if found != seen:
            seen, spoke_at = found, runtime.now()
            yield ServerSentEvent(event="seance", raw_data=heure_fr(spoke_at), id=found)
        elif runtime.now() - spoke_at >= BEAT:
            spoke_at = runtime.now()
            yield ServerSentEvent(comment="toujours là")
        await runtime.sleep(watch.seconds)


def router(watch: Watch) -> APIRouter:
    """`/cases/commissions/{commission_id}/direct`."""
    routes = APIRouter(include_in_schema=False)

    async def reader(request: Request, commission_id: UUID) -> User:
        user = require(request)
        if await watch.look(user, commission_id) is None:
            raise unknown_sitting()
        return user

    @routes.get("/cases/commissions/{commission_id:uuid}/direct", response_class=EventSourceResponse)
    async def direct(
        request: Request,
        commission_id: UUID,
        user: Annotated[User, Depends(reader)],
        vu: Annotated[str, Query(max_length=100)] = "",
        last_event_id: Annotated[str, Header(max_length=100)] = "",
    ) -> AsyncIterator[ServerSentEvent]:
        async for word in words(watch, user, commission_id, request.is_disconnected, last_event_id or vu):
            yield word

    return routes
