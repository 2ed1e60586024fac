"""What people do to a case between its transmission and its end: each act once, for pages and programs.

`ACTS` says for each its right, the command of the machine that allows it in a state, and the shape of what is
asked. Proposals, sittings and decisions have their own doors.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cases.commands import admission as do
from cases.commands import asked, consent, guarding, notes
from cases.commands.asking import ask_for_household
from cases.commands.moments import held, lock
from cases.domain import lifecycle
from cases.domain.case import Case
from cases.domain.file import Agreement, Information
from cases.domain.reference import read_reference
from cases.domain.rights import ACTS as RIGHTS
from cases.domain.rights import Sight
from cases.store import cases
from cases.store.desk import Desk
from contracts.lists import Role
from contracts.refusal import FieldError, Refused
from eventing.db import Tx
from webui.accounts import load_account
from webui.identity import User

Run = Callable[[Tx, Desk, User, UUID, Any], Awaitable[object]]


@dataclass(frozen=True)
class Act:
    """One act. `command` None: in any state."""

    right: str
    command: str | None
    shape: type[asked.Asked]
    run: Run

    def open_to(self, case: Case, seen: Sight) -> bool:
        """Whether a page may offer it now."""
        if not seen.capacities & RIGHTS[self.right]:
            return False
        if self.command is None:
            return True
        held = case.suspended and self.command not in lifecycle.WHILE_SUSPENDED
        if self.command in ("suspend", "resume") and case.suspended != (self.command == "resume"):
            return False
        return case.state in lifecycle.ALLOWED[self.command] and not held


async def _complete(tx: Tx, desk: Desk, user: User, case_id: UUID, a: asked.Completion) -> object:
    return await do.ask_completion(tx, desk, user, case_id, a.missing, a.due_on, a.text, a.version)


async def _reject(tx: Tx, desk: Desk, user: User, case_id: UUID, a: asked.Judged) -> object:
    return await do.reject_case(tx, desk, user, case_id, a.reason, a.note, a.version)


async def _admit(tx: Tx, desk: Desk, user: User, case_id: UUID, a: asked.Admission) -> object:
    return await do.admit_case(tx, desk, user, case_id, a.without_agreement, a.version)


async def _suspend(tx: Tx, desk: Desk, user: User, case_id: UUID, a: asked.Suspension) -> object:
    return await do.suspend_case(tx, desk, user, case_id, a.until, a.clocks, a.version)


async def _resume(tx: Tx, desk: Desk, user: User, case_id: UUID, a: asked.Plain) -> object:
    return await do.resume_case(tx, desk, user, case_id, a.version)


async def _transfer(tx: Tx, desk: Desk, user: User, case_id: UUID, a: asked.Transfer) -> object:
    account = await load_account(tx, a.referrer_id)
    if account is None or not account.active or account.user.organisation_id != a.organisation_id:
        raise _field(
            "unknown_referrer", "Cette personne n’a pas de compte ouvert dans cette structure.", "to"
        )
    if not account.user.has(Role.REFERRER, territory=desk.territory):
        raise _field("not_a_referrer", "Cette personne n’est pas référente sur ce territoire.", "to")
    to = (a.referrer_id, a.organisation_id)
    return await do.transfer_case(tx, desk, user, case_id, to, a.cause, a.former_until, a.version)


async def _link(tx: Tx, desk: Desk, user: User, case_id: UUID, a: asked.Linking) -> object:
    reference = read_reference(a.reference)
    other = await cases.find(tx, reference) if reference else None
    words = "Aucun dossier ouvert à vous ne porte cette référence."
    if other is None:
        raise _field("unknown_reference", words, "reference")
    await lock(tx, case_id, other)
    await held(tx, desk, user, case_id, "link")
    try:
        await held(tx, desk, user, other, "link")
    except Refused as refusal:
        raise _field("unknown_reference", words, "reference") from refusal
    return await do.link_cases(tx, desk, user, case_id, other, a.linked, a.reason)


async def _cancel(tx: Tx, desk: Desk, user: User, case_id: UUID, a: asked.Judged) -> object:
    return await do.cancel_case(tx, desk, user, case_id, a.reason, a.note, a.version)


async def _reactivate(tx: Tx, desk: Desk, user: User, case_id: UUID, a: asked.Reactivation) -> object:
    return await do.reactivate_case(tx, desk, user, case_id, a.keep_seniority, a.version)


async def _close(tx: Tx, desk: Desk, user: User, case_id: UUID, a: asked.Closing) -> object:
    return await do.close_case(tx, desk, user, case_id, a.result, a.version)


async def _reopen(tx: Tx, desk: Desk, user: User, case_id: UUID, a: asked.Reopening) -> object:
    return await do.reopen_case(tx, desk, user, case_id, a.reason, a.version)


async def _seniority(tx: Tx, desk: Desk, user: User, case_id: UUID, a: asked.Seniority) -> object:
    return await do.correct_seniority(
        tx, desk, user, case_id, a.seniority_from, a.source, a.reason, a.version
    )


async def _protect(tx: Tx, desk: Desk, user: User, case_id: UUID, a: asked.Protection) -> object:
    return await guarding.protect_case(tx, desk, user, case_id, a.protected, a.audience, a.version)


async def _share(tx: Tx, desk: Desk, user: User, case_id: UUID, a: asked.Sharing) -> object:
    account = await load_account(tx, a.person_id)
    if account is None or (a.follows and not account.active):
        raise _field("unknown_person", "Cette personne n’a pas de compte ouvert.", "person_id")
    colleague = (a.person_id, account.user.organisation_id)
    return await guarding.share_case(tx, desk, user, case_id, colleague, a.follows)


async def _note(tx: Tx, desk: Desk, user: User, case_id: UUID, a: asked.Noting) -> object:
    return await notes.add_note(tx, desk, user, case_id, a.text, a.reserved)


async def _inform(tx: Tx, desk: Desk, user: User, case_id: UUID, a: asked.Informing) -> object:
    said = Information(informed_on=a.informed_on, how=a.how, language=a.language)
    return await consent.record_information(tx, desk, user, case_id, said)


async def _agree(tx: Tx, desk: Desk, user: User, case_id: UUID, a: asked.Agreeing) -> object:
    said = Agreement(panel=a.panel, landlord=a.landlord, health=a.health, given_on=a.given_on)
    return await consent.record_agreement(tx, desk, user, case_id, said)


async def _withdraw(tx: Tx, desk: Desk, user: User, case_id: UUID, a: asked.Withdrawing) -> object:
    return await consent.withdraw_agreement(tx, desk, user, case_id, a.withdrawn_on)


async def _ask(tx: Tx, desk: Desk, user: User, case_id: UUID, a: asked.Demand) -> object:
    return await ask_for_household(tx, desk, user, case_id, a.request_id, a.kind, a.text, a.received_on)


ACTS: Mapping[str, Act] = {
    "completion": Act("ask_completion", "ask_completion", asked.Completion, _complete),
    "rejection": Act("reject", "reject", asked.Judged, _reject),
    "admission": Act("admit", "admit", asked.Admission, _admit),
    "suspension": Act("suspend", "suspend", asked.Suspension, _suspend),
    "resumption": Act("suspend", "resume", asked.Plain, _resume),
    "transfer": Act("transfer", "transfer", asked.Transfer, _transfer),
    "links": Act("link", None, asked.Linking, _link),
    "cancellation": Act("cancel", "cancel", asked.Judged, _cancel),
    "reactivation": Act("reactivate", "reactivate", asked.Reactivation, _reactivate),
    "closing": Act("close", "close", asked.Closing, _close),
    "reopening": Act("reopen", "reopen", asked.Reopening, _reopen),
    "seniority": Act("correct_seniority", "correct_seniority", asked.Seniority, _seniority),
    "protection": Act("protect", None, asked.Protection, _protect),
    "team": Act("transfer", "transfer", asked.Sharing, _share),
    "notes": Act("note", None, asked.Noting, _note),
    "information": Act("record_agreement", None, asked.Informing, _inform),
    "agreement": Act("record_agreement", None, asked.Agreeing, _agree),
    "agreement-withdrawal": Act("record_agreement", None, asked.Withdrawing, _withdraw),
    "requests": Act("record_agreement", None, asked.Demand, _ask),
}
"""Every act by the last word of its address for programs."""


def _field(code: str, text: str, name: str) -> Refused:
    return Refused(code, text, 409, [FieldError(f"/{name}", code, text)])
