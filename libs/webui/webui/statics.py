"""Static files under names that change with their content, held in memory with their compressed twin.

A page always gets the style sheet it was written for, and a browser never asks twice for the same one.
"""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

FOLDER = Path(__file__).parent / "static"
MOUNT = "/static/"
_SERVED = {".css", ".js", ".svg", ".woff2"}
_LOCAL_URL = re.compile(r"url\(([^):]+)\)")


@dataclass(frozen=True)
class StaticFile:
    """One file ready to send; `packed` is its gzip form when that is smaller."""

    name: str
    kind: str
    body: bytes
    packed: bytes | None


class Statics:
    """ASGI app for `/static`, and the names of what it holds."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._names: dict[str, str] = {}
        self._files: dict[str, StaticFile] = {}
        paths = sorted(p for p in folder.rglob("*") if p.suffix in _SERVED)
        for path in sorted(paths, key=lambda p: p.suffix == ".css"):
            self._add(path.relative_to(folder).as_posix(), path)

    def url(self, name: str) -> str:
        """Address of a file by its plain name (`seuil.css`); KeyError when there is no such file."""
        return MOUNT + self._names[name]

    def _add(self, name: str, path: Path) -> None:
        body = path.read_bytes()
        if path.suffix == ".css":
            body = _LOCAL_URL.sub(lambda m: f"url({self.url(m[1])})", body.decode()).encode()
        stem, _, suffix = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(body).hexdigest()[:12]}.{suffix}"
        kind = {".js": "text/javascript", ".woff2": "font/woff2"}.get(path.suffix) or (
            mimetypes.guess_type(name)[0] or "application/octet-stream"
        )
        packed = gzip.compress(body, 9, mtime=0)
        self._names[name] = hashed
        self._files[hashed] = StaticFile(
            hashed, kind, body, packed if len(packed) < len(body) * 0.9 else None
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends one file, or 404 in plain text."""
        await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("Méthode refusée.", 405, {"allow": "GET, HEAD"})
        name = scope["path"].removeprefix(scope.get("root_path", "")).removeprefix("/")
        file = self._files.get(name.removeprefix("static/"))
        if file is None:
            return PlainTextResponse("Fichier inconnu.", 404)
        headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
        request = Headers(scope=scope)
        if request.get("if-none-match") == f'"{name}"':
            return Response(status_code=304, headers=headers)
        headers["etag"] = f'"{name}"'
        body = file.body
        if file.packed and "gzip" in request.get("accept-encoding", ""):
            body, headers["content-encoding"] = file.packed, "gzip"
        return Response(body, media_type=file.kind, headers=headers)


STATICS = Statics()
