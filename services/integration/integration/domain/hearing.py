"""What a partner may ask to hear of, and where its webhooks may go."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from contracts.fields import rfc3339
from contracts.refusal import FieldError, Refused

TYPES = (
    "case.received",
    "case.completion_requested",
    "case.scheduled",
    "case.postponed",
    "case.decided",
    "orientation.proposed",
    "orientation.ended",
    "allocation.recorded",
    "household.to_inform",
    "household.erased",
    "commission.scheduled",
    "commission.rescheduled",
    "commission.cancelled",
)
MOST_URL = 500


def check_address(url: str, production: bool) -> None:
    """Refused 422 unless it is an https address with a name; plain http is for one's own machine."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0 and not (parts.username or parts.password)
    except ValueError:
        named, parts = False, None
    fits = named and parts is not None and url.isascii() and url.isprintable() and " " not in url
    if not fits or parts is None or parts.scheme not in (("https",) if production else ("https", "http")):
        words = "L’adresse commence par https:// et ne contient ni nom ni mot de passe"
        raise Refused("url_format", f"{words}.", 422, [FieldError("/url", "url_format", words)])


def checked_types(types: Sequence[str]) -> list[str]:
    """The types asked for, all when none is. Refused 422."""
    if unknown := set(types) - set(TYPES):
        words = f"{len(unknown)} type(s) demandé(s) n’existent pas"
        raise Refused("unknown_type", f"{words}.", 422, [FieldError("/types", "unknown_type", words)])
    return sorted(set(types) or set(TYPES))


def message(row: Mapping[str, Any], public_url: str) -> dict[str, str]:
    """The small object that feed and webhooks carry."""
    said = {"id": str(row["item_id"]), "type": row["type"], "time": rfc3339(row["at"])}
    if row["your_ref"] is not None:
        said["your_ref"] = row["your_ref"]
    if row["link"] is not None:
        said["link"] = f"{public_url}{row['link']}"
    return said
