"""Signing in by a mailed link, keeping the session, signing out. The secret of a session is never stored."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eventing.db import Tx
from registration.domain.rules import Rules
from webui.identity import User


@dataclass(frozen=True)
class OpenedSession:
    """`secret` goes to the session cookie, once; `user` to `issue_token`; `next` is where to go (a local path).

    `names_missing`: ask for the names now (`record_own_names`).
    """

    secret: str
    user: User
    until: datetime
    next: str
    names_missing: bool


async def request_sign_in(tx: Tx, rules: Rules, email: str, next_path: str = "") -> None:
    """Mail a sign-in link if an active account has that address and the hour's limit allows; else silently not.

    The caller always gives the same answer.
    """
    raise NotImplementedError


async def open_session(tx: Tx, rules: Rules, link_id: UUID, generation: int) -> OpenedSession:
    """Use a sign-in link, once. Raises Refused 410 `link_used`, `link_expired`; 403 `account_disabled`."""
    raise NotImplementedError


async def renew_session(tx: Tx, rules: Rules, secret: str) -> User | None:
    """The user of a session that lives still, seen now; None when it is over. For `/registration/session`."""
    raise NotImplementedError


async def end_session(tx: Tx, secret: str) -> None:
    """Sign out here."""
    raise NotImplementedError


async def end_all_sessions(tx: Tx, by: User) -> None:
    """Sign out everywhere: the generation rises, every token and session ends."""
    raise NotImplementedError


async def record_own_names(tx: Tx, by: User, given_name: str, family_name: str) -> None:
    """The names asked at the first sign-in, or changed on one's own page."""
    raise NotImplementedError
