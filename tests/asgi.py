"""The application in process, and clients of it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from api.app import create_app
from runtime.settings import Settings


@asynccontextmanager
async def running_app(settings: Settings) -> AsyncGenerator[FastAPI]:
    """The application, with its lifespan."""
    made = create_app(settings)
    async with made.router.lifespan_context(made):
        yield made


def client_of(app: FastAPI, api_key: str) -> httpx.AsyncClient:
    """A client that asks with an API key."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://loupe",
        headers={"Authorization": f"Bearer {api_key}"},
    )
