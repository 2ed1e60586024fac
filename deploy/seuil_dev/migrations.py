"""Runs a service's alembic migrations in this process, with its owner's URL."""

import importlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from alembic import command
from alembic.config import Config

from seuil_dev.settings import environment


def migrate(service: str, migration_url: str) -> None:
    """Bring the database at `migration_url` to the head of `service`.

    `env.py` finds the URL in MIGRATION_DATABASE_URL and as the option `sqlalchemy.url`. It runs in a thread
    of its own, so that it may open a loop; calls must not overlap (the environment is the process's).
    """
    config = Config()
    config.set_main_option("script_location", str(folder(service)))
    config.set_main_option("sqlalchemy.url", migration_url.replace("%", "%%"))
    with environment({"MIGRATION_DATABASE_URL": migration_url}), ThreadPoolExecutor(1) as pool:
        pool.submit(command.upgrade, config, "head").result()


def folder(service: str) -> Path:
    """The folder of `service`'s migrations, beside its package."""
    package = importlib.import_module(service)
    assert package.__file__ is not None
    return Path(package.__file__).parent.parent / "migrations"
