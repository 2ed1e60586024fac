"""An office per test, a visitor, a coordinator at a browser."""

from collections.abc import AsyncIterator

import pytest

from contracts.lists import Role
from tests.conftest import MakeDatabase
from tests.service.registration.office import Office, opened
from tests.service.registration_pages.hall import Visitor, seat


@pytest.fixture
async def office(make_database: MakeDatabase) -> AsyncIterator[Office]:
    async with opened(make_database) as made:
        yield made


@pytest.fixture
def visitor(office: Office) -> Visitor:
    return Visitor(office)


@pytest.fixture
async def coordinator(office: Office) -> Visitor:
    return await seat(office, Role.COORDINATOR)
