"""A command sent twice is done once: the Idempotency-Key, its digest and what came of it, 48 hours."""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from contracts.refusal import Refused
from eventing.db import Tx, run, run_one
from eventing.faults import fault
from eventing.tables import REQUEST

KEPT = timedelta(hours=48)
CLAIM = (
    insert(REQUEST)
    .values(actor=bindparam("actor"), key=bindparam("key"), digest=bindparam("digest"), at=bindparam("at"))
    .on_conflict_do_nothing()
    .returning(REQUEST.c.key)
)
FIND = select(REQUEST.c.digest, REQUEST.c.outcome, REQUEST.c.resource).where(
    REQUEST.c.actor == bindparam("actor"), REQUEST.c.key == bindparam("key")
)
SETTLE = (
    update(REQUEST)
    .where(REQUEST.c.actor == bindparam("for_actor"), REQUEST.c.key == bindparam("for_key"))
    .values(outcome=bindparam("new_outcome"), resource=bindparam("new_resource"))
)
FORGET = delete(REQUEST).where(REQUEST.c.at < bindparam("before"))


@dataclass(frozen=True)
class Outcome:
    """What the first sending of a request gave: a short word and the id or path that it made."""

    outcome: str
    resource: str


async def remember(tx: Tx, actor: str, key: str, digest: bytes) -> Outcome | None:
    """None: do it, then `settle`. An Outcome: it was done already, answer that.

    Two at once wait for each other on the key. Raises Refused when the key was used for other content.
    """
    if await run_one(tx, CLAIM, actor=actor, key=key, digest=digest, at=tx.now):
        fault("request.remembered")
        return None
    row = await run_one(tx, FIND, actor=actor, key=key)
    assert row is not None
    if row["digest"] != digest:
        raise Refused(
            "idempotency_key_reused",
            "Ce formulaire a déjà été envoyé avec un autre contenu. Rouvrez la page puis recommencez.",
            409,
        )
    return Outcome(row["outcome"] or "", row["resource"] or "")


async def once(tx: Tx, key: str | None, *content: Any) -> Outcome | None:
    """None: do the command, then `settle(tx, tx.actor, key, outcome, resource)`.

    An Outcome: it was done already; answer that. Without key, always None. `content` is whatever tells two
    requests apart (path, body). Raises Refused `idempotency_key_reused`.
    """
    if not key:
        return None
    digest = hashlib.sha256(json.dumps(content, default=str, sort_keys=True).encode()).digest()
    return await remember(tx, tx.actor, key, digest)


async def settle(tx: Tx, actor: str, key: str, outcome: str, resource: str) -> None:
    """Says what the request gave, in the transaction that did it."""
    await run(tx, SETTLE, for_actor=actor, for_key=key, new_outcome=outcome, new_resource=resource)
    fault("request.settled")


async def forget_old(tx: Tx) -> None:
    """Drops keys older than 48 hours."""
    await run(tx, FORGET, before=tx.now - KEPT)
