"""`loupe graph`: what it prints, and how it ends."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner, Result

from graph_strategies import ready_graph
from loupe.cli import app
from quality.drawings import mermaid, svg
from quality.graph_documents import document_schema
from quality.ready_graphs import READY_GRAPHS

BROKEN = '{"start": "A", "stages": {"A": {"type": "annotate", "pathways": {}}, "B": {"type": "complete"}}}'
PROBLEMS = [
    "A: pathways lead to no end: a task that comes here would never be done",
    "A: pathways.submitted is not drawn: say which stage it leads to",
    "B: is unreachable from the start (is it a second start?)",
]


def graph(*arguments: str, given: str | None = None) -> Result:
    result = CliRunner().invoke(app, ["graph", *arguments], input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_check_says_all_that_is_wrong_a_line_each(tmp_path: Path) -> None:
    file = tmp_path / "graph.json"
    file.write_text(BROKEN, encoding="utf-8")
    for result in (graph("check", str(file)), graph("check", "-", given=BROKEN)):
        assert result.exit_code == 1
        assert result.stderr.splitlines() == PROBLEMS
        assert result.stdout == ""


def test_check_as_json() -> None:
    result = graph("check", "-", "--json", given=BROKEN)
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["ok"] is False
    assert told["problems"][1] == {
        "stage": "A",
        "field": "pathways.submitted",
        "message": "is not drawn: say which stage it leads to",
    }
    assert json.loads(graph("check", "gate", "--json").stdout) == {"ok": True, "problems": []}


@pytest.mark.parametrize("name", READY_GRAPHS)
def test_a_ready_graph_can_be_printed_checked_and_drawn(name: str) -> None:
    printed = graph("template", name)
    assert json.loads(printed.stdout) == READY_GRAPHS[name].document
    checked = graph("check", "-", given=printed.stdout)
    assert (checked.exit_code, checked.stdout) == (0, f"-: {len(ready_graph(name).stages)} stages, nothing is wrong\n")
    assert graph("draw", name).stdout == mermaid(ready_graph(name))
    assert graph("draw", name, "--format", "svg").stdout == svg(ready_graph(name))


def test_templates_are_listed() -> None:
    assert [line.split()[0] for line in graph("template").stdout.splitlines()] == list(READY_GRAPHS)
    listed = json.loads(graph("template", "--json").stdout)["items"]
    assert [item["name"] for item in listed] == list(READY_GRAPHS)


def test_a_file_goes_before_a_ready_graph_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("gate").write_text(BROKEN, encoding="utf-8")
    assert graph("check", "gate").exit_code == 1


def test_a_picture_is_written_in_the_form_of_its_name(tmp_path: Path) -> None:
    picture = tmp_path / "gate.svg"
    assert graph("draw", "gate", "--output", str(picture)).exit_code == 0
    assert ElementTree.parse(picture).getroot().tag.endswith("svg")  # noqa: S314 - our own
    text = tmp_path / "gate.mmd"
    assert graph("draw", "gate", "--output", str(text)).exit_code == 0
    assert text.read_text(encoding="utf-8") == mermaid(ready_graph("gate"))


def test_a_graph_with_problems_is_not_drawn() -> None:
    result = graph("draw", "-", given=BROKEN)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == PROBLEMS


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "nothing.json"), "no file nothing.json"),
        (("template", "nothing"), "no ready graph nothing"),
        (("draw", "gate", "--output", "missing-folder/gate.svg"), "cannot be written"),
        (("check", "/"), "cannot be read"),
    ],
)
def test_what_cannot_be_read_or_written_is_named(arguments: tuple[str, ...], said: str) -> None:
    result = graph(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_large_file_is_not_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    file.write_bytes(b" " * 10_000_000)
    result = graph("check", str(file))
    assert (result.exit_code, result.stderr) == (1, "graph: is larger than 64 KiB\n")


def test_the_schema_is_printed() -> None:
    assert json.loads(graph("schema").stdout) == document_schema()
