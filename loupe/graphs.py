"""`loupe graph`: checks, draws and shows workflow graphs; needs no running stack."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

from quality.drawings import mermaid, svg
from quality.graph_documents import document_schema
from quality.graphs import Problem, examine
from quality.ready_graphs import READY_GRAPHS
from schemas.graphs import MOST_BYTES, Graph

app = typer.Typer(help="Workflow graphs: check, draw, begin from a ready one.", no_args_is_help=True)

File = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="JSON file; - for standard input; or the name of a ready graph, where there is no such file.",
    ),
]


@app.command()
def check(
    file: File,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say all that is wrong with a graph, a line each; exit code 1 where there is anything.

    Teams may be missing: a project gives them to the stages.
    """
    graph, problems = examine(_read(file))
    if as_json:
        found = [asdict(problem) for problem in problems]
        typer.echo(json.dumps({"ok": not problems, "problems": found}, indent=2))
    elif graph is not None and not problems:
        typer.echo(f"{file}: {len(graph.stages)} stages, nothing is wrong")
    _end_with(problems, said=as_json)


@app.command()
def draw(
    file: File,
    form: Annotated[
        Literal["mermaid", "svg"] | None,
        typer.Option("--format", help="What to draw; as the output's name ends, else mermaid."),
    ] = None,
    output: Annotated[Path | None, typer.Option(help="File to write; standard output where it is not given.")] = None,
) -> None:
    """Draw a graph, as a Mermaid flowchart or an SVG picture."""
    graph = _parsed(file)
    drawn = form or ("svg" if output is not None and output.suffix.lower() == ".svg" else "mermaid")
    picture = svg(graph) if drawn == "svg" else mermaid(graph)
    if output is None:
        typer.echo(picture, nl=False)
        return
    try:
        output.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(f"cannot be written: {error}", param_hint="--output") from error


@app.command()
def template(
    name: Annotated[str | None, typer.Argument(help="Ready graph to print; lists them where it is not given.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="List as one JSON object.")] = False,
) -> None:
    """Print a ready graph as JSON, to begin from; without a name list them all."""
    if name is not None:
        if name not in READY_GRAPHS:
            raise typer.BadParameter(f"there is no ready graph {name}: there are {', '.join(READY_GRAPHS)}")
        typer.echo(json.dumps(READY_GRAPHS[name].document, indent=2))
    elif as_json:
        items = [{"name": ready.name, "purpose": ready.purpose} for ready in READY_GRAPHS.values()]
        typer.echo(json.dumps({"items": items}, indent=2))
    else:
        for ready in READY_GRAPHS.values():
            typer.echo(f"{ready.name:24} {ready.purpose}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of a graph's document, for editors."""
    typer.echo(json.dumps(document_schema(), indent=2))


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    path = Path(file)
    if not path.is_file() and file in READY_GRAPHS:
        return json.dumps(READY_GRAPHS[file].document).encode()
    try:
        with path.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        ready = ", ".join(READY_GRAPHS)
        raise typer.BadParameter(
            f"there is no file {file}, nor a ready graph of this name: these are {ready}"
        ) from error
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}") from error


def _parsed(file: str) -> Graph:
    graph, problems = examine(_read(file))
    _end_with(problems, said=False)
    if graph is None:
        raise typer.Exit(1)
    return graph


def _end_with(problems: list[Problem], *, said: bool) -> None:
    if problems and not said:
        for problem in problems:
            typer.echo(str(problem), err=True)
    if problems:
        raise typer.Exit(1)
