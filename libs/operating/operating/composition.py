"""What every composition root does in the same way: a database from settings, an app around a service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from eventing.db import Database
from eventing.runtime import Runtime
from operating.health import health_routes
from operating.service import Service
from operating.settings import ServiceSettings


def database_of(settings: ServiceSettings, runtime: Runtime, name: str) -> Database:
    """The service's database as its application role; not open yet."""
    return Database(
        settings.database_url.get_secret_value(),
        runtime,
        max_size=settings.database_connections,
        name=name,
    )


def app_of(service: Service, title: str) -> FastAPI:
    """An application that lives as long as its service works; its health and its document, no page yet."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            yield

    app = FastAPI(
        title=f"Seuil – {title}",
        openapi_url=f"/{service.name}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.service = service
    app.include_router(health_routes(service))
    return app
