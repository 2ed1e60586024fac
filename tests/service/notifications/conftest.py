"""A post office per test."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import MakeDatabase
from tests.service.notifications.post import Post, opened


@pytest.fixture
async def post(make_database: MakeDatabase) -> AsyncIterator[Post]:
    async with opened(make_database) as made:
        yield made
