"""What a test process works out once instead of once per test: compiled templates and analysed routes.

Each test makes its application anew, as it should; half of its time went into compiling the same templates
and reading the signatures of the same endpoints. Neither depends on settings: the results are kept here, by
source and by code. What is kept is never changed afterwards; what might depend on more is made again.
"""

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import fastapi.routing
import jinja2

_STATE = tuple(fastapi.routing._APIRouteLike.__annotations__)
_OWN = {"endpoint", "dependant", "dependency_overrides_provider"}
"""What differs between two applications that have the same route."""


class Templates(jinja2.BytecodeCache):
    """Compiled templates by name and source, for every environment of the process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Any) -> None:
        if kept := self._kept.get(f"{bucket.key}{bucket.checksum}"):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Any) -> None:
        self._kept[f"{bucket.key}{bucket.checksum}"] = bucket.bytecode_to_string()


def keep_templates() -> None:
    """Gives every environment made from now on the same cache of compiled templates."""
    cache, make = Templates(), jinja2.Environment.__init__

    def made(self: jinja2.Environment, *positional: Any, **options: Any) -> None:
        make(self, *positional, **{"bytecode_cache": cache, **options})

    jinja2.Environment.__init__ = made  # type: ignore[method-assign]


def keep_routes() -> None:
    """Lets routes with the same path, code, signature and options share what FastAPI found out about them."""
    analyse: Callable[..., None] = fastapi.routing._populate_api_route_state
    kept: dict[object, dict[str, Any]] = {}

    def populate(route: Any, path: str, endpoint: Any, **options: Any) -> None:
        place = _place(path, endpoint, options)
        if place not in kept:
            analyse(route, path, endpoint, **options)
            if route.dependant.dependencies or route.callbacks or "<locals>" in str(place[2:]):
                return
            kept[place] = {name: getattr(route, name) for name in _STATE}
        for name, value in kept[place].items():
            if name not in _OWN:
                setattr(route, name, value)
        route.endpoint = endpoint
        route.dependant = replace(kept[place]["dependant"], call=endpoint)
        route.dependency_overrides_provider = options.get("dependency_overrides_provider")

    fastapi.routing._populate_api_route_state = populate


def _place(path: str, endpoint: Any, options: dict[str, Any]) -> tuple[object, ...]:
    inner = inspect.unwrap(endpoint)
    told = [f"{name}={options[name]!r}" for name in sorted(options) if name not in _OWN]
    return path, getattr(inner, "__code__", inner), str(inspect.signature(endpoint)), "".join(told)
