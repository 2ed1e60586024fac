"""A person looks at a partner's file that waited: it becomes a draft, replaces ours, or is left aside.

A file that could not be read, or that is older than what somebody wrote, is never dropped by the machine.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from cases.commands.admission import keep_file
from cases.commands.moments import held, lock, record
from cases.domain import sent
from cases.domain.case import Case
from cases.domain.drafting import differing, typed_from
from cases.domain.rules import civil_day
from cases.domain.sent import SentCase
from cases.store import files, history, intake
from cases.store.access import log_reading
from cases.store.desk import Desk
from cases.store.files import Draft
from cases.store.intake import Intake
from contracts import cases as say
from contracts.lists import CaseState, Role
from contracts.refusal import Refused
from eventing.db import Tx
from webui.identity import User


def allow(desk: Desk, user: User) -> None:
    """Raises Refused 403 for anybody but the SIAO and the coordination."""
    if not user.has(Role.SIAO_AGENT, Role.COORDINATOR, territory=desk.territory):
        raise Refused("forbidden", "Cette action revient au SIAO. Rien n’a été changé.", 403)


async def found(tx: Tx, desk: Desk, user: User, record_id: UUID, state: str) -> tuple[Intake, dict[str, Any]]:
    """A file that waits, opened. Raises Refused 403, 404."""
    allow(desk, user)
    known = await intake.find(tx, record_id)
    if known is None or known.state != state or known.sealed is None:
        raise Refused("unknown_file", "Ce fichier n’attend plus personne.", 404)
    data: dict[str, Any] = desk.vault.open(record_id, known.sealed)
    return known, data


async def draft_from_file(tx: Tx, desk: Desk, user: User, record_id: UUID) -> Draft:
    """A draft with all that could be read; what is missing or wrong is asked when it is transmitted."""
    await lock(tx, record_id)
    known, data = await found(tx, desk, user, record_id, "waiting")
    case_id = tx.new_id()
    await files.put_household(tx, known.household_id, desk.territory, civil_day(tx.now))
    new = Draft(
        case_id=case_id,
        household_id=known.household_id,
        territory=desk.territory,
        author_id=user.account_id,
        organisation_id=user.organisation_id or user.account_id,
        referrer_id=user.account_id,
        version=1,
        typed=dict(typed_from_sent(data)),
        completes=False,
        created_at=tx.now,
        changed_at=tx.now,
    )
    await files.insert_draft(tx, desk.vault, new)
    await intake.put(tx, replace(known, case_id=case_id, state="taken", sealed=None, faults=[]))
    return new


def typed_from_sent(data: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """A partner's data as if it had been typed: every answer it has, right or wrong."""
    for place, person in enumerate(_list(data.get("persons"))):
        for name in ("given_name", "family_name", "birth_date", "sex", "phone"):
            yield from _answer(f"persons.{place}.{name}", person.get(name))
        yield f"persons.{place}.adult", ["oui" if person.get("is_adult", True) else "non"]
    for place, number in enumerate(_list(data.get("numbers"))):
        for name in ("kind", "value", "deadline_on"):
            yield from _answer(f"numbers.{place}.{name}", number.get(name))
    for name in ("composition", "situation", "need"):
        yield from _answer(f"social.{name}", sent.code(data.get(name)))
    for name in ("adults", "minors", "minors_under_3", "resources_monthly", "question", "question_text"):
        yield from _answer(f"social.{name}", data.get(name))
    yield from _answer("social.obstacles", data.get("obstacles_text"))
    yield from _answer("social.first_transmitted_on", data.get("first_transmitted_on"))
    yield from _answer("information.informed_on", data.get("informed_on"))
    yield from _answer("information.how", data.get("information_how"))
    agreement = data.get("agreement")
    if isinstance(agreement, dict):
        yield "agreement.panel", ["oui" if agreement.get("panel") else "non"]
        yield from _answer("agreement.given_on", data.get("informed_on"))


def _list(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _answer(name: str, value: Any) -> Iterator[tuple[str, list[str]]]:
    if value not in (None, ""):
        yield name, [str(value)]


async def compared(
    tx: Tx, desk: Desk, user: User, record_id: UUID
) -> tuple[Intake, list[tuple[str, str, str]]]:
    """What the partner's version says otherwise than ours: (field, ours, theirs)."""
    known, data = await found(tx, desk, user, record_id, "proposed")
    assert known.case_id is not None
    seen = await held(tx, desk, user, known.case_id, "edit_file")
    await log_reading(tx, seen.viewer, "identity", case_id=known.case_id, purpose="version d’un partenaire")
    ours = await files.latest(tx, desk.vault, known.case_id)
    assert ours is not None
    theirs = _read(data, tx)
    return known, differing(typed_from(ours.file), typed_from(theirs.file))


def _read(data: dict[str, Any], tx: Tx) -> sent.Received:
    try:
        return sent.read(SentCase.model_validate(data), civil_day(tx.now))
    except ValidationError as error:
        raise Refused("unreadable", "Ce fichier ne peut pas être lu.") from error


async def take_proposed(tx: Tx, desk: Desk, user: User, record_id: UUID) -> Case:
    """The partner's version becomes the file; ours stays among its versions."""
    case_id = await _case_of(tx, record_id)
    await lock(tx, case_id)
    known, data = await found(tx, desk, user, record_id, "proposed")
    taken = await held(tx, desk, user, case_id, "edit_file")
    if taken.case.state not in (CaseState.SUBMITTED, CaseState.INCOMPLETE):
        raise Refused("wrong_state", "Ce dossier est déjà recevable\u00a0: corrigez-le à la main si besoin.")
    file = _read(data, tx).file
    ours = await files.latest(tx, desk.vault, case_id)
    if ours is not None:
        file = file.model_copy(update={"social": _kept(ours.file.social, file.social)})
    version = taken.case.file_version + 1
    await keep_file(tx, desk, taken.case, version, "completed", file)
    await intake.put(tx, replace(known, state="taken", sealed=None))
    return await record(tx, taken.stored, [say.CaseCompleted(case_id=case_id, version=version)])


def _kept(ours: Any, theirs: Any) -> Any:
    """What the partner does not say stays as it was typed here."""
    silent = {
        name: getattr(ours, name)
        for name in type(ours).model_fields
        if getattr(theirs, name) in ("", None, ())
    }
    return theirs.model_copy(update=silent)


async def leave_proposed(tx: Tx, desk: Desk, user: User, record_id: UUID) -> None:
    """Ours stays; the partner's next version will be proposed again."""
    case_id = await _case_of(tx, record_id)
    await lock(tx, case_id)
    known, _ = await found(tx, desk, user, record_id, "proposed")
    await held(tx, desk, user, case_id, "edit_file")
    await intake.put(tx, replace(known, state="taken", sealed=None))
    await history.note(tx, case_id, "partner_left_aside", [])


async def _case_of(tx: Tx, record_id: UUID) -> UUID:
    known = await intake.find(tx, record_id)
    if known is None or known.case_id is None:
        raise Refused("unknown_file", "Ce fichier n’attend plus personne.", 404)
    return known.case_id
