"""Signing in by a mailed link, keeping the session, signing out. The secret of a session is never stored."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.lists import AccountState, LinkPurpose
from contracts.refusal import Refused
from eventing.db import Tx
from eventing.outbox import append
from registration.commands.accounts import user_of
from registration.commands.mailing import link_to_mail, mails_left
from registration.commands.moments import lock
from registration.domain import account as rule
from registration.domain.rules import Rules
from registration.store import links, people
from webui.identity import User
from webui.pages import local


@dataclass(frozen=True)
class OpenedSession:
    """`secret` goes to the session cookie, once; `user` to `issue_token`; `next` is a local path.

    `names_missing`: ask for the names now (`record_own_names`).
    """

    secret: str
    user: User
    until: datetime
    next: str
    names_missing: bool


async def request_sign_in(tx: Tx, rules: Rules, email: str, next_path: str = "") -> None:
    """Mail a sign-in link if an active account has that address within the hour's limit; else silently not.

    The caller always gives the same answer.
    """
    person = await people.person_by_email(tx, email)
    account = await people.account(tx, person.person_id) if person else None
    if person is None or account is None or account.state is not AccountState.ACTIVE:
        return
    await lock(tx, person.person_id)
    if not await mails_left(tx, rules, person.person_id, LinkPurpose.SIGN_IN):
        return
    link_id, until = tx.new_id(), tx.now + rules.sign_in_link
    await links.add_link(
        tx,
        link_id=link_id,
        person_id=person.person_id,
        purpose=LinkPurpose.SIGN_IN,
        until=until,
        next_path=local(next_path, ""),
    )
    await append(tx, await link_to_mail(tx, LinkPurpose.SIGN_IN, link_id, person.person_id, 1, until))


async def open_session(tx: Tx, rules: Rules, link_id: UUID, generation: int) -> OpenedSession:
    """Use a sign-in link, once. Raises Refused 410 `link_used`, `link_expired`; 403 `account_disabled`."""
    link = await links.lock_link(tx, link_id)
    if link is None or link["purpose"] != LinkPurpose.SIGN_IN or link["generation"] != generation:
        raise Refused("unknown_link", "Ce lien n’existe pas : vérifiez qu’il est entier.", 404)
    if link["used_at"] is not None:
        raise Refused("link_used", "Ce lien a déjà servi : demandez-en un autre.", 410)
    if tx.now >= link["until"]:
        raise Refused("link_expired", "Ce lien n’est plus valable : demandez-en un autre.", 410)
    account = await people.account(tx, link["person_id"])
    person = await people.person(tx, link["person_id"], lock=True)
    assert person is not None, "links have a person"
    if account is None or account.state is not AccountState.ACTIVE:
        raise Refused("account_disabled", "Ce compte est désactivé : adressez-vous à la coordination.", 403)
    tx.actor = f"person:{person.person_id}"
    await links.use_link(tx, link_id)
    if person.proven_at is None:
        await people.update_person(tx, replace(person, proven_at=tx.now))
    secret = f"{tx.new_id().hex}{tx.new_id().hex}"
    until = tx.now + rules.session_life
    await links.add_session(
        tx,
        id_hash=_hash(secret),
        person_id=person.person_id,
        generation=account.generation,
        until=until,
    )
    missing = not (person.given_name and person.family_name)
    return OpenedSession(secret, user_of(account), until, link["next"], missing)


async def renew_session(tx: Tx, rules: Rules, secret: str) -> User | None:
    """The user of a session that lives still, seen now; None when it is over. For `/registration/session`."""
    row = await links.lock_session(tx, _hash(secret))
    if row is None or row["ended_at"] is not None:
        return None
    if tx.now >= row["until"] or tx.now - row["seen_at"] >= rules.session_idle:
        return None
    account = await people.account(tx, row["person_id"])
    if account is None or account.state is not AccountState.ACTIVE or account.generation != row["generation"]:
        return None
    await links.see_session(tx, row["id_hash"])
    return user_of(account)


async def end_session(tx: Tx, secret: str) -> None:
    """Sign out here."""
    await links.end_session(tx, _hash(secret))


async def end_all_sessions(tx: Tx, by: User) -> None:
    """Sign out everywhere: the generation rises, every token and session ends."""
    account = await people.account(tx, by.account_id, lock=True)
    if account is None:
        raise Refused("unknown_account", "Ce compte n’existe pas.", 404)
    ended = rule.sign_out_everywhere(account)
    await people.update_account(tx, ended)
    await links.end_sessions(tx, by.account_id)
    await append(tx, ended.recorded())


async def record_own_names(tx: Tx, by: User, given_name: str, family_name: str) -> None:
    """The names asked at the first sign-in, or changed on one's own page."""
    person = await people.person(tx, by.account_id, lock=True)
    if person is None:
        raise Refused("unknown_person", "Cette personne n’existe pas.", 404)
    if (person.given_name, person.family_name) == (given_name, family_name):
        return
    named = replace(person, version=person.version + 1, given_name=given_name, family_name=family_name)
    await people.update_person(tx, named)
    await append(tx, named.recorded())


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
