"""`docker-compose.yml` as compose reads it: variables put in, references followed, settings compared."""

import importlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml
from pydantic_settings import BaseSettings

from operating.__main__ import TopicSettings
from seuil_dev.catalogue import SERVICES
from seuil_dev.databases import ServiceDatabase
from seuil_dev.engine import EngineError
from seuil_dev.keys import Keys
from seuil_dev.settings import Options, service_environment

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "docker-compose.yml"
CLUSTER = ROOT / "docker-compose.cluster.yml"
"""Laid over the first: three brokers, two replicas of each service."""
EXAMPLE = ROOT / "deploy/compose/example.env"
OF_THE_SERVER = {"FORWARDED_ALLOW_IPS"}
"""Read by uvicorn and not by our settings."""
_VARIABLE = re.compile(r"\$\$|\$\{(\w+)(?:(:?[-?])([^}]*))?\}")


def assignments(text: str) -> dict[str, str]:
    """NAME=value lines of an environment file, single quotes taken off."""
    found = {}
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            value = value.strip()
            found[name.strip()] = value[1:-1] if value[:1] == value[-1:] == "'" else value
    return found


def substituted(text: str, values: Mapping[str, str]) -> str:
    """`text` with its ${VARIABLES}; EngineError for one that must be set and is not."""

    def value(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        name, how, word = match[1], match[2] or "", match[3] or ""
        found = values.get(name)
        if found is None or (":" in how and not found):
            if "-" in how:
                return word
            raise EngineError(f"docker-compose.yml: {name} is not set: {word or 'it has no default'}")
        return found

    return _VARIABLE.sub(value, text)


def variables(text: str) -> set[str]:
    """The variables that a compose file names."""
    return {match[1] for match in _VARIABLE.finditer(text) if match[1]}


def _filled(part: Any, values: Mapping[str, str]) -> Any:
    match part:
        case dict():
            return {name: _filled(inner, values) for name, inner in part.items()}
        case list():
            return [_filled(inner, values) for inner in part]
        case str():
            return substituted(part, values)
        case _:
            return part


@dataclass(frozen=True)
class Part:
    """One service of the file: a container."""

    name: str
    told: Mapping[str, Any]

    @property
    def command(self) -> list[str]:
        """Its command; empty for an image's own."""
        return [str(word) for word in self.told.get("command", [])]

    @property
    def module(self) -> str:
        """The Python module it runs, or nothing."""
        return self.command[2] if self.command[:2] == ["python", "-m"] else ""

    @property
    def serves(self) -> bool:
        return bool(self.module) and "serve" in self.command

    @property
    def environment(self) -> dict[str, str]:
        """Its whole environment, as text."""
        return {name: str(value) for name, value in self.told.get("environment", {}).items()}

    @property
    def networks(self) -> set[str]:
        return set(self.told.get("networks", []))

    @property
    def needs(self) -> dict[str, str]:
        """What must be there first, each with its condition."""
        return {name: str(how["condition"]) for name, how in self.told.get("depends_on", {}).items()}


@dataclass(frozen=True)
class Composition:
    """The whole file, its variables put in."""

    parts: Mapping[str, Part]
    networks: frozenset[str]
    volumes: frozenset[str]

    def problems(self) -> list[str]:
        """What compose would refuse, and what it would accept and our settings would not."""
        return [*self._dangling(), *self._services(), *(p for part in self.ours for p in settings_of(part))]

    @property
    def ours(self) -> list[Part]:
        """The containers that run our code: jobs first."""
        return sorted((p for p in self.parts.values() if p.module), key=lambda part: part.serves)

    @property
    def serving(self) -> dict[str, Part]:
        """The five services, by module."""
        return {part.module: part for part in self.ours if part.serves}

    def _dangling(self) -> Iterator[str]:
        for part in self.parts.values():
            for network in part.networks - self.networks:
                yield f"{part.name}: network {network} is not defined"
            for needed, condition in part.needs.items():
                if needed not in self.parts:
                    yield f"{part.name} depends on {needed}, which is not there"
                elif condition == "service_healthy" and "healthcheck" not in self.parts[needed].told:
                    yield f"{part.name} waits for the health of {needed}, which has no check"
            for volume in part.told.get("volumes", []):
                source = volume.split(":")[0]
                if source.startswith("./") and not (ROOT / source).exists():
                    yield f"{part.name}: {source} is not in the tree"
                elif not source.startswith("./") and source not in self.volumes:
                    yield f"{part.name}: volume {source} is not defined"

    def _services(self) -> Iterator[str]:
        for service in sorted(set(SERVICES) ^ set(self.serving)):
            yield f"{service}: in docker-compose.yml or in the catalogue, not in both"
        for service, told in decided(Keys(**{field.name: "" for field in fields(Keys)})).items():
            part = self.serving.get(service)
            for name in sorted(set(told) - set(part.environment if part else told)):
                yield f"{service}: {name}, which the local start sets, is not in docker-compose.yml"
        for service in self.serving:
            if not any(p.module == service and "migrate" in p.command for p in self.ours):
                yield f"{service} has no migration job"


def decided(keys: Keys) -> dict[str, dict[str, str]]:
    """What the launcher of a local start would tell each service, given these keys."""
    nowhere = ServiceDatabase("", "", "", "")
    made = {
        service: service_environment(service, Options(ROOT), nowhere, keys, url="", bootstrap="", smtp="")
        for service in SERVICES
    }
    told = {
        service: {name: value for name, value in of.items() if value is not None}
        for service, of in made.items()
    }
    for service, of in told.items():
        known = {name.upper() for name in settings_class(service).model_fields}
        told[service] = {name: value for name, value in of.items() if name in known}
    return told


def merged(below: Any, over: Any) -> Any:
    """Two files as compose lays one over the other: mappings by name, lists together, the rest replaced."""
    match below, over:
        case dict(), dict():
            return {**below, **{name: merged(below.get(name), value) for name, value in over.items()}}
        case list(), list():
            return [*below, *(each for each in over if each not in below)]
    return below if over is None else over


def read(values: Mapping[str, str], *files: Path) -> Composition:
    """The files with `values` for their variables; EngineError when one is missing."""
    told: Any = {}
    for file in files or (FILE,):
        told = merged(told, _filled(yaml.safe_load(file.read_text()), values))
    parts = {name: Part(name, part) for name, part in told["services"].items()}
    return Composition(parts, frozenset(told["networks"]), frozenset(told["volumes"]))


@contextmanager
def only(values: Mapping[str, str]) -> Iterator[None]:
    """The process's environment replaced by `values`, then put back."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def settings_class(module: str) -> type[BaseSettings]:
    """The settings that a module of ours reads."""
    if module == "operating":
        return TopicSettings
    found: type[BaseSettings] = importlib.import_module(f"{module}.settings").Settings
    return found


def settings_of(part: Part) -> Iterator[str]:
    """What is missing, unknown or wrong in the environment of a container that runs our code."""
    shape = settings_class(part.module)
    known = {name.upper() for name in shape.model_fields}
    for name in sorted(set(part.environment) - known - OF_THE_SERVER):
        yield f"{part.name}: {name} is no setting of {part.module}"
    if "migrate" in part.command and not part.environment.get("MIGRATION_DATABASE_URL"):
        yield f"{part.name}: MIGRATION_DATABASE_URL is not set"
    try:
        with only(part.environment):
            shape()
    except ValueError as refused:
        yield f"{part.name}: {refused}"
