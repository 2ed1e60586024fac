"""One POST to an address that a partner gave: short, without redirections, and to nobody inside."""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

SECONDS = 15
LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


class NotReachedError(Exception):
    """No answer came; the message is a word that names no value."""


async def post(url: str, body: bytes, headers: Mapping[str, str], *, inside: bool) -> int:
    """The status of the answer. `inside`: addresses of the own machine are allowed. NotReachedError."""
    return await asyncio.to_thread(_post, url, body, headers, inside)


def _post(url: str, body: bytes, headers: Mapping[str, str], inside: bool) -> int:
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    try:
        address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0]
    except OSError:
        raise NotReachedError("no_address") from None
    if not inside and not ipaddress.ip_address(address).is_global:
        raise NotReachedError("address_inside")
    kind = HTTPSConnection if secure else HTTPConnection
    connection = kind(host, port, timeout=SECONDS)
    if not secure:
        connection = HTTPConnection(str(address), port, timeout=SECONDS)
    path = parts.path or "/"
    try:
        connection.request("POST", f"{path}?{parts.query}" if parts.query else path, body, dict(headers))
        return connection.getresponse().status
    except TimeoutError:
        raise NotReachedError("timeout") from None
    except (OSError, HTTPException):
        raise NotReachedError("no_answer") from None
    finally:
        connection.close()
