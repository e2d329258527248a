"""Puts the ASGI application together."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from api import (
    access_keys,
    agents,
    api_keys,
    assignments,
    aws,
    benchmark_sets,
    drawings,
    errors,
    export_downloads,
    exports,
    final_labels,
    flow_definitions,
    frames,
    graph_checks,
    graph_templates,
    health,
    history,
    human_loops,
    intake,
    issues,
    live,
    management,
    media,
    metrics,
    moves,
    output_checks,
    overview,
    own_work,
    people,
    performance,
    previews,
    problems,
    projects,
    reviews,
    sessions,
    task_list,
    tasks,
    web,
    work,
    work_teams,
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
    async def lifespan(app: FastAPI) -> AsyncGenerator[dict[str, object]]:
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
            app.state.feeds = live.Feeds(pool)
            stack.callback(app.state.feeds.close)
            # What connections are given too: see api/connections.py.
            yield {"feeds": app.state.feeds}

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
        graph_checks,
        previews,
        output_checks,
        benchmark_sets,
        history,
        exports,
        export_downloads,
        final_labels,
        human_loops,
        aws,
        frames,
        media,
        management,
        moves,
        issues,
        people,
        work_teams,
        access_keys,
        api_keys,
        flow_definitions,
        own_work,
        problems,
        overview,
        performance,
        task_list,
        live,
        drawings,
    ):
        app.include_router(part.router)
    # Last: it answers every other GET with the web app.
    app.include_router(web.router)
    return app
