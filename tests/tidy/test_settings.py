"""Whoever runs Seuil finds every setting on one page, and no setting that does nothing."""

import importlib
import re
from importlib.util import find_spec

from pydantic import AliasChoices
from pydantic_settings import BaseSettings

from tests.tidy.tree import SERVICES, files, text

READ = re.compile(r"\b(SEUIL_[A-Z][A-Z_]*[A-Z])\b")
BELOW = ("libs/", "services/", "deploy/", "scripts/", "tests/")


def environment_names(settings: type[BaseSettings]) -> set[str]:
    """The environment variables that fill a settings class."""
    prefix = settings.model_config.get("env_prefix") or ""
    found = set()
    for name, field in settings.model_fields.items():
        alias = field.validation_alias or field.alias
        chosen = (
            [str(a) for a in alias.choices]
            if isinstance(alias, AliasChoices)
            else [str(alias or prefix + name)]
        )
        found |= {variable.upper() for variable in chosen}
    return found


def declared() -> set[str]:
    """Every variable that the settings of a built service declare."""
    found = set()
    for module in ("operating.settings", *(f"{service}.settings" for service in SERVICES)):
        if find_spec(module.split(".")[0]) and find_spec(module):
            shapes = vars(importlib.import_module(module)).values()
            classes = [
                s
                for s in shapes
                if isinstance(s, type) and issubclass(s, BaseSettings) and s is not BaseSettings
            ]
            found |= {name for settings in classes for name in environment_names(settings)}
    return found


def read_directly() -> set[str]:
    """Every variable of Seuil's own that any of our code names."""
    code = [
        p
        for p in files()
        if (p.startswith(BELOW) and p.endswith(".py")) or p in ("Makefile", ".ci/run", "scripts/uv")
    ]
    mine = "tests/tidy/test_settings.py"
    return {name for p in code if p != mine for name in READ.findall(text(p))}


def documented() -> set[str]:
    """Every variable that docs/operations.md has a row for."""
    return set(re.findall(r"^\| `([A-Z][A-Z_]+)` \|", text("docs/operations.md"), re.MULTILINE))


def test_every_setting_is_documented() -> None:
    assert (declared() | read_directly()) - documented() == set(), (
        "a setting without its row in docs/operations.md"
    )


def test_every_documented_setting_exists() -> None:
    if all(find_spec(f"{service}.settings") for service in SERVICES):
        code = "".join(
            text(p)
            for p in files()
            if p.startswith((*BELOW, "Makefile", ".ci/"))
            and p.endswith((".py", "uv", "python", "Makefile", "run"))
        )
        idle = {name for name in documented() - declared() if name not in code}
        assert idle == set(), "docs/operations.md tells of a setting that nothing reads"


def test_names_are_read_from_prefix_alias_and_field() -> None:
    class Planted(BaseSettings):
        model_config = {"env_prefix": "seuil_"}
        quiet_hours: str = ""

    assert environment_names(Planted) == {"SEUIL_QUIET_HOURS"}
