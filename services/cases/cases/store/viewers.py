"""Who is looking: the seats that a person holds and the cases it is recused from."""

from uuid import UUID

from sqlalchemy import bindparam, select

from cases.domain.rights import Seating, Viewer
from cases.store.cases import SEES
from cases.tables import PANEL_MEMBER, RECUSAL, SITTING
from contracts.lists import Pack, Role
from eventing.db import Tx, run
from webui.identity import User

SEATS = (
    select(PANEL_MEMBER.c.commission_id, PANEL_MEMBER.c.pack, PANEL_MEMBER.c.voting, SITTING.c.state)
    .join(SITTING, SITTING.c.commission_id == PANEL_MEMBER.c.commission_id)
    .where(PANEL_MEMBER.c.person_id == bindparam("person"), PANEL_MEMBER.c.removed_at.is_(None))
)
RECUSED = select(RECUSAL.c.case_id).where(RECUSAL.c.person_id == bindparam("person"))


async def viewer_of(tx: Tx, user: User, territory: str) -> Viewer:
    """What gives that account sight in the territory, as of this transaction."""
    seats = {
        row["commission_id"]: Seating(
            row["commission_id"], Pack(row["pack"]), row["voting"], row["state"] in SEES
        )
        for row in await run(tx, SEATS, person=user.account_id)
    }
    recused = frozenset(row["case_id"] for row in await run(tx, RECUSED, person=user.account_id))
    return Viewer(
        account_id=user.account_id,
        territory=territory,
        organisation_id=user.organisation_id,
        roles=frozenset(Role(g.role) for g in user.roles if g.territory == territory),
        seats=seats,
        recused=recused,
    )


def partner_viewer(partner_id: UUID, territory: str) -> Viewer:
    """A partner's software: it sees the cases that it submitted."""
    return Viewer(account_id=partner_id, territory=territory, partner_id=partner_id)
