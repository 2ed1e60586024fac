"""`python -m contracts` writes what follows from the classes; `python -m contracts publish` promises it."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contracts.catalogue import events_page
from contracts.compatibility import Finding, Side, findings
from contracts.event import REGISTRY
from contracts.schemas import schema_of, skeleton_of
from contracts.topics import SERVICES

LIBRARY = Path(__file__).parents[1]
SCHEMAS, EXAMPLES, PUBLISHED = LIBRARY / "schemas", LIBRARY / "examples", LIBRARY / "published"
EVENTS_PAGE = LIBRARY.parents[1] / "docs" / "events.md"


def pretty(value: Any) -> str:
    """Return JSON as it is committed."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def schema_files() -> dict[Path, str]:
    """Return what the schema files must hold."""
    return {SCHEMAS / f"{name}.json": pretty(schema_of(fact)) for name, fact in sorted(REGISTRY.items())}


def page() -> str:
    """Return what docs/events.md must hold, with the services that listen as they are now."""
    return events_page({path.stem: path.read_text() for path in EXAMPLES.glob("*.json")}, listeners())


def listeners() -> dict[str, list[str]]:
    """Read who listens to each fact in the `subscriptions` of the services that are installed."""
    heard: dict[str, list[str]] = {}
    for service in SERVICES:
        for fact_type, how in _heard_by(service):
            heard.setdefault(fact_type, []).append(f"{service} ({how})")
    return heard


def _heard_by(service: str) -> Iterator[tuple[str, str]]:
    module = f"{service}.subscriptions"
    try:
        subscriptions = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name not in (service, module):
            raise
        return
    policies = getattr(subscriptions, "POLICIES", None)
    for how, attribute in (("policy", "handlers"), ("memory", "memory")):
        for fact in getattr(policies, attribute, ()):
            yield fact.TYPE, how
    for projection in getattr(subscriptions, "PROJECTIONS", ()):
        for fact in projection.handlers:
            yield fact.TYPE, f"projection {projection.name}"


def write() -> list[str]:
    """Write schemas, missing examples and the events page; return what is left to do by hand."""
    for folder in (SCHEMAS, EXAMPLES, EVENTS_PAGE.parent):
        folder.mkdir(parents=True, exist_ok=True)
    wanted = schema_files()
    for path in set(SCHEMAS.glob("*.json")) - set(wanted):
        path.unlink()
    to_do = []
    for path, text in wanted.items():
        path.write_text(text)
        example = EXAMPLES / path.name
        if not example.exists():
            example.write_text(pretty(skeleton_of(json.loads(text))))
            to_do.append(f"fill in {example.relative_to(LIBRARY.parents[1])}")
    to_do += [
        f"remove {path.relative_to(LIBRARY.parents[1])}: no such fact"
        for path in sorted(EXAMPLES.glob("*.json"))
        if path.stem not in REGISTRY
    ]
    EVENTS_PAGE.write_text(page())
    return to_do


def disagreements() -> dict[str, list[Finding]]:
    """Return how today's classes disagree with the published schemas, by type; a type gone is one too."""
    found = {}
    for path in sorted((PUBLISHED / "schemas").glob("*.json")):
        fact = REGISTRY.get(path.stem)
        found[path.stem] = (
            findings(json.loads(path.read_text()), schema_of(fact))
            if fact is not None
            else [Finding(Side.READERS, "", "type removed")]
        )
    return found


def publish() -> list[str]:
    """Promise today's schemas and examples: later versions must agree. Returns the breakages that stop it."""
    broken = [
        f"{name}: {finding}"
        for name, disagreement in disagreements().items()
        for finding in disagreement
        if finding.blocks
    ]
    if broken:
        return broken
    (PUBLISHED / "schemas").mkdir(parents=True, exist_ok=True)
    for name in REGISTRY:
        (PUBLISHED / "schemas" / f"{name}.json").write_text((SCHEMAS / f"{name}.json").read_text())
        samples = PUBLISHED / "samples" / name
        samples.mkdir(parents=True, exist_ok=True)
        known = [path.read_text() for path in samples.glob("*.json")]
        example = (EXAMPLES / f"{name}.json").read_text()
        if example not in known:
            (samples / f"{len(known) + 1:03}.json").write_text(example)
    return []


def main() -> int:
    """Run the command of the line; say what is left to do by hand."""
    lines = write()
    broken = publish() if "publish" in sys.argv[1:] else []
    for line in (*lines, *broken):
        sys.stdout.write(f"{line}\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
