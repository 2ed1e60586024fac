"""What every service is told from outside: two engines, its place on the web, the keys it may hold."""

from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Read from the environment by `python -m <service>`, given by the launcher otherwise."""

    model_config = SettingsConfigDict(env_prefix="", extra="ignore", frozen=True)

    database_url: SecretStr
    """The application role's URL."""
    migration_database_url: SecretStr | None = None
    """The migrator role's URL; needed by `migrate` only."""
    database_connections: int = 5
    """The most connections that the pool opens; the relay and the projections hold one more each."""
    kafka_bootstrap_servers: str
    seuil_env: Literal["local", "production"] = "local"
    seuil_public_url: str = "http://127.0.0.1:8000"
    """The one origin of all pages, without a final slash."""
    seuil_territory: str = "siao-59-lille"
    seuil_accessibility: Literal["not", "partly", "fully"] = "not"
    """How far the site conforms to RGAA 4.1, said at the foot of every page; only an audit may raise it."""
    seuil_demo: bool = False
    """Every page says that the data is a demonstration's."""
    seuil_token_keys: dict[str, str] = {}
    """Public keys by key id (JSON): who may have signed a session token."""
