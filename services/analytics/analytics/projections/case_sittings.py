"""Sittings as cases tells them: agenda, quorum, what was counted at the end, minutes."""

from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from analytics.tables import SITTING
from contracts.cases import AgendaPublished, MinutesApproved, SittingClosed, SittingOpened
from eventing.db import Tx, run
from eventing.subscription import Received
from webui.french import jour_paris


def _said(*names: str) -> Any:
    """Writes what one fact says of a sitting, and leaves the rest."""
    new = insert(SITTING).values({name: bindparam(name) for name in ("commission_id", *names)})
    return new.on_conflict_do_update(
        index_elements=["commission_id"], set_={name: new.excluded[name] for name in names}
    )


AGENDA = _said("agenda_cases", "agenda_minutes")
OPENED = _said("opened_on", "quorum")
CLOSED = _said("quorum", "told_examined", "told_decided", "told_adjourned", "told_postponed")
MINUTES = _said("minutes_approved_on")


async def fold_agenda(tx: Tx, event: Received[AgendaPublished]) -> None:
    """How many cases are on the latest agenda, and for how long."""
    fact = event.fact
    said = {"agenda_cases": fact.cases, "agenda_minutes": fact.minutes}
    await run(tx, AGENDA, commission_id=fact.commission_id, **said)


async def fold_opened(tx: Tx, event: Received[SittingOpened]) -> None:
    """The sitting began, with quorum or consultative."""
    fact = event.fact
    await run(
        tx, OPENED, commission_id=fact.commission_id, opened_on=jour_paris(fact.opened_at), quorum=fact.quorum
    )


async def fold_closed(tx: Tx, event: Received[SittingClosed]) -> None:
    """What cases itself counted, kept beside what is counted here."""
    fact = event.fact
    told = {f"told_{name}": getattr(fact, name) for name in ("examined", "decided", "adjourned", "postponed")}
    await run(tx, CLOSED, commission_id=fact.commission_id, quorum=fact.quorum, **told)


async def fold_minutes(tx: Tx, event: Received[MinutesApproved]) -> None:
    """Minutes are frozen."""
    fact = event.fact
    await run(tx, MINUTES, commission_id=fact.commission_id, minutes_approved_on=fact.approved_on)
