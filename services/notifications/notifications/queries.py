"""The log of messages as pages and programs read it: by state, by template, newest first."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, text

from contracts.lists import DropCause, Failure, label
from contracts.refusal import Refused
from eventing.db import Tx, run, run_one
from notifications.domain import TEMPLATES, State
from notifications.tables import ATTEMPT, MESSAGE

PAGE = 50
CURSOR = "^[0-9]{16}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
"""The form of a cursor: microseconds, then the last message seen."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
COUNTS = select(MESSAGE.c.state, func.count().label("n")).group_by(MESSAGE.c.state)
LOG = text(
    """
    SELECT m.message_id, m.person_id, m.template, m.template_version, m.category, m.state, m.cause,
           m.created_at,
           m.send_after, m.next_at, m.closed_at, m.attempts, m.copy, m.resent_from, m.commission_id,
           COALESCE(m.name, concat_ws(' ', p.given_name, p.family_name)) AS name,
           COALESCE(m.email, p.email) AS email, m.subject, m.text, w.title
    FROM message AS m
    LEFT JOIN memory_person AS p ON p.person_id = m.person_id
    LEFT JOIN memory_wording AS w ON w.commission_id = m.commission_id
    WHERE (CAST(:state AS text) IS NULL OR m.state = :state)
      AND (CAST(:template AS text) IS NULL OR m.template = :template)
      AND (CAST(:before AS timestamptz) IS NULL
           OR (m.created_at, m.message_id) < (:before, CAST(:before_id AS uuid)))
      AND (CAST(:id AS uuid) IS NULL OR m.message_id = :id)
    ORDER BY m.created_at DESC, m.message_id DESC LIMIT CAST(:most AS int)
    """
)
ATTEMPTS = select(ATTEMPT).where(ATTEMPT.c.message_id == bindparam("id")).order_by(ATTEMPT.c.number)
COPIES = (
    select(MESSAGE.c.message_id, MESSAGE.c.created_at)
    .where(MESSAGE.c.resent_from == bindparam("id"))
    .order_by(MESSAGE.c.created_at)
)

SUSPENSIONS = text(
    """
    SELECT s.person_id, s.email, s.cause, s.since,
           concat_ws(' ', p.given_name, p.family_name) AS name
    FROM suspension AS s LEFT JOIN memory_person AS p ON p.person_id = s.person_id
    ORDER BY s.since DESC, s.person_id
    """
)

STATES = {
    State.QUEUED: "En attente",
    State.SENDING: "En cours d’envoi",
    State.SENT: "Parti",
    State.DELIVERED: "Arrivé",
    State.FAILED: "Pas parti",
    State.DROPPED: "Non envoyé, exprès",
}
WHAT_TO_DO = {
    Failure.MAILBOX_FULL: "La boîte de cette personne est pleine. Prévenez-la autrement, puis renvoyez "
    "le message.",
    Failure.UNKNOWN_ADDRESS: "Cette adresse n’existe pas ou plus. Demandez-en une autre et corrigez la "
    "fiche de la personne : les messages suivants iront à la nouvelle.",
    Failure.REFUSED_CONTENT: "La messagerie de cette personne refuse nos messages. Demandez à son service "
    "informatique d’accepter l’expéditeur, puis renvoyez le message.",
    Failure.GREYLISTED_OUT: "La messagerie de cette personne est restée indisponible trop longtemps. "
    "Renvoyez le message.",
    Failure.DOMAIN_UNKNOWN: "Ce qui suit le « @ » n’existe pas. Corrigez l’adresse dans la fiche "
    "de la personne.",
    Failure.OUR_FAULT: "L’envoi est en panne de notre côté. L’exploitation est à prévenir ; ensuite, "
    "renvoyez le message.",
    Failure.COMPLAINT: "Cette personne a signalé nos messages comme indésirables. Voyez avec elle avant "
    "tout envoi.",
    Failure.UNKNOWN: "La cause n’est pas connue. Renvoyez le message ; si cela recommence, prévenez "
    "l’exploitation.",
}


@dataclass(frozen=True)
class Asked:
    """The filters of the log; `after` is the cursor that a page gave for the next one."""

    state: State | None = None
    template: str | None = None
    after: str | None = None
    limit: int = PAGE


@dataclass(frozen=True)
class Page:
    """A page of the log, and the cursor of the next one."""

    messages: list[dict[str, Any]]
    next: str | None


async def counts(tx: Tx) -> dict[State, int]:
    """How many messages are in each state."""
    found = {State(row["state"]): row["n"] for row in await run(tx, COUNTS)}
    return {state: found.get(state, 0) for state in State}


async def suspensions(tx: Tx) -> list[dict[str, Any]]:
    """The addresses that nothing is sent to any more, with the cause in words; the latest first."""
    return [dict(row) | {"cause_words": label(Failure(row["cause"]))} for row in await run(tx, SUSPENSIONS)]


async def log_page(tx: Tx, asked: Asked) -> Page:
    """Messages, newest first. Refused 422 when the cursor is not one of ours."""
    before, before_id = _read_cursor(asked.after) if asked.after else (None, None)
    rows = await run(
        tx,
        LOG,
        state=asked.state.value if asked.state else None,
        template=asked.template,
        before=before,
        before_id=before_id,
        id=None,
        most=asked.limit + 1,
    )
    kept = rows[: asked.limit]
    more = _cursor(kept[-1]) if len(rows) > asked.limit else None
    return Page([told(row) for row in kept], more)


async def one_message(tx: Tx, message_id: UUID) -> dict[str, Any]:
    """A message with its attempts and its copies. Refused 404."""
    row = await run_one(
        tx, LOG, state=None, template=None, before=None, before_id=None, id=message_id, most=2
    )
    if row is None:
        raise Refused("not_found", "Ce message n’existe pas, ou plus : ils sont gardés treize mois.", 404)
    attempts = [dict(attempt) for attempt in await run(tx, ATTEMPTS, id=message_id)]
    copies = [dict(copy) for copy in await run(tx, COPIES, id=message_id)]
    return told(row) | {"attempts_made": attempts, "copies": copies}


def told(row: Any) -> dict[str, Any]:
    """A message in words: its state, its cause and what to do about it."""
    state, cause = State(row["state"]), row["cause"]
    words, advice = None, None
    if state is State.FAILED and cause:
        words, advice = label(Failure(cause)), WHAT_TO_DO[Failure(cause)]
    elif state is State.DROPPED and cause:
        words = label(DropCause(cause))
    template = TEMPLATES.get(row["template"])
    return dict(row) | {
        "state": state,
        "state_words": STATES[state],
        "cause_words": words,
        "advice": advice,
        "label": template.label if template else row["template"],
        "waits": state is State.QUEUED and row["attempts"] == 0,
    }


def _cursor(row: Any) -> str:
    return f"{(row['created_at'] - EPOCH) // MICROSECOND:016}-{row['message_id']}"


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    if not re.fullmatch(CURSOR, cursor):
        raise Refused(
            "unknown_cursor", "Ce repère de page n’est pas lisible. Reprenez au début de la liste.", 422
        )
    return EPOCH + int(cursor[:16]) * MICROSECOND, UUID(cursor[17:])
