"""What pages, API and policies are given to work with: one object, made in app.py."""

from dataclasses import dataclass

from cases.store.vault import Vault
from eventing.db import Database
from webui.site import Site


@dataclass(frozen=True)
class Desk:
    """The database, the look, the keys. `territory` is the one this installation serves."""

    database: Database
    site: Site
    vault: Vault

    @property
    def territory(self) -> str:
        """The territory that cases belong to."""
        return self.site.territory
