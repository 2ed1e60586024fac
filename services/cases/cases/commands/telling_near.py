"""What a writer is told of near files: that there may be one, never which, nor where (users U18)."""

from datetime import timedelta
from uuid import UUID

from cases.store import duplicates
from cases.store.access import log_reading
from cases.store.desk import Desk
from cases.store.viewers import viewer_of
from eventing.db import Tx
from webui.identity import User

TRIES_A_DAY = 20


async def tell_near(tx: Tx, desk: Desk, user: User, case_id: UUID) -> bool:
    """Compares the file with the others, for the SIAO to judge. True: « un dossier proche existe peut-être ».

    Past twenty times a day the comparison is still made, but its answer is kept from the writer.
    """
    near = await duplicates.find(tx, case_id)
    viewer = await viewer_of(tx, user, desk.territory)
    tried = await duplicates.tries(tx, user.account_id, tx.now - timedelta(days=1))
    await log_reading(tx, viewer, "duplicate_check", case_id=case_id)
    return near > 0 and tried < TRIES_A_DAY
