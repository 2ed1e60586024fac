"""`make compose-check`: what can be said against the containers' files, then the proof that they work.

No engine for containers is needed. Files are judged by linters; the image's build stage is done again in a
folder; then the jobs and the services run from that folder, each a process of its own, with exactly the
environment that docker-compose.yml gives it, names of containers replaced by loopback addresses.
"""

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from seuil_dev.compose import image, proxy
from seuil_dev.compose.composition import CLUSTER, EXAMPLE, FILE, ROOT, assignments, read, variables
from seuil_dev.compose.filling import filled, fresh
from seuil_dev.compose.proof import Proof
from seuil_dev.engine import EngineError
from seuil_dev.gateway import DEFAULT
from webui.security import CSP

BIN = Path(sys.executable).parent
YAML_RULES = "{extends: relaxed, rules: {line-length: disable, key-duplicates: enable}}"


def linters() -> dict[str, list[str]]:
    """Each file's judge."""
    schema = [str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec"]
    return {
        "schema of docker-compose.yml": [*schema, str(FILE)],
        "schema of docker-compose.cluster.yml": [*schema, str(CLUSTER)],
        "yamllint": [str(BIN / "yamllint"), "--strict", "-d", YAML_RULES, str(FILE), str(CLUSTER)],
        "hadolint": [str(BIN / "hadolint"), str(image.FILE)],
        "form of the Caddyfile": [str(BIN / "caddy"), "fmt", "--diff", str(proxy.FILE)],
    }


def judged(name: str) -> list[str]:
    """What a linter has against its file."""
    done = subprocess.run(linters()[name], capture_output=True, text=True, cwd=ROOT, check=False)
    if name.startswith("form"):
        return [line for line in done.stdout.splitlines() if line[:1] in "+-"]
    return [] if done.returncode == 0 else [(done.stdout + done.stderr).strip()]


def by_compose(env_file: Path) -> list[str] | None:
    """What compose has against the file, or reads otherwise than we; None where it is not installed."""
    for words in (["docker-compose"], ["docker", "compose"]):
        if not shutil.which(words[0]):
            continue
        if subprocess.run([*words, "version"], capture_output=True, check=False).returncode == 0:
            command = [*words, "-f", str(FILE), "--env-file", str(env_file), "config", "--format", "json"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            return differing(done.stdout, env_file) if done.returncode == 0 else [done.stderr.strip()]
    return None


def differing(config: str, env_file: Path) -> list[str]:
    """The containers whose environment or networks compose reads otherwise than we do."""
    theirs = json.loads(config)["services"]
    found = []
    for name, part in read(assignments(env_file.read_text())).parts.items():
        told = {k: str(v).replace("$$", "$") for k, v in (theirs[name].get("environment") or {}).items()}
        if told != part.environment or set(theirs[name]["networks"]) != part.networks:
            found.append(f"{name}: compose reads its environment or its networks otherwise")
    return found


def told() -> list[str]:
    """Variables of the file and of the example that do not answer one another."""
    named, offered = variables(FILE.read_text()), set(assignments(EXAMPLE.read_text()))
    return [f"{name}: in docker-compose.yml or in {EXAMPLE.name}, not in both" for name in named ^ offered]


def proxied() -> list[str]:
    """Where the proxy and the gateway of the local start would not do the same."""
    said = proxy.read(proxy.FILE.read_text())
    serving = read(assignments(filled(EXAMPLE.read_text(), {}, fresh()))).serving
    wanted = {name: name for name in serving if name != DEFAULT} | {"": DEFAULT}
    found = [] if dict(said.routes) == wanted else [f"routes {dict(said.routes)}, the gateway has {wanted}"]
    if said.headers.get("content-security-policy") != CSP:
        found.append("the content security policy is not that of the services")
    return found


def files() -> dict[str, Callable[[], list[str]]]:
    """The checks that start nothing."""
    values = assignments(filled(EXAMPLE.read_text(), {}, fresh()))
    return {
        **{name: partial(judged, name) for name in linters()},
        "variables": told,
        "references and settings": lambda: read(values).problems(),
        "references and settings of the cluster": lambda: read(values, FILE, CLUSTER).problems(),
        "proxy and gateway": proxied,
    }


def command() -> int:
    """0 when the files are good and the proof holds; a line per check."""
    failed = 0
    for name, check in files().items():
        problems = check()
        failed += bool(problems)
        print(f"{'FAILED' if problems else 'ok    '} {name}", *problems, sep="\n       ", flush=True)
    with tempfile.TemporaryDirectory(prefix="seuil-compose-") as folder:
        env_file = Path(folder) / "compose.env"
        env_file.write_text(filled(EXAMPLE.read_text(), {}, fresh()))
        answer = by_compose(env_file)
        if answer is None:
            print("--     docker compose is not installed: its own reading of the file is not asked")
        else:
            failed += bool(answer)
            print(f"{'FAILED' if answer else 'ok    '} docker compose config", *answer, sep="\n       ")
        if failed:
            return 1
        return proved(Path(folder), assignments(env_file.read_text()))


def proved(folder: Path, values: dict[str, str]) -> int:
    """Build and run; the exit code."""
    began = time.monotonic()
    try:
        for step in image.replay(folder / "app", image.FILE.read_text()):
            print(f"ok     image: {step}", flush=True)
        asyncio.run(Proof(folder, read(values), print).run())
    except EngineError as wrong:
        print(f"FAILED {wrong}")
        return 1
    print(f"docker-compose.yml holds: built, started and asked in {time.monotonic() - began:.0f} s")
    return 0
