"""What cases is told from outside."""

import base64
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from operating.settings import ServiceSettings


def _keys(found: dict[str, str]) -> dict[str, str]:
    if not found or any(len(base64.b64decode(text)) != 32 or len(kid) > 64 for kid, text in found.items()):
        raise ValueError("one key at least, each 32 bytes in base64")
    return found


class Settings(ServiceSettings):
    """The keys that seal names and numbers; losing them is losing what they seal."""

    seuil_cases_keys: Annotated[dict[str, str], AfterValidator(_keys)]
    """JSON, key id → 32 bytes in base64; the first seals, any of them opens."""
    seuil_cases_index_key: SecretStr
    """Makes the index that finds names and numbers again; changing it means indexing again."""
    seuil_intake_private_keys: tuple[SecretStr, ...] = ()
    """JSON list: opens what partners' software sends; the first in use, then the one before."""
    seuil_partner_token_keys: dict[str, str] = Field(default_factory=dict)
    """Public keys by key id (JSON): who may have signed the token of a partner."""
    seuil_accounts_stale_seconds: Annotated[int, Field(ge=1, le=31_536_000)] = 300
    """Household pages close when accounts have not been up to date for longer than this."""
    seuil_live_seconds: float = 2.0
    """How often a page left open looks whether its sitting has moved."""
