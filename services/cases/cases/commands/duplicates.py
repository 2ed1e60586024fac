"""Two files that may be of one household: a person links them, or says that they are not, and may undo."""

from uuid import UUID

from cases.commands.admission import link_cases
from cases.commands.moments import held, lock
from cases.store import duplicates, wordings
from cases.store.desk import Desk
from contracts.refusal import FieldError, Refused
from eventing.db import Tx
from webui.identity import User

LINKED, DISMISSED = "linked", "dismissed"


async def judge_pair(
    tx: Tx, desk: Desk, user: User, case_id: UUID, other_id: UUID, same: bool, reason: str
) -> None:
    """The same household: both files are linked, never merged. Another one: the pair is put aside."""
    pair = await _known(tx, desk, user, case_id, other_id)
    if pair.verdict is not None:
        raise Refused("judged", "Quelqu’un a déjà jugé ce rapprochement\u00a0: reprenez-le d’abord.")
    if not reason.strip():
        text = "Dites pourquoi\u00a0: un collègue le lira."
        raise Refused("reason_missing", text, 409, [FieldError("/reason", "reason_missing", text)])
    await duplicates.judge(tx, case_id, other_id, LINKED if same else DISMISSED, None)
    if same:
        await link_cases(tx, desk, user, case_id, other_id, True, reason)
    else:
        await wordings.add(tx, desk.vault, case_id, other_id, "link", reason, reserved=True)


async def undo_judgement(tx: Tx, desk: Desk, user: User, case_id: UUID, other_id: UUID) -> None:
    """The pair is to be judged again; files that were linked by it are no longer."""
    pair = await _known(tx, desk, user, case_id, other_id)
    if pair.verdict is None:
        raise Refused("not_judged", "Ce rapprochement n’est pas encore jugé.")
    await duplicates.judge(tx, case_id, other_id, None, None)
    if pair.verdict == LINKED:
        await link_cases(tx, desk, user, case_id, other_id, False, "Rapprochement repris")


async def _known(tx: Tx, desk: Desk, user: User, case_id: UUID, other_id: UUID) -> duplicates.Pair:
    await lock(tx, case_id, other_id)
    for each in (case_id, other_id):
        await held(tx, desk, user, each, "link")
    pair = await duplicates.pair(tx, case_id, other_id)
    if pair is None:
        raise Refused("unknown_pair", "Ces deux dossiers n’ont pas été rapprochés.", 404)
    return pair
