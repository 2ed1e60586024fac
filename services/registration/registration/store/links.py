"""Links that work once, what was mailed lately, and sessions."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from contracts.lists import LinkPurpose
from eventing.db import Tx, run, run_one
from registration.tables import LINK, MAILED, SESSION

HOUR = timedelta(hours=1)
INSERT_LINK = insert(LINK).values({c.name: bindparam(c.name) for c in LINK.columns if c.name != "used_at"})
LOCK_LINK = select(LINK).where(LINK.c.link_id == bindparam("id")).with_for_update()
USE_LINK = update(LINK).where(LINK.c.link_id == bindparam("id")).values(used_at=bindparam("at"))
INSERT_MAILED = insert(MAILED).values({c.name: bindparam(c.name) for c in MAILED.columns})
COUNT_ASKED = select(func.count()).where(
    MAILED.c.person_id == bindparam("person"),
    MAILED.c.at > bindparam("since"),
    MAILED.c.purpose == bindparam("asked_by"),
)
INSERT_SESSION = insert(SESSION).values(
    {c.name: bindparam(c.name) for c in SESSION.columns if c.name != "ended_at"}
)
LOCK_SESSION = select(SESSION).where(SESSION.c.id_hash == bindparam("id")).with_for_update()
SEE_SESSION = update(SESSION).where(SESSION.c.id_hash == bindparam("id")).values(seen_at=bindparam("at"))
END_SESSION = (
    update(SESSION)
    .where(SESSION.c.id_hash == bindparam("id"), SESSION.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"))
)
END_SESSIONS = (
    update(SESSION)
    .where(SESSION.c.person_id == bindparam("person"), SESSION.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"))
)

END_SIGN_IN_LINKS = (
    update(LINK)
    .where(
        LINK.c.person_id == bindparam("person"),
        LINK.c.purpose == LinkPurpose.SIGN_IN.value,
        LINK.c.used_at.is_(None),
        LINK.c.until > bindparam("at"),
    )
    .values(until=bindparam("at"))
)


async def add_link(
    tx: Tx,
    *,
    link_id: UUID,
    person_id: UUID,
    purpose: LinkPurpose,
    until: datetime,
    registration_id: UUID | None = None,
    next_path: str = "",
) -> None:
    """Write a link that works once."""
    await run(
        tx,
        INSERT_LINK,
        link_id=link_id,
        person_id=person_id,
        purpose=purpose,
        generation=1,
        registration_id=registration_id,
        next=next_path,
        until=until,
    )


async def lock_link(tx: Tx, link_id: UUID) -> asyncpg.Record | None:
    """The row of a link, for whoever uses it first."""
    return await run_one(tx, LOCK_LINK, id=link_id)


async def use_link(tx: Tx, link_id: UUID) -> None:
    """Mark it used."""
    await run(tx, USE_LINK, id=link_id, at=tx.now)


async def mailed_in_an_hour(tx: Tx, person_id: UUID, asked_by: LinkPurpose) -> int:
    """How many links were mailed to that person in the last hour for such askings."""
    row = await run_one(tx, COUNT_ASKED, person=person_id, since=tx.now - HOUR, asked_by=asked_by)
    assert row is not None
    return int(row[0])


async def note_mailed(tx: Tx, person_id: UUID, purpose: LinkPurpose) -> None:
    """Count one more."""
    await run(tx, INSERT_MAILED, person_id=person_id, purpose=purpose, at=tx.now)


async def add_session(tx: Tx, *, id_hash: bytes, person_id: UUID, generation: int, until: datetime) -> None:
    """Write a session, by the hash of its secret."""
    await run(
        tx,
        INSERT_SESSION,
        id_hash=id_hash,
        person_id=person_id,
        generation=generation,
        created_at=tx.now,
        seen_at=tx.now,
        until=until,
    )


async def lock_session(tx: Tx, id_hash: bytes) -> asyncpg.Record | None:
    """The row of a session."""
    return await run_one(tx, LOCK_SESSION, id=id_hash)


async def see_session(tx: Tx, id_hash: bytes) -> None:
    """Note that it was used now."""
    await run(tx, SEE_SESSION, id=id_hash, at=tx.now)


async def end_session(tx: Tx, id_hash: bytes) -> None:
    """End one session."""
    await run(tx, END_SESSION, id=id_hash, at=tx.now)


async def end_sessions(tx: Tx, person_id: UUID) -> None:
    """End all sessions of a person, and the sign-in links asked before."""
    await run(tx, END_SESSIONS, person=person_id, at=tx.now)
    await run(tx, END_SIGN_IN_LINKS, person=person_id, at=tx.now)
