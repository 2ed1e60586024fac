"""Statements on the tables of notifications: memory on one side, messages and attempts on the other."""

from sqlalchemy import (
    ColumnElement,
    Executable,
    Table,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from contracts.topics import NOTIFICATIONS
from eventing.db import Tx, run, run_one
from eventing.outbox import LOCK
from notifications.tables import (
    ACCOUNT,
    AGENDA,
    ATTEMPT,
    CASE,
    COMMISSION,
    ERASED,
    ERASED_CASE,
    MESSAGE,
    ORIENTATION,
    PANEL,
    PERSON,
    REGISTRATION,
    SUSPENSION,
    WORDING,
)


def _put(table: Table, key: str, *, newer: bool = False) -> Executable:
    """Insert a row or replace it; with `newer`, only by a higher version."""
    new = insert(table).values({column.name: bindparam(column.name) for column in table.columns})
    return new.on_conflict_do_update(
        index_elements=[key],
        set_={column.name: new.excluded[column.name] for column in table.columns if column.name != key},
        where=table.c.version < new.excluded.version if newer else None,
    )


def _among(column: ColumnElement[str], *values: str) -> ColumnElement[bool]:
    """One of a few fixed values; `in_` would be expanded at each execution."""
    return or_(*(column == value for value in values))


PUT_PERSON = _put(PERSON, "person_id", newer=True)
PUT_WORDING = _put(WORDING, "commission_id", newer=True)
PUT_COMMISSION = _put(COMMISSION, "commission_id")
PUT_REGISTRATION = _put(REGISTRATION, "registration_id")
COMMISSION_OF = select(COMMISSION).where(COMMISSION.c.commission_id == bindparam("id"))
REGISTRATION_OF = (
    select(REGISTRATION).where(REGISTRATION.c.registration_id == bindparam("id")).with_for_update()
)
RAISE_GENERATION = (
    update(REGISTRATION)
    .where(REGISTRATION.c.registration_id == bindparam("id"))
    .values(link_generation=func.greatest(REGISTRATION.c.link_generation, bindparam("generation")))
)
CONCERNED = (
    select(REGISTRATION)
    .where(
        REGISTRATION.c.commission_id == bindparam("commission"),
        _among(REGISTRATION.c.state, "confirmed", "waitlisted", "offered"),
    )
    .order_by(REGISTRATION.c.registration_id)
)
REGISTRATIONS_OF_PERSON = select(REGISTRATION.c.registration_id).where(
    REGISTRATION.c.person_id == bindparam("person")
)
MARK_COMMISSION = (
    update(COMMISSION)
    .where(COMMISSION.c.commission_id == bindparam("id"))
    .values(state=bindparam("new_state"))
)
MOVE_COMMISSION = (
    update(COMMISSION)
    .where(COMMISSION.c.commission_id == bindparam("id"))
    .values(starts_at=bindparam("start"), ends_at=bindparam("end"), dated_by=bindparam("event"))
)
SET_WORKSHOPS = (
    update(COMMISSION)
    .where(COMMISSION.c.commission_id == bindparam("id"))
    .values(workshops_before=COMMISSION.c.workshops, workshops=bindparam("new_workshops"))
)
REMEMBER_ERASED = (
    insert(ERASED)
    .values(person_id=bindparam("person_id"), erased_on=bindparam("erased_on"))
    .on_conflict_do_nothing()
)
IS_ERASED = select(ERASED.c.person_id).where(ERASED.c.person_id == bindparam("id"))
FORGET_PERSON = delete(PERSON).where(PERSON.c.person_id == bindparam("id"))
FORGET_REGISTRATIONS = delete(REGISTRATION).where(REGISTRATION.c.person_id == bindparam("id"))
FORGET_TEXTS = (
    update(MESSAGE)
    .where(MESSAGE.c.person_id == bindparam("id"))
    .values(
        name=None, email=None, reply_to=None, subject=None, text=None, html=None, calendar=None, details={}
    )
)
FORGET_ACCOUNT = delete(ACCOUNT).where(ACCOUNT.c.person_id == bindparam("id"))
FORGET_SEATS = delete(PANEL).where(PANEL.c.person_id == bindparam("id"))
FORGET_SUSPENSION = delete(SUSPENSION).where(SUSPENSION.c.person_id == bindparam("id"))
FORGET_WORDS = (
    update(ATTEMPT)
    .where(
        ATTEMPT.c.message_id.in_(select(MESSAGE.c.message_id).where(MESSAGE.c.person_id == bindparam("id")))
    )
    .values(words=None)
)

PUT_ACCOUNT = _put(ACCOUNT, "person_id", newer=True)
PUT_CASE = _put(CASE, "case_id")
PUT_AGENDA = _put(AGENDA, "commission_id")
PUT_ORIENTATION = _put(ORIENTATION, "orientation_id")
PUT_SEAT = (
    insert(PANEL)
    .values(commission_id=bindparam("commission"), person_id=bindparam("person"))
    .on_conflict_do_nothing()
)
REMOVE_SEAT = delete(PANEL).where(
    PANEL.c.commission_id == bindparam("commission"), PANEL.c.person_id == bindparam("person")
)
MEMBERS = (
    select(PANEL.c.person_id)
    .where(PANEL.c.commission_id == bindparam("commission"))
    .order_by(PANEL.c.person_id)
)
AGENDA_OF = select(AGENDA).where(AGENDA.c.commission_id == bindparam("id"))
FORGET_AGENDA = delete(AGENDA).where(AGENDA.c.commission_id == bindparam("id"))
ACCOUNT_OF = select(ACCOUNT).where(ACCOUNT.c.person_id == bindparam("id"))
COLLEAGUES = (
    select(ACCOUNT.c.person_id)
    .where(ACCOUNT.c.organisation_id == bindparam("organisation"), ACCOUNT.c.state == "active")
    .order_by(ACCOUNT.c.person_id)
)
COORDINATORS = text(
    """
    SELECT person_id FROM memory_account
    WHERE state = 'active' AND EXISTS (
        SELECT 1 FROM jsonb_array_elements(roles) AS r
        WHERE r ->> 'role' = 'coordinator' AND r ->> 'territory' = :territory
          AND COALESCE(CAST(r ->> 'until' AS date), CAST(:today AS date)) >= CAST(:today AS date))
    ORDER BY person_id
    """
)
CASE_OF = select(CASE).where(CASE.c.case_id == bindparam("id"))
ORIENTATION_OF = select(ORIENTATION).where(ORIENTATION.c.orientation_id == bindparam("id"))
END_ORIENTATION = delete(ORIENTATION).where(ORIENTATION.c.orientation_id == bindparam("id"))
REMEMBER_ERASED_CASE = (
    insert(ERASED_CASE).values(case_id=bindparam("case"), erased_on=bindparam("day")).on_conflict_do_nothing()
)
IS_ERASED_CASE = select(ERASED_CASE.c.case_id).where(ERASED_CASE.c.case_id == bindparam("id"))
FORGET_CASE = delete(CASE).where(CASE.c.case_id == bindparam("id"))
FORGET_ORIENTATIONS = delete(ORIENTATION).where(ORIENTATION.c.case_id == bindparam("id"))
CUT_MESSAGES = (
    update(MESSAGE)
    .where(MESSAGE.c.case_id == bindparam("id"))
    .values(case_id=None, about=MESSAGE.c.message_id, details={}, text=None, html=None)
)
"""Nothing left leads from these messages to the case: the event that caused one would."""

INTEND = (
    insert(MESSAGE)
    .values(
        {
            name: bindparam(name)
            for name in (
                *("message_id", "person_id", "template", "template_version", "category", "priority", "about"),
                *("copy", "resent_from", "state", "created_at", "send_after", "next_at", "expires_at"),
                *("wording_from", "commission_id", "registration_id", "link_id", "link_generation"),
                *("sequence", "details", "case_id"),
            )
        }
    )
    .on_conflict_do_nothing(constraint="message_once")
    .returning(MESSAGE.c.message_id)
)
ONE_MESSAGE = select(MESSAGE).where(MESSAGE.c.message_id == bindparam("id"))
UNWRITTEN_TELLING = select(MESSAGE.c.message_id).where(
    MESSAGE.c.registration_id == bindparam("registration"),
    _among(MESSAGE.c.template, "registration_confirmed", "registration_changed"),
    MESSAGE.c.details["at"].astext == bindparam("at"),
    _among(MESSAGE.c.state, "queued", "sending"),
    MESSAGE.c.written_at.is_(None),
)
OPEN_OF_PERSON = (
    select(MESSAGE.c.message_id)
    .where(MESSAGE.c.person_id == bindparam("person"), _among(MESSAGE.c.state, "queued", "sending"))
    .order_by(MESSAGE.c.message_id)
)
OPEN_OF_CASE = (
    select(MESSAGE.c.message_id, MESSAGE.c.person_id, MESSAGE.c.template, MESSAGE.c.details)
    .where(MESSAGE.c.case_id == bindparam("case"), _among(MESSAGE.c.state, "queued", "sending"))
    .order_by(MESSAGE.c.message_id)
)
TOLD_OF_DECISION = select(MESSAGE.c.message_id).where(
    MESSAGE.c.case_id == bindparam("case"),
    MESSAGE.c.person_id == bindparam("person"),
    MESSAGE.c.template == "case_decided",
    MESSAGE.c.details["at"].astext == bindparam("at"),
)
OPEN_OF_MEMBER = (
    select(MESSAGE.c.message_id, MESSAGE.c.template)
    .where(
        MESSAGE.c.commission_id == bindparam("commission"),
        MESSAGE.c.person_id == bindparam("person"),
        _among(MESSAGE.c.state, "queued", "sending"),
    )
    .order_by(MESSAGE.c.message_id)
)
LAST_COPY = select(func.max(MESSAGE.c.copy)).where(
    MESSAGE.c.about == bindparam("about"),
    MESSAGE.c.person_id == bindparam("person"),
    MESSAGE.c.template == bindparam("code"),
)
COPY_TEXTS = text(
    """
    UPDATE message AS m SET written_at = o.written_at, name = o.name, email = o.email, reply_to = o.reply_to,
           subject = o.subject, text = o.text, html = o.html, calendar = o.calendar
    FROM message AS o WHERE m.message_id = :id AND o.message_id = m.resent_from
    """
)
CLAIM = text(
    """
    UPDATE message SET leased_until = :until, state = 'sending'
    WHERE message_id IN (
        SELECT m.message_id
        FROM message AS m
        LEFT JOIN memory_person AS p ON p.person_id = m.person_id
        LEFT JOIN memory_erased AS e ON e.person_id = m.person_id
        LEFT JOIN memory_registration AS r ON r.registration_id = m.registration_id
        LEFT JOIN memory_commission AS c ON c.commission_id = COALESCE(m.commission_id, r.commission_id)
        LEFT JOIN memory_wording AS w ON w.commission_id = c.commission_id
        WHERE m.state IN ('queued', 'sending') AND m.next_at <= :now
          AND (m.leased_until IS NULL OR m.leased_until <= :now)
          AND (e.person_id IS NOT NULL OR m.expires_at <= :now OR m.written_at IS NOT NULL
               OR (p.person_id IS NOT NULL
                   AND (m.registration_id IS NULL OR r.registration_id IS NOT NULL)
                   AND (m.registration_id IS NULL AND m.commission_id IS NULL OR w.commission_id IS NOT NULL)
                   AND (m.wording_from IS NULL OR w.said_at >= m.wording_from OR m.created_at <= :patience)))
        ORDER BY m.priority, m.next_at, m.message_id LIMIT :batch
        FOR UPDATE OF m SKIP LOCKED
    )
    RETURNING message_id
    """
)
CLAIMED = text(
    """
    SELECT m.*, p.given_name, p.family_name, p.email AS address, e.person_id AS erased,
           s.cause AS suspended, a.state AS account_state,
           r.state AS registration_state, r.workshops AS chosen, r.waits, r.invited,
           r.link_generation AS latest_generation,
           c.commission_id AS about_commission, c.state AS commission_state, c.starts_at,
           c.ends_at, c.dated_by,
           w.title, w.place, w.address AS street, w.video_url, w.contact_email, w.workshops AS workshops
    FROM message AS m
    LEFT JOIN memory_person AS p ON p.person_id = m.person_id
    LEFT JOIN memory_erased AS e ON e.person_id = m.person_id
    LEFT JOIN suspension AS s ON s.person_id = m.person_id
    LEFT JOIN memory_account AS a ON a.person_id = m.person_id
    LEFT JOIN memory_registration AS r ON r.registration_id = m.registration_id
    LEFT JOIN memory_commission AS c ON c.commission_id = COALESCE(m.commission_id, r.commission_id)
    LEFT JOIN memory_wording AS w ON w.commission_id = c.commission_id
    WHERE m.message_id = ANY(CAST(:ids AS uuid[]))
    ORDER BY m.priority, m.next_at, m.message_id
    """
)
WRITE = (
    update(MESSAGE)
    .where(MESSAGE.c.message_id == bindparam("id"), MESSAGE.c.written_at.is_(None))
    .values(
        written_at=bindparam("at"),
        name=bindparam("new_name"),
        email=bindparam("new_email"),
        reply_to=bindparam("new_reply_to"),
        subject=bindparam("new_subject"),
        text=bindparam("new_text"),
        html=bindparam("new_html"),
        calendar=bindparam("new_calendar"),
    )
)
SUSPEND = (
    insert(SUSPENSION)
    .values({column.name: bindparam(column.name) for column in SUSPENSION.columns})
    .on_conflict_do_nothing()
    .returning(SUSPENSION.c.person_id)
)
SUSPENDED = select(SUSPENSION).where(SUSPENSION.c.person_id == bindparam("id")).with_for_update()
STATE_OF = (
    select(MESSAGE.c.state, MESSAGE.c.person_id, MESSAGE.c.attempts, MESSAGE.c.email, MESSAGE.c.leased_until)
    .where(MESSAGE.c.message_id == bindparam("id"))
    .with_for_update()
)
SET_STATE = (
    update(MESSAGE)
    .where(MESSAGE.c.message_id == bindparam("id"))
    .values(
        state=bindparam("new_state"),
        attempts=bindparam("new_attempts"),
        cause=func.coalesce(bindparam("new_cause"), MESSAGE.c.cause),
        leased_until=None,
        closed_at=bindparam("at"),
    )
)
PUT_OFF = (
    update(MESSAGE)
    .where(MESSAGE.c.message_id == bindparam("id"))
    .values(next_at=bindparam("at"), attempts=bindparam("new_attempts"), leased_until=None)
)
NOTE_ATTEMPT = (
    insert(ATTEMPT)
    .values({column.name: bindparam(column.name) for column in ATTEMPT.columns})
    .on_conflict_do_nothing()
)
FORGET_OLD = text(
    """
    DELETE FROM message WHERE message_id IN (
        SELECT message_id FROM message
        WHERE created_at < :before AND state NOT IN ('queued', 'sending') LIMIT 500
    ) RETURNING message_id
    """
)


async def open_stream(tx: Tx, message_id: object) -> None:
    """Locks the stream of a message, whatever else this transaction holds.

    Streams are otherwise locked in order. One of these belongs to one message: whoever else works on it holds
    that one alone, so nobody can wait in a circle.
    """
    name = (NOTIFICATIONS, str(message_id))
    if name not in tx.streams:
        row = await run_one(tx, LOCK, topic=name[0], key=name[1])
        assert row is not None
        tx.streams[name] = row["seq"]


async def is_erased(tx: Tx, person_id: object) -> bool:
    """Whether a person was erased: nothing about them is remembered again."""
    return bool(await run(tx, IS_ERASED, id=person_id))
