"""Links are derived, never carried: events say purpose, id and generation; only two services hold the key.

A token reads `<purpose>.<id>.<generation>.<mac>`. Raising the generation in the owner's row revokes it.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

from contracts.lists import LinkPurpose

MAC_BYTES = 18
PATH = "/registration/lien/"


@dataclass(frozen=True)
class Link:
    """What a token stands for, once its MAC has been checked."""

    purpose: LinkPurpose
    id: UUID
    generation: int


def _mac(key: bytes, body: str) -> str:
    digest = hmac.new(key, body.encode(), hashlib.sha256).digest()[:MAC_BYTES]
    return base64.urlsafe_b64encode(digest).decode()


def token(key: bytes, link: Link) -> str:
    """The token of a link."""
    body = f"{link.purpose.value}.{link.id}.{link.generation}"
    return f"{body}.{_mac(key, body)}"


def url(key: bytes, public_url: str, link: Link) -> str:
    """The address to write in a mail."""
    return f"{public_url}{PATH}{token(key, link)}"


def read(key: bytes, text: str) -> Link | None:
    """The link behind a token; None when forged or cut. Whether it still holds is its owner's to say."""
    parts = text.split(".")
    if len(parts) != 4 or not text.isascii():
        return None
    purpose, id_text, generation, mac = parts
    if not hmac.compare_digest(mac, _mac(key, f"{purpose}.{id_text}.{generation}")):
        return None
    return Link(LinkPurpose(purpose), UUID(id_text), int(generation))
