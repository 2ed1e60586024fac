"""All that the compacted topics of registration would say now, for a Kafka that was lost."""

from collections.abc import Sequence

from sqlalchemy import select

from contracts.event import Fact
from eventing.db import Tx, run
from registration.domain.commission import CommissionState, described
from registration.store import commissions, people
from registration.tables import ACCOUNT, COMMISSION, ORGANISATION, PERSON

PEOPLE = select(PERSON).order_by(PERSON.c.person_id)
ACCOUNTS = select(ACCOUNT).order_by(ACCOUNT.c.person_id)
ORGANISATIONS = select(ORGANISATION).order_by(ORGANISATION.c.organisation_id)
COMMISSIONS = (
    select(COMMISSION)
    .where(COMMISSION.c.state != CommissionState.PLANNED.value)
    .order_by(COMMISSION.c.commission_id)
)


async def directory(tx: Tx) -> Sequence[Fact]:
    """People, and the wording of commissions that were announced."""
    told: list[Fact] = [people.person_of(row).recorded() for row in await run(tx, PEOPLE)]
    found = await commissions.with_parts(tx, await run(tx, COMMISSIONS))
    return told + [described(commission) for commission in found]


async def accounts(tx: Tx) -> Sequence[Fact]:
    """Accounts and organisations."""
    told: list[Fact] = [people.organisation_of(row).recorded() for row in await run(tx, ORGANISATIONS)]
    return told + [people.account_of(dict(row)).recorded() for row in await run(tx, ACCOUNTS)]
