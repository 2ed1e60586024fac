"""Who opens a draft: its author and referrer, the SIAO; one that mends a case follows the right to that case.

Somebody recused, or who no longer follows the case, loses what they were writing about it; a household that
is to be hidden is so from the first word typed (users U19, U43, U44).
"""

from cases.domain.drafting import YES, normal
from cases.domain.rights import ACTS, Viewer, sight
from cases.domain.rules import civil_day
from cases.store import cases
from cases.store.files import Draft
from contracts.lists import Role
from eventing.db import Tx


async def opens(tx: Tx, viewer: Viewer, draft: Draft) -> bool:
    """Whether that person may read and write that draft today."""
    if draft.territory != viewer.territory:
        return False
    if draft.completes:
        stored = await cases.load(tx, draft.case_id)
        if stored is None:
            return False
        seen = sight(viewer, stored.case, stored.guard, civil_day(tx.now))
        return bool(seen.capacities & ACTS["complete"])
    own = viewer.account_id in (draft.author_id, draft.referrer_id)
    return own or (viewer.has(Role.SIAO_AGENT, Role.COORDINATOR) and not _hidden(draft))


def _hidden(draft: Draft) -> bool:
    said = normal(draft.typed).get("social.protected", [])
    return any(each.strip().casefold() in YES for each in said)
