"""Partners' keys: shown once, kept as a digest. 244 random bits need no slow hash."""

import hashlib
from base64 import urlsafe_b64encode

from eventing.db import Tx

PREFIX, TEST_PREFIX = "sk_live_", "sk_test_"


def new_key(tx: Tx, test: bool = False) -> str:
    """A key that nobody can guess; one for trials says so."""
    return (TEST_PREFIX if test else PREFIX) + urlsafe_b64encode(
        tx.new_id().bytes + tx.new_id().bytes
    ).rstrip(b"=").decode()


def digest_of_key(key: str) -> bytes:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).digest()
