"""`seuil doctor`: every byte of the engines checked again, and what this machine offers."""

import os
import subprocess
import sys
from collections.abc import Callable

from seuil_dev import fetch
from seuil_dev.engine import EngineError
from seuil_dev.kafka import java
from seuil_dev.postgres import binaries


def command() -> int:
    """0 when all is well; a line per question."""
    answers = [_asked(told, check) for told, check in CHECKS]
    return 0 if all(answers) else 1


def _asked(told: str, check: Callable[[], str]) -> bool:
    try:
        print(f"bon     {told} : {check()}")
    except (EngineError, OSError) as wrong:
        print(f"à voir  {told} : {wrong}")
        return False
    return True


def _python() -> str:
    return sys.version.split()[0]


def _java() -> str:
    answer = subprocess.run([java(), "-version"], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise EngineError(answer.stderr.strip())
    return answer.stderr.splitlines()[0]


def _postgres() -> str:
    command = [str(binaries() / "postgres"), "--version"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise EngineError(answer.stderr.strip())
    return answer.stdout.strip()


def _jars() -> str:
    folder = fetch.jar_folder()
    if not folder.exists():
        return "pas encore téléchargés (le premier « make run » s’en charge)"
    wrong = fetch.altered(folder)
    for name in wrong:
        (folder / name).unlink(missing_ok=True)
    if wrong:
        raise EngineError(f"altérés et retirés, repris au prochain démarrage : {', '.join(wrong)}")
    return f"{len(fetch.read_lock())} fichiers conformes dans {folder}"


def _account() -> str:
    return "root (PostgreSQL tournera à part)" if os.getuid() == 0 else "ordinaire"


CHECKS: list[tuple[str, Callable[[], str]]] = [
    ("Python", _python),
    ("compte", _account),
    ("Java", _java),
    ("PostgreSQL", _postgres),
    ("jars de Kafka", _jars),
]
