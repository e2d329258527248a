"""Graphs for tests: ready ones, valid ones by chance for whatever walks them, and any at all."""

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from quality.graphs import parse
from quality.ready_graphs import READY_GRAPHS
from schemas.graphs import Graph

# What asks nobody: pathways among these lead only onwards, so that no task goes round without end.
AUTOMATIC = ("percentage_router", "collaborator_router", "condition_router", "benchmark_router", "gate")
PEOPLE = ("annotate", "review", "consensus")
ENDS = ("complete", "archive", "fail")
CONDITIONS = ("priority > 50", "rejections == 0", 'metadata.source == "camera"', "visits < 4 && priority <= 90")


def ready_graph(name: str) -> Graph:
    """A ready graph; its stages have no teams."""
    return parse(READY_GRAPHS[name].document)


@st.composite
def valid_graphs(draw: st.DrawFn, max_stages: int = 8, *, people_only: bool = False, team: str = "people") -> Graph:
    """A graph without problems, of at least two stages: every stage reachable, an end reachable from each.

    With `people_only` its stages are annotate, review and consensus, and ends.
    """
    kinds = st.sampled_from(PEOPLE if people_only else (*PEOPLE, "agent", *AUTOMATIC))
    working = [draw(kinds) for _ in range(draw(st.integers(1, max(1, max_stages - 2))))]
    stages = [draw(_stage(kind, team)) for kind in working]
    slots = [(number, pathway) for number, stage in enumerate(stages) for pathway in stage["pathways"]]
    # A tree from the start to everything: each stage is led to by one before it, which has a pathway left.
    free = [slot for slot in slots if slot[0] == 0]
    targets: dict[tuple[int, str], int] = {}
    for number in range(1, len(stages)):
        slot = draw(st.sampled_from(free))
        free.remove(slot)
        targets[slot] = number
        free += [slot for slot in slots if slot[0] == number]
    first_end = len(stages)
    ends = draw(st.integers(1, max(1, min(len(free), max_stages - len(stages)))))
    for number in range(first_end, first_end + ends):
        slot = draw(st.sampled_from(free))
        free.remove(slot)
        targets[slot] = number
    onwards = {number for number, _ in targets}
    for slot in free:
        number = slot[0]
        # Whatever else is drawn, one pathway of each stage leads onwards: so each has a way to an end.
        least = number + 1 if number not in onwards else 0
        onwards.add(number)
        after = range(least, first_end + ends)
        allowed = [n for n in after if working[number] not in AUTOMATIC or n > number or working[n] not in AUTOMATIC]
        targets[slot] = draw(st.sampled_from(allowed))
    names = [f"{kind} {number}" for number, kind in enumerate(working)]
    drawn_ends = [draw(st.sampled_from(ENDS)) for _ in range(ends)]
    names += [f"{kind} {first_end + number}" for number, kind in enumerate(drawn_ends)]
    for (number, pathway), target in targets.items():
        stages[number]["pathways"][pathway] = names[target]
    bodies = [*stages, *(_end(kind) for kind in drawn_ends)]
    return Graph.model_validate({"start": names[0], "stages": dict(zip(names, bodies, strict=True))})


def _end(kind: str) -> dict[str, Any]:
    return {"type": kind} | ({"code": "Refused", "reason": "Nobody could do it."} if kind == "fail" else {})


@st.composite
def _stage(draw: st.DrawFn, kind: str, team: str) -> dict[str, Any]:
    """A stage whose pathways lead nowhere yet."""
    body = draw(_BODIES[kind]())
    if kind in PEOPLE:
        body |= {"team": team, "allow_reassessment": draw(st.booleans())}
    drawn = {*draw(st.sets(st.just(_SPARE[kind]))), *body.pop("needs")} if kind in _SPARE else body.pop("needs")
    return body | {"type": kind, "pathways": dict.fromkeys(sorted(drawn), "")}


_SPARE = {"annotate": "expired", "review": "expired", "consensus": "expired", "agent": "failed"}


def _annotate() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"needs": st.just(["submitted"]), "overlap": st.integers(1, 3)})


@st.composite
def _review(draw: st.DrawFn) -> dict[str, Any]:
    most = draw(st.none() | st.integers(1, 3))
    needs = ["approved", "rejected"] + ([] if most is None else ["rejected_too_often"])
    return {"needs": needs, "max_rejections": most, "strict": draw(st.booleans())}


def _consensus() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "needs": st.just(["agreed", "no_consensus"]),
            "overlap": st.integers(2, 3),
            "decision": st.sampled_from(["determine", "refine", "none"]),
        }
    )


def _named(least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(["YES", "NO", "a", "b", "c"]), min_size=least, max_size=most, unique=True)


def _agent() -> st.SearchStrategy[dict[str, Any]]:
    calls = st.sampled_from(
        [
            {"via": "activity", "task_queue": "agents", "activity": "decide"},
            {"via": "http", "url": "http://127.0.0.1:9/decide"},
        ]
    )
    return st.fixed_dictionaries({"needs": _named(1, 3), "call": calls})


@st.composite
def _percentage_router(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(_named(1, 4))
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=len(names) - 1, max_size=len(names) - 1)))
    shares = [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
    return {"needs": names, "shares": dict(zip(names, shares, strict=True))}


@st.composite
def _collaborator_router(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(_named(1, 3))
    return {"needs": names, "otherwise": names[0], "people": {name: [f"{name}@a.example"] for name in names[1:]}}


@st.composite
def _condition_router(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(_named(2, 3))
    conditions = [{"when": draw(st.sampled_from(CONDITIONS)), "then": name} for name in names[1:]]
    return {"needs": names, "otherwise": names[0], "conditions": conditions}


def _benchmark_router() -> st.SearchStrategy[dict[str, Any]]:
    return st.just(["benchmark", "production"]).map(lambda needs: {"needs": needs, "benchmark_set": "gold"})


def _gate() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"needs": st.just(["accept", "human"]), "threshold": st.sampled_from([0.0, 0.9, 1.0])})


_BODIES: dict[str, Callable[[], st.SearchStrategy[dict[str, Any]]]] = {
    "annotate": _annotate,
    "review": _review,
    "consensus": _consensus,
    "agent": _agent,
    "percentage_router": _percentage_router,
    "collaborator_router": _collaborator_router,
    "condition_router": _condition_router,
    "benchmark_router": _benchmark_router,
    "gate": _gate,
}


@st.composite
def any_graphs(draw: st.DrawFn, max_stages: int = 8) -> Graph:
    """A graph of valid stages whose start and pathways lead anywhere, if they are drawn at all."""
    names = draw(
        st.lists(st.text("ab .é<\"'&#\\|", min_size=1, max_size=6), min_size=1, max_size=max_stages, unique=True)
    )
    anywhere = st.sampled_from([*names, "nowhere"])
    stages: dict[str, Any] = {}
    for name in names:
        kind = draw(st.sampled_from([*_BODIES, *ENDS]))
        stages[name] = _end(kind) if kind in ENDS else _redrawn(draw, draw(_stage(kind, draw(_TEAMS))), anywhere)
    return Graph.model_validate({"start": draw(anywhere), "stages": stages})


_TEAMS = st.sampled_from(["", "people", "others"])


def _redrawn(draw: st.DrawFn, stage: dict[str, Any], anywhere: st.SearchStrategy[str]) -> dict[str, Any]:
    pathways: Sequence[str] = list(stage["pathways"])
    kept = draw(st.lists(st.sampled_from(pathways), min_size=1, unique=True))
    shown = {"shown_as": draw(st.sampled_from(["", "Work", "Work: decision"]))} if stage["type"] in PEOPLE else {}
    return stage | shown | {"pathways": {pathway: draw(anywhere) for pathway in kept}}
