"""`seuil run`."""

from seuil_dev.launcher import run
from seuil_dev.settings import options


def command() -> int:
    return run(options())
