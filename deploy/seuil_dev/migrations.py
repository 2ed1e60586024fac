"""Runs a service's alembic migrations in this process, with its owner's URL."""

import importlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config


def migrate(service: str, migration_url: str) -> None:
    """Bring the database at `migration_url` to the head of `service`.

    `env.py` finds the URL in MIGRATION_DATABASE_URL and as the option `sqlalchemy.url`. It runs in a thread
    of its own, so that it may open a loop; calls must not overlap (the environment is the process's).
    """
    config = Config()
    config.set_main_option("script_location", str(folder(service)))
    config.set_main_option("sqlalchemy.url", migration_url.replace("%", "%%"))
    with _environment(MIGRATION_DATABASE_URL=migration_url), ThreadPoolExecutor(1) as pool:
        pool.submit(command.upgrade, config, "head").result()


def folder(service: str) -> Path:
    """The folder of `service`'s migrations, beside its package."""
    package = importlib.import_module(service)
    assert package.__file__ is not None
    return Path(package.__file__).parent.parent / "migrations"


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
