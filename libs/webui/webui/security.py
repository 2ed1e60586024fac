"""What every answer carries and every request passes, as plain ASGI so that live streams stay untouched."""

import re
from typing import Any

import structlog
from starlette.datastructures import Headers as RequestHeaders
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contracts.refusal import Refused
from eventing.runtime import Runtime

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
BODY_LIMIT = 2 * 1024 * 1024
QUIET_PATHS = ("/static/", "/health/", "/metrics")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LINK = re.compile(r"(?<=/lien/)[^/]+")

LOG = structlog.get_logger("http")


class Headers:
    """Adds the protective headers; what may be personal is never stored."""

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        self._app = app
        self._fixed = {
            "content-security-policy": CSP,
            "referrer-policy": "same-origin",
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": "camera=(), geolocation=(), microphone=()",
        }
        if secure:
            self._fixed["strict-transport-security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on, dressing the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                for name, value in self._fixed.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
                if "/lien/" in scope["path"]:
                    headers["referrer-policy"] = "no-referrer"
            await send(message)

        await self._app(scope, receive, dressed)


class SameOrigin:
    """Refuses an unsafe request that another site made this browser send.

    With the cookies of the browser, or without: a foreign form never carries a `lax` cookie, and could
    still sign somebody in as somebody else by pressing the button of a mailed link.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on, or raises Refused 403 `foreign_origin`."""
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS") and _foreign(scope):
            raise Refused(
                "foreign_origin",
                "La demande venait d’un autre site : elle a été arrêtée. Rien n’a été changé.",
                403,
            )
        await self._app(scope, receive, send)


def _foreign(scope: Scope) -> bool:
    headers = RequestHeaders(scope=scope)
    if site := headers.get("sec-fetch-site"):
        return site not in ("same-origin", "none") and ("cookie" in headers or "authorization" not in headers)
    if "cookie" not in headers:
        return False
    return headers.get("origin", "").partition("://")[2] != headers.get("host")


class BodyLimit:
    """Refuses a body over `limit` bytes before anything reads it whole, and an address with a NUL."""

    def __init__(self, app: ASGIApp, limit: int = BODY_LIMIT) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on, counting; raises HTTPException 413 or 400."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if "\x00" in scope["path"] or b"%00" in scope.get("query_string", b""):
            raise HTTPException(400)
        announced = RequestHeaders(scope=scope).get("content-length", "0")
        if not announced.isdigit():
            raise HTTPException(400)
        if int(announced) > self._limit:
            raise HTTPException(413)
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._limit:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)


class Access:
    """Gives each request its instant and id, and writes one line about it: no query string, no link."""

    def __init__(self, app: ASGIApp, runtime: Runtime, service: str) -> None:
        self._app = app
        self._runtime = runtime
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sets `request.state.now`, `.runtime` and `.request_id`; logs when the answer is over."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        start = self._runtime.now()
        state.update(now=start, runtime=self._runtime, request_id=self._runtime.new_id())
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(raw=message.setdefault("headers", []))["x-request-id"] = str(
                    state["request_id"]
                )
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            if not any(mark in scope["path"] for mark in QUIET_PATHS):
                took = self._runtime.now() - start
                LOG.info(
                    "request",
                    service=self._service,
                    method=scope["method"],
                    path=redacted(scope["path"]),
                    status=status,
                    ms=round(took.total_seconds() * 1000),
                    request_id=str(state["request_id"]),
                )


def redacted(path: str) -> str:
    """The path without secrets: what follows `/lien/`, and any long segment that is not an id, become •••."""
    path = _LINK.sub("•••", path)
    return "/".join(
        "•••" if (len(part) > 32 and not _UUID.fullmatch(part)) or "@" in part else part
        for part in path.split("/")
    )
