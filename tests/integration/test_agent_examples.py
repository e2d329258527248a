"""The agents in examples/agents, each over tasks that it reads as a worker would."""

import asyncio
import importlib.util
import json
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from aiohttp import web
from standardwebhooks import Webhook

from loupe_agents import Agent, AgentTask, Decision

EXAMPLES = Path(__file__).parents[2] / "examples" / "agents"


def example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
async def task() -> AsyncIterator[Callable[..., AgentTask]]:
    """Makes tasks whose documents a real server gives out."""
    documents: dict[str, dict[str, Any]] = {}

    async def document(request: web.Request) -> web.Response:
        return web.json_response(documents[request.match_info["name"]])

    application = web.Application()
    application.router.add_get("/{name}", document)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    def make(*pathways: str, **changes: Any) -> AgentTask:
        place = f"http://127.0.0.1:{runner.addresses[0][1]}/{len(documents)}"
        common = {"project": "p", "stage": "s", "name": "n", "visit": 1, "attempt": 1, "pathways": pathways}
        unread = {"input": {"text": ""}, "metadata": {}, "prediction": None, "labels": [], "rejections": 0}
        made = uuid.uuid4()
        documents[str(len(documents))] = {**common, **unread, "task": str(made), "opening": 1, **changes}
        return AgentTask(task_id=made, document_url=place, content_url=place, **common)

    yield make
    await runner.cleanup()


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """A running web server of an example; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_every_example_with_an_agent_serves_a_stage():
    agents = [example(path.stem) for path in EXAMPLES.glob("*.py")]
    served_stages = [module.agent for module in agents if hasattr(module, "agent")]
    assert len(served_stages) == 4
    assert all(isinstance(agent, Agent) for agent in served_stages)


async def test_the_benchmark_router_knows_gold_by_its_input(task, tmp_path, monkeypatch):
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"text": "gold", "n": 1}\n\n{"text": "more"}\n')
    monkeypatch.setenv("BENCHMARK_FILE", str(gold))
    route = example("benchmark_router").route
    assert await route(task("YES", "NO", input={"n": 1, "text": "gold"})) == "YES"
    assert await route(task("YES", "NO", input={"text": "gold"})) == "NO"


async def test_the_metadata_router_takes_the_pathway_of_the_value(task, monkeypatch):
    monkeypatch.setenv("METADATA_FIELD", "kind")
    route = example("metadata_router").route
    for metadata, pathway in [
        ({"kind": "xray"}, "xray"),
        ({"kind": "ct"}, "other"),
        ({"kind": ["xray"]}, "other"),
        ({}, "other"),
    ]:
        assert await asyncio.to_thread(route, task("xray", "other", metadata=metadata)) == pathway


@pytest.mark.parametrize(
    ("text", "label", "priority"),
    [("I love it, great", "Positive", 0), ("Broken. refund!", "Negative", 0), ("good but slow", "Neutral", 100)],
)
async def test_the_pre_labeller_labels_and_puts_what_it_is_unsure_of_first(task, text, label, priority):
    made = await asyncio.to_thread(example("pre_labeller").label, task("labelled", input={"text": text}))
    assert made == Decision(pathway="labelled", content={"sentiment": {"label": label}}, priority=priority)


async def test_the_judge_accepts_what_its_model_finds_correct(task, monkeypatch):
    judge = example("llm_judge").judge
    labels = [{"answer": 1, "source": "agent", "content": "cat"}]
    with served(example("model_stub").Model) as address:
        monkeypatch.setenv("JUDGE_URL", address)
        for text, pathway in [("a cat", "accept"), ("a dog", "review")]:
            asked = task("accept", "review", input={"text": text}, labels=labels)
            assert await asyncio.to_thread(judge, asked) == pathway
    with pytest.raises(OSError, match="refused"):
        await asyncio.to_thread(judge, task("accept", "review", labels=labels))


@pytest.mark.parametrize("text", ["yes", '{"correct": "true"}', '{"correct": 1}', "[]", '```{"correct": true}```'])
def test_the_judge_takes_nothing_but_a_clear_yes(text):
    assert not example("llm_judge").is_yes(text)


def test_the_http_agent_answers_signed_requests_alone(monkeypatch):
    secret = "whsec_" + "QUJD" * 8
    monkeypatch.setenv("AGENT_SECRET", secret)
    now = datetime.now(UTC)
    body = json.dumps({"type": "loupe.agent.called", "data": {"input": {"text": "x" * 300}}})
    headers = {
        "webhook-id": "1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("1", now, body),
    }
    with served(example("http_agent").LongTexts) as address:
        assert httpx.post(address, content=body, headers=headers).json() == {"pathway": "long"}
        assert httpx.post(address, content=body + " ", headers=headers).status_code == 401
