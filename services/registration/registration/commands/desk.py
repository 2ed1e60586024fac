"""What pages and API are given to work with: one object, made in app.py."""

from dataclasses import dataclass, field

from eventing.db import Database
from registration.domain.imprint import Imprint
from registration.domain.rules import Rules
from webui.keys import Signer
from webui.site import Site


@dataclass(frozen=True)
class Desk:
    """`async with desk.database.transaction(actor) as tx: await command(tx, desk.rules, …)`.

    `link_key` derives and reads links (webui.links); `signer` signs the token (identity.issue_token);
    `imprint` is what the legal pages say of whoever runs the site.
    """

    database: Database
    rules: Rules
    site: Site
    link_key: bytes
    signer: Signer
    imprint: Imprint = field(default_factory=Imprint)

    @property
    def session_cookie(self) -> str:
        """Name of the cookie that carries the session secret."""
        return "__Host-seuil-session" if self.site.secure else "seuil-session"
