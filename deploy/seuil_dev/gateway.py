"""One origin for every service: requests go by their first path segment, paths are not rewritten."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

DEFAULT = "registration"


class Application(Protocol):
    """What is asked of an app: to be one, and to have a router that knows its lifespan."""

    router: Any

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...


class Gateway:
    """ASGI app over `applications`, by prefix. Home, `/static` and unknown paths are registration's."""

    def __init__(self, applications: Mapping[str, Application]) -> None:
        self._applications = dict(applications)
        self._states: dict[str, Mapping[str, Any]] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Every app between its start and its stop, in order; the last started stops first."""
        async with AsyncExitStack() as stack:
            for name, app in self._applications.items():
                state = await stack.enter_async_context(app.router.lifespan_context(app))
                self._states[name] = state or {}
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        match scope["path"]:
            case "/health/live" | "/health/ready" as path:
                status, body = await self.health(path.rpartition("/")[2])
                await _answer(send, status, body)
            case _:
                name, app = self._chosen(scope["path"])
                if app is None:
                    await _answer(send, 503, {"status": "absent", "service": name})
                    return
                await app({**scope, "state": dict(self._states.get(name, {}))}, receive, send)

    async def health(self, question: str) -> tuple[int, dict[str, Any]]:
        """All services asked `live` or `ready`: 200 when each says 200, else 503, and the answer of each."""
        asked = [
            _status(app, f"/{name}/health/{question}", dict(self._states.get(name, {})))
            for name, app in self._applications.items()
        ]
        services = dict(zip(self._applications, await asyncio.gather(*asked), strict=True))
        good = all(status == 200 for status in services.values())
        return (200 if good else 503), {"status": "ok" if good else "degraded", "services": services}

    def _chosen(self, path: str) -> tuple[str, ASGIApp | None]:
        segment = path.split("/", 2)[1] if path.startswith("/") else ""
        name = segment if segment in self._applications else DEFAULT
        return name, self._applications.get(name)


async def _status(app: ASGIApp, path: str, state: dict[str, Any]) -> int:
    status = 500

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = int(message["status"])

    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1")],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
        "state": state,
    }
    try:
        await asyncio.wait_for(app(scope, receive, send), 5)
    except Exception:  # noqa: BLE001 - a service that breaks when asked how it is, is not well
        return 500
    return status


async def _answer(send: Send, status: int, body: dict[str, Any]) -> None:
    content = json.dumps(body).encode()
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
