"""The proxy's configuration: what it says, to be compared with the gateway's, and to be run on loopback."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from seuil_dev.compose.composition import ROOT

FILE = ROOT / "deploy/compose/Caddyfile"
_ROUTE = re.compile(r"@(\w+) path ([^\n]+)\n\s*handle @\1 \{\s*reverse_proxy ([\w.-]+):(\d+)")
_DEFAULT = re.compile(r"handle \{\s*reverse_proxy ([\w.-]+):(\d+)")
_CLOSED = re.compile(r"@inside path ([^\n]+)\n\s*handle @inside \{\s*respond 404")
_HEADER = re.compile(r'^\s*\?([\w-]+) "([^"]*)"', re.MULTILINE)


@dataclass(frozen=True)
class Proxy:
    """What a Caddyfile of ours says."""

    routes: Mapping[str, str]
    """First path segment → service; the default under the empty segment."""
    ports: frozenset[str]
    closed: frozenset[str]
    headers: Mapping[str, str]
    """Names in lower case."""


def read(text: str) -> Proxy:
    """The routes, closed paths and headers of a Caddyfile; ValueError on a route by more than a segment."""
    routes, ports = {}, set()
    for name, paths, host, port in _ROUTE.findall(text):
        if paths.split() != [f"/{name}", f"/{name}/*"]:
            raise ValueError(f"{paths}: a route goes by a first segment")
        routes[name] = host
        ports.add(port)
    for host, port in _DEFAULT.findall(text):
        routes[""] = host
        ports.add(port)
    closed = _CLOSED.search(text)
    headers = {name.lower(): value for name, value in _HEADER.findall(text)}
    return Proxy(routes, frozenset(ports), frozenset(closed[1].split() if closed else ()), headers)


def mapped(text: str, places: Mapping[str, str], *, http: int, https: int) -> str:
    """The same configuration with `places` (host:port → host:port) and public ports of its own."""
    for host, place in places.items():
        text = re.sub(rf"(?<=reverse_proxy ){re.escape(host)}\b", place, text)
    return text.replace("{\n", f"{{\n\thttp_port {http}\n\thttps_port {https}\n", 1)
