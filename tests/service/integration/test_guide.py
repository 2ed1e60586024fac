"""The client of docs/partner-guide.md, taken from the page and run against the service over real HTTP."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from integration.domain.files import CaseFile
from integration.domain.hearing import TYPES
from integration.domain.inbound import RECORDS
from tests.service.integration import told
from tests.service.integration.door import Door
from tests.service.integration.records import example

PAGE = (Path(__file__).parents[3] / "docs" / "partner-guide.md").read_text()


def client() -> str:
    [block] = re.findall(r"```python client\n(.*?)```", PAGE, re.DOTALL)
    return str(block)


@asynccontextmanager
async def served(door: Door) -> AsyncIterator[str]:
    """The app of the door on a port of its own; its loops stay in the test's hands."""
    config = uvicorn.Config(door.app, host="127.0.0.1", port=0, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await running


def test_the_client_has_thirty_lines_at_most() -> None:
    assert len([line for line in client().splitlines() if line.strip()]) <= 30


async def test_the_client_of_the_guide_sends_mends_and_listens(door: Door) -> None:
    async with served(door) as base:
        names: dict[str, Any] = {}
        exec(compile(client(), "docs/partner-guide.md", "exec"), names)  # noqa: S102 - the page is the point
        names |= {"BASE": base, "KEY": door.key}
        names["datetime"] = _Now(door)

        async def do(name: str, *given: Any) -> Any:
            act: Callable[..., Any] = names[name]
            return await asyncio.to_thread(act, *given)

        rows = [example("allocation", ref=f"a-{n}") for n in range(501)]
        assert await do("send", "allocation", rows) == []
        rows[3] = rows[3] | {"record_version": 2, "persons": "deux"}
        [(event_id, problem)] = await do("send", "allocation", rows)
        assert event_id == "allocation/a-3/2"
        assert problem["errors"][0]["pointer"] == "/data/persons"
        rows[3] = rows[3] | {"persons": 2}
        assert await do("send", "allocation", rows) == []
        assert await do("send", "case", [example("case")]) == []
        [file] = await door.files()
        await door.hear(told.submitted(file["household_id"]), told.scheduled())
        items, cursor = await do("news")
        assert [item["type"] for item in items] == ["case.received", "case.scheduled"]
        assert await do("news", cursor) == ([], cursor)
        records = await door.rows("SELECT revision FROM record WHERE record_type = 'allocation'")
        assert sorted(row["revision"] for row in records) == [1] * 500 + [2]


class _Now:
    """The clock of the test in place of the machine's."""

    def __init__(self, door: Door) -> None:
        self.door = door

    def now(self, _: object) -> Any:
        return self.door.clock.at


@pytest.mark.parametrize("word", [*RECORDS, *TYPES, *CaseFile.model_fields])
def test_the_guide_names_every_record_type_and_field_of_a_case(word: str) -> None:
    assert re.search(f"`(data\\.)?{re.escape(word)}`", PAGE)
