"""A partner's own code is said to stand for one of ours; who said so and when stays."""

from uuid import UUID

from contracts.lists import LISTS
from contracts.refusal import FieldError, Refused
from eventing.db import Tx, run_one
from integration.commands.partners import hold_partner
from integration.domain.codes import UNMAPPED
from integration.store import codes


async def map_code(tx: Tx, partner_id: UUID, name: str, code: str, value: str) -> int:
    """Maps a code; its version. Records that carried it are said again. Refused 404 or 422."""
    await hold_partner(tx, partner_id)
    known = LISTS.get(name)
    if known is None or UNMAPPED not in known._value2member_map_:
        raise _wrong("/list", "unknown_list", "Cette liste n’existe pas")
    if value == UNMAPPED or value not in known._value2member_map_:
        raise _wrong("/value", "unknown_code", "Choisissez une valeur de la liste")
    if not 1 <= len(code) <= 130:
        raise _wrong("/code", "code_format", "Ce code tient en 130 caractères")
    row = await run_one(
        tx,
        codes.MAP,
        partner_id=partner_id,
        list=name,
        code=code,
        value=value,
        now=tx.now,
        actor=tx.actor,
    )
    assert row is not None
    version: int = row["version"]
    return version


def _wrong(pointer: str, code: str, words: str) -> Refused:
    return Refused(code, f"{words}.", 422, [FieldError(pointer, code, words)])
