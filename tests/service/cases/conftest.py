"""A cases service per test, on 2 November 2026."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import MakeDatabase
from tests.service.cases.house import House, opened


@pytest.fixture
async def house(make_database: MakeDatabase) -> AsyncIterator[House]:
    async with opened(make_database) as made:
        yield made
