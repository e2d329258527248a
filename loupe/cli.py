"""The command line `loupe`."""

import asyncio
import json
import signal
import socket
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Annotated, ParamSpec, TypeAlias, TypeVar
from uuid import UUID

import typer
import uvicorn
import uvloop
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError
from temporalio.service import RPCError

from loupe import doctor as health
from loupe import graphs
from loupe import up as foreground
from loupe.administrator import login_link
from loupe.endpoints import NoStack
from loupe.environment import USUAL_FOLDER, explain, find_settings
from loupe.folder_lock import FolderInUse
from loupe.parts.part import PartFailed
from loupe.ports import PortTaken
from loupe.stack import StackOptions
from runtime import garbage, logging
from runtime.seal import Seal
from runtime.settings import Settings
from runtime.temporal import connect as connect_temporal
from runtime.temporal import register_search_attributes
from schemas.errors import LoupeError
from store import access_keys, mailbox, people
from store.database import Pool, connect
from store.migrate import migrate as migrate_schema

app = typer.Typer(
    name="loupe",
    help="Human work as durable workflows, on the wire of Amazon A2I.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
user = typer.Typer(help="People who work with this stack.", no_args_is_help=True)
app.add_typer(user, name="user")
post = typer.Typer(help="Messages to workflows.", no_args_is_help=True)
app.add_typer(post, name="mailbox")
app.add_typer(graphs.app, name="graph")

Data = Annotated[
    Path | None,
    typer.Option(
        envvar="LOUPE_DATA", help="Folder of a running stack; without it the environment decides, else .loupe."
    ),
]
# Makes what `user add` prints.
Issue: TypeAlias = Callable[[Pool, Settings, people.Person], Awaitable[str]]
Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
# Failures that a person can do something about; everything else is a fault of ours and keeps its traceback.
EXPECTED = (BotoCoreError, ClientError, FolderInUse, LoupeError, NoStack, OSError, PartFailed, PortTaken, RPCError)


def explained(command: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """End with a message: exit code 2 where a setting is wrong, 1 where something else is."""

    @wraps(command)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        try:
            return command(*args, **kwargs)
        except ValidationError as error:
            typer.echo(f"loupe: {explain(error)}", err=True)
            raise typer.Exit(2) from error
        except EXPECTED as error:
            typer.echo(f"loupe: {error}", err=True)
            raise typer.Exit(1) from error

    return run


@app.command()
@explained
def up(
    data: Annotated[Path, typer.Option(envvar="LOUPE_DATA", help="Folder for all data and logs.")] = USUAL_FOLDER,
    port: Annotated[
        int | None,
        typer.Option(
            envvar="LOUPE_PORT",
            min=0,
            max=65535,
            help="Port of API and portal: 8400, or a free one where it is taken. 0 chooses free ports for all parts.",
        ),
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", envvar="LOUPE_DEMO", help="Add a team, people, sample loops.")
    ] = False,
    no_ui: Annotated[bool, typer.Option("--no-ui", envvar="LOUPE_NO_UI", help="Without Temporal's web pages.")] = False,
    host: Annotated[
        str, typer.Option(envvar="LOUPE_HOST", help="Address that API and portal listen on.")
    ] = "127.0.0.1",
) -> None:
    """Run the whole service on this machine, in the foreground; Ctrl-C stops all of it."""
    options = StackOptions(data=data.absolute(), host=host, port=port, ui=not no_ui)
    foreground.run(options, demo=demo, say=typer.echo)


@app.command()
@explained
def api(
    data: Data = None,
    host: Annotated[str | None, typer.Option(envvar="LOUPE_HOST", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(envvar="LOUPE_PORT", min=0, max=65535, help="Port to listen on.")] = None,
    socket_number: Annotated[int | None, typer.Option("--socket", hidden=True)] = None,
) -> None:
    """Run one API process: the AWS wire, /v1 and the portal. SIGTERM drains it."""
    chosen = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = find_settings(data).model_copy(update=chosen)
    from api.app import create_app
    from api.connections import DrainedConnection

    logging.configure(settings)
    config = uvicorn.Config(
        create_app(settings),
        http=DrainedConnection,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=round(settings.drain_seconds),
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _after_drain)
    garbage.settle()
    uvicorn.Server(config).run(None if socket_number is None else [socket.socket(fileno=socket_number)])


def _after_drain(_number: int, _frame: FrameType | None) -> None:
    """uvicorn raises the signal once more when it has drained: that ends the process well, not as if it were killed."""


@app.command()
@explained
def worker(data: Data = None) -> None:
    """Run one worker process: workflows, activities, relay, sweep. SIGTERM drains it."""
    settings = find_settings(data)
    from workers.main import run

    uvloop.run(run(settings))


@app.command()
@explained
def migrate(data: Data = None) -> None:
    """Bring the database schema and the Temporal search attributes up to this release."""
    asyncio.run(_migrate(find_settings(data)))


async def _migrate(settings: Settings) -> None:
    applied = await migrate_schema(settings.database_url)
    typer.echo(_changes("schema", applied))
    try:
        added = await register_search_attributes(await connect_temporal(settings))
    except RuntimeError as error:
        raise PartFailed(f"Temporal at {settings.temporal_address} does not answer: {error}") from error
    typer.echo(_changes("search attributes", added))


def _changes(what: str, names: list[str]) -> str:
    return f"{what}: added {', '.join(names)}" if names else f"{what}: up to date"


@user.command()
@explained
def add(
    email: Annotated[
        str, typer.Argument(help="E-mail address; a person who exists gets the role and joins the teams.")
    ],
    role: Annotated[str, typer.Option(help=f"One of {', '.join(people.ROLES)}.")],
    team: Annotated[
        list[str] | None, typer.Option(help="Work team to join, made where it is missing; repeatable.")
    ] = None,
    name: Annotated[str, typer.Option(help="Name that others see; the e-mail address where it is not given.")] = "",
    api_key: Annotated[bool, typer.Option("--api-key", help="Print nothing but a new API key.")] = False,
    access_key: Annotated[
        bool, typer.Option("--access-key", help="Print a new AWS access key as JSON, for programs on the AWS wire.")
    ] = False,
    data: Data = None,
) -> None:
    """Add a person and print a one-time login link, or a key of theirs."""
    if api_key and access_key:
        raise typer.BadParameter("give --api-key or --access-key, not both")
    issue = _issue_api_key if api_key else _issue_access_key if access_key else login_link
    typer.echo(asyncio.run(_add(find_settings(data), email, name or email, role, team or [], issue)))


async def _add(settings: Settings, email: str, name: str, role: str, teams: list[str], issue: Issue) -> str:
    async with await connect(settings.database_url, size=2, name="loupe user") as pool:
        person = await people.add(pool, email=email, name=name, role=role, teams=teams)
        return await issue(pool, settings, person)


async def _issue_api_key(pool: Pool, settings: Settings, person: people.Person) -> str:
    return await people.make_api_key(pool, person.id, "loupe user add")


async def _issue_access_key(pool: Pool, settings: Settings, person: people.Person) -> str:
    key_id, secret = await access_keys.make(pool, Seal(settings.secret_key.get_secret_value()), person.id)
    return json.dumps({"aws_access_key_id": key_id, "aws_secret_access_key": secret})


@user.command()
@explained
def disable(email: Annotated[str, typer.Argument(help="E-mail address.")], data: Data = None) -> None:
    """Refuse a person everywhere at once: sessions, keys and reserved work end; what they submitted stays."""
    asyncio.run(_change(find_settings(data), email, people.disable))
    typer.echo(f"{email} is disabled; loupe user add lets them in again")


@user.command("disable-key")
@explained
def disable_key(
    key_id: Annotated[str, typer.Argument(help="Id of an AWS access key, as `user add --access-key` printed it.")],
    data: Data = None,
) -> None:
    """Refuse an AWS access key within seconds, and for good; its person goes on."""
    asyncio.run(_disable_key(find_settings(data), key_id))
    typer.echo(f"{key_id} is refused from now on")


async def _disable_key(settings: Settings, key_id: str) -> None:
    async with await connect(settings.database_url, size=2, name="loupe user") as pool:
        await access_keys.disable(pool, key_id)


@user.command()
@explained
def remove(
    email: Annotated[str, typer.Argument(help="E-mail address.")],
    team: Annotated[str, typer.Option(help="Work team to leave.")],
    data: Data = None,
) -> None:
    """Take a person out of a work team; their reserved work of that team goes back to its queue."""
    asyncio.run(_change(find_settings(data), email, lambda pool, person: people.leave_team(pool, person, team)))
    typer.echo(f"{email} has left {team}")


async def _change(settings: Settings, email: str, change: Callable[[Pool, UUID], Awaitable[None]]) -> None:
    async with await connect(settings.database_url, size=2, name="loupe user") as pool:
        await change(pool, (await people.find(pool, email)).id)


@post.command()
@explained
def retry(
    task: Annotated[
        UUID | None, typer.Argument(help="Task whose dead letter is tried again; all where it is not given.")
    ] = None,
    data: Data = None,
) -> None:
    """Deliver dead letters again, after their cause is mended."""
    typer.echo(f"{asyncio.run(_retry(find_settings(data), task))} dead letters are tried again")


async def _retry(settings: Settings, task: UUID | None) -> int:
    async with await connect(settings.database_url, size=2, name="loupe mailbox") as pool:
        return await mailbox.revive(pool, task)


@app.command()
@explained
def doctor(
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check every part and say what to do; exit code 1 where something does not work."""
    report = asyncio.run(health.examine(find_settings(data)))
    typer.echo(report.model_dump_json(indent=2) if as_json else report.text())
    if not report.ok:
        raise typer.Exit(1)


@app.command()
@explained
def bench(
    rounds: Annotated[
        int, typer.Option(min=1, help="How often each side of the comparison runs; the median counts.")
    ] = 5,
    tasks: Annotated[int, typer.Option(min=1, help="Whole tasks of one round.")] = 400,
    clients: Annotated[int, typer.Option(min=1, help="Clients that start and, as many again, that answer.")] = 16,
    quick: Annotated[bool, typer.Option("--quick", help="Small amounts: only to see that it works.")] = False,
    results: Annotated[Path, typer.Option(help="Where the figures are written, as one JSON object.")] = Path(
        "bench/results.json"
    ),
) -> None:
    """Measure a stack of its own on this machine; takes some minutes, and most of the machine."""
    from loupe.bench.run import Options, run

    if quick:
        rounds, tasks, clients = 1, min(tasks, 20), min(clients, 4)
    run(Options(rounds, tasks, clients, quick), results, typer.echo)
