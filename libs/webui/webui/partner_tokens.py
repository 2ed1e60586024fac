"""The token a partner's software shows to `cases`: integration exchanges its key for it, for 15 minutes.

It says who the partner is, for which organisation it speaks and what it may do; `cases` checks it by a public
key of its settings and asks nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError

from webui.identity import InvalidToken
from webui.keys import ALGORITHM, Keyring, Signer

LIFETIME = timedelta(minutes=15)
CASES = "cases"
KIND = "seuil-partner+jwt"


@dataclass(frozen=True)
class PartnerBearer:
    """A partner at the door. `organisation_id`: for whose orientations it answers, None when for nobody's."""

    partner_id: UUID
    organisation_id: UUID | None
    scopes: frozenset[str]

    @property
    def actor(self) -> str:
        """The author written beside what this partner does."""
        return f"partner:{self.partner_id}"


def issue_partner_token(signer: Signer, bearer: PartnerBearer, now: datetime, audience: str = CASES) -> str:
    """Signs a token for that partner, valid from `now` for 15 minutes, at one service."""
    claims: dict[str, Any] = {
        "sub": str(bearer.partner_id),
        "aud": audience,
        "org": str(bearer.organisation_id) if bearer.organisation_id else None,
        "scopes": sorted(bearer.scopes),
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
    }
    header = {"alg": ALGORITHM, "kid": signer.kid, "typ": KIND}
    return jwt.encode(header, claims, signer.key, algorithms=[ALGORITHM])


def verify_partner_token(keyring: Keyring, text: str, now: datetime, audience: str = CASES) -> PartnerBearer:
    """The partner of a token that is ours, for this audience, in time. Raises InvalidToken."""

    def key_named(guest: Any) -> Any:
        key = keyring.find(str(guest.headers().get("kid", "")))
        if key is None:
            raise InvalidToken("unknown key")
        return key

    try:
        token = jwt.decode(text, key_named, algorithms=[ALGORITHM])
        claims = token.claims
        if token.header.get("typ") != KIND or claims["aud"] != audience:
            raise InvalidToken("not for here")
        if not datetime.fromtimestamp(claims["iat"], UTC) - LIFETIME <= now:
            raise InvalidToken("not yet")
        if now > datetime.fromtimestamp(claims["exp"], UTC):
            raise InvalidToken("ended")
        return PartnerBearer(
            UUID(claims["sub"]),
            UUID(claims["org"]) if claims.get("org") else None,
            frozenset(_words(claims["scopes"])),
        )
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError) as error:
        raise InvalidToken(type(error).__name__) from error


def _words(given: Iterable[Any]) -> Iterable[str]:
    return (str(each) for each in given)
