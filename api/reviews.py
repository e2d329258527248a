"""Deciding: reviews are approved or rejected, and so is what annotators did not agree on."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, cast
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request, Response

from api import data_groups
from api.auth import SignedIn
from api.bodies import documented, json_response, json_text, read_body
from api.context import Context, context
from quality import reviews as quality
from quality.labels import edited_authors, labels_of, value_hash
from quality.reviews import Given, Label, Said
from schemas.assignments import Approval, Rejection, Submission, SubmittedView
from schemas.errors import BadRequest, TooLarge, VisitClosed, wrong_field
from store import history, labels, reviews
from store.assignments import Item
from store.labels import Answer
from store.people import Person
from store.reviews import Decision, NewVerdict, Standing, Verdict

router = APIRouter(prefix="/v1/assignments", tags=["work"])
Ctx = Annotated[Context, Depends(context)]

# What a body may have beside its content, or all of its edits together: many verdicts with comments.
ENVELOPE_BYTES = 1024 * 1024


@router.post("/{assignment_id}/approve", openapi_extra=documented(Approval), responses={200: {"model": SubmittedView}})
async def approve(assignment_id: UUID, request: Request, person: SignedIn, ctx: Ctx) -> Response:
    """Approve what you review, as it is or edited. Between annotators: say which answer wins, or what they agree on."""
    body = await read_body(request, Approval, most=ctx.settings.max_answer_bytes + ENVELOPE_BYTES)
    standing = await reviews.standing(ctx.pool, assignment_id, person.id)
    await data_groups.require_answers(ctx, assignment_id, person.id, body)
    decision = await _approval(ctx, standing, body, person)
    return await _decide(ctx, assignment_id, person, body.token, decision)


@router.post("/{assignment_id}/reject", openapi_extra=documented(Rejection), responses={200: {"model": SubmittedView}})
async def reject(assignment_id: UUID, request: Request, person: SignedIn, ctx: Ctx) -> Response:
    """Send labels back to their authors, with comments. Between annotators: there is no consensus."""
    body = await read_body(request, Rejection, most=ENVELOPE_BYTES)
    standing = await reviews.standing(ctx.pool, assignment_id, person.id)
    return await _decide(ctx, assignment_id, person, body.token, await _rejection(ctx, standing, body))


async def settle(ctx: Context, assignment_id: UUID, person: Person, body: Submission) -> Response:
    """A submission of who decides between annotators: what they agree on. Raises BadRequest for a review."""
    standing = await reviews.standing(ctx.pool, assignment_id, person.id)
    if standing.kind != "consensus":
        raise BadRequest("this is a review: approve or reject it")
    approval = Approval(
        lease_token=body.lease_token,
        submission_id=body.submission_id,
        content=body.content,
        active_seconds=body.active_seconds,
    )
    decision = await _approval(ctx, standing, approval, person)
    return await _decide(ctx, assignment_id, person, body.token, decision)


async def _decide(ctx: Context, assignment_id: UUID, person: Person, token: int, decision: Decision) -> Response:
    try:
        at = await reviews.decide(ctx.pool, assignment_id, person.id, token, decision)
    except VisitClosed:
        await history.record_late(ctx.pool, assignment_id, person.id, _told(decision))
        raise
    ctx.hint()
    return json_response({"submission_id": decision.submission_id, "assignment_id": assignment_id, "submitted_at": at})


def _told(decision: Decision) -> str:
    """A decision as JSON text, for the record of what came too late."""
    verdicts = [{"answer": said.answer, "label": said.label, "verdict": said.verdict} for said in decision.verdicts]
    answers = [{"answer": each.answer, "content": orjson.Fragment(each.content)} for each in decision.answers]
    told = {"decision": decision.decision, "comment": decision.comment, "verdicts": verdicts, "answers": answers}
    return orjson.dumps(told).decode()


async def _approval(ctx: Context, standing: Standing, body: Approval, person: Person) -> Decision:
    match standing.kind:
        case "review":
            return await _approved(ctx, standing, body, person)
        case "consensus":
            return await _agreed(ctx, standing, body, person)
        case _:
            raise BadRequest("this is work to annotate: submit it")


async def _approved(ctx: Context, standing: Standing, body: Approval, person: Person) -> Decision:
    answers = await _answers(ctx, standing)
    edits = _edits(answers, body)
    contents = {number: _content(ctx, content) for number, content in edits.items()}
    answers = [
        _edited(answer, edits[answer.answer], contents[answer.answer], person) if answer.answer in edits else answer
        for answer in answers
    ]
    said = quality.judge(
        await _under_review(ctx, standing, answers),
        _given(body),
        decision="approved",
        strict=bool(standing.settings.get("strict", True)),
        approve_all=body.approve_all,
        edited=edits.keys(),
    )
    return Decision(
        submission_id=body.submission_id,
        decision="approved",
        comment=body.comment,
        # A submission holds one answer; of several, each is among the labels that this visit leaves.
        content=next(iter(contents.values())) if len(contents) == 1 else None,
        active_seconds=body.active_seconds,
        verdicts=_kept(said),
        answers=answers if edits else (),
    )


def _edits(answers: list[Answer], body: Approval) -> dict[int, dict[str, Any]]:
    """What the reviewer made of which answers, by their numbers. Raises BadRequest."""
    if not body.edits:
        return {} if body.content is None else {_chosen(answers, body.answer).answer: body.content}
    for field, value in (("content", body.content), ("answer", body.answer)):
        if value is not None:
            raise wrong_field(field, "goes without edits: put what you changed into edits, or into content and answer")
    edits: dict[int, dict[str, Any]] = {}
    for place, edit in enumerate(body.edits):
        field = f"edits.{place}.answer"
        if edit.answer in edits:
            raise wrong_field(field, f"answer {edit.answer} is edited twice: give each answer once")
        edits[_chosen(answers, edit.answer, field=field).answer] = edit.content
    return edits


async def _agreed(ctx: Context, standing: Standing, body: Approval, person: Person) -> Decision:
    if body.edits:
        raise wrong_field("edits", "are for reviews: give one content, or the answer that wins")
    answers = await _answers(ctx, standing)
    content = body.content
    if standing.settings.get("decision") == "determine":
        content = orjson.loads(_winner(answers, body).content)
    elif content is None:
        raise wrong_field("content", "give what the annotators agree on, {name: value}")
    text = _content(ctx, content or {})
    return Decision(
        submission_id=body.submission_id,
        decision="agreed",
        comment=body.comment,
        content=text,
        active_seconds=body.active_seconds,
        verdicts=(),
        answers=(Answer(1, standing.visit, "merge", text, {"": str(person.id)}),),
    )


async def _answers(ctx: Context, standing: Standing) -> list[Answer]:
    """What the work is about: the task's answers; where a winner is determined, always those of the annotators."""
    if standing.kind == "consensus" and standing.settings.get("decision") == "determine":
        return await labels.of_annotators(ctx.pool, standing.task_id, standing.opening, standing.stage, standing.visit)
    return await labels.before(ctx.pool, standing.task_id, standing.opening, standing.visit)


def _winner(answers: list[Answer], body: Approval) -> Answer:
    """The answer that wins: named by its number, or by its content."""
    if body.answer is None and body.content is not None:
        same = [answer for answer in answers if orjson.loads(answer.content) == body.content]
        if not same:
            raise wrong_field("content", "is none of the answers: give the winner's number as answer")
        return same[0]
    return _chosen(answers, body.answer)


async def _rejection(ctx: Context, standing: Standing, body: Rejection) -> Decision:
    if standing.kind == "annotate":
        raise BadRequest("this is work to annotate: decline it, or submit it")
    said: list[Said] = []
    if standing.kind == "review":
        answers = await _answers(ctx, standing)
        said = quality.judge(
            await _under_review(ctx, standing, answers),
            _given(body),
            decision="rejected",
            strict=bool(standing.settings.get("strict", True)),
        )
    return Decision(
        submission_id=body.submission_id,
        decision="rejected" if standing.kind == "review" else "no_consensus",
        comment=body.comment,
        content=None,
        active_seconds=body.active_seconds,
        verdicts=_kept(said),
        answers=(),
    )


async def view(ctx: Context, item: Item) -> dict[str, Any]:
    """What the holder of an assignment sees of the visits before it: `answers`, `previous`, and a first draft.

    Annotators see the answer that they go on with and what was said about it; those of a consensus stage nothing.
    """
    standing = await reviews.standing(ctx.pool, item.id, item.person_id)
    blind = standing.kind == "annotate" and standing.settings.get("type") == "consensus"
    if blind:
        return {"answers": [], "decision": None, "previous": [], "base": None}
    answers = await _answers(ctx, standing)
    own = _to_go_on_with(answers, item) if standing.kind == "annotate" else None
    return {
        "answers": [] if standing.kind == "annotate" else await _answer_views(ctx, standing, answers),
        "decision": standing.settings.get("decision") if standing.kind == "consensus" else None,
        "previous": await _previous(ctx, standing, own),
        "base": own.content if own else None,
    }


def _to_go_on_with(answers: list[Answer], item: Item) -> Answer | None:
    if item.answer is not None:
        return next((answer for answer in answers if answer.answer == item.answer), None)
    return answers[0] if len(answers) == 1 else None


async def _answer_views(ctx: Context, standing: Standing, answers: list[Answer]) -> list[dict[str, Any]]:
    shown = await _under_review(ctx, standing, answers)
    return [
        {
            "answer": answer.answer,
            "content": orjson.Fragment(answer.content),
            "labels": [_label_view(label) for label in shown if label.answer == answer.answer],
        }
        for answer in answers
    ]


def _label_view(label: Label) -> dict[str, Any]:
    kept = label.kept
    return {
        "label": label.label,
        "value": label.value,
        "verdict": kept.verdict if kept else None,
        "comment": kept.comment if kept else "",
    }


async def _previous(ctx: Context, standing: Standing, own: Answer | None) -> list[dict[str, Any]]:
    key = (standing.task_id, standing.opening, standing.visit)
    decided = await reviews.earlier_decisions(ctx.pool, *key)
    verdicts = await reviews.earlier_verdicts(ctx.pool, *key)
    values = await _judged_values(ctx, standing, verdicts)
    return [
        {
            "visit": each.visit,
            "stage": each.stage,
            "kind": each.kind,
            "decision": each.decision,
            "comment": each.comment,
            "at": each.at,
            "verdicts": [
                {
                    "answer": said.answer,
                    "label": said.label,
                    "verdict": said.verdict,
                    "comment": said.comment,
                    "value": values.get((said.visit, said.answer, said.label)),
                }
                for said in verdicts
                if said.visit == each.visit and (own is None or said.answer == own.answer)
            ],
        }
        for each in decided
    ]


async def _judged_values(
    ctx: Context, standing: Standing, verdicts: Sequence[Verdict]
) -> dict[tuple[int, int, str], Any]:
    """What rejected labels said, by visit, answer and label."""
    values: dict[tuple[int, int, str], Any] = {}
    rejected = [said for said in verdicts if said.verdict == "reject"]
    for visit in sorted({said.visit for said in rejected}):
        answers = await labels.before(ctx.pool, standing.task_id, standing.opening, visit)
        then = {answer.answer: labels_of(orjson.loads(answer.content)) for answer in answers}
        for said in rejected:
            value = then.get(said.answer, {}).get(said.label)
            if said.visit == visit and value is not None and value_hash(value) == said.value_sha256:
                values[visit, said.answer, said.label] = value
    return values


async def _under_review(ctx: Context, standing: Standing, answers: list[Answer]) -> list[Label]:
    """The labels of the answers, with the verdicts of this stage that still stand."""
    earlier = [
        Said(
            said.answer, said.label, said.value_sha256, cast("Literal['approve', 'reject']", said.verdict), said.comment
        )
        for said in await reviews.earlier_verdicts(ctx.pool, standing.task_id, standing.opening, standing.visit)
        if said.stage == standing.stage
    ]
    return quality.under_review({answer.answer: orjson.loads(answer.content) for answer in answers}, earlier)


def _chosen(answers: list[Answer], number: int | None, *, field: str = "answer") -> Answer:
    if number is None and len(answers) == 1:
        return answers[0]
    found = next((answer for answer in answers if answer.answer == number), None)
    if found is None:
        numbers = ", ".join(str(answer.answer) for answer in answers)
        raise wrong_field(field, f"say which answer: {numbers}")
    return found


def _edited(answer: Answer, content: dict[str, Any], text: str, person: Person) -> Answer:
    authors = edited_authors(orjson.loads(answer.content), answer.authors, content, str(person.id))
    return Answer(answer.answer, answer.visit, "edit", text, authors)


def _content(ctx: Context, content: dict[str, Any]) -> str:
    text = json_text(content, "content")
    most = ctx.settings.max_answer_bytes
    if len(text.encode()) > most:
        raise TooLarge(f"content: {len(text.encode())} bytes, at most {most} are taken")
    return text


def _given(body: Approval | Rejection) -> list[Given]:
    return [Given(word.answer, word.label, word.verdict, word.comment) for word in body.label_verdicts]


def _kept(said: list[Said]) -> list[NewVerdict]:
    return [NewVerdict(each.answer, each.label, each.value_sha256, each.verdict, each.comment) for each in said]
