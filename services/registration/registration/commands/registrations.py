"""Commands on sign-ups, by visitors, signed-in people and coordinators."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from contracts.lists import Attendance, ByWhom, EmailKind, LinkPurpose, OrgKind, Role, Via
from contracts.refusal import FieldError, Refused
from contracts.registration import LinkRequested
from eventing.db import Tx
from eventing.outbox import append
from eventing.requests import remember
from registration.commands.asked import SignUp, WalkIn
from registration.commands.mailing import link_to_mail, mails_left
from registration.commands.moments import (
    business_day,
    found,
    lock,
    moment,
    roster_of,
    unknown_registration,
)
from registration.commands.rights import FORBIDDEN, allow, is_coordinator
from registration.domain import attendance
from registration.domain import registration as rule
from registration.domain.book import Change, Newcomer
from registration.domain.roster import Entry, Roster, State
from registration.domain.rules import Rules
from registration.store import links, people, rosters
from registration.store.people import Person
from registration.store.rosters import Origin
from webui.identity import User


@dataclass(frozen=True)
class SignedUp:
    """What may be answered. `state` is None for a visitor: the answer tells nothing of who is known.

    The page then says: a message has been sent to that address; it holds what to do next.
    """

    registration_id: UUID
    state: State | None


@dataclass(frozen=True)
class Proved:
    """An address proven: where the sign-up stands, and what its personal link is made of."""

    registration_id: UUID
    commission_id: UUID
    state: State
    link_generation: int


async def sign_up(
    tx: Tx,
    rules: Rules,
    by: User | None,
    commission_id: UUID,
    asked: SignUp,
    *,
    on_behalf: ByWhom | None = None,
) -> SignedUp:
    """Sign somebody up.

    A visitor (`by` None) or a colleague: the address is to be proven within the hold; a known one gets the
    same answer. Oneself, signed in: proven already. `on_behalf` COORDINATOR or IMPORT (coordinator of the
    territory only): on the coordinator's word, window or not, in arrears if `asked.occurred_on` says so.
    Raises Refused `registration_not_open`, `registration_closed`, `commission_cancelled`, `unknown_workshop`,
    `workshop_clash`, `id_taken`, `already_registered` (coordinator only), 404 `unknown_commission`, 429
    `too_many_mails`.
    """
    if asked.occurred_on is not None:
        on_behalf = on_behalf or ByWhom.COORDINATOR
    if on_behalf is not None:
        allow(by, Role.COORDINATOR, territory=(await found(tx, commission_id)).territory)
    person, made = await _person_of(tx, asked, trusted=on_behalf is not None)
    whom, verified = _by_whom(by, person, asked, on_behalf)
    answered = SignedUp(asked.registration_id, None)
    if not verified and await _answered(tx, commission_id, asked.registration_id, person):
        return answered
    roster, repeated = await _locked_for(tx, commission_id, asked.registration_id, person)
    if repeated:
        return SignedUp(asked.registration_id, repeated.state if verified else None)
    organisation = await _organisation_of(tx, asked)
    rule.slots_of(roster.commission, asked.workshops)
    roster = await _without_lapsed(tx, rules, roster, person)
    known = roster.open_of(person.person_id)
    open_now = on_behalf is None and roster.commission.accepts(tx.now)
    if open_now and not verified:
        await _check_mails(tx, rules, person)
    if known is not None and open_now:
        if verified:
            return SignedUp(known.registration_id, known.state)
        await append(tx, await _mail_again(tx, known, asked_by=LinkPurpose.PROVE_ADDRESS))
        return answered
    newcomer = Newcomer(
        asked.registration_id, person.person_id, organisation[1], whom, verified, tuple(asked.workshops)
    )
    now = moment(tx, rules, asked.occurred_on)
    change = rule.sign_up(roster, newcomer, now)
    author = by.account_id if by else None
    origin = Origin(author, asked.organisation_id, organisation[0], now.on if now.in_arrears else None)
    await rosters.save(tx, roster, change.roster, origin)
    entry = change.roster.entry(asked.registration_id)
    mail = [] if verified else [await _mail_proof(tx, entry)]
    await append(tx, *([person.recorded()] if made else []), *change.facts, *mail)
    return SignedUp(asked.registration_id, entry.state if verified else None)


def _by_whom(by: User | None, person: Person, asked: SignUp, on_behalf: ByWhom | None) -> tuple[ByWhom, bool]:
    """Who does it, and whether the address is proven already or vouched for."""
    if on_behalf is not None:
        if on_behalf not in (ByWhom.COORDINATOR, ByWhom.IMPORT):
            raise Refused("forbidden", FORBIDDEN, 403)
        return on_behalf, True
    if by is not None and by.account_id == person.person_id:
        return ByWhom.SELF, True
    return (ByWhom.COLLEAGUE if by is not None or asked.for_colleague else ByWhom.SELF), False


async def _person_of(tx: Tx, asked: SignUp | WalkIn, *, trusted: bool) -> tuple[Person, bool]:
    """The person of that address, and whether the directory has news of it.

    A visitor's words never overwrite a known person's names; nor does a claimed organisation become theirs.
    """
    person = await people.person_by_email(tx, asked.email)
    if person is None:
        organisation_id = asked.organisation_id if trusted else None
        person = Person(
            tx.new_id(),
            1,
            asked.email,
            EmailKind.UNKNOWN,
            asked.given_name,
            asked.family_name,
            organisation_id if organisation_id and await people.organisation(tx, organisation_id) else None,
            None,
        )
        if await people.insert_person(tx, person):
            return person, True
        person = await people.person_by_email(tx, asked.email)
        assert person is not None, "the address was taken meanwhile"
    if trusted and not (person.given_name or person.family_name) and (asked.given_name or asked.family_name):
        named = replace(
            person,
            version=person.version + 1,
            given_name=asked.given_name,
            family_name=asked.family_name,
        )
        await people.update_person(tx, named)
        return named, True
    return person, False


async def _locked_for(
    tx: Tx, commission_id: UUID, registration_id: UUID, person: Person
) -> tuple[Roster, Entry | None]:
    """The roster under its lock, and the sign-up that this very request made before.

    The id is looked up before the lock, which everybody waits for; on the roster, it may have been taken
    since. Raises Refused when it served elsewhere, or 404.
    """
    before = await rosters.find(tx, registration_id)
    await lock(tx, commission_id, person.person_id)
    roster = await roster_of(tx, commission_id)
    entry = roster.entries.get(registration_id)
    if entry is None and before is None:
        return roster, None
    if entry is None or entry.person_id != person.person_id:
        raise _id_taken()
    return roster, entry


async def _without_lapsed(tx: Tx, rules: Rules, roster: Roster, person: Person) -> Roster:
    """A held seat whose time is over lapses now rather than at its due row's turn."""
    known = roster.open_of(person.person_id)
    if known is None or known.hold_until is None or tx.now < known.hold_until:
        return roster
    change = rule.lapse(roster, known.registration_id, moment(tx, rules))
    await rosters.save(tx, roster, change.roster)
    await append(tx, *change.facts)
    return change.roster


async def _answered(tx: Tx, commission_id: UUID, registration_id: UUID, person: Person) -> bool:
    """Whether this very sign-up was answered before, done or not: its id serves for nobody else.

    Kept also when the address was registered already: else the second use of an id would tell.
    """
    content = f"{commission_id} {person.person_id}".encode()
    try:
        seen = await remember(tx, "visitor", str(registration_id), hashlib.sha256(content).digest())
    except Refused:
        raise _id_taken() from None
    return seen is not None


async def _check_mails(tx: Tx, rules: Rules, person: Person) -> None:
    """Refused 429 when sign-ups have mailed enough to that address this hour, known or not."""
    if not await mails_left(tx, rules, person.person_id, LinkPurpose.PROVE_ADDRESS):
        text = "Trop de messages ont été envoyés à cette adresse depuis une heure. Réessayez plus tard."
        raise Refused("too_many_mails", text, 429)


async def _mail_again(tx: Tx, known: Entry, *, asked_by: LinkPurpose) -> LinkRequested:
    """To whoever owns a known address: the link that its sign-up is waiting for, or the personal one."""
    if known.state is State.PENDING_PROOF:
        return await _mail_proof(tx, known, asked_by)
    link = known.registration_id, known.person_id, known.link_generation
    return await link_to_mail(tx, LinkPurpose.PARTICIPATION, *link, asked_by=asked_by)


def _id_taken() -> Refused:
    return Refused("id_taken", "Cet identifiant d’inscription a déjà servi.")


async def _organisation_of(tx: Tx, asked: SignUp | WalkIn) -> tuple[str | None, OrgKind]:
    if asked.organisation_id is None:
        return asked.organisation_name, asked.organisation_kind or OrgKind.UNKNOWN
    known = await people.organisation(tx, asked.organisation_id)
    if known is None:
        text = "Cette structure n’existe pas."
        raise Refused(
            "unknown_organisation", text, 409, [FieldError("/organisation_id", "unknown_organisation", text)]
        )
    return None, known.kind


async def _mail_proof(
    tx: Tx, entry: Entry, asked_by: LinkPurpose = LinkPurpose.PROVE_ADDRESS
) -> LinkRequested:
    assert entry.hold_until is not None, "an unproven seat is held until some instant"
    link_id = tx.new_id()
    await links.add_link(
        tx,
        link_id=link_id,
        person_id=entry.person_id,
        purpose=LinkPurpose.PROVE_ADDRESS,
        until=entry.hold_until,
        registration_id=entry.registration_id,
    )
    link = link_id, entry.person_id, 1, entry.hold_until
    return await link_to_mail(tx, LinkPurpose.PROVE_ADDRESS, *link, asked_by=asked_by)


async def prove(tx: Tx, rules: Rules, link_id: UUID, generation: int) -> Proved:
    """Prove an address with a `prove_address` link, once. Refused 410 `link_used` or `link_expired`."""
    link = await links.lock_link(tx, link_id)
    if link is None or link["purpose"] != LinkPurpose.PROVE_ADDRESS or link["generation"] != generation:
        raise Refused("unknown_link", "Ce lien n’existe pas : vérifiez qu’il est entier.", 404)
    if link["used_at"] is not None:
        raise Refused("link_used", "Ce lien a déjà servi : votre adresse est confirmée.", 410)
    if tx.now >= link["until"]:
        raise Refused("link_expired", "Ce lien n’est plus valable : inscrivez-vous à nouveau.", 410)
    tx.actor = f"person:{link['person_id']}"
    where = await rosters.find(tx, link["registration_id"])
    if where is None:
        raise unknown_registration()
    await lock(tx, where.commission_id)
    roster = await roster_of(tx, where.commission_id)
    change = rule.prove(roster, link["registration_id"], moment(tx, rules))
    await links.use_link(tx, link_id)
    await rosters.save(tx, roster, change.roster)
    await _note_proven(tx, link["person_id"])
    await append(tx, *change.facts)
    entry = change.roster.entry(link["registration_id"])
    return Proved(entry.registration_id, where.commission_id, entry.state, entry.link_generation)


async def _note_proven(tx: Tx, person_id: UUID) -> None:
    person = await people.person(tx, person_id, lock=True)
    assert person is not None, "links have a person"
    if person.proven_at is None:
        await people.update_person(tx, replace(person, proven_at=tx.now))


async def send_participation_link(tx: Tx, rules: Rules, commission_id: UUID, email: str) -> None:
    """Mail the personal link again, if that address is registered; silent otherwise and over the limit."""
    await found(tx, commission_id)
    person = await people.person_by_email(tx, email)
    if person is None:
        return
    await lock(tx, commission_id, person.person_id)
    roster = await _without_lapsed(tx, rules, await roster_of(tx, commission_id), person)
    known = roster.open_of(person.person_id)
    if known is None or not await mails_left(tx, rules, person.person_id, LinkPurpose.PARTICIPATION):
        return
    await append(tx, await _mail_again(tx, known, asked_by=LinkPurpose.PARTICIPATION))


async def change_registration(
    tx: Tx,
    rules: Rules,
    by: User | None,
    registration_id: UUID,
    workshops: list[UUID],
    occurred_on: date | None = None,
) -> State:
    """Choose other workshops, as coordinator: the whole new list."""
    roster = await _locked(tx, by, registration_id, Role.COORDINATOR)
    now = moment(tx, rules, occurred_on)
    change = rule.change_workshops(roster, registration_id, workshops, now)
    return await _keep(tx, roster, change, registration_id)


async def cancel_registration(
    tx: Tx, rules: Rules, by: User | None, registration_id: UUID, occurred_on: date | None = None
) -> State:
    """Cancel somebody's sign-up, as coordinator. Once cancelled, again changes nothing."""
    roster = await _locked(tx, by, registration_id, Role.COORDINATOR)
    now = moment(tx, rules, occurred_on)
    change = rule.cancel(roster, registration_id, ByWhom.COORDINATOR, now)
    return await _keep(tx, roster, change, registration_id)


async def walk_in(tx: Tx, rules: Rules, by: User | None, commission_id: UUID, asked: WalkIn) -> SignedUp:
    """Register somebody at the desk, present; no place is counted. From the commission's day on."""
    commission = await found(tx, commission_id)
    user = allow(by, Role.COORDINATOR, Role.SIAO_AGENT, territory=commission.territory)
    person, made = await _person_of(tx, asked, trusted=is_coordinator(by, commission.territory))
    roster, repeated = await _locked_for(tx, commission_id, asked.registration_id, person)
    if repeated:
        return SignedUp(asked.registration_id, repeated.state)
    organisation = await _organisation_of(tx, asked)
    newcomer = Newcomer(
        asked.registration_id, person.person_id, organisation[1], ByWhom.COORDINATOR, verified=True
    )
    on = business_day(tx, commission, asked.occurred_on)
    now = moment(tx, rules, on)
    change = attendance.walk_in(roster, newcomer, now)
    past = now.on if now.in_arrears else None
    origin = Origin(user.account_id, asked.organisation_id, organisation[0], past)
    await rosters.save(tx, roster, change.roster, origin)
    await rosters.put_attendance(tx, asked.registration_id, None, Attendance.PRESENT, Via.DESK)
    await append(tx, *([person.recorded()] if made else []), *change.facts)
    return SignedUp(asked.registration_id, change.roster.entry(asked.registration_id).state)


async def record_attendance(
    tx: Tx,
    by: User | None,
    registration_id: UUID,
    status: Attendance,
    *,
    via: Via = Via.SHEET,
    workshop_id: UUID | None = None,
    occurred_on: date | None = None,
) -> None:
    """Say who was there (coordinator, SIAO agent), from the commission's day on. The latest value wins."""
    roster = await _locked(tx, by, registration_id, Role.COORDINATOR, Role.SIAO_AGENT)
    on = business_day(tx, roster.commission, occurred_on)
    change = attendance.record_attendance(
        roster, registration_id, status, via, workshop_id, moment(tx, Rules(), on)
    )
    await rosters.put_attendance(tx, registration_id, workshop_id, status, via)
    await _keep(tx, roster, change, registration_id)


async def _locked(tx: Tx, by: User | None, registration_id: UUID, *roles: Role) -> Roster:
    where = await rosters.find(tx, registration_id)
    if where is None:
        raise unknown_registration()
    commission = await found(tx, where.commission_id)
    allow(by, *roles, territory=commission.territory)
    await lock(tx, where.commission_id)
    return await roster_of(tx, where.commission_id)


async def _keep(tx: Tx, before: Roster, change: Change, registration_id: UUID) -> State:
    await rosters.save(tx, before, change.roster)
    await append(tx, *change.facts)
    return change.roster.entry(registration_id).state
