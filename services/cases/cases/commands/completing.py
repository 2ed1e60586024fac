"""A file is sent again with what it missed; it must still be one that can be transmitted."""

from uuid import UUID

from cases.commands.admission import complete_case
from cases.commands.moments import held, lock
from cases.domain import completeness
from cases.domain.case import Case
from cases.domain.drafting import Reading
from cases.store import consent
from cases.store.desk import Desk
from contracts.refusal import Refused
from eventing.db import Tx
from webui.identity import User


async def complete_draft(
    tx: Tx, desk: Desk, user: User, case_id: UUID, read: Reading, version: int | None = None
) -> Case:
    """Transmit what mends a file. Information and agreement stay as they were said: each has its own form.

    Raises Refused 422 with every fault of the file.
    """
    await lock(tx, case_id)
    taken = await held(tx, desk, user, case_id, "complete")
    found = read.errors
    if read.file is not None:
        known = await consent.information(tx, case_id)
        found = completeness.faults(read.file, known, taken.at.today)
    if found or read.file is None:
        raise Refused(
            "incomplete_file", "Il manque de quoi transmettre ce dossier. Rien n’est perdu.", 422, found
        )
    return await complete_case(tx, desk, user, case_id, read.file, version)
