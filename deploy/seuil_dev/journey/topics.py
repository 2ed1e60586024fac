"""What is on the topics, as Kafka's own console consumer reads it: a client foreign to ours."""

import asyncio
import contextlib
import json
import signal
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from seuil_dev.client import Failed, eventually
from seuil_dev.engine import guarded
from seuil_dev.kafka import Kafka

EVERY_TOPIC = r"seuil\..*"
LONGEST_LINE = 1_000_000
SHOWN = ("print.headers=true", "print.key=true", "headers.separator=|", "null.literal=-")


@dataclass(frozen=True)
class Told:
    """One record: its headers, its key and its data."""

    headers: dict[str, str]
    key: str
    data: dict[str, Any]
    line: str

    @property
    def fact(self) -> str:
        """« registration.place_offered » of `seuil.registration.place_offered.v1`."""
        return self.headers.get("ce_type", "").removeprefix("seuil.").rpartition(".")[0]


class Topics:
    """All topics from their beginning, read by one console consumer that runs beside the story."""

    def __init__(self, kafka: Kafka) -> None:
        command = kafka.console_consumer(EVERY_TOPIC, "--from-beginning")
        command[command.index("--topic")] = "--include"
        self._command = command + [word for shown in SHOWN for word in ("--formatter-property", shown)]
        self.told: list[Told] = []
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *guarded(self._command, signal.SIGKILL),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=LONGEST_LINE,
        )
        self._reading = asyncio.create_task(self._read(self._process))
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process is not None
        assert self._reading is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await self._reading

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            if (told := parsed(line.decode("utf-8", "replace").rstrip("\n"))) is not None:
                self.told.append(told)

    def of(self, fact: str, **values: object) -> list[Told]:
        """Records of that fact whose data has these values, in the order read."""
        wanted = {name: str(value) if isinstance(value, UUID) else value for name, value in values.items()}
        return [
            told
            for told in self.told
            if told.fact == fact and all(told.data.get(name) == value for name, value in wanted.items())
        ]

    async def wait(self, fact: str, count: int = 1, within: float = 60, **values: object) -> list[Told]:
        """The records of that fact, once there are `count` of them. Failed when there are fewer or more."""

        async def enough() -> list[Told] | None:
            found = self.of(fact, **values)
            return found if len(found) >= count else None

        try:
            found = await eventually(enough, within)
        except TimeoutError:
            found = self.of(fact, **values)
        if len(found) != count:
            raise Failed(f"{count} « {fact} » {values} were expected on the topics, {len(found)} were read")
        return found


def parsed(line: str) -> Told | None:
    """A line of the console consumer; None when it is not a record of ours."""
    head, _, rest = line.partition("\t")
    key, _, value = rest.partition("\t")
    headers = dict(part.partition(":")[::2] for part in head.split("|"))
    try:
        data = json.loads(value)
    except ValueError:
        return None
    return Told(headers, key, data, line) if isinstance(data, dict) else None
