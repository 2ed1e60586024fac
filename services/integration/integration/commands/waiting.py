"""An event in quarantine is worked again as it came: what kept it out may have changed since."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts.refusal import Refused
from eventing.db import Database, Tx
from integration.commands.intake import Answer, Desk, receive
from integration.domain.envelope import read_event
from integration.domain.vault import Vault
from integration.store import waiting as stored
from integration.store.received import Holder

UNKEPT = "Le contenu de cet événement n’est pas gardé ici : le partenaire le renvoie, corrigé."


async def kept_event(
    tx: Tx, vault: Vault | None, partner_id: UUID, quarantine_id: UUID
) -> dict[str, Any] | None:
    """The event as it came; None where it is not kept. Refused 404."""
    row = await stored.one_quarantined(tx, partner_id, quarantine_id)
    if row["body"] is None or vault is None:
        return None
    found: dict[str, Any] | None = vault.open(row["body"])
    return found


async def retry(
    database: Database, holder: Holder, quarantine_id: UUID, desk: Desk, now: datetime, oldest: date
) -> Answer:
    """Works it again. Refused 404, or 409 when its content is not kept."""
    async with database.read() as tx:
        event = await kept_event(tx, desk.vault, holder.sender.partner_id, quarantine_id)
    if event is None:
        raise Refused("content_not_kept", UNKEPT, 409)
    attributes = {name: value for name, value in event.items() if name != "data"}
    [answer] = await receive(
        database, holder, [read_event(attributes, event["data"], holder.sender, now, oldest)], desk
    )
    return answer
