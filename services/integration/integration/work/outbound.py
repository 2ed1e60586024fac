"""One POST to an address that a partner gave: short, without redirections, and to nobody inside."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

SECONDS = 15
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 addresses as a translator writes them (RFC 6052)."""


class NotReachedError(Exception):
    """No answer came; the message is a word that names no value."""


async def post(url: str, body: bytes, headers: Mapping[str, str], *, inside: bool) -> int:
    """The status of the answer. `inside`: addresses of the own machine are allowed. NotReachedError."""
    return await asyncio.to_thread(_post, url, body, headers, inside)


def _post(url: str, body: bytes, headers: Mapping[str, str], inside: bool) -> int:
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = _address(host, port, inside)
    path = parts.path or "/"
    try:
        with _connected(address, host, port, secure) as connected:
            connection = HTTPConnection(parts.netloc, timeout=SECONDS)
            connection.sock = connected
            connection.request("POST", f"{path}?{parts.query}" if parts.query else path, body, dict(headers))
            return connection.getresponse().status
    except TimeoutError:
        raise NotReachedError("timeout") from None
    except (OSError, HTTPException):
        raise NotReachedError("no_answer") from None


def _address(host: str, port: int, inside: bool) -> str:
    """The address of a name, looked up once: what is checked is what is spoken to."""
    try:
        found = str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])
    except (OSError, UnicodeError):
        raise NotReachedError("no_address") from None
    if not inside and not _outside(found):
        raise NotReachedError("address_inside")
    return found


def _outside(text: str) -> bool:
    """Whether that is a place of the public network; what leads inside by a tunnel is not."""
    found = ipaddress.ip_address(text)
    if isinstance(found, ipaddress.IPv6Address):
        carried = found.ipv4_mapped or found.sixtofour or found.teredo
        if carried is not None or found in TRANSLATED:
            return False
    return found.is_global and not found.is_multicast


def _connected(address: str, host: str, port: int, secure: bool) -> socket.socket:
    plain = socket.create_connection((address, port), SECONDS)
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host) if secure else plain
