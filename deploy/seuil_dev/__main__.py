"""The command `seuil`: run, demo, journey, doctor, compose-secrets, compose-check, relock, --version."""

import argparse
import importlib
import sys
from importlib.metadata import version

from seuil_dev.engine import EngineError


def main(arguments: list[str] | None = None) -> int:
    """Exit code of the command; refusals are said on stderr, in French."""
    parser = argparse.ArgumentParser(prog="seuil", description="Commissions Logement d’Abord.")
    parser.add_argument("--version", action="version", version=f"seuil {version('seuil-dev')}")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (_, told) in COMMANDS.items():
        commands.add_parser(name, help=told)
    chosen = parser.parse_args(arguments).command
    try:
        return int(importlib.import_module(COMMANDS[chosen][0]).command())
    except EngineError as refused:
        print(str(refused), file=sys.stderr)
        return 1


COMMANDS = {
    "run": ("seuil_dev.running", "démarrer tout et donner une adresse"),
    "demo": ("seuil_dev.demo", "la même chose, avec le territoire de Lille"),
    "journey": ("seuil_dev.journey", "jouer toute l’histoire sur une installation à part"),
    "doctor": ("seuil_dev.doctor", "dire ce que cette machine a et ce qui lui manque"),
    "compose-secrets": ("seuil_dev.compose.filling", "écrire .env pour les conteneurs, secrets compris"),
    "compose-check": ("seuil_dev.compose.check", "juger et prouver docker-compose.yml"),
    "relock": ("seuil_dev.relock", "refaire la liste des jars de Kafka"),
}

if __name__ == "__main__":
    sys.exit(main())
