"""What pages and API are given to work with: one object, made in app.py."""

from dataclasses import dataclass

from eventing.db import Database
from registration.domain.rules import Rules
from webui.keys import Signer
from webui.site import Site


@dataclass(frozen=True)
class Desk:
    """`async with desk.database.transaction(actor) as tx: await command(tx, desk.rules, …)`.

    `link_key` derives and reads links (webui.links); `signer` signs the token (identity.issue_token).
    """

    database: Database
    rules: Rules
    site: Site
    link_key: bytes
    signer: Signer

    @property
    def session_cookie(self) -> str:
        """Name of the cookie that carries the session secret."""
        return "__Host-seuil-session" if self.site.secure else "seuil-session"
