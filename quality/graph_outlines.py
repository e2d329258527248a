"""The rules that look at stages and pathways alone: where a task can get to, and whether it ends."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """What is wrong with a field of a stage, or of the graph where `stage` is empty; no field: with all of it."""

    stage: str
    field: str
    message: str

    @property
    def path(self) -> str:
        """Where the field is in the graph's document."""
        parts = ("stages", self.stage, self.field) if self.stage else (self.field,)
        return ".".join(filter(None, parts)) or "graph"

    def __str__(self) -> str:
        line = f"{self.stage or 'graph'}: " + " ".join(filter(None, (self.field, self.message)))
        return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in line)


@dataclass(frozen=True)
class Outline:
    """What a graph's rules look at. `whole` where the pathways of every stage could be read."""

    start: str | None
    ways: Mapping[str, Mapping[str, str]]
    ends: Collection[str]
    automatic: Collection[str]
    whole: bool = True


def outline_problems(outline: Outline) -> Iterator[Problem]:
    """All that is wrong with where the pathways lead."""
    if outline.start is not None and outline.start not in outline.ways:
        yield Problem("", "start", f"names {outline.start}, which is no stage of this graph")
    for name, ways in outline.ways.items():
        for pathway, target in ways.items():
            if target not in outline.ways:
                yield Problem(name, f"pathways.{pathway}", f"leads to {target}, which is no stage of this graph")
    if outline.whole:
        yield from _unreachable(outline)
        yield from _endless(outline)
    yield from _going_round(outline)


def _unreachable(outline: Outline) -> Iterator[Problem]:
    if outline.start is None or outline.start not in outline.ways:
        return
    seen = _reached([outline.start], {name: ways.values() for name, ways in outline.ways.items()})
    targets = {target for name, ways in outline.ways.items() for target in ways.values() if target != name}
    for name in outline.ways:
        if name not in seen:
            why = "" if name in targets else " (is it a second start?)"
            yield Problem(name, "", f"is unreachable from the start{why}")


def _endless(outline: Outline) -> Iterator[Problem]:
    if outline.ways and not outline.ends:
        yield Problem("", "stages", "have no end: add a stage of type complete, archive or fail")
    if not outline.ends:
        return
    back: defaultdict[str, list[str]] = defaultdict(list)
    for name, ways in outline.ways.items():
        for target in ways.values():
            back[target].append(name)
    # Where an unknown stage would have led is not known either.
    unknown = [name for name in back if name not in outline.ways]
    seen = _reached([*outline.ends, *unknown], back)
    for name in outline.ways:
        if name not in seen:
            yield Problem(name, "pathways", "lead to no end: a task that comes here would never be done")


def _going_round(outline: Outline) -> Iterator[Problem]:
    """Only a person, an agent or a counter may send a task round and round; routers and gates always decide alike."""
    among = {
        name: [target for target in outline.ways[name].values() if target in outline.automatic]
        for name in outline.ways
        if name in outline.automatic
    }
    named: set[str] = set()
    for name in among:
        if name not in named and (circle := _circle(name, among)):
            named.update(circle)
            way = " -> ".join([*circle, name])
            yield Problem(name, "pathways", f"send tasks round without end: {way}; put a person or an agent on the way")


def _reached(starts: Iterable[str], ways: Mapping[str, Iterable[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(ways.get(name, ()))
    return seen


def _circle(start: str, ways: Mapping[str, Iterable[str]]) -> list[str]:
    """The shortest way from a stage back to itself, without its last step; empty where there is none."""
    came_from: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        name = waiting.popleft()
        for target in ways[name]:
            if target == start:
                way = [name]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if target not in came_from:
                came_from[target] = name
                waiting.append(target)
    return []
