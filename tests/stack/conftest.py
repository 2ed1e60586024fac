"""One stack with a city on it for every test of this folder in a test process."""

from collections.abc import Iterator

import pytest

from tests.stack.city import City, build
from tests.stack.running import running_anywhere


@pytest.fixture(scope="session")
def city() -> Iterator[City]:
    with running_anywhere() as stack:
        yield build(stack)
