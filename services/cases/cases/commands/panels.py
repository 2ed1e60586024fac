"""What every command on a sitting begins and ends with: locks in one order, who asks, facts and history."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cases.commands.moments import lock
from cases.domain.rights import Viewer
from cases.domain.rules import Moment
from cases.domain.sitting import Sitting
from cases.store import history, sittings
from cases.store.desk import Desk
from cases.store.rules import moment
from cases.store.viewers import viewer_of
from contracts.cases import CasesFact
from contracts.lists import Role
from contracts.refusal import Refused
from eventing.db import Tx
from eventing.outbox import append
from webui.identity import User

OFFICE = (Role.COORDINATOR, Role.SIAO_AGENT)
CHAIRING = (Role.COORDINATOR, Role.CHAIR)
AT_THE_TABLE = (Role.COORDINATOR, Role.SIAO_AGENT, Role.CHAIR)


@dataclass(frozen=True)
class Panel:
    """A sitting under its lock, and who asks."""

    sitting: Sitting
    viewer: Viewer
    at: Moment


def unknown_sitting() -> Refused:
    """The one answer for a commission without panel, of another territory, or that may not be seen."""
    return Refused("unknown_commission", "Cette commission n’existe pas, ou ne vous est pas ouverte.", 404)


async def hold_panel(
    tx: Tx, desk: Desk, user: User, commission_id: UUID, *case_ids: UUID, roles: Iterable[Role] = ()
) -> Panel:
    """The sitting under the locks of its commission and of these cases. Raises Refused 404, 403.

    Without `roles`, the caller says who may.
    """
    await lock(tx, commission_id, *case_ids)
    sitting = await sittings.load(tx, commission_id)
    viewer = await viewer_of(tx, user, desk.territory)
    if sitting is None or sitting.territory != desk.territory:
        raise unknown_sitting()
    wanted = tuple(roles)
    if wanted and not viewer.has(*wanted):
        raise Refused("forbidden", "Votre rôle ne permet pas cette action. Rien n’a été changé.", 403)
    return Panel(sitting, viewer, await moment(tx, sitting.territory, sitting.commission_type))


def expect_sitting(sitting: Sitting, given: int | None) -> None:
    """Raises Refused 409 `stale_version` when the sitting is no longer what was read."""
    if given is not None and sitting.version != given:
        raise Refused(
            "stale_version",
            "Quelqu’un a modifié cette séance entre-temps. "
            "Rien n’est perdu\u00a0: relisez-la, puis recommencez.",
        )


async def tell(tx: Tx, commission_id: UUID, facts: Iterable[CasesFact]) -> None:
    """Tell the facts of a sitting and write them in its history."""
    told = list(facts)
    if told:
        events = await append(tx, *told)
        await history.add(tx, commission_id, told, events, [])
