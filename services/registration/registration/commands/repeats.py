"""A command that makes nothing new is told apart from its repeat by an Idempotency-Key."""

import hashlib
import json
from typing import Any

from eventing.db import Tx
from eventing.requests import Outcome, remember


async def once(tx: Tx, key: str | None, *content: Any) -> Outcome | None:
    """None: do the command, then `eventing.requests.settle(tx, tx.actor, key, outcome, resource)`.

    An Outcome: it was done already; answer that. Without key, always None. `content` is whatever tells two
    requests apart (path, body). Raises Refused `idempotency_key_reused`.
    """
    if not key:
        return None
    digest = hashlib.sha256(json.dumps(content, default=str, sort_keys=True).encode()).digest()
    return await remember(tx, tx.actor, key, digest)
