"""From an HTTP request to CloudEvents: binary, structured or batch, compressed or not."""

import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request

from contracts.refusal import Refused
from integration.domain.problems import MAX_CASE, MAX_EVENT
from webui.security import BODY_LIMIT

MAX_RATIO = 10
BINARY, STRUCTURED, BATCH = (
    "application/json",
    "application/cloudevents+json",
    "application/cloudevents-batch+json",
)
_HEADER = re.compile(r"ce-([a-z0-9]{1,40})")


class Unreadable:
    """In place of data that is not JSON."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What one request held. `batch`: the answer is an array. Data may be `Unreadable` in binary mode."""

    batch: bool
    events: list[tuple[Mapping[str, Any], Any]]
    body: bytes


async def read(request: Request) -> Sending:
    """Reads a request. Raises Refused 400, 413 or 415 when the envelope itself cannot be read."""
    kind = _content_type(request)
    body = _plain(await request.body(), request.headers.get("content-encoding", "identity").strip().lower())
    if kind == BINARY:
        return _binary(request, body)
    content = _json(body)
    if content is Unreadable:
        raise Refused(
            "unreadable_json", "Le contenu reçu n’est pas du JSON lisible. Rien n’a été gardé.", 400
        )
    if kind == BATCH:
        if not isinstance(content, list) or not content:
            raise Refused("batch_expected", "Une liste d’événements est attendue. Rien n’a été gardé.", 400)
        return Sending(True, [_structured(item) for item in content], body)
    if not isinstance(content, dict):
        raise Refused("event_expected", "Un objet CloudEvents est attendu. Rien n’a été gardé.", 400)
    return Sending(False, [_structured(content)], body)


def _binary(request: Request, body: bytes) -> Sending:
    attributes = {
        found[1]: unquote(value)
        for name, value in request.headers.items()
        if (found := _HEADER.fullmatch(name.lower()))
    }
    if "specversion" not in attributes:
        raise Refused(
            "event_expected", "Les en-têtes CloudEvents « ce-… » manquent. Rien n’a été gardé.", 400
        )
    most = MAX_CASE if attributes.get("type") == "seuil.partner.case.v1" else MAX_EVENT
    if len(body) > most:
        words = f"Cet événement dépasse {most // 1024} ko. Rien n’a été gardé."
        raise Refused("event_too_large", words, 413)
    return Sending(False, [(attributes, _json(body))], body)


def _structured(item: Any) -> tuple[Mapping[str, Any], Any]:
    if not isinstance(item, dict):
        return {}, None
    return {name: value for name, value in item.items() if name != "data"}, item.get("data")


def _content_type(request: Request) -> str:
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    charset = re.search(r"charset=\"?([\w-]+)", parameters.lower())
    if kind not in (BINARY, STRUCTURED, BATCH) or (
        charset and charset[1] not in ("utf-8", "utf8", "us-ascii")
    ):
        raise Refused(
            "unsupported_media_type",
            "Les événements arrivent en JSON, UTF-8 : application/json avec des en-têtes « ce-… », "
            "application/cloudevents+json ou application/cloudevents-batch+json. Rien n’a été gardé.",
            415,
        )
    return kind


def _plain(body: bytes, encoding: str) -> bytes:
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise Refused("unsupported_encoding", "Seule la compression gzip est reçue. Rien n’a été gardé.", 415)
    most = min(BODY_LIMIT, len(body) * MAX_RATIO)
    reader = zlib.decompressobj(wbits=31)
    try:
        plain = reader.decompress(body, most + 1)
    except zlib.error:
        plain = b""
    if len(plain) > most:
        raise Refused(
            "compressed_too_much",
            "Décompressé, l’envoi dépasse deux mégaoctets ou dix fois sa taille. Rien n’a été gardé.",
            413,
        )
    if not reader.eof or reader.unused_data:
        raise Refused("unreadable_gzip", "Le contenu gzip est illisible. Rien n’a été gardé.", 400)
    return plain


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return Unreadable


def _no_constant(_: str) -> Any:
    raise ValueError("not JSON")
