"""The only waiting helper of the tests: a condition, a limit, and what it last saw."""

import asyncio
from collections.abc import Awaitable, Callable


async def eventually(
    condition: Callable[[], Awaitable[object]], *, within: float, every: float = 0.05
) -> None:
    """Waits until the condition holds; AssertionError after `within` seconds."""
    deadline = asyncio.get_running_loop().time() + within
    while True:
        seen = await condition()
        if seen:
            return
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"not within {within} s, last: {seen!r}")
        await asyncio.sleep(every)
