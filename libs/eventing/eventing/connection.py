"""What every connection to PostgreSQL is told, and how its address is read."""

import json
from typing import Any

SESSION = {
    "timezone": "UTC",
    "statement_timeout": "10s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "15s",
    "transaction_timeout": "30s",
}


async def prepare_connection(connection: Any) -> None:
    """Teaches a connection that json and jsonb are Python values."""
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, encoder=_json, decoder=json.loads, schema="pg_catalog")


async def nothing_left(connection: Any) -> None:
    """In the place of asyncpg's RESET ALL, one round trip each time: what we set ends with its transaction.

    Locks of a session, and settings that stay, are only taken on connections of their own.
    """


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def plain_url(url: str) -> str:
    """A URL as asyncpg reads it, whatever driver SQLAlchemy's form names."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)
