"""What routes on a case share: one command once, and the state of the case in answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from cases.domain.rights import sight
from cases.domain.rules import civil_day
from cases.store import cases, rules
from cases.store.desk import Desk
from cases.store.viewers import viewer_of
from contracts.lists import CaseState
from eventing.db import Tx
from webui.fields import Text
from webui.identity import User
from webui.programs import acting, signed_in

Version = Annotated[int | None, Field(ge=1, le=2_147_483_647)]
"""What was read of the case; when it has changed since, nothing is done (409 `stale_version`)."""
Note = Annotated[str, Text(300, empty=True)]


class Asked(BaseModel):
    """What a request may say."""

    model_config = ConfigDict(extra="forbid")

    version: Version = None


class CaseAnswer(BaseModel):
    """The case after the command; nothing but its id for somebody who does not see it."""

    case_id: UUID
    case_ref: str | None = None
    state: CaseState | None = None
    version: int | None = None


async def once_on_case(
    desk: Desk,
    request: Request,
    key: str | None,
    asked: BaseModel,
    case_id: UUID,
    command: Callable[[Tx, User], Awaitable[object]],
) -> CaseAnswer:
    """Run one command of whoever asks, once per key, and say where the case stands."""
    user = signed_in(request)
    content: Any = asked.model_dump(mode="json")
    async with acting(desk.database, request, key, content) as (tx, todo):
        if todo:
            await command(tx, user)
        return await answer_of(tx, desk, user, case_id)


async def answer_of(tx: Tx, desk: Desk, user: User, case_id: UUID) -> CaseAnswer:
    """The state of a case for somebody who sees it."""
    stored = await cases.load(tx, case_id)
    if stored is None:
        return CaseAnswer(case_id=case_id)
    viewer = await viewer_of(tx, user, desk.territory)
    known = await rules.load(tx, stored.case.territory)
    if not sight(viewer, stored.case, stored.guard, civil_day(tx.now), known.provider_sight_days):
        return CaseAnswer(case_id=case_id)
    return CaseAnswer(
        case_id=case_id,
        case_ref=stored.case.case_ref,
        state=stored.case.state,
        version=stored.version,
    )
