"""Clients on the showcase app, without a socket."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from tests.webui.showcase import Showcase, make_showcase
from webui.identity import Standing

Ask = Callable[..., TestClient]


@pytest.fixture
def standings() -> dict[UUID, Standing]:
    """What the service has heard of accounts; empty: nothing yet."""
    return {}


@pytest.fixture
def showcase(standings: dict[UUID, Standing]) -> Showcase:
    async def find(account_id: UUID) -> Standing | None:
        return standings.get(account_id)

    return make_showcase(accounts=find)


@pytest.fixture
def visitor(showcase: Showcase) -> Iterator[TestClient]:
    with TestClient(showcase.app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        client.headers["accept"] = "text/html"
        yield client


@pytest.fixture
def coordinator(showcase: Showcase, visitor: TestClient) -> TestClient:
    visitor.cookies.set("seuil", showcase.token("coordinator"))
    visitor.headers["sec-fetch-site"] = "same-origin"
    return visitor
