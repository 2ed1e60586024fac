"""What integration is told from outside: keys, and how long facts are kept."""

from pydantic import SecretStr

from contracts.topics import FACTS_KEPT_MONTHS
from operating.settings import ServiceSettings


class Settings(ServiceSettings):
    """The settings of integration."""

    facts_kept_months: int = FACTS_KEPT_MONTHS
    """Months that facts stay on the topics: older history comes as figures."""
    seuil_intake_public_key: str = ""
    """The key that cases files are sealed for; without it no case is taken."""
    seuil_store_key: SecretStr = SecretStr("")
    """Encrypts what waits in quarantine, 32 bytes in base64url; without it only mistakes are kept."""
    seuil_partner_token_private_key: SecretStr = SecretStr("")
    """Signs the tokens that partners show to cases; without it no key is exchanged."""
