"""Commands from the transmission to the queue, and those that hold, move or end a case."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from cases.commands.drafts import may_write, open_draft
from cases.commands.guarding import hide_as_asked
from cases.commands.moments import act, expect_version, held, hold, lock, record
from cases.domain import admission as rule
from cases.domain.admission import Submission
from cases.domain.case import Case
from cases.domain.file import Agreement, CaseFile, Information
from cases.domain.folding import folded, opened
from cases.domain.reference import reference_of
from cases.domain.rights import Guard
from cases.domain.rules import civil_day
from cases.store import cases, consent, duplicates, erasures, files, history, intake, wordings
from cases.store.desk import Desk
from cases.store.rules import moment
from cases.store.viewers import viewer_of
from contracts.cases import CaseSubmitted
from contracts.lists import Clock, CloseResult, Door, MissingItem, Role, SenioritySource, TransferCause
from contracts.refusal import FieldError, Refused
from eventing.db import Tx
from eventing.outbox import append
from webui.accounts import load_account
from webui.identity import User


async def submit_case(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    file: CaseFile,
    information: Information | None,
    agreement: Agreement | None,
    *,
    door: Door = Door.REFERRER,
    referrer: tuple[UUID, UUID] | None = None,
    version: int | None = None,
) -> Case:
    """Transmit a draft. The same id again answers the case as it stands.

    `referrer` is (person, organisation), for an agent who transmits on somebody's behalf. Raises Refused 422
    with every fault of the file; the draft stays as it was typed.
    """
    await lock(tx, case_id)
    viewer = await viewer_of(tx, user, desk.territory)
    may_write(viewer)
    known = await cases.load(tx, case_id)
    if known is not None:
        return (await held(tx, desk, user, case_id, "complete")).case
    draft = await open_draft(tx, desk, user, case_id)
    expect_version(draft.version, version)
    if referrer is not None and not viewer.has(Role.SIAO_AGENT, Role.COORDINATOR):
        raise Refused("forbidden", "Seuls le SIAO et la coordination saisissent au nom d’un référent.", 403)
    if referrer is not None:
        await expect_referrer(tx, *referrer, "/referrer")
    follower, organisation = referrer or (draft.referrer_id, draft.organisation_id)
    asked = Submission(
        case_id=case_id,
        household_id=draft.household_id,
        case_ref=await new_reference(tx),
        territory=desk.territory,
        door=door,
        referrer_id=follower,
        organisation_id=organisation,
        file=file,
        information=information,
    )
    return await transmit(
        tx,
        desk,
        asked,
        agreement,
        partner_id=await intake.partner_of(tx, case_id),
        on_behalf_of=str(follower) if referrer else None,
    )


async def expect_referrer(tx: Tx, person_id: UUID, organisation_id: UUID, pointer: str) -> None:
    """Raises Refused 409 for somebody without an open account in that organisation."""
    account = await load_account(tx, person_id)
    if account is None or not account.active or account.user.organisation_id != organisation_id:
        text = "Cette personne n’a pas de compte ouvert dans cette structure."
        raise Refused("unknown_referrer", text, 409, [FieldError(pointer, "unknown_referrer", text)])


async def transmit(
    tx: Tx,
    desk: Desk,
    asked: Submission,
    agreement: Agreement | None,
    *,
    partner_id: UUID | None = None,
    on_behalf_of: str | None = None,
) -> Case:
    """Write a first transmission, whoever it comes from: a draft, or a partner's software (intake)."""
    at = await moment(tx, asked.territory)
    facts = rule.submit(asked, at)
    first = facts[0]
    assert isinstance(first, CaseSubmitted)
    assert asked.information is not None
    await erasures.refuse_erased(tx, asked.household_id)
    await files.put_household(tx, asked.household_id, asked.territory, at.today)
    await files.touch(tx, asked.household_id, at.today)
    await files.add_version(tx, desk.vault, asked.case_id, asked.household_id, 1, "submitted", asked.file)
    await consent.add_information(tx, asked.case_id, asked.household_id, asked.information)
    if agreement is not None:
        await consent.add_agreement(tx, asked.case_id, asked.household_id, agreement)
    case = folded(opened(first), facts[1:], at.today)
    protected = asked.file.social.protected
    guard = Guard(
        protected=protected,
        audience=frozenset({asked.referrer_id}) if protected else frozenset(),
        partners=frozenset({partner_id} if partner_id else ()),
    )
    await cases.insert_case(tx, case, guard)
    if protected:
        await cases.update_guard(tx, case.case_id, guard)
    await files.delete_draft(tx, asked.case_id)
    await duplicates.find(tx, asked.case_id)
    events = await append(tx, *facts)
    await history.add(tx, case.case_id, facts, events, history.differences(None, case), on_behalf_of)
    return case


async def new_reference(tx: Tx) -> str:
    """A reference that no case has."""
    while True:
        reference = reference_of(tx.new_id())
        if await cases.find(tx, reference) is None:
            return reference


async def ask_completion(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    missing: Iterable[MissingItem],
    due_on: date,
    text: str = "",
    version: int | None = None,
) -> Case:
    """Ask the referrer for what is missing, in a few words if need be."""
    taken = await hold(tx, desk, user, case_id, "ask_completion")
    expect_version(taken.stored.version, version)
    facts = rule.ask_completion(taken.case, missing, due_on, taken.at)
    await wordings.add(tx, desk.vault, case_id, case_id, "completion", text)
    return await record(tx, taken.stored, facts)


async def complete_case(
    tx: Tx, desk: Desk, user: User, case_id: UUID, file: CaseFile, version: int | None = None
) -> Case:
    """The referrer sends the file again, with what was missing."""
    taken = await hold(tx, desk, user, case_id, "complete")
    expect_version(taken.stored.version, version)
    facts = rule.complete(taken.case)
    await keep_file(tx, desk, taken.case, taken.case.file_version + 1, "completed", file)
    return await record(tx, taken.stored, facts)


async def keep_file(tx: Tx, desk: Desk, case: Case, version: int, kept_for: str, file: CaseFile) -> None:
    """Keep a version of the file; the household was dealt with today."""
    await files.add_version(tx, desk.vault, case.case_id, case.household_id, version, kept_for, file)
    await hide_as_asked(tx, case, file)
    await files.touch(tx, case.household_id, civil_day(tx.now))
    await files.delete_draft(tx, case.case_id)
    await duplicates.find(tx, case.case_id)


async def reject_case(
    tx: Tx, desk: Desk, user: User, case_id: UUID, reason: str, note: str = "", version: int | None = None
) -> Case:
    """Inadmissible, for a reason; appealable."""
    taken = await hold(tx, desk, user, case_id, "reject")
    expect_version(taken.stored.version, version)
    facts = rule.reject(taken.case, reason, note, taken.at)
    await wordings.add(tx, desk.vault, case_id, case_id, f"reason {reason}", note or reason)
    return await record(tx, taken.stored, facts)


async def admit_case(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    without_agreement: str = "",
    version: int | None = None,
) -> Case:
    """The case may be put on an agenda."""
    taken = await hold(tx, desk, user, case_id, "admit")
    expect_version(taken.stored.version, version)
    agreement = await consent.agreement(tx, case_id)
    facts = rule.admit(taken.case, agreement, taken.at, without_agreement)
    await wordings.add(
        tx, desk.vault, case_id, case_id, "without_agreement", without_agreement, reserved=True
    )
    return await record(tx, taken.stored, facts)


async def suspend_case(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    until: date | None,
    clocks: Iterable[Clock],
    version: int | None = None,
) -> Case:
    """Put on hold."""
    return await act(
        tx,
        desk,
        user,
        case_id,
        "suspend",
        lambda case, at: rule.suspend(case, until, clocks, at),
        version=version,
    )


async def resume_case(tx: Tx, desk: Desk, user: User, case_id: UUID, version: int | None = None) -> Case:
    """Go on."""
    return await act(tx, desk, user, case_id, "suspend", rule.resume, version=version)


async def transfer_case(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    to: tuple[UUID, UUID],
    cause: TransferCause,
    former_until: date | None = None,
    version: int | None = None,
) -> Case:
    """Another referrer (person, organisation) follows; the team of the former one ends with it."""
    taken = await hold(tx, desk, user, case_id, "transfer")
    expect_version(taken.stored.version, version)
    facts = rule.transfer(taken.case, *to, cause, former_until, taken.at)
    audience = taken.stored.guard.audience
    if taken.stored.guard.protected:
        audience = audience - {taken.case.referrer_id} | {to[0]}
    guard = replace(taken.stored.guard, team=frozenset(), audience=audience)
    await cases.update_guard(tx, case_id, guard)
    return await record(tx, taken.stored, facts)


async def link_cases(
    tx: Tx, desk: Desk, user: User, case_id: UUID, other_id: UUID, linked: bool, reason: str = ""
) -> Case:
    """Two files of one household, or not after all. Both are locked, both are told."""
    await lock(tx, case_id, other_id)
    mine = await held(tx, desk, user, case_id, "link")
    other = await held(tx, desk, user, other_id, "link")
    facts = rule.link(mine.case, other.case, linked)
    await wordings.add(tx, desk.vault, case_id, other_id, "link", reason, reserved=True)
    for stored in (mine.stored, other.stored):
        await record(tx, stored, [fact for fact in facts if fact.key == str(stored.case.case_id)])
    found = await cases.load(tx, case_id)
    assert found is not None
    return found.case


async def cancel_case(
    tx: Tx, desk: Desk, user: User, case_id: UUID, reason: str, note: str = "", version: int | None = None
) -> Case:
    """End before a result, for a reason."""
    taken = await hold(tx, desk, user, case_id, "cancel")
    expect_version(taken.stored.version, version)
    facts = rule.cancel(taken.case, reason, note, taken.at)
    await wordings.add(tx, desk.vault, case_id, case_id, f"reason {reason}", note or reason)
    return await record(tx, taken.stored, facts)


async def reactivate_case(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    keep_seniority: bool | None = None,
    version: int | None = None,
) -> Case:
    """A cancelled case goes on."""
    return await act(
        tx,
        desk,
        user,
        case_id,
        "reactivate",
        lambda case, at: rule.reactivate(case, keep_seniority, at),
        version=version,
    )


async def close_case(
    tx: Tx, desk: Desk, user: User, case_id: UUID, result: CloseResult, version: int | None = None
) -> Case:
    """Followed to the end."""
    return await act(
        tx, desk, user, case_id, "close", lambda case, at: rule.close(case, result, at), version=version
    )


async def reopen_case(
    tx: Tx, desk: Desk, user: User, case_id: UUID, reason: str, version: int | None = None
) -> Case:
    """A closed case goes on, for a reason."""
    taken = await hold(tx, desk, user, case_id, "reopen")
    expect_version(taken.stored.version, version)
    facts = rule.reopen(taken.case, taken.at)
    await wordings.add(tx, desk.vault, case_id, case_id, "reopening", reason)
    return await record(tx, taken.stored, facts)


async def correct_seniority(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    day: date,
    source: SenioritySource,
    reason: str,
    version: int | None = None,
) -> Case:
    """Another date ranks, with its source and a reason."""
    taken = await hold(tx, desk, user, case_id, "correct_seniority")
    expect_version(taken.stored.version, version)
    facts = rule.correct_seniority(taken.case, day, source, taken.at)
    await wordings.add(tx, desk.vault, case_id, case_id, "seniority", reason)
    return await record(tx, taken.stored, facts)
