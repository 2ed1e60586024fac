"""The keys a local installation signs with, made once and kept 0600 in SEUIL_DATA."""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from seuil_dev.engine import write_private
from webui.keys import new_key_pair


@dataclass(frozen=True)
class Keys:
    """Text of the keys as the services' settings take it."""

    token_kid: str
    token_private: str
    token_public: str
    link: str


def keys_of(folder: Path) -> Keys:
    """The keys of `folder`; made at the first call."""
    file = folder / "keys.json"
    if file.exists():
        return Keys(**json.loads(file.read_text()))
    pair = new_key_pair()
    made = Keys(pair.kid, pair.private, pair.public, secrets.token_urlsafe(32))
    write_private(file, json.dumps(asdict(made), indent=1))
    return made
