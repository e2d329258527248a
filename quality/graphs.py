"""What is wrong with a workflow graph as a whole; graphs read from documents; what two versions differ in."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter, ValidationError

from quality.doubled_members import DoubledMemberError
from quality.graph_documents import doubled, invalid_fields, read, stages_in, unstorable
from quality.graph_outlines import Outline, Problem, outline_problems
from quality.pathways import stage_findings
from schemas.errors import FieldError, wrong_fields
from schemas.graphs import (
    ConsensusStage,
    EndStage,
    GateStage,
    Graph,
    PeopleStage,
    ReviewStage,
    RouterStage,
    Stage,
    pathways_of,
    resolved,
)

_END_TYPES: Final = frozenset({"archive", "complete", "fail"})
_STAGE: Final[TypeAdapter[Stage]] = TypeAdapter(Stage)
# What tells people one stage from another, if it differs.
_ALIKE: Final = ("team", "instructions", "time_limit_seconds", "deadline_seconds", "allow_reassessment")


def problems(graph: Graph, *, needs_teams: bool = True) -> list[Problem]:
    """All that is wrong with a graph, in the order of its stages; nothing where it may be used.

    A graph that is drawn for any team may leave the teams to the project: check it with `needs_teams` false.
    """
    stages = dict(graph.stages)
    outline = Outline(
        start=graph.start,
        ways={name: pathways_of(stage) for name, stage in stages.items()},
        ends={name for name, stage in stages.items() if isinstance(stage, EndStage)},
        automatic={name for name, stage in stages.items() if isinstance(stage, RouterStage | GateStage)},
    )
    return _in_order(stages, (*outline_problems(outline), *_stage_problems(graph, needs_teams=needs_teams)))


def parse(
    document: bytes | Mapping[str, Any],
    teams: Mapping[str, str] | None = None,
    *,
    member: Callable[[Problem], str] = lambda problem: problem.path,
) -> Graph:
    """The graph in a JSON document. With `teams`, by stage, it is resolved, and every people's stage needs one.

    Raises BadRequest that lists every problem, up to 100, each under what `member` calls its place.
    """
    graph, found = examine(document, teams)
    if graph is not None and not found:
        return graph
    raise wrong_fields(FieldError(member(problem), problem.message) for problem in found)


def examine(
    document: bytes | Mapping[str, Any], teams: Mapping[str, str] | None = None
) -> tuple[Graph | None, list[Problem]]:
    """The graph in a JSON document, if it can be read at all, and all that is wrong with it."""
    try:
        given = read(document)
        if bad_texts := list(unstorable(given)):
            return None, _in_order(stages_in(given), bad_texts)
    except DoubledMemberError as error:
        return None, [doubled(error)]
    except (ValueError, TypeError) as error:
        return None, [Problem("", "", str(error))]
    except RecursionError:
        return None, [Problem("", "", "is nested too deeply")]
    try:
        graph = Graph.model_validate_json(json.dumps(given), strict=True)
    except ValidationError as error:
        return None, _in_order(stages_in(given), (*invalid_fields(error), *_problems_besides(given)))
    unknown = [] if teams is None else list(_unknown_teams(graph, teams))
    graph = graph if teams is None else resolved(graph, teams)
    found = problems(graph, needs_teams=teams is not None)
    return graph, _in_order(graph.stages, (*unknown, *found))


def _problems_besides(given: Mapping[str, Any]) -> Iterator[Problem]:
    """What else is wrong with a document in which some stage, or the frame, is not valid in itself."""
    ways: dict[str, dict[str, str]] = {}
    valid: dict[str, Stage] = {}
    whole = True
    ends: set[str] = set()
    for name, stage in stages_in(given).items():
        members = cast("dict[str, Any]", stage) if isinstance(stage, dict) else {}
        is_end = str(members.get("type")) in _END_TYPES
        ends.update([name] if is_end else [])
        drawn: object = {} if is_end else members.get("pathways")
        pathways = cast("dict[str, object]", drawn) if isinstance(drawn, dict) else {}
        ways[name] = {pathway: target for pathway, target in pathways.items() if isinstance(target, str)}
        whole = whole and isinstance(drawn, dict) and len(ways[name]) == len(pathways)
        try:
            valid[name] = _STAGE.validate_json(json.dumps(stage), strict=True)
        except ValidationError:
            continue
    start: object = given.get("start")
    yield from outline_problems(
        Outline(
            start=start if isinstance(start, str) else None,
            ways=ways,
            ends=ends,
            automatic={name for name, stage in valid.items() if isinstance(stage, RouterStage | GateStage)},
            whole=whole,
        )
    )
    yield from _stage_problems(Graph.model_construct(start="", stages=valid), needs_teams=False)


def _in_order(stages: Iterable[str], found: Iterable[Problem]) -> list[Problem]:
    places = {name: number for number, name in enumerate(stages)}
    return sorted(dict.fromkeys(found), key=lambda problem: places.get(problem.stage, -1))


def _stage_problems(graph: Graph, *, needs_teams: bool) -> Iterator[Problem]:
    for name, stage in graph.stages.items():
        for field, message in stage_findings(stage):
            yield Problem(name, field, message)
        if needs_teams and isinstance(stage, PeopleStage) and not stage.team:
            yield Problem(name, "team", "is missing: name the work team that is offered the work")
    yield from _told_apart(resolved(graph, {}))


def _unknown_teams(graph: Graph, teams: Mapping[str, str]) -> Iterator[Problem]:
    for name in teams:
        if not isinstance(graph.stages.get(name), PeopleStage):
            yield Problem("", f"teams.{name}", "names no stage of this graph that people work in")


@dataclass(frozen=True)
class _Queue:
    """One kind of work of a stage, as the people who do it see it."""

    stage: str
    field: str
    shown_as: str
    kind: str
    settings: Mapping[str, object]


def _queues(name: str, stage: Stage) -> Iterator[_Queue]:
    if not isinstance(stage, PeopleStage):
        return
    kind = "review" if isinstance(stage, ReviewStage) else "annotate"
    settings = stage.model_dump(include=set(_ALIKE))
    yield _Queue(name, "shown_as", stage.shown_as, kind, settings)
    if isinstance(stage, ConsensusStage) and stage.decision != "none":
        decision = settings | {"team": stage.decision_team}
        yield _Queue(name, "decision_shown_as", stage.decision_shown_as, "consensus", decision)


def _told_apart(graph: Graph) -> Iterator[Problem]:
    """Stages under one `shown_as` are one queue: people must not be able to tell them apart by anything."""
    first: dict[str, _Queue] = {}
    for queue in (queue for name, stage in graph.stages.items() for queue in _queues(name, stage)):
        other = first.setdefault(queue.shown_as, queue)
        if other is queue:
            continue
        if queue.kind != other.kind:
            message = f"is {queue.shown_as} for other work in {other.stage} ({other.kind}): give one another name"
            yield Problem(queue.stage, queue.field, message)
            continue
        for field, value in queue.settings.items():
            differs = value != other.settings[field]
            # A team that is not named yet may become the same.
            if differs and (field != "team" or (value and other.settings[field])):
                message = f"differs from {other.stage}, but both are shown as {queue.shown_as}: make them equal"
                yield Problem(queue.stage, field, message)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class ChangedField(_Frozen):
    """A field of a stage; null where a version has none of this name."""

    field: str
    old: JsonValue
    new: JsonValue


class ChangedStage(_Frozen):
    """What is not the same in a stage, but for its pathways."""

    stage: str
    fields: tuple[ChangedField, ...]


class RedirectedPathway(_Frozen):
    """A pathway of a stage that both versions have, and the stages it leads to; null where it is not drawn."""

    stage: str
    pathway: str
    old: str | None
    new: str | None


class ChangedStart(_Frozen):
    """The stages that tasks begin with."""

    old: str
    new: str


class Difference(_Frozen):
    """What changed from one version of a graph to another; `start` is null where it is the same."""

    start: ChangedStart | None
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[ChangedStage, ...]
    redirected: tuple[RedirectedPathway, ...]


def difference(old: Graph, new: Graph) -> Difference:
    """What changed from `old` to `new`; stages are the same where they have the same name."""
    kept = [name for name in old.stages if name in new.stages]
    changed = ((name, _changed_fields(old.stages[name], new.stages[name])) for name in kept)
    return Difference(
        start=ChangedStart(old=old.start, new=new.start) if old.start != new.start else None,
        added=tuple(name for name in new.stages if name not in old.stages),
        removed=tuple(name for name in old.stages if name not in new.stages),
        changed=tuple(ChangedStage(stage=name, fields=fields) for name, fields in changed if fields),
        redirected=tuple(way for name in kept for way in _redirected(name, old.stages[name], new.stages[name])),
    )


def _changed_fields(old: Stage, new: Stage) -> tuple[ChangedField, ...]:
    before, after = (stage.model_dump(mode="json", exclude={"pathways"}) for stage in (old, new))
    return tuple(
        ChangedField(field=field, old=before.get(field), new=after.get(field))
        for field in (before | after)
        if before.get(field) != after.get(field)
    )


def _redirected(name: str, old: Stage, new: Stage) -> Iterator[RedirectedPathway]:
    before, after = pathways_of(old), pathways_of(new)
    for pathway in {**before, **after}:
        if before.get(pathway) != after.get(pathway):
            yield RedirectedPathway(stage=name, pathway=pathway, old=before.get(pathway), new=after.get(pathway))
