"""`seuil compose-secrets`: writes `.env` for docker-compose.yml, with fresh secrets where there is none."""

import base64
import json
import secrets
import uuid
from collections.abc import Mapping
from pathlib import Path

from seuil_dev.compose.composition import EXAMPLE, ROOT, assignments
from seuil_dev.engine import write_private
from webui.keys import new_key_pair


def fresh() -> dict[str, str]:
    """One new secret for each variable of the example that must have one."""
    pair = new_key_pair()
    passwords = [name for name in assignments(EXAMPLE.read_text()) if name.endswith("_PASSWORD")]
    return {
        **{name: secrets.token_urlsafe(24) for name in passwords},
        "KAFKA_CLUSTER_ID": base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("="),
        "SEUIL_TOKEN_PRIVATE_KEY": pair.private,
        "SEUIL_TOKEN_KEYS": json.dumps({pair.kid: pair.public}),
        "SEUIL_LINK_KEY": secrets.token_urlsafe(32),
    }


TOGETHER = (("SEUIL_TOKEN_PRIVATE_KEY", "SEUIL_TOKEN_KEYS"),)
"""Secrets that belong to one another: both are made, or none."""


def filled(example: str, known: Mapping[str, str], made: Mapping[str, str]) -> str:
    """The example with what is `known`, and with `made` where nothing is."""
    kept = {name: value for name, value in known.items() if value}
    chosen = {**made, **kept}
    for pair in TOGETHER:
        if not all(name in kept for name in pair):
            chosen.update({name: made[name] for name in pair})
    lines = []
    for line in example.splitlines():
        name = line.partition("=")[0]
        lines.append(f"{name}={_quoted(chosen[name])}" if name in chosen else line)
    mine = [f"{name}={_quoted(value)}" for name, value in kept.items() if name not in assignments(example)]
    return "\n".join([*lines, *mine, ""])


def _quoted(value: str) -> str:
    return value if value.replace("@", "").replace("-", "").replace("_", "").isalnum() else f"'{value}'"


def fill(file: Path) -> list[str]:
    """Write `file` (0600); the names of the variables that were given a secret."""
    known = assignments(file.read_text()) if file.exists() else {}
    made = fresh()
    write_private(file, filled(EXAMPLE.read_text(), known, made))
    now = assignments(file.read_text())
    return [name for name in made if now[name] != known.get(name)]


def command() -> int:
    """Fill .env of this folder."""
    made = fill(ROOT / ".env")
    print(f".env : {len(made)} secrets créés." if made else ".env : rien à ajouter.")
    print("Relisez-le (nom du site, relais de courriels, mentions légales), puis : docker compose up -d")
    return 0
