"""Issues and comments on a task, one of its answers, or one label; resolving and reopening them."""

import json
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from api import cursors
from api.auth import SignedIn, require
from api.bodies import documented, json_response, read_body
from api.context import Context, context
from api.cursors import Cursor, Limit
from api.idempotency import DOCUMENTED, once
from quality.labels import author_of, labels_of
from schemas.errors import NotFound, wrong_field
from schemas.issues import CommentView, IssuesPage, IssueView, NewComment, NewIssue, SettledView, SettleIssue
from store import issues, labels
from store.issues import Issue, Reader, State, Target
from store.people import Person

router = APIRouter(prefix="/v1", tags=["issues"])
Ctx = Annotated[Context, Depends(context)]
Writer = Annotated[Person, Depends(require("admin", "team_manager", "annotator", "reviewer", "annotator_reviewer"))]

# Behind every visit of an opening.
AFTER_ALL = 2**31 - 1


def _documented(body: type[Any]) -> dict[str, Any]:
    return documented(body) | {"parameters": [DOCUMENTED]}


@router.get("/tasks/{task_id}/issues", responses={200: {"model": IssuesPage}})
async def list_issues(
    task_id: UUID, person: SignedIn, ctx: Ctx, state: State | None = None, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """The issues of a task that you may see, oldest first.

    Managers and viewers see all. Others see those of a task that they work on or answered; where people work on it who
    must not see each other's answers, only what they wrote and what is about their own work.
    """
    reader = await issues.reader(ctx.pool, task_id, person)
    query = ("issues", str(task_id), state)
    after = cursors.moment_and_id(ctx, cursor, query)
    found = await issues.list_page(ctx.pool, task_id, reader, state=state, after=after, limit=limit + 1)
    shown = {view.id: view for view in await _views(ctx, reader, found[:limit])}
    return json_response(
        cursors.page(
            ctx,
            found,
            lambda issue: shown[issue.id].model_dump(),
            lambda issue: (issue.at.isoformat(), issue.id),
            query=query,
            limit=limit,
        )
    )


@router.post("/tasks/{task_id}/issues", openapi_extra=_documented(NewIssue), responses={200: {"model": IssueView}})
async def create_issue(task_id: UUID, request: Request, person: Writer, ctx: Ctx) -> Response:
    """Write an issue about a task, one of its answers, or a label of one."""
    body = await read_body(request, NewIssue)

    async def run() -> IssueView:
        reader = await issues.reader(ctx.pool, task_id, person)
        target = await _target(ctx, task_id, reader, body)
        tags = tuple(dict.fromkeys(body.tags))
        issue = await issues.create(
            ctx.pool, task_id, reader.opening, target, title=body.title, tags=tags, comment=body.comment, by=person.id
        )
        return await _view(ctx, reader, issue)

    return await once(ctx, request, person, body, run)


@router.post(
    "/issues/{issue_id}/comments", openapi_extra=_documented(NewComment), responses={200: {"model": IssueView}}
)
async def comment(issue_id: UUID, request: Request, person: Writer, ctx: Ctx) -> Response:
    """Say something more about an issue."""
    body = await read_body(request, NewComment)

    async def run() -> IssueView:
        reader = await _reader(ctx, issue_id, person)
        await issues.comment(ctx.pool, issue_id, body.text, by=person.id)
        return await _view(ctx, reader, issue_id)

    return await once(ctx, request, person, body, run)


@router.post(
    "/issues/{issue_id}/resolve", openapi_extra=_documented(SettleIssue), responses={200: {"model": IssueView}}
)
async def resolve(issue_id: UUID, request: Request, person: Writer, ctx: Ctx) -> Response:
    """Say that an issue is settled."""
    return await _settle(ctx, request, person, issue_id, "resolved")


@router.post("/issues/{issue_id}/reopen", openapi_extra=_documented(SettleIssue), responses={200: {"model": IssueView}})
async def reopen(issue_id: UUID, request: Request, person: Writer, ctx: Ctx) -> Response:
    """Say that it is not settled after all."""
    return await _settle(ctx, request, person, issue_id, "open")


async def _settle(ctx: Context, request: Request, person: Person, issue_id: UUID, state: State) -> Response:
    body = await read_body(request, SettleIssue)

    async def run() -> IssueView:
        reader = await _reader(ctx, issue_id, person)
        await issues.settle(ctx.pool, issue_id, state, text=body.comment, by=person.id)
        return await _view(ctx, reader, issue_id)

    return await once(ctx, request, person, body, run)


async def _reader(ctx: Context, issue_id: UUID, person: Person) -> Reader:
    """What the person may know of the issue's task. Raises NotFound where they may not see this issue."""
    issue = await issues.get(ctx.pool, issue_id)
    reader = await issues.reader(ctx.pool, issue.task_id, person)
    if not reader.sees(issue):
        raise NotFound("there is no such issue, or you may not see it")
    return reader


async def _target(ctx: Context, task_id: UUID, reader: Reader, body: NewIssue) -> Target:
    """What a new issue is about. Raises BadRequest for an answer or a label that there is not."""
    answers = {each.answer: each for each in await labels.before(ctx.pool, task_id, reader.opening, AFTER_ALL)}
    number = body.answer
    if not reader.knows_answers:
        if number is not None:
            raise wrong_field(
                "answer", "leave it out: what you write is about the task, or with `label` about your own answer"
            )
        number = None if body.label is None else reader.own_answer
        if number is not None and (
            number not in answers or str(reader.person_id) not in answers[number].authors.values()
        ):
            # Not submitted yet.
            return Target(number, body.label, reader.person_id)
    elif number is None and body.label is not None:
        if len(answers) != 1:
            raise wrong_field("answer", f"say which answer the label is of: the task has {len(answers)}")
        number = next(iter(answers))
    if number is None:
        return Target(None, None, None)
    if number not in answers:
        raise wrong_field("answer", f"the task has no answer {number}")
    answer = answers[number]
    if body.label is not None and body.label not in labels_of(json.loads(answer.content)):
        raise wrong_field("label", f"the answer has no label {body.label}")
    author = author_of(answer.authors, body.label or "")
    return Target(number, body.label, None if author is None else UUID(author))


async def _view(ctx: Context, reader: Reader, issue_id: UUID) -> IssueView:
    [view] = await _views(ctx, reader, [await issues.get(ctx.pool, issue_id)])
    return view


async def _views(ctx: Context, reader: Reader, found: Sequence[Issue]) -> list[IssueView]:
    ids = [issue.id for issue in found]
    said = await issues.comments(ctx.pool, ids)
    settled = await issues.history(ctx.pool, ids)
    return [
        IssueView(
            id=issue.id,
            task_id=issue.task_id,
            title=issue.title,
            state=issue.state,
            answer=issue.answer if reader.knows_answers else None,
            label=issue.label,
            tags=issue.tags,
            by=issue.by,
            mine=issue.created_by == reader.person_id,
            at=issue.at,
            comments=[CommentView(id=c.id, by=c.by, text=c.text, at=c.at) for c in said if c.issue_id == issue.id],
            history=[SettledView(state=s.state, by=s.by, at=s.at) for s in settled if s.issue_id == issue.id],
        )
        for issue in found
    ]
