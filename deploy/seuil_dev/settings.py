"""What the launcher is told by the environment, and what it tells each service in the same way."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from seuil_dev.databases import ServiceDatabase
from seuil_dev.engine import EngineError
from seuil_dev.keys import Keys

COORDINATOR = "coordination@seuil.example"
TERRITORY = "siao-59-lille"
SIGNS_TOKENS = ("registration",)
DERIVES_LINKS = ("registration", "notifications")
SEALS = ("cases",)
HEARS_PARTNERS = ("integration",)
MEMORY = "demo.json"
"""In the data folder once the demonstration is loaded there."""
DEMONSTRATION = {
    "SEUIL_DEMO": "true",
    "FACTS_KEPT_MONTHS": "120",
    "SEUIL_LINK_MAILS_PER_HOUR": "100",
}
"""What a demonstration sets: the words on every page, years of history, links asked for again and again."""


@dataclass(frozen=True)
class Options:
    """Where a stack stands: its folder, its public port (0: any), and settings for its services by name."""

    data: Path
    port: int = 8000
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def production(self) -> bool:
        return self.effective("SEUIL_ENV", "local") == "production"

    def effective(self, name: str, default: str) -> str:
        return self.environment.get(name) or os.environ.get(name) or default


def options() -> Options:
    """Options of SEUIL_DATA and PORT (0: any); EngineError in words when PORT is not a port.

    A folder that holds the demonstration keeps its settings, whatever command starts it.
    """
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not int(text) < 65536:
        raise EngineError(
            f"PORT={text} n’est pas un port : donnez un nombre entre 1 et 65535 (0 : un port libre)."
        )
    data = Path(os.environ.get("SEUIL_DATA") or ".seuil")
    return Options(data, int(text), DEMONSTRATION if (data / MEMORY).exists() else {})


def service_environment(
    service: str,
    chosen: Options,
    database: ServiceDatabase,
    keys: Keys,
    *,
    url: str,
    bootstrap: str,
    smtp: str,
) -> dict[str, str | None]:
    """Every setting the launcher decides for `service`; None means: must not be there.

    The private key and the link key go to the services that need them and to no other. Mails go to the
    catcher whatever SMTP_URL the shell has: a trial writes to nobody.
    """
    decided: dict[str, str | None] = {
        "SEUIL_PUBLIC_URL": chosen.effective("SEUIL_PUBLIC_URL", url),
        "SEUIL_ENV": chosen.effective("SEUIL_ENV", "local"),
        "SEUIL_TERRITORY": chosen.effective("SEUIL_TERRITORY", TERRITORY),
        "SEUIL_COORDINATOR": chosen.effective("SEUIL_COORDINATOR", COORDINATOR),
        "SMTP_URL": smtp,
        **chosen.environment,
        "DATABASE_URL": database.app_url,
        "MIGRATION_DATABASE_URL": None,
        "KAFKA_BOOTSTRAP_SERVERS": bootstrap,
        "SEUIL_TOKEN_KEYS": f'{{"{keys.token_kid}": "{keys.token_public}"}}',
        "SEUIL_TOKEN_PRIVATE_KEY": keys.token_private if service in SIGNS_TOKENS else None,
        "SEUIL_LINK_KEY": keys.link if service in DERIVES_LINKS else None,
        "SEUIL_CASES_KEYS": keys.cases if service in SEALS else None,
        "SEUIL_CASES_INDEX_KEY": keys.cases_index if service in SEALS else None,
        "SEUIL_INTAKE_PUBLIC_KEY": keys.intake_public if service in HEARS_PARTNERS else None,
        "SEUIL_INTAKE_PRIVATE_KEYS": f'["{keys.intake_private}"]' if service in SEALS else None,
        "SEUIL_STORE_KEY": keys.integration_store if service in HEARS_PARTNERS else None,
        "SEUIL_PARTNER_TOKEN_PRIVATE_KEY": keys.partner_token_private if service in HEARS_PARTNERS else None,
        "SEUIL_PARTNER_TOKEN_KEYS": (
            f'{{"{keys.partner_token_kid}": "{keys.partner_token_public}"}}' if service in SEALS else None
        ),
    }
    return decided


@contextmanager
def environment(values: Mapping[str, str | None]) -> Iterator[None]:
    """The process's environment with `values`, put back at the end; None removes. Not for overlapping use."""
    before = {name: os.environ.get(name) for name in values}
    _set(values)
    try:
        yield
    finally:
        _set(before)


def _set(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
