"""A faulty network between the services and one engine: a process of its own, told what to break by
lines.

Written here rather than taken from toxiproxy: that one needs a Go compiler and a download on a fresh
clone, and cannot let a connection die for one end only while new ones live (the fault that leaves
consumers stuck). Bytes are passed on from the callback that received them, so a quiet proxy costs some
tens of microseconds a message.

Control: one JSON object a line, `{"route": name, "fault": {...} or null}`; answered `ok`. Faults:
`latency` and `jitter` (seconds), `slice` (bytes a piece) with `pause`, `limit` (bytes a connection, then
a reset), `hold` (directions `up`, `down` that swallow nothing and pass nothing), `dead` (held connections
never come back), `reset` (every connection now).
"""

import argparse
import asyncio
import contextlib
import json
import random
import socket
import struct
import sys
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import Any

FORGET_SECONDS = 15.0
"""How long an engine keeps its end of a dead connection whose client has left."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a route now."""

    latency: float = 0.0
    jitter: float = 0.0
    slice: int = 0
    pause: float = 0.001
    limit: int = 0
    hold: tuple[str, ...] = ()
    dead: bool = False

    @property
    def nothing(self) -> bool:
        return not (self.latency or self.slice or self.limit or self.hold)


@dataclass
class Route:
    """One door in front of one engine."""

    name: str
    target: int
    fault: Fault = Fault()
    ends: set["End"] = field(default_factory=set)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, fault: dict[str, Any] | None) -> None:
        told = dict(fault or {})
        if told.pop("reset", False):
            for end in list(self.ends):
                end.reset()
        self.fault = Fault(**{**told, "hold": tuple(told.get("hold", ()))})
        if self.fault.dead:
            for end in self.ends:
                end.dead = True
        self.changed.set()
        self.changed = asyncio.Event()


class End(asyncio.Protocol):
    """One side of a connection; what it hears goes `up` to the engine or `down` to the client."""

    def __init__(self, route: Route, heard: str, other: "End | None" = None) -> None:
        self.route = route
        self.heard = heard
        self.other = other
        self.dead = False
        self.passed = 0
        self.waiting: deque[bytes] = deque()
        self.passing: asyncio.Task[None] | None = None
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.route.ends.add(self)
        if self.other is None:
            self.passing = asyncio.ensure_future(self._open())

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        make = partial(End, self.route, "down", self)
        try:
            _, self.other = await loop.create_connection(make, "127.0.0.1", self.route.target)
        except OSError:
            self.transport.abort()
            return
        await self._pass()

    def data_received(self, data: bytes) -> None:
        if self.other is None or self.passing is not None or self.dead or not self.route.fault.nothing:
            self.waiting.append(data)
            if self.passing is None:
                self.passing = asyncio.ensure_future(self._pass())
        else:
            self.other.transport.write(data)

    async def _pass(self) -> None:
        while self.waiting and self.other is not None:
            fault = self.route.fault
            if self.dead or self.heard in fault.hold:
                await self.route.changed.wait()
                continue
            data = self.waiting.popleft()
            if fault.latency:
                await asyncio.sleep(fault.latency + random.random() * fault.jitter)  # noqa: S311 - no secret
            self.passed += len(data)
            if fault.limit and self.passed > fault.limit:
                self.other.transport.write(data[: len(data) // 2])
                await asyncio.sleep(0)
                self.reset()
                return
            for start in range(0, len(data), fault.slice or len(data)):
                self.other.transport.write(data[start : start + (fault.slice or len(data))])
                if fault.slice:
                    await asyncio.sleep(fault.pause)
        self.passing = None

    def pause_writing(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self.route.ends.discard(self)
        if self.passing is not None:
            self.passing.cancel()
        if self.other is None or self.other.transport is None or self.other.transport.is_closing():
            return
        if self.dead or self.heard in self.route.fault.hold:
            asyncio.get_running_loop().call_later(FORGET_SECONDS, self.other.transport.abort)
        else:
            self.other.transport.close()

    def reset(self) -> None:
        """Ends both sides at once, as a machine that forgot the connection does."""
        for end in (self, self.other):
            if end is not None and end.transport is not None:
                made = end.transport.get_extra_info("socket")
                with contextlib.suppress(OSError):  # closed a moment ago
                    made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.transport.abort()


async def serve(control: int, routes: list[str]) -> None:
    """Listens until killed; `routes` are `name:listen:target`."""
    loop = asyncio.get_running_loop()
    doors: dict[str, list[Route]] = {}
    for text in routes:
        name, listen, target = text.split(":")
        route = Route(name, int(target))
        doors.setdefault(name.partition(".")[0], []).append(route)
        await loop.create_server(partial(End, route, "up"), "127.0.0.1", int(listen), backlog=512)

    async def obey(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            order = json.loads(line)
            for route in doors[order["route"]]:
                route.tell(order["fault"])
            writer.write(b"ok\n")
            await writer.drain()

    async with await asyncio.start_server(obey, "127.0.0.1", control) as server:
        await server.serve_forever()


async def tell(control: int, route: str, fault: dict[str, Any] | None) -> None:
    """Breaks or mends a route of the proxy that listens for orders on `control`."""
    reader, writer = await asyncio.open_connection("127.0.0.1", control)
    writer.write(json.dumps({"route": route, "fault": fault}).encode() + b"\n")
    answer = await asyncio.wait_for(reader.readline(), 10)
    writer.close()
    if answer != b"ok\n":
        raise RuntimeError(f"the proxy did not obey: {route} {fault}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--control", type=int, required=True)
    parser.add_argument("routes", nargs="+")
    chosen = parser.parse_args()
    sys.exit(asyncio.run(serve(chosen.control, chosen.routes)))
