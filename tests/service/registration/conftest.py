"""An office per test."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import MakeDatabase
from tests.service.registration.office import Office, opened


@pytest.fixture
async def office(make_database: MakeDatabase) -> AsyncIterator[Office]:
    async with opened(make_database) as made:
        yield made
