"""What a service tells its pages about itself, and the one call that dresses an app.

`install` is the whole of it: identity, protections, refusals, static files, in the only order that is right.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import FastAPI

from eventing.runtime import Runtime, real_runtime
from operating.settings import ServiceSettings
from webui import refusals, security
from webui.identity import FindAccount, Identity
from webui.keys import Keyring
from webui.statics import STATICS

if TYPE_CHECKING:
    from webui.pages import Pages


@dataclass(frozen=True)
class Site:
    """One service as its visitors meet it.

    `service` is its path prefix (`registration`); `public_url` the one origin of all services, without a
    trailing slash; `env` is `local` or `production`; `demo` puts the banner on every page; `territory` the
    territory served; `token_keys` kid to public key; `accessibility` the state that the law wants said on
    every page (`not`, `partly`, `fully`). ValueError when http is asked outside loopback.
    """

    service: str
    public_url: str
    env: str = "local"
    demo: bool = False
    territory: str = ""
    token_keys: Mapping[str, str] = field(default_factory=dict)
    accessibility: str = "not"

    def __post_init__(self) -> None:
        parts = urlsplit(self.public_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("public_url must be http(s)://host")
        if parts.scheme == "http" and not _loopback(parts.hostname):
            raise ValueError("http is for this machine only: public_url must be https elsewhere")

    @classmethod
    def of(cls, service: str, settings: ServiceSettings) -> "Site":
        """The site of a service, from what it was told."""
        return cls(
            service,
            settings.seuil_public_url,
            settings.seuil_env,
            settings.seuil_demo,
            settings.seuil_territory,
            settings.seuil_token_keys,
            settings.seuil_accessibility,
        )

    @property
    def secure(self) -> bool:
        """True on https: cookies then carry the __Host- prefix."""
        return self.public_url.startswith("https:")

    @property
    def token_cookie(self) -> str:
        """Name of the cookie that carries the access token."""
        return "__Host-seuil" if self.secure else "seuil"

    @cached_property
    def keyring(self) -> Keyring:
        """The public keys tokens are verified with."""
        return Keyring(self.token_keys)


def install(
    app: FastAPI,
    site: Site,
    pages: "Pages",
    *,
    runtime: Runtime | None = None,
    accounts: FindAccount | None = None,
) -> None:
    """Adds to `app`: static files, refusals in two forms, identity, CSRF, limits, headers, access log.

    `accounts` looks an account up in this service's own table (webui.accounts.accounts_of(database));
    without it the token alone decides.
    """
    runtime = runtime or real_runtime()
    app.mount("/static", STATICS, name="static")
    refusals.install(app, pages)
    app.add_middleware(Identity, site=site, accounts=accounts)
    app.add_middleware(security.SameOrigin)
    app.add_middleware(security.BodyLimit)
    app.add_middleware(refusals.LastResort, pages=pages)
    app.add_middleware(security.Headers, secure=site.secure)
    app.add_middleware(security.Access, runtime=runtime, service=site.service)


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
