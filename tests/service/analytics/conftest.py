"""A service of figures per test, on 15 June 2023."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import MakeDatabase
from tests.service.analytics.house import START, House, opened


@pytest.fixture
async def house(make_database: MakeDatabase) -> AsyncIterator[House]:
    async with opened(make_database, START) as made:
        yield made
