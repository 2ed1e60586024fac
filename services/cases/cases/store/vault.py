"""Sealing what identifies, and finding it again by a keyed index.

AES-256-GCM, the name of what is sealed as associated data, so that a sealed value cannot be moved elsewhere.
The first key seals, any of them opens: a key is rotated by putting a new one first.
"""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cases.domain.spelling import plain

NONCE = 12


class SealBrokenError(Exception):
    """A sealed value that no key opens, or that was moved."""


class Vault:
    """The keys of cases: `keys` is kid → 32 bytes in base64, `index_key` makes the digests."""

    def __init__(self, keys: Mapping[str, str], index_key: str) -> None:
        self._keys = {kid: AESGCM(base64.b64decode(text)) for kid, text in keys.items()}
        self._first = next(iter(self._keys))
        self._index = index_key.encode()

    def seal(self, about: UUID, value: Any) -> bytes:
        """Seals a JSON value as being about that id."""
        kid, nonce = self._first.encode(), os.urandom(NONCE)
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).encode()
        return bytes([len(kid)]) + kid + nonce + self._keys[self._first].encrypt(nonce, text, about.bytes)

    def open(self, about: UUID, sealed: bytes) -> Any:
        """The value sealed about that id. Raises SealBrokenError."""
        size = sealed[0]
        kid, nonce = sealed[1 : 1 + size].decode(), sealed[1 + size : 1 + size + NONCE]
        key = self._keys.get(kid)
        if key is None:
            raise SealBrokenError("unknown key")
        try:
            return json.loads(key.decrypt(nonce, sealed[1 + size + NONCE :], about.bytes))
        except InvalidTag as error:
            raise SealBrokenError("wrong seal") from error

    def digest(self, kind: str, value: str) -> bytes:
        """What finds a value again without telling it; spelling, accents and case do not matter."""
        return hmac.new(self._index, f"{kind}\0{plain(value)}".encode(), hashlib.sha256).digest()
