"""Links to be mailed: counted by address and hour, told by one fact each."""

from datetime import datetime
from uuid import UUID

from contracts.lists import LinkPurpose
from contracts.registration import LinkRequested
from eventing.db import Tx
from registration.domain.rules import Rules, civil_day
from registration.store import links


async def mails_left(tx: Tx, rules: Rules, person_id: UUID, asked_by: LinkPurpose) -> bool:
    """Whether one more link may be mailed to that person this hour; under the lock of the person's stream.

    Each kind of asking has its own count: nobody loses a sign-up, or the way in, by what others asked.
    """
    return await links.mailed_in_an_hour(tx, person_id, asked_by) < rules.mails_per_hour


async def link_to_mail(
    tx: Tx,
    purpose: LinkPurpose,
    link_id: UUID,
    person_id: UUID,
    generation: int,
    until: datetime | None = None,
    *,
    asked_by: LinkPurpose | None = None,
) -> LinkRequested:
    """Count a link to be mailed; the fact that asks for it, to be appended.

    `asked_by`: the purpose of a usual answer to what was asked, when this link is another: whoever signs up
    again gets the personal link, counted with proofs.
    """
    await links.note_mailed(tx, person_id, asked_by or purpose)
    return LinkRequested(
        link_id=link_id,
        person_id=person_id,
        purpose=purpose,
        generation=generation,
        until=until,
        occurred_on=civil_day(tx.now),
    )
