"""A draft is kept as typed, sealed, until it is transmitted; two people on it never overwrite each other."""

from typing import Any
from uuid import UUID

from cases.commands.moments import hold, lock
from cases.domain import rights
from cases.domain.drafting import typed_from
from cases.domain.lifecycle import expect
from cases.domain.rights import Viewer
from cases.domain.rules import civil_day
from cases.store import cases, drafts, erasures, files
from cases.store.desk import Desk
from cases.store.files import Draft
from cases.store.viewers import viewer_of
from contracts.lists import Role
from contracts.refusal import Refused
from eventing.db import Tx
from webui.identity import User

WRITERS = (Role.REFERRER, Role.SIAO_AGENT, Role.COORDINATOR)


def may_write(viewer: Viewer) -> None:
    """Raises Refused 403 for somebody who transmits no case, or has no organisation to do it for."""
    if not viewer.has(*WRITERS):
        raise Refused(
            "forbidden", "Votre rôle ne permet pas de saisir une situation. Rien n’a été changé.", 403
        )


async def start_draft(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    typed: dict[str, Any],
    household_id: UUID | None = None,
    *,
    form: str = "",
) -> Draft:
    """A new draft under the id that the client chose; the same id again answers the draft as it stands.

    An agent may write for a referrer: `typed["referrer_id"]` and `typed["organisation_id"]` say whom.
    """
    if case_id.version != 4:
        raise Refused("malformed_id", "L’identifiant d’un dossier est un UUID de version 4.", 422)
    await lock(tx, case_id)
    viewer = await viewer_of(tx, user, desk.territory)
    may_write(viewer)
    known = await files.draft(tx, desk.vault, case_id)
    if known is not None:
        if not await drafts.opens(tx, viewer, known):
            raise rights.unknown_case()
        return known
    if await cases.load(tx, case_id) is not None:
        raise Refused("already_submitted", "Ce dossier est déjà transmis\u00a0: ouvrez-le pour le compléter.")
    household = household_id or tx.new_id()
    await erasures.refuse_erased(tx, household)
    organisation = user.organisation_id
    if organisation is None and not viewer.has(Role.SIAO_AGENT, Role.COORDINATOR):
        raise Refused(
            "no_organisation",
            "Votre compte n’est rattaché à aucune structure\u00a0: demandez à la coordination.",
        )
    await files.put_household(tx, household, desk.territory, civil_day(tx.now))
    new = Draft(
        case_id=case_id,
        household_id=household,
        territory=desk.territory,
        author_id=user.account_id,
        organisation_id=organisation or user.account_id,
        referrer_id=user.account_id,
        version=1,
        typed=typed,
        completes=False,
        created_at=tx.now,
        changed_at=tx.now,
        form=form,
    )
    await files.insert_draft(tx, desk.vault, new)
    return new


async def start_completion(tx: Tx, desk: Desk, user: User, case_id: UUID) -> Draft:
    """A draft of what was transmitted, to mend it; the one under way is answered if there is one."""
    taken = await hold(tx, desk, user, case_id, "complete")
    expect(taken.case, "complete")
    known = await files.draft(tx, desk.vault, case_id)
    if known is not None:
        return known
    latest = await files.latest(tx, desk.vault, case_id)
    assert latest is not None, "a case has a file"
    new = Draft(
        case_id=case_id,
        household_id=taken.case.household_id,
        territory=taken.case.territory,
        author_id=user.account_id,
        organisation_id=taken.case.organisation_id,
        referrer_id=taken.case.referrer_id,
        version=1,
        typed=typed_from(latest.file),
        completes=True,
        created_at=tx.now,
        changed_at=tx.now,
    )
    await files.insert_draft(tx, desk.vault, new)
    return new


async def open_draft(tx: Tx, desk: Desk, user: User, case_id: UUID) -> Draft:
    """A draft that this user may see. Raises Refused 404."""
    viewer = await viewer_of(tx, user, desk.territory)
    draft = await files.draft(tx, desk.vault, case_id)
    if draft is None or not await drafts.opens(tx, viewer, draft):
        raise rights.unknown_case()
    return draft


async def save_draft(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    typed: dict[str, Any],
    version: int,
    *,
    form: str = "",
    aside: bool = False,
) -> Draft:
    """Keep what was typed. Raises Refused 409 `stale_version` when somebody else did meanwhile (C25).

    `form` names the open page: what it saves by itself (`aside`) never stops what is sent by hand after it,
    and what it saved that comes late is older than what was sent by hand: it is dropped.
    """
    await lock(tx, case_id)
    before = await open_draft(tx, desk, user, case_id)
    if before.typed == typed:
        return before
    own = bool(form) and before.form == form
    if before.version != version and own and aside:
        return before
    if before.version != version and not own:
        raise Refused(
            "stale_version",
            "Quelqu’un a modifié ce brouillon entre-temps. "
            "Rien n’est perdu\u00a0: comparez, puis choisissez.",
        )
    await files.update_draft(tx, desk.vault, case_id, typed, before.version + 1, form)
    return await open_draft(tx, desk, user, case_id)


async def throw_draft(tx: Tx, desk: Desk, user: User, case_id: UUID) -> None:
    """Throw a draft away: it was never transmitted."""
    await lock(tx, case_id)
    await open_draft(tx, desk, user, case_id)
    await files.delete_draft(tx, case_id)
