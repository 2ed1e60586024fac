"""The case panel of a commission: who is named to it. Sight of cases comes from here and nowhere else."""

from dataclasses import replace
from uuid import UUID

from contracts import registration as say
from contracts.lists import EmailKind, MemberReason, Pack, Part, Role, Seat
from contracts.refusal import FieldError, Refused
from eventing.db import Tx
from eventing.outbox import append
from registration.commands.accounts import admit
from registration.commands.asked import AdmitMember, NamePanelMember
from registration.commands.moments import found, lock, moment
from registration.commands.rights import allow
from registration.domain.commission import Commission, CommissionState
from registration.domain.rules import Rules, civil_day
from registration.store import commissions, people
from registration.store.people import Person
from webui.identity import User


async def admit_panel_member(tx: Tx, by: User | None, commission_id: UUID, asked: AdmitMember) -> UUID:
    """Name somebody by address, at the desk too: recorded, able to sign in. The person's id."""
    commission = await found(tx, commission_id)
    allow(by, Role.COORDINATOR, territory=commission.territory)
    await lock(tx, commission_id)
    known = await people.person_by_email(tx, asked.email)
    organisation_id = asked.organisation_id or (known.organisation_id if known else None)
    if organisation_id is None:
        text = "Choisissez l’organisme que cette personne représente."
        raise Refused(
            "organisation_needed", text, 409, [FieldError("/organisation", "organisation_needed", text)]
        )
    if await people.organisation(tx, organisation_id) is None:
        raise Refused("unknown_organisation", "Cette structure n’existe pas.", 404)
    person = known or Person(
        asked.person_id,
        1,
        asked.email,
        EmailKind.PERSONAL,
        asked.given_name,
        asked.family_name,
        organisation_id,
        None,
    )
    member = NamePanelMember(
        organisation_id=organisation_id,
        **asked.model_dump(exclude={"email", "given_name", "family_name", "organisation_id", "person_id"}),
        person_id=person.person_id,
    )
    await _check(tx, commission, member, new=known is None)
    if known is not None:
        person = await _with_names(tx, known, asked)
    person_id = await admit(tx, person, [])
    await _name(tx, commission_id, member.model_copy(update={"person_id": person_id}))
    return person_id


async def _with_names(tx: Tx, known: Person, asked: AdmitMember) -> Person:
    """Names given at the desk complete a record that has none."""
    if known.given_name or known.family_name or not (asked.given_name or asked.family_name):
        return known
    named = replace(
        known, version=known.version + 1, given_name=asked.given_name, family_name=asked.family_name
    )
    await people.update_person(tx, named)
    await append(tx, named.recorded())
    return named


async def name_panel_member(tx: Tx, by: User | None, commission_id: UUID, asked: NamePanelMember) -> None:
    """Name a person to the case panel; naming again with the same terms changes nothing."""
    commission = await found(tx, commission_id)
    allow(by, Role.COORDINATOR, territory=commission.territory)
    await lock(tx, commission_id)
    await _check(tx, commission, asked)
    await _name(tx, commission_id, asked)


async def _name(tx: Tx, commission_id: UUID, asked: NamePanelMember) -> None:
    values = asked.model_dump() | {"commission_id": commission_id}
    row = await commissions.member(tx, commission_id, asked.person_id)
    if row is not None and row["removed_for"] is None and values.items() <= dict(row).items():
        return
    await commissions.put_member(tx, **values)
    on = moment(tx, Rules()).on
    await append(tx, say.PanelMemberNamed(**values, occurred_on=on))


async def _check(tx: Tx, commission: Commission, asked: NamePanelMember, *, new: bool = False) -> None:
    if Part.PANEL not in commission.parts:
        raise Refused("no_panel", "Cette commission n’examine pas de situations.")
    if commission.state is not CommissionState.PUBLISHED:
        raise Refused("not_published", "Publiez la commission avant de nommer ses membres.")
    if not new and await people.person(tx, asked.person_id) is None:
        raise Refused("unknown_person", "Cette personne n’existe pas.", 404)
    if await people.organisation(tx, asked.organisation_id) is None:
        raise Refused("unknown_organisation", "Cette structure n’existe pas.", 404)
    if asked.seat is Seat.UNKNOWN or asked.pack is Pack.UNKNOWN:
        raise Refused("unknown_seat", "Choisissez le siège et la partie du dossier.", 409)
    if asked.undertaking_on > civil_day(tx.now):
        text = "L’engagement de confidentialité doit être déjà signé."
        raise Refused("date_to_come", text, 409, [FieldError("/undertaking_on", "date_to_come", text)])
    await _check_replaced(tx, commission.commission_id, asked)


async def _check_replaced(tx: Tx, commission_id: UUID, asked: NamePanelMember) -> None:
    if asked.substitute_of is None:
        return
    row = await commissions.member(tx, commission_id, asked.substitute_of)
    if row is None or row["removed_for"] is not None or asked.substitute_of == asked.person_id:
        text = "La personne remplacée doit être un autre membre de cette commission."
        raise Refused("unknown_member", text, 409, [FieldError("/substitute_of", "unknown_member", text)])


async def remove_panel_member(
    tx: Tx, by: User | None, commission_id: UUID, person_id: UUID, reason: MemberReason
) -> None:
    """Take a person off the panel: sight of cases ends at once."""
    commission = await found(tx, commission_id)
    allow(by, Role.COORDINATOR, territory=commission.territory)
    await lock(tx, commission_id)
    row = await commissions.member(tx, commission_id, person_id)
    if row is None:
        raise Refused("unknown_member", "Cette personne n’est pas membre de la commission.", 404)
    if row["removed_for"] is not None:
        return
    await commissions.remove_member(tx, commission_id, person_id, reason.value)
    removed = say.PanelMemberRemoved(
        commission_id=commission_id, person_id=person_id, reason=reason, occurred_on=moment(tx, Rules()).on
    )
    await append(tx, removed)
