"""Single events that come together are taken together: one transaction for those of a key that wait.

Alone, an event waits for nobody. While a transaction of its key is under way it waits, and leaves in the
next one with all that came meanwhile, in order of arrival. Each is answered after the commit that holds it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from eventing.db import is_transient
from integration.commands.intake import Answer
from integration.domain.envelope import Parsed, Unfit
from integration.store.received import Holder

MOST = 100
"""Events in one transaction, so that nobody waits long for the others."""
Event = Parsed | Unfit
Receive = Callable[[Holder, Sequence[Event]], Awaitable[list[Answer]]]


@dataclass(frozen=True)
class _Waiting:
    holder: Holder
    event: Event
    answer: asyncio.Future[Answer]

    def tell(self, answer: Answer) -> None:
        if not self.answer.done():
            self.answer.set_result(answer)

    def fail(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class Gathering:
    """What waits at the partners' door of this process, by key."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._waiting: dict[UUID, list[_Waiting]] = {}
        self._taking: set[asyncio.Task[None]] = set()

    async def receive(self, holder: Holder, events: Sequence[Event]) -> list[Answer]:
        """Takes the events of one request; a batch is taken as it is. Raises what taking them raises."""
        if len(events) != 1:
            return await self._receive(holder, events)
        waiting = _Waiting(holder, events[0], asyncio.get_running_loop().create_future())
        if (queue := self._waiting.get(holder.key_id)) is not None:
            queue.append(waiting)
        else:
            self._waiting[holder.key_id] = [waiting]
            # A task of its own: whoever came first may leave without taking the others along.
            taking = asyncio.create_task(self._take(holder.key_id))
            self._taking.add(taking)
            taking.add_done_callback(self._taking.discard)
        return [await waiting.answer]

    async def _take(self, key_id: UUID) -> None:
        queue = self._waiting[key_id]
        part: list[_Waiting] = []
        try:
            while queue:
                part = queue[:MOST]
                del queue[:MOST]
                await self._answer(part)
        finally:
            del self._waiting[key_id]
            for left in (*part, *queue):
                left.answer.cancel()

    async def _answer(self, part: Sequence[_Waiting]) -> None:
        try:
            answers = await self._receive(part[0].holder, [each.event for each in part])
        except Exception as error:  # noqa: BLE001 - raised again by each request that waits
            if len(part) > 1 and not is_transient(error):
                for each in part:  # the fault of one of them is not the others'
                    await self._answer([each])
            else:
                for each in part:
                    each.fail(error)
            return
        for each, answer in zip(part, answers, strict=True):
            each.tell(answer)
