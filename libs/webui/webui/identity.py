"""Who is asking: the 15-minute token, checked here, against the accounts this service has heard of.

A token says account, generation, organisation, roles; never a name. A higher generation in the accounts
table, or a disabled account, ends it at once. Verification needs no other service.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from joserfc import jwt
from joserfc.errors import JoseError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from contracts.refusal import Refused
from webui.keys import ALGORITHM, Keyring, Signer

if TYPE_CHECKING:
    from webui.site import Site

PARIS = ZoneInfo("Europe/Paris")
TOKEN_LIFETIME = timedelta(minutes=15)
GRACE = timedelta(minutes=15)
SESSION_PATH = "/registration/session"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
PUBLIC_PATHS = ("/static/", "/health/", "/metrics")


@dataclass(frozen=True)
class RoleGrant:
    """A role somebody holds on a territory, up to and including the civil day `until` (Paris)."""

    role: str
    territory: str
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """True unless it has ended before that day."""
        return self.until is None or day <= self.until


@dataclass(frozen=True)
class User:
    """A signed-in account. In a request, `roles` holds only what is in force today."""

    account_id: UUID
    generation: int
    organisation_id: UUID | None = None
    roles: tuple[RoleGrant, ...] = ()
    assurance: str = "mail_link"

    def has(self, *roles: str, territory: str | None = None) -> bool:
        """True when one of the roles is held, on that territory when one is given."""
        return any(g.role in roles and territory in (None, g.territory) for g in self.roles)

    @property
    def actor(self) -> str:
        """The author written beside what this account does: `person:<id>`."""
        return f"person:{self.account_id}"


@dataclass(frozen=True)
class Standing:
    """What this service has heard of an account; `active` is false once disabled or erased."""

    generation: int
    active: bool


@dataclass(frozen=True)
class Token:
    """A token whose signature is good; whether it is still in time is the reader's affair."""

    user: User
    issued_at: datetime
    expires_at: datetime


FindAccount = Callable[[UUID], Awaitable[Standing | None]]


class InvalidToken(Exception):  # noqa: N818 - the word of RFC 6750
    """Not a token of ours: bad form, unknown key, wrong signature, missing claim."""


class SignInNeeded(Exception):  # noqa: N818 - an answer, not an error
    """A page needs somebody signed in; the edge redirects there and comes back to `path`."""

    def __init__(self, path: str) -> None:
        super().__init__("sign in")
        self.path = path


def issue_token(signer: Signer, user: User, now: datetime, lifetime: timedelta = TOKEN_LIFETIME) -> str:
    """Signs a token for that account, valid from `now` for `lifetime`."""
    claims: dict[str, Any] = {
        "sub": str(user.account_id),
        "gen": user.generation,
        "org": str(user.organisation_id) if user.organisation_id else None,
        "roles": [
            {"role": str(g.role), "territory": g.territory}
            | ({"until": g.until.isoformat()} if g.until else {})
            for g in user.roles
        ],
        "assurance": str(user.assurance),
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
    }
    header = {"alg": ALGORITHM, "kid": signer.kid}
    return jwt.encode(header, claims, signer.key, algorithms=[ALGORITHM])


def verify_token(keyring: Keyring, text: str) -> Token:
    """Checks the signature and reads the claims; InvalidToken when anything is wrong with either."""

    def key_named(guest: Any) -> Any:
        key = keyring.find(str(guest.headers().get("kid", "")))
        if key is None:
            raise InvalidToken("unknown key")
        return key

    try:
        claims = jwt.decode(text, key_named, algorithms=[ALGORITHM]).claims
        return Token(
            User(
                account_id=UUID(claims["sub"]),
                generation=int(claims["gen"]),
                organisation_id=UUID(claims["org"]) if claims.get("org") else None,
                roles=tuple(_grant(item) for item in claims["roles"]),
                assurance=str(claims["assurance"]),
            ),
            datetime.fromtimestamp(claims["iat"], UTC),
            datetime.fromtimestamp(claims["exp"], UTC),
        )
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError) as error:
        raise InvalidToken(type(error).__name__) from error


def _grant(item: Mapping[str, Any]) -> RoleGrant:
    until = item.get("until")
    return RoleGrant(str(item["role"]), str(item["territory"]), date.fromisoformat(until) if until else None)


def set_token_cookie(response: Response, site: "Site", token: str) -> None:
    """Gives the browser its token; kept past expiry by the grace, so that a POST under way is not lost."""
    response.set_cookie(
        site.token_cookie,
        token,
        max_age=int((TOKEN_LIFETIME + GRACE).total_seconds()),
        path="/",
        secure=site.secure,
        httponly=True,
        samesite="lax",
    )


def clear_token_cookie(response: Response, site: "Site") -> None:
    """Takes the token back from the browser."""
    response.delete_cookie(site.token_cookie, path="/", secure=site.secure, httponly=True, samesite="lax")


def current_user(request: Request) -> User | None:
    """The account behind this request, or None for a visitor."""
    user: User | None = getattr(request.state, "user", None)
    return user


def require(request: Request, *roles: str, territory: str | None = None) -> User:
    """The signed-in account, holding one of `roles` (any account when none is given), or an answer instead.

    Raises SignInNeeded for a page read by a visitor, Refused 401 elsewhere, Refused 403 without the role.
    """
    user = current_user(request)
    if user is None:
        raise sign_in_answer(request)
    if roles and not user.has(*roles, territory=territory):
        raise Refused("forbidden", "Votre rôle ne permet pas cette action. Rien n’a été changé.", 403)
    return user


def sign_in_answer(request: Request) -> Exception:
    """What to raise when a request needs an account and has none: a redirection or a 401."""
    ended = bool(getattr(request.state, "token_ended", False))
    if request.method in ("GET", "HEAD") and wants_page(request.scope):
        return SignInNeeded(local_path(request.scope))
    if ended:
        return Refused(
            "session_ended", "Votre session est terminée. Reconnectez-vous, puis refaites cette action.", 401
        )
    return Refused("sign_in_needed", "Cette action demande d’être connecté.", 401)


def session_url(path: str) -> str:
    """Where a session is renewed or opened, coming back to `path`."""
    return f"{SESSION_PATH}?next={quote(path, safe='/')}"


def local_path(scope: Scope) -> str:
    """Path and query of a request, as it may be come back to."""
    path = quote(scope["path"], safe="/:@!$&'()*+,;=-._~")
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{path}?{query}" if query else path


def wants_page(scope: Scope) -> bool:
    """True when the answer will be read by a person: not the JSON API, not a client asking for JSON."""
    if "/api/" in scope["path"]:
        return False
    accept = Headers(scope=scope).get("accept", "")
    return "json" not in accept or "text/html" in accept


class Identity:
    """ASGI middleware: puts in `request.state` the `user` of the token, if it still holds."""

    def __init__(self, app: ASGIApp, site: "Site", accounts: FindAccount | None = None) -> None:
        self._app = app
        self._site = site
        self._accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Resolves who asks, then passes on; an expired cookie on a page is sent to be renewed."""
        if scope["type"] != "http" or any(mark in scope["path"] for mark in PUBLIC_PATHS):
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["user"], state["token_ended"] = None, False
        text, from_cookie = self._text(scope)
        if not text:
            await self._app(scope, receive, send)
            return
        token = self._verified(text)
        if token is None:
            state["token_ended"] = True
        elif (now := state["now"]) <= token.expires_at or (
            from_cookie and scope["method"] not in SAFE_METHODS and now <= token.expires_at + GRACE
        ):
            await self._accept(state, token.user, now)
        elif from_cookie and now <= token.expires_at + GRACE and self._renewable(scope):
            await self._renew(scope, receive, send)
            return
        else:
            state["token_ended"] = True
        await self._app(scope, receive, send)

    def _text(self, scope: Scope) -> tuple[str, bool]:
        headers = Headers(scope=scope)
        kind, _, value = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return value.strip(), False
        return Request(scope).cookies.get(self._site.token_cookie, ""), True

    def _verified(self, text: str) -> Token | None:
        try:
            return verify_token(self._site.keyring, text)
        except InvalidToken:
            return None

    async def _accept(self, state: dict[str, Any], user: User, now: datetime) -> None:
        heard = await self._accounts(user.account_id) if self._accounts else None
        if heard and (
            heard.generation > user.generation or (heard.generation == user.generation and not heard.active)
        ):
            state["token_ended"] = True
            return
        today = now.astimezone(PARIS).date()
        state["user"] = replace(user, roles=tuple(g for g in user.roles if g.holds_on(today)))

    @staticmethod
    def _renewable(scope: Scope) -> bool:
        return scope["method"] == "GET" and wants_page(scope) and not scope["path"].startswith(SESSION_PATH)

    async def _renew(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = RedirectResponse(session_url(local_path(scope)), 303)
        MutableHeaders(raw=response.raw_headers)["cache-control"] = "no-store"
        clear_token_cookie(response, self._site)
        await response(scope, receive, send)
