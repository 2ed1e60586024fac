"""One door per test, on a database of its own."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import MakeDatabase
from tests.service.integration.door import Door, open_door


@pytest.fixture
async def door(make_database: MakeDatabase) -> AsyncIterator[Door]:
    async with open_door(make_database("integration")) as opened:
        yield opened
