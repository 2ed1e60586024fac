"""`seuil relock`: writes `kafka.jars` again, for a maintainer who moves to another Kafka.

The jars are resolved by a Maven client into a folder of its own and hashed here. What it writes is read by a
person before it is committed.
"""

import hashlib
import tempfile
from pathlib import Path
from typing import Any

from seuil_dev import fetch

KAFKA = "4.3.1"
WHOLE = (("org.apache.kafka", "kafka_2.13", KAFKA), ("org.slf4j", "slf4j-jdk14", "1.7.36"))
ALONE = ("org.apache.kafka", "kafka-tools", KAFKA)
"""The console tools, without what they depend on: all they need is there already."""
TEST_SCOPES = ("test", "provided", "system")


def command() -> int:
    from jgo.maven import Dependency, MavenContext, PythonResolver

    with tempfile.TemporaryDirectory() as folder:
        resolver = PythonResolver()
        maven = MavenContext(
            resolver=resolver,
            repo_cache=Path(folder),
            local_repos=[],
            remote_repos={"central": fetch.base_url()},
        )
        roots = [
            Dependency(maven.project(g, a).at_version(v).artifact(), scope="compile") for g, a, v in WHOLE
        ]
        inputs, others = resolver.resolve(roots)
        group, artifact, version = ALONE
        alone = maven.project(group, artifact).at_version(version).artifact()
        found = [d.artifact for d in (*inputs, *others) if d.scope not in TEST_SCOPES and not d.optional]
        lines = sorted({line_of(one, Path(one.resolve())) for one in (*found, alone)})
    fetch.LOCK.write_text("\n".join(lines) + "\n")
    print(f"{len(lines)} jars écrits dans {fetch.LOCK.name}. À relire avant de valider.")
    return 0


def line_of(artifact: Any, file: Path) -> str:
    """`group:artifact:version size sha256` of a jar."""
    content = file.read_bytes()
    name = f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}"
    return f"{name} {len(content)} {hashlib.sha256(content).hexdigest()}"
