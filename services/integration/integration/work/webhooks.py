"""Webhooks leave in the order of the feed; a partner that does not answer is waited for, then paused."""

import json
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import digest as hmac_digest
from typing import Any
from uuid import UUID

from eventing.db import Database, run
from eventing.faults import fault
from integration.domain.hearing import message
from integration.domain.vault import Vault
from integration.store import feed, hooks
from integration.store.feed import Reader
from integration.work.outbound import NotReachedError

Post = Callable[[str, bytes, Mapping[str, str]], Awaitable[int]]
DELAYS = tuple(timedelta(seconds=s) for s in (5, 30, 120, 300, 900, 3600))
"""Before each new try; the last one again and again."""
PAUSED_AFTER = timedelta(days=1)
LEASE = timedelta(minutes=1)
"""How long a claim holds without an answer: four times the longest wait for one. Each answer renews it."""
MOST = 20
LANES = 4
"""How many partners are told side by side: one that answers slowly holds one lane, not the others."""
GONE = 410


def signed(secret: str, item_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of Standard Webhooks 1.0."""
    stamp = str(int(at.timestamp()))
    key = b64decode(secret.removeprefix("whsec_"))
    mac = hmac_digest(key, f"{item_id}.{stamp}.".encode() + body, sha256)
    return {
        "content-type": "application/json",
        "webhook-id": item_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{b64encode(mac).decode()}",
    }


def delivering(
    database: Database, vault: Vault | None, post: Post, public_url: str
) -> Callable[[], Awaitable[int]]:
    """A round of work: what is new for each partner that gave an address."""

    async def deliver() -> int:
        if vault is None:
            return 0
        now = database.runtime.now()
        async with database.transaction() as tx:
            claimed = await run(tx, hooks.CLAIM, now=now, lease=now + LEASE)
        if claimed:
            fault("webhook.claimed")
        return sum([await _serve(database, vault, post, public_url, row) for row in claimed])

    return deliver


async def _serve(database: Database, vault: Vault, post: Post, public_url: str, hook: Any) -> int:
    partner_id: UUID = hook["partner_id"]
    secret = vault.open(hook["secret"])
    if secret is None:
        await _settle(database, hook, hook["position"], "store_key_changed", sent=False)
        return 0
    reader = Reader(partner_id, hook["organisation_id"], database.runtime.now())
    async with database.read() as tx:
        rows = await feed.read(tx, reader, hook["position"], MOST)
    position, sent, result = hook["position"], 0, "ok"
    for row in rows:
        if row["seen"] and (row["type"] in hook["types"] or row["type"].startswith("sandbox.")):
            result = await _send(database, post, hook["url"], secret, message(row, public_url))
            await _note(database, hook, row["position"], result)
            if result != "ok":
                break
            sent += 1
        position = row["position"]
    fault("webhook.noted_before_position")
    await _settle(database, hook, position, result, bool(sent))
    fault("webhook.settled")
    return len(rows) if result == "ok" else 0


async def _send(database: Database, post: Post, url: str, secret: str, said: dict[str, str]) -> str:
    body = json.dumps(said, separators=(",", ":")).encode()
    fault("webhook.before_post")
    try:
        status = await post(url, body, signed(secret, said["id"], database.runtime.now(), body))
    except NotReachedError as error:
        return str(error)
    fault("webhook.posted_before_record")
    return "ok" if 200 <= status < 300 else str(status)


async def _note(database: Database, hook: Any, position: int, result: str) -> None:
    """Each answer at once: whoever dies in the middle of a batch leaves at most one to be posted again."""
    partner_id: UUID = hook["partner_id"]
    async with database.transaction() as tx:
        await run(
            tx,
            hooks.ATTEMPT,
            attempt_id=tx.new_id(),
            partner_id=partner_id,
            position=position,
            at=tx.now,
            result=result,
        )
        await run(tx, hooks.RENEW, partner_id=partner_id, lease=tx.now + LEASE)
        if result == "ok":
            await run(tx, hooks.MOVE, partner_id=partner_id, url=hook["url"], position=position, at=tx.now)


async def _settle(database: Database, hook: Any, position: int, result: str, sent: bool) -> None:
    async with database.transaction() as tx:
        if result == "ok":
            values: dict[str, Any] = {
                "tries": 0,
                "next_at": tx.now,
                "failing_since": None,
                "paused_at": None,
                "last_ok_at": tx.now if sent else hook["last_ok_at"],
            }
        else:
            tries, since = (0, tx.now) if sent else (hook["tries"], hook["failing_since"] or tx.now)
            over = result == str(GONE) or tx.now - since >= PAUSED_AFTER
            values = {
                "tries": tries + 1,
                "next_at": tx.now + DELAYS[min(tries, len(DELAYS) - 1)],
                "failing_since": since,
                "paused_at": tx.now if over else None,
                "last_ok_at": tx.now if sent else hook["last_ok_at"],
            }
        await run(
            tx, hooks.SETTLE, partner_id=hook["partner_id"], url=hook["url"], position=position, **values
        )
