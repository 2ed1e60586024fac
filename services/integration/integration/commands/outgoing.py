"""What a partner decides about what it hears: where webhooks go."""

from base64 import b64encode
from collections.abc import Sequence
from uuid import UUID

from contracts.refusal import Refused
from eventing.db import Tx, run, run_one
from integration.domain.hearing import check_address, checked_types
from integration.domain.vault import Vault
from integration.store import hooks


async def set_webhook(
    tx: Tx, vault: Vault | None, partner_id: UUID, url: str, types: Sequence[str], production: bool
) -> str:
    """Sends what happens from now on to an address; its secret, shown once. Refused 422 or 503."""
    check_address(url, production)
    wanted = checked_types(types)
    if vault is None:
        raise Refused("webhooks_closed", "Les webhooks ne sont pas ouverts ici : lisez le fil.", 503)
    secret = f"whsec_{b64encode(tx.new_id().bytes + tx.new_id().bytes).decode()}"
    kept = vault.close(secret, tx.new_id())
    await run(tx, hooks.PUT, partner_id=partner_id, url=url, secret=kept, types=wanted, now=tx.now)
    return secret


async def drop_webhook(tx: Tx, partner_id: UUID) -> None:
    """Nothing is sent any more. Refused 404."""
    _there(await run_one(tx, hooks.DROP, partner_id=partner_id))


async def resume_webhook(tx: Tx, partner_id: UUID) -> None:
    """Sends again from where it stopped: nothing is skipped. Refused 404."""
    _there(await run_one(tx, hooks.RESUME, partner_id=partner_id, now=tx.now))


def _there(row: object) -> None:
    if row is None:
        raise Refused("unknown_webhook", "Aucune adresse de webhook n’est enregistrée.", 404)
