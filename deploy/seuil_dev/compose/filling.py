"""`seuil compose-secrets`: writes `.env` for docker-compose.yml, with fresh secrets where there is none."""

import base64
import re
import secrets
import tempfile
import uuid
from collections.abc import Mapping
from pathlib import Path

from seuil_dev.compose.composition import EXAMPLE, ROOT, assignments, decided
from seuil_dev.engine import write_private
from seuil_dev.keys import keys_of

KEY = re.compile(r"_KEYS?$")
"""How the names of keys end; the launcher knows how to make each of them."""


def fresh() -> dict[str, str]:
    """One new secret for each variable of the example that must have one."""
    offered = assignments(EXAMPLE.read_text())
    with tempfile.TemporaryDirectory() as folder:
        keys = keys_of(Path(folder))
    made = {
        name: value for told in decided(keys).values() for name, value in told.items() if KEY.search(name)
    }
    return {
        **{name: secrets.token_urlsafe(24) for name in offered if name.endswith("_PASSWORD")},
        "KAFKA_CLUSTER_ID": base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("="),
        **{name: value for name, value in made.items() if name in offered},
    }


TOGETHER = (
    ("SEUIL_TOKEN_PRIVATE_KEY", "SEUIL_TOKEN_KEYS"),
    ("SEUIL_PARTNER_TOKEN_PRIVATE_KEY", "SEUIL_PARTNER_TOKEN_KEYS"),
    ("SEUIL_INTAKE_PRIVATE_KEYS", "SEUIL_INTAKE_PUBLIC_KEY"),
)
"""Secrets that belong to one another: both are made, or none."""


def filled(example: str, known: Mapping[str, str], made: Mapping[str, str]) -> str:
    """The example with what is `known`, and with `made` where nothing is."""
    kept = {name: value for name, value in known.items() if value}
    chosen = {**made, **kept}
    for pair in TOGETHER:
        halves = [name for name in pair if name in made]
        if not all(name in kept for name in halves):
            chosen.update({name: made[name] for name in halves})
    lines = []
    for line in example.splitlines():
        name = line.partition("=")[0]
        lines.append(f"{name}={_quoted(chosen[name])}" if name in chosen else line)
    mine = [f"{name}={_quoted(value)}" for name, value in kept.items() if name not in assignments(example)]
    return "\n".join([*lines, *mine, ""])


def _quoted(value: str) -> str:
    return value if re.fullmatch(r"[\w@.:/+=-]*", value, re.ASCII) else f"'{value}'"


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
