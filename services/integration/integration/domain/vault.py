"""What must be kept for a while and nobody may read in the database: encrypted with one key of ours."""

import hashlib
import json
import zlib
from base64 import urlsafe_b64decode
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES, NONCE_BYTES = 32, 12


class Vault:
    """Encrypts JSON values: AES-256-GCM."""

    def __init__(self, key: str) -> None:
        """`key`: 32 bytes in base64url; ValueError otherwise."""
        raw = urlsafe_b64decode(key + "=" * (-len(key) % 4))
        if len(raw) != KEY_BYTES:
            raise ValueError("SEUIL_STORE_KEY is 32 bytes in base64url")
        self._cipher = AESGCM(raw)

    def close(self, value: Any, random: UUID) -> bytes:
        """The value encrypted. `random`: an id that was never used before."""
        nonce = hashlib.sha256(random.bytes).digest()[:NONCE_BYTES]
        clear = zlib.compress(json.dumps(value, separators=(",", ":")).encode())
        return nonce + self._cipher.encrypt(nonce, clear, None)

    def open(self, kept: bytes) -> Any:
        """The value; None when another key closed it."""
        try:
            clear = self._cipher.decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], None)
        except InvalidTag:
            return None
        return json.loads(zlib.decompress(clear))
