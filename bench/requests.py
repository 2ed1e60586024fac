"""Requests in open loop: each leaves at its own time, whether or not those before it were answered."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from time import perf_counter
from typing import Any


class Line:
    """One connection that stays open: a request, its answer, the next request."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> "Line":
        """To a service of this machine."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def post(self, path: str, headers: dict[str, str], content: Any) -> Any:
        """The JSON answered; AssertionError for any other status than 202."""
        body = json.dumps(content).encode()
        told = {"host": "127.0.0.1", "content-type": "application/json", **headers}
        lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
        lines.append(f"content-length: {len(body)}\r\n\r\n")
        self._writer.write("\r\n".join(lines).encode() + body)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length:", 1)[1].split("\r\n", 1)[0])
        answer = await self._reader.readexactly(length)
        assert head.split(" ", 2)[1] == "202", head + answer.decode()
        return json.loads(answer)

    def close(self) -> None:
        """Gives it back."""
        self._writer.close()


async def open_loop(rate: float, count: int, one: Callable[[int, float], Coroutine[Any, Any, None]]) -> None:
    """Begins `count` calls of `one`, `rate` a second; each is told its number and when it was to begin."""
    loop = asyncio.get_running_loop()
    began = perf_counter() + 0.05
    tasks: list[asyncio.Task[None]] = []
    for number in range(count):
        due = began + number / rate
        if (early := due - perf_counter()) > 0:
            wake = loop.create_future()
            loop.call_later(early, wake.set_result, None)
            await wake
        tasks.append(asyncio.create_task(one(number, due)))
    await asyncio.gather(*tasks)
