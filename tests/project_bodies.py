"""Bodies of projects and tasks as tests send them."""

import httpx

TEMPLATE = '<crowd-form><crowd-input name="answer"></crowd-input></crowd-form>'
REVIEWED = {
    "start": "annotate",
    "stages": {
        "annotate": {"type": "annotate", "pathways": {"submitted": "review"}},
        "review": {"type": "review", "pathways": {"approved": "complete", "rejected": "annotate"}},
        "complete": {"type": "complete"},
    },
}


def project(name: str = "birds", **changes: object) -> dict[str, object]:
    """A project of the team `crew`: annotate, review."""
    body: dict[str, object] = {
        "name": name,
        "template": TEMPLATE,
        "graph": REVIEWED,
        "teams": {"annotate": "crew", "review": "crew"},
        "output": "s3://loupe/out/",
    }
    return {key: value for key, value in (body | changes).items() if value is not None}


def tasks(*names: str, **changes: object) -> dict[str, object]:
    """Tasks of these names, each with an input of its own."""
    return {"tasks": [{"name": name, "input": {"text": name}} | changes for name in names]}


def is_problem(response: httpx.Response, status: int, kind: str) -> bool:
    """Whether an answer is problem+json of a kind."""
    body = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, body["status"], body["type"]) == (status, status, f"/problems/{kind}"), body
    assert body["detail"]
    return True


def fields(response: httpx.Response) -> set[str]:
    """The members that an answer of 422 names."""
    assert is_problem(response, 422, "bad-request")
    return {error["field"] for error in response.json()["errors"]}
