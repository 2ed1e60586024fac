"""Who else follows a case, and who alone sees a protected one."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from cases.commands.moments import expect_version, hold
from cases.domain.case import Case
from cases.domain.file import CaseFile
from cases.domain.rights import As
from cases.store import cases, history
from cases.store.desk import Desk
from contracts.lists import Role
from contracts.refusal import FieldError, Refused
from eventing.db import Tx
from webui.accounts import load_account
from webui.identity import User

SIAO = frozenset({As.AGENT, As.COORDINATOR})


async def protect_case(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    protected: bool,
    audience: Iterable[UUID] = (),
    version: int | None = None,
) -> Case:
    """Hide a case from all but the persons named; who does it stays among them (users U19).

    Its referrer names those who will see it too: a file that was sent as protected waits for that.
    """
    taken = await hold(tx, desk, user, case_id, "protect")
    expect_version(taken.stored.version, version)
    named = frozenset(audience) | {user.account_id, taken.case.referrer_id}
    if protected and not taken.seen.capacities & SIAO and not await _one_of_the_siao(tx, desk, named):
        text = "Nommez au moins une personne du SIAO ou de la coordination\u00a0: elle instruit le dossier."
        raise Refused("nobody_of_the_siao", text, 409, [FieldError("/audience", "nobody_of_the_siao", text)])
    guard = replace(taken.stored.guard, protected=protected, audience=named if protected else frozenset())
    await cases.update_guard(tx, case_id, guard)
    await history.note(
        tx,
        case_id,
        "protected" if protected else "unprotected",
        [{"field": "audience", "from": len(taken.stored.guard.audience), "to": len(guard.audience)}],
    )
    await cases.update_case(tx, taken.stored, taken.case)
    return taken.case


async def _one_of_the_siao(tx: Tx, desk: Desk, named: Iterable[UUID]) -> bool:
    known = [await load_account(tx, person) for person in sorted(named)]
    roles = (Role.SIAO_AGENT, Role.COORDINATOR)
    return any(each and each.active and each.user.has(*roles, territory=desk.territory) for each in known)


async def hide_as_asked(tx: Tx, case: Case, file: CaseFile) -> None:
    """A file sent again with a person in danger is hidden at once: its referrer and who sent it see it."""
    stored = await cases.load(tx, case.case_id)
    if stored is None or stored.guard.protected or not file.social.protected:
        return
    kind, _, author = tx.actor.partition(":")
    named = {case.referrer_id} | ({UUID(author)} if kind == "person" else set())
    await cases.update_guard(
        tx, case.case_id, replace(stored.guard, protected=True, audience=frozenset(named))
    )
    await history.note(tx, case.case_id, "protected", [{"field": "audience", "from": 0, "to": len(named)}])


async def share_case(
    tx: Tx, desk: Desk, user: User, case_id: UUID, colleague: tuple[UUID, UUID | None], follows: bool
) -> Case:
    """A colleague of the same organisation follows the case too, or no longer (features C5)."""
    taken = await hold(tx, desk, user, case_id, "transfer")
    person, organisation = colleague
    if follows and organisation != taken.case.organisation_id:
        text = "Cette personne n’est pas de la même structure\u00a0: transmettez-lui le dossier."
        raise Refused("other_organisation", text, 409, [FieldError("/person_id", "other_organisation", text)])
    team = taken.stored.guard.team | {person} if follows else taken.stored.guard.team - {person}
    await cases.update_guard(tx, case_id, replace(taken.stored.guard, team=team))
    change = {"field": "team", "from": len(taken.stored.guard.team), "to": len(team)}
    await history.note(tx, case_id, "team_changed", [change])
    return taken.case
