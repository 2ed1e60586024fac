"""The keys a local installation signs and seals with, made once and kept 0600 in SEUIL_DATA."""

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from seuil_dev.engine import write_private
from webui.keys import new_key_pair
from webui.sealing import new_sealing_pair


@dataclass(frozen=True)
class Keys:
    """Text of the keys as the services' settings take it."""

    token_kid: str
    token_private: str
    token_public: str
    link: str
    cases: str
    """JSON, key id → 32 bytes in base64: seals names and numbers."""
    cases_index: str
    intake_private: str
    intake_public: str
    """Partners' files about households are sealed for cases."""
    partner_token_kid: str
    partner_token_private: str
    partner_token_public: str
    integration_store: str
    """What integration keeps of partners is encrypted with it."""


def _token() -> dict[str, str]:
    pair = new_key_pair()
    return {"token_kid": pair.kid, "token_private": pair.private, "token_public": pair.public}


def _intake() -> dict[str, str]:
    pair = new_sealing_pair()
    return {"intake_private": pair.private, "intake_public": pair.public}


def _partner_token() -> dict[str, str]:
    pair = new_key_pair()
    return {
        "partner_token_kid": pair.kid,
        "partner_token_private": pair.private,
        "partner_token_public": pair.public,
    }


MAKERS: Mapping[str, Callable[[], Mapping[str, str]]] = {
    "token_kid": _token,
    "link": lambda: {"link": secrets.token_urlsafe(32)},
    "cases": lambda: {"cases": json.dumps({"1": base64.b64encode(secrets.token_bytes(32)).decode()})},
    "cases_index": lambda: {"cases_index": secrets.token_urlsafe(32)},
    "intake_private": _intake,
    "partner_token_kid": _partner_token,
    "integration_store": lambda: {"integration_store": secrets.token_urlsafe(32)},
}
"""What makes a key that is missing, by the first field it gives."""


def keys_of(folder: Path) -> Keys:
    """The keys of `folder`; those that are missing are made and kept, the others stay."""
    file = folder / "keys.json"
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    wanted = {field.name for field in fields(Keys)}
    for first, make in MAKERS.items():
        if first not in known:
            known.update(make())
    made = Keys(**{name: known[name] for name in wanted})
    if not file.exists() or asdict(made) != json.loads(file.read_text()):
        write_private(file, json.dumps(asdict(made), indent=1))
    return made
