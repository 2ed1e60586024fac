"""Sign-ups: the organisers' list and one's own page."""

from collections.abc import Mapping
from uuid import UUID

import asyncpg
from sqlalchemy import bindparam, select, text

from contracts.lists import Attendance, ByWhom, LinkPurpose, OrgKind
from contracts.refusal import Refused
from eventing.db import Tx, run, run_one
from registration.domain.commission import Commission
from registration.domain.roster import OPEN, Choice, Entry, Roster, State
from registration.queries.commissions import commission as commission_view
from registration.store import commissions, rosters
from registration.store.views import (
    ChosenWorkshop,
    LinkView,
    MessageStatus,
    Participant,
    Participation,
)
from registration.tables import LINK, MEMORY_SUSPENDED, ORGANISATION, PERSON, REGISTRATION

_AUTHOR = PERSON.alias("author")
PARTICIPANTS = (
    select(
        REGISTRATION.c.registration_id,
        REGISTRATION.c.received_at,
        REGISTRATION.c.occurred_on,
        REGISTRATION.c.organisation_name,
        PERSON.c.email,
        PERSON.c.given_name,
        PERSON.c.family_name,
        ORGANISATION.c.name.label("organisation"),
        _AUTHOR.c.given_name.label("author_given"),
        _AUTHOR.c.family_name.label("author_family"),
        _AUTHOR.c.email.label("author_email"),
        MEMORY_SUSPENDED.c.cause.label("suspended"),
    )
    .join(PERSON, PERSON.c.person_id == REGISTRATION.c.person_id)
    .outerjoin(ORGANISATION, ORGANISATION.c.organisation_id == REGISTRATION.c.organisation_id)
    .outerjoin(_AUTHOR, _AUTHOR.c.person_id == REGISTRATION.c.author_id)
    .outerjoin(MEMORY_SUSPENDED, MEMORY_SUSPENDED.c.person_id == REGISTRATION.c.person_id)
    .where(REGISTRATION.c.commission_id == bindparam("id"))
    .order_by(REGISTRATION.c.position)
)
MESSAGES = text(
    """
    SELECT DISTINCT ON (m.person_id) m.person_id, m.status, m.template, m.cause, m.at
    FROM memory_message m
    WHERE m.person_id IN (SELECT person_id FROM registration WHERE commission_id = CAST(:id AS uuid))
    ORDER BY m.person_id, m.at DESC
    """
)
ONE_LINK = (
    select(LINK, PERSON.c.email)
    .join(PERSON, PERSON.c.person_id == LINK.c.person_id)
    .where(LINK.c.link_id == bindparam("id"))
)
ONE_PERSON = select(PERSON).where(PERSON.c.person_id == bindparam("id"))


async def participants(tx: Tx, commission_id: UUID, *, everyone: bool = False) -> list[Participant]:
    """Sign-ups in order of position, those that still count; `everyone` adds cancelled and lapsed ones."""
    roster = await rosters.load(tx, commission_id)
    if roster is None:
        return []
    messages = {row["person_id"]: _message(row) for row in await run(tx, MESSAGES, id=commission_id)}
    found = []
    for row in await run(tx, PARTICIPANTS, id=commission_id):
        entry = roster.entries[row["registration_id"]]
        if everyone or entry.state in OPEN:
            found.append(_participant(roster, entry, row, messages))
    return found


def _message(row: asyncpg.Record) -> MessageStatus:
    return MessageStatus(row["status"], row["template"], row["cause"], row["at"])


def _participant(
    roster: Roster, entry: Entry, row: asyncpg.Record, messages: Mapping[UUID, MessageStatus]
) -> Participant:
    author = " ".join(filter(None, (row["author_given"], row["author_family"]))) or row["author_email"]
    return Participant(
        registration_id=entry.registration_id,
        person_id=entry.person_id,
        position=entry.position,
        state=entry.state,
        rank=_rank(roster, entry),
        given_name=row["given_name"],
        family_name=row["family_name"],
        email=row["email"],
        organisation=row["organisation"] or row["organisation_name"],
        organisation_kind=OrgKind(entry.organisation_kind),
        by=ByWhom(entry.by),
        author=author,
        workshops=_chosen(roster, entry),
        walk_in=entry.walk_in,
        late=entry.late,
        attendance=Attendance(entry.attendance) if entry.attendance else None,
        occurred_on=row["occurred_on"],
        received_at=row["received_at"],
        hold_until=entry.hold_until,
        offer_until=entry.offer_until,
        message=messages.get(entry.person_id),
        suspended=row["suspended"],
        takes_seat=entry.takes_seat,
    )


def _rank(roster: Roster, entry: Entry) -> int | None:
    if entry.state is not State.WAITLISTED:
        return None
    return roster.waiting().index(entry) + 1


def _chosen(roster: Roster, entry: Entry) -> tuple[ChosenWorkshop, ...]:
    titles = {w.workshop_id: w.title for w in roster.commission.workshops}

    def rank(choice: Choice) -> int | None:
        queue = [e.registration_id for e, _ in roster.waiting_for(choice.workshop_id)]
        found = entry.registration_id in queue
        return queue.index(entry.registration_id) + 1 if found else None

    chosen = [
        ChosenWorkshop(c.workshop_id, titles.get(c.workshop_id, ""), c.slot, c.state, rank(c), c.offer_until)
        for c in entry.choices
    ]
    return tuple(sorted(chosen, key=lambda c: (c.slot, c.title)))


async def participation(tx: Tx, registration_id: UUID) -> Participation | None:
    """One sign-up, for the page behind its link; check `open_participation` first."""
    where = await rosters.find(tx, registration_id)
    if where is None:
        return None
    roster = await rosters.load(tx, where.commission_id)
    view = await commission_view(tx, where.commission_id)
    person = await run_one(tx, ONE_PERSON, id=where.person_id)
    assert roster is not None, "a sign-up has its commission"
    assert view is not None, "a sign-up has its commission"
    assert person is not None, "a sign-up has its person"
    entry = roster.entry(registration_id)
    return Participation(
        registration_id=registration_id,
        person_id=where.person_id,
        given_name=person["given_name"],
        family_name=person["family_name"],
        email=person["email"],
        state=entry.state,
        rank=_rank(roster, entry),
        offer_until=entry.offer_until,
        hold_until=entry.hold_until,
        workshops=_chosen(roster, entry),
        video_url=roster.commission.video_url if entry.state is State.CONFIRMED else None,
        link_generation=entry.link_generation,
        commission=view,
    )


async def registration_commission(tx: Tx, registration_id: UUID) -> UUID | None:
    """The commission of a sign-up."""
    where = await rosters.find(tx, registration_id)
    return where.commission_id if where else None


async def registration_state(tx: Tx, registration_id: UUID) -> str:
    """Where a sign-up stands. Raises Refused 404."""
    where = await rosters.find(tx, registration_id)
    if where is None:
        raise Refused("unknown_registration", "Cette inscription n’existe pas.", 404)
    return where.state.value


async def link(tx: Tx, purpose: LinkPurpose, link_id: UUID, generation: int) -> LinkView | None:
    """What stands behind a sign-in or proof link; None when there is none."""
    row = await run_one(tx, ONE_LINK, id=link_id)
    if row is None or row["purpose"] != purpose or row["generation"] != generation:
        return None
    commission: Commission | None = None
    if row["registration_id"] is not None:
        where = await rosters.find(tx, row["registration_id"])
        commission = await commissions.load(tx, where.commission_id) if where else None
    state = "used" if row["used_at"] else "expired" if tx.now >= row["until"] else "open"
    return LinkView(state, row["until"], row["registration_id"], commission, row["email"])
