"""A partner's software sent a file: it becomes a case, a new version of one, or waits for somebody to look.

Nothing that a person typed since is ever replaced, and a file taken back takes back nothing of theirs.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from pydantic import SecretStr, ValidationError

from cases.commands.admission import new_reference, transmit
from cases.commands.erasing import ask_erasure
from cases.commands.guarding import hide_as_asked
from cases.commands.moments import lock, record
from cases.domain import sent
from cases.domain.admission import Submission
from cases.domain.case import Case
from cases.domain.file import CaseFile
from cases.domain.sent import Envelope, Received, SentCase
from cases.store import cases, erasures, files, history, intake, wordings
from cases.store.cases import Stored
from cases.store.desk import Desk
from cases.store.intake import Intake
from cases.store.rules import moment
from contracts import cases as say
from contracts.directory import PersonRecorded
from contracts.intake import IntakeSubmitted
from contracts.lists import CaseState, Door, EraseGround
from contracts.refusal import Refused
from contracts.registration import PersonErased
from eventing import subscription
from eventing.db import Tx
from webui.sealing import unseal

EDITABLE = frozenset({CaseState.SUBMITTED, CaseState.INCOMPLETE})


@dataclass(frozen=True)
class Intakes:
    """The policies of partners' files, with the keys that open them."""

    desk: Desk
    private_keys: Sequence[SecretStr]

    async def when_intake_submitted_take_it(
        self, tx: Tx, event: subscription.Received[IntakeSubmitted]
    ) -> None:
        """A case or a request for erasure; the last version of a record wins, an older one is nothing."""
        found = Envelope.model_validate_json(self._opened(event.fact.sealed))
        if await erasures.is_erased(tx, found.household_id):
            return
        tx.actor = f"partner:{found.partner_id}"
        if found.record == "erasure":
            ground = str(found.data.get("ground", ""))
            known = EraseGround(ground) if ground in EraseGround._value2member_map_ else EraseGround.REQUEST
            await ask_erasure(tx, found.household_id, known, tx.actor)
            return
        known_record = await intake.find(tx, found.record_id)
        if known_record is not None and found.revision <= known_record.revision:
            return
        case_id = known_record.case_id if known_record and known_record.case_id else tx.new_id()
        await lock(tx, case_id)
        await self._take(tx, found, known_record, case_id)

    def _opened(self, text: str) -> bytes:
        return unseal([key.get_secret_value() for key in self.private_keys], text)

    async def _take(self, tx: Tx, found: Envelope, before: Intake | None, case_id: UUID) -> None:
        stored = await cases.load(tx, case_id)
        if found.data.get("void"):
            await self._detach(tx, found, stored)
            return
        data = found.data
        if "sealed" in data and "persons" not in data:
            data = json.loads(self._opened(str(data["sealed"])))
        try:
            read = sent.read(SentCase.model_validate(data), (await moment(tx, self.desk.territory)).today)
        except ValidationError as error:
            await self._wait(tx, found, data, [_fault(each) for each in error.errors()])
            return
        if stored is None:
            await self._first(tx, found, data, read, case_id)
        else:
            await self._again(tx, found, data, read, stored)

    async def _first(
        self, tx: Tx, found: Envelope, data: dict[str, Any], read: Received, case_id: UUID
    ) -> None:
        person, organisation = await self._referrer(tx, found, data)
        asked = Submission(
            case_id=case_id,
            household_id=found.household_id,
            case_ref=await new_reference(tx),
            territory=self.desk.territory,
            door=Door.OTHER,
            referrer_id=person,
            organisation_id=organisation,
            file=read.file,
            information=read.information,
            groups=found.groups,
        )
        try:
            await transmit(tx, self.desk, asked, read.agreement, partner_id=found.partner_id)
        except Refused as refusal:
            faults = [{"pointer": each.pointer, "detail": each.detail} for each in refusal.errors]
            await self._wait(tx, found, data, faults)
            return
        await self._keep_rest(tx, case_id, read)
        await intake.put(tx, _intake(found, tx, "taken", case_id=case_id))

    async def _referrer(self, tx: Tx, found: Envelope, data: dict[str, Any]) -> tuple[UUID, UUID]:
        """Whom the file names; else nobody: the case stands in the queue « sans référent »."""
        email = str(data.get("referrer_email") or "").strip().lower()
        known = await intake.referrer_of(tx, self.desk.vault.digest("email", email)) if email else None
        if known is None:
            return found.partner_id, found.partner_id
        return known[0], known[1] or found.partner_id

    async def _again(
        self, tx: Tx, found: Envelope, data: dict[str, Any], read: Received, stored: Stored
    ) -> None:
        """A later version: it is the file while no person has written in it, else it is proposed to them."""
        case = stored.case
        last = await files.latest(tx, self.desk.vault, case.case_id)
        untouched = last is not None and last.author.startswith("partner:")
        if not untouched or case.state not in EDITABLE:
            sealed = self.desk.vault.seal(found.record_id, data)
            await history.note(tx, case.case_id, "partner_proposed", [])
            await intake.put(tx, _intake(found, tx, "proposed", case_id=case.case_id, sealed=sealed))
            return
        await self._replace(tx, case, read.file)
        await self._keep_rest(tx, case.case_id, read)
        await intake.put(tx, _intake(found, tx, "taken", case_id=case.case_id))
        completed = say.CaseCompleted(case_id=case.case_id, version=case.file_version + 1)
        await record(tx, stored, [completed])

    async def _replace(self, tx: Tx, case: Case, file: CaseFile) -> None:
        version = case.file_version + 1
        await files.add_version(
            tx, self.desk.vault, case.case_id, case.household_id, version, "completed", file
        )
        await hide_as_asked(tx, case, file)

    async def _keep_rest(self, tx: Tx, case_id: UUID, read: Received) -> None:
        for text in read.rest:
            await wordings.add(tx, self.desk.vault, case_id, case_id, "partner_text", text)

    async def _detach(self, tx: Tx, found: Envelope, stored: Stored | None) -> None:
        """The partner took its record back: it sees the case no more; the case stays as people made it."""
        case_id = stored.case.case_id if stored is not None else None
        await intake.put(tx, _intake(found, tx, "detached", case_id=case_id))
        if stored is not None:
            guard = replace(stored.guard, partners=stored.guard.partners - {found.partner_id})
            await cases.update_guard(tx, stored.case.case_id, guard)
            await history.note(tx, stored.case.case_id, "partner_withdrew", [])

    async def _wait(
        self, tx: Tx, found: Envelope, data: dict[str, Any], faults: list[dict[str, Any]]
    ) -> None:
        """Nothing is lost: somebody of the SIAO looks at it."""
        sealed = self.desk.vault.seal(found.record_id, data)
        await intake.put(tx, _intake(found, tx, "waiting", sealed=sealed, faults=faults))

    async def when_person_recorded_remember_the_referrer(
        self, tx: Tx, event: subscription.Received[PersonRecorded]
    ) -> None:
        """By the digest of the address: a file may name them."""
        fact = event.fact
        await intake.put_referrer(
            tx,
            person_id=fact.person_id,
            version=fact.version,
            organisation_id=fact.organisation_id,
            email_digest=self.desk.vault.digest("email", fact.email.lower()),
        )

    async def when_person_erased_forget_the_referrer(
        self, tx: Tx, event: subscription.Received[PersonErased]
    ) -> None:
        """No file finds them any more."""
        await intake.drop_referrer(tx, event.fact.person_id)


def _intake(
    found: Envelope,
    tx: Tx,
    state: str,
    *,
    case_id: UUID | None = None,
    sealed: bytes | None = None,
    faults: list[dict[str, Any]] | None = None,
) -> Intake:
    return Intake(
        found.record_id,
        found.household_id,
        found.partner_id,
        case_id,
        found.revision,
        state,
        sealed,
        faults or [],
        tx.now,
    )


def _fault(error: Any) -> dict[str, Any]:
    """Where and what kind, never the value."""
    return {"pointer": "/" + "/".join(str(each) for each in error["loc"]), "code": error["type"]}
