"""A service of figures per test, on 15 June 2023."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from tests.conftest import MakeDatabase
from tests.service.analytics.house import House, opened


@pytest.fixture
async def house(make_database: MakeDatabase) -> AsyncIterator[House]:
    async with opened(make_database, datetime(2023, 6, 15, 8, tzinfo=UTC)) as made:
        yield made
