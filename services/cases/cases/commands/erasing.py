"""Erasing a household takes two persons: a coordinator proposes, the data officer approves, and it is done.

One transaction: identity, files, drafts, texts, history, index and links go, then `household_erased` is said,
and every service cuts the thread (contracts 2, D6).
"""

from datetime import date
from uuid import UUID

from cases.commands.moments import lock
from cases.domain.asking import KEPT_MONTHS, months_before
from cases.domain.rights import Viewer
from cases.domain.rules import civil_day
from cases.store import cases, erasures
from cases.store.desk import Desk
from cases.store.viewers import viewer_of
from contracts.cases import HouseholdErased
from contracts.lists import CaseState, EraseGround, Role
from contracts.refusal import Refused
from eventing.db import Tx
from eventing.outbox import append
from webui.identity import User


async def ask_erasure(tx: Tx, household_id: UUID, ground: EraseGround, asked_by: str) -> None:
    """Write down a request, from a partner's software or for the household; nothing is erased yet."""
    await erasures.ask(tx, household_id, ground.value, asked_by, None)


async def propose_erasure(tx: Tx, desk: Desk, user: User, household_id: UUID, ground: EraseGround) -> None:
    """A coordinator proposes, or takes up what was asked. Raises Refused 403, 404."""
    viewer = await viewer_of(tx, user, desk.territory)
    await _known(tx, viewer, household_id, Role.COORDINATOR)
    await erasures.ask(tx, household_id, ground.value, user.actor, user.account_id)
    await erasures.propose(tx, household_id, user.account_id)


async def erase_household(tx: Tx, desk: Desk, user: User, household_id: UUID) -> HouseholdErased:
    """The data officer approves what another proposed, and the household is erased.

    Raises Refused 403, 404; 409 `not_proposed`, `same_person`, `still_open`, `too_early`.
    """
    viewer = await viewer_of(tx, user, desk.territory)
    ids = await erasures.cases_of(tx, household_id)
    await lock(tx, household_id, *ids)
    household = await _known(tx, viewer, household_id, Role.DATA_OFFICER)
    request = await erasures.request(tx, household_id)
    if request is None or request["proposed_by"] is None:
        raise Refused("not_proposed", "La coordination n’a pas encore proposé cet effacement.")
    if request["proposed_by"] == user.account_id:
        raise Refused(
            "same_person", "Un effacement se décide à deux\u00a0: une autre personne doit l’approuver."
        )
    today = civil_day(tx.now)
    ground = EraseGround(request["ground"])
    if ground is EraseGround.TWO_YEARS and household["last_contact_on"] > months_before(today, KEPT_MONTHS):
        raise Refused("too_early", "Ce ménage a été en contact il y a moins de deux ans.")
    await _refuse_in_sitting(tx, ids)
    await erasures.forget(tx, household_id, ids, ground.value, today)
    await erasures.done(tx, household_id, user.account_id, tx.now)
    fact = HouseholdErased(household_id=household_id, case_ids=tuple(ids), ground=ground, erased_on=today)
    await append(tx, fact)
    return fact


async def _known(tx: Tx, viewer: Viewer, household_id: UUID, role: Role) -> "dict[str, date]":
    if not viewer.has(role):
        raise Refused("forbidden", "Votre rôle ne permet pas cette action. Rien n’a été changé.", 403)
    household = await erasures.known(tx, household_id)
    if household is None or household["territory"] != viewer.territory:
        raise Refused("unknown_household", "Ce ménage n’existe pas, ou n’est pas de ce territoire.", 404)
    return dict(household)


async def _refuse_in_sitting(tx: Tx, ids: list[UUID]) -> None:
    for case_id in ids:
        stored = await cases.load(tx, case_id)
        if stored is not None and stored.case.state in (CaseState.SCHEDULED, CaseState.EXAMINED):
            raise Refused(
                "still_open", "Un dossier de ce ménage est à l’ordre du jour\u00a0: retirez-le d’abord."
            )
