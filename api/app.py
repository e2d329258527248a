"""Puts the ASGI application together."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from api import (
    agents,
    assignments,
    aws,
    benchmark_sets,
    errors,
    exports,
    frames,
    graph_templates,
    health,
    history,
    human_loops,
    intake,
    issues,
    management,
    media,
    metrics,
    moves,
    projects,
    reviews,
    sessions,
    tasks,
    web,
    work,
)
from api.context import Context
from api.measures import Measured
from runtime import logging
from runtime.notify import Notifier
from runtime.s3 import S3
from runtime.seal import Seal
from runtime.settings import Settings
from store.database import connect
from store.migrate import require_schema

VERSION = "0.1.0"


def create_app(settings: Settings) -> FastAPI:
    """The application of one API process; its parts open and close with its lifespan."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        logging.configure(settings)
        async with AsyncExitStack() as stack:
            pool = await stack.enter_async_context(
                await connect(settings.database_url, size=settings.api_pool_size, name="loupe api")
            )
            await require_schema(pool)
            s3 = await stack.enter_async_context(S3(settings))
            notifier = Notifier(settings.database_url)
            notifier.start()
            stack.push_async_callback(notifier.stop)
            seal = Seal(settings.secret_key.get_secret_value())
            app.state.context = Context(settings=settings, pool=pool, seal=seal, s3=s3, notifier=notifier)
            app.state.figures = metrics.DatabaseFigures(pool)
            yield

    app = FastAPI(title="Loupe", version=VERSION, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.add_middleware(Measured)
    errors.install(app)
    for part in (
        health,
        metrics,
        sessions,
        work,
        assignments,
        agents,
        reviews,
        tasks,
        projects,
        intake,
        graph_templates,
        benchmark_sets,
        history,
        exports,
        human_loops,
        aws,
        frames,
        media,
        management,
        moves,
        issues,
    ):
        app.include_router(part.router)
    # Last: it answers every other GET with the web app.
    app.include_router(web.router)
    return app
