"""Draws workflow graphs: as Mermaid text, and as SVG."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Final

from quality.layouts import Arrow, Layout, Point, Route, layout
from schemas.graphs import (
    AgentStage,
    AnnotateStage,
    BenchmarkRouter,
    ConsensusStage,
    FailStage,
    GateStage,
    Graph,
    PeopleStage,
    PercentageRouter,
    ReviewStage,
    Stage,
    pathways_of,
)

# Fill, line and text of each kind, on light pages and on dark ones.
_COLOURS: Final = {
    "annotate": (("#dbeafe", "#2563eb", "#172554"), ("#1e3a8a", "#60a5fa", "#eff6ff")),
    "review": (("#ede9fe", "#7c3aed", "#2e1065"), ("#4c1d95", "#a78bfa", "#f5f3ff")),
    "consensus": (("#cffafe", "#0e7490", "#083344"), ("#155e75", "#22d3ee", "#ecfeff")),
    "agent": (("#ffedd5", "#c2410c", "#431407"), ("#7c2d12", "#fb923c", "#fff7ed")),
    "router": (("#fef9c3", "#a16207", "#422006"), ("#713f12", "#facc15", "#fefce8")),
    "gate": (("#fce7f3", "#be185d", "#500724"), ("#831843", "#f472b6", "#fdf2f8")),
    "complete": (("#dcfce7", "#15803d", "#052e16"), ("#14532d", "#4ade80", "#f0fdf4")),
    "archive": (("#e2e8f0", "#475569", "#0f172a"), ("#334155", "#94a3b8", "#f8fafc")),
    "fail": (("#fee2e2", "#b91c1c", "#450a0a"), ("#7f1d1d", "#f87171", "#fef2f2")),
}
_SHAPES: Final = {
    "annotate": ('["', '"]'),
    "review": ('("', '")'),
    "consensus": ('[["', '"]]'),
    "agent": ('{{"', '"}}'),
    "router": ('{"', '"}'),
    "gate": ('{"', '"}'),
    "complete": ('(["', '"])'),
    "archive": ('(["', '"])'),
    "fail": ('(["', '"])'),
}
_ENDS: Final = frozenset({"complete", "archive", "fail"})
_POINTED: Final = frozenset({"router", "gate", "agent"})
_RETURNING: Final = frozenset({"rejected", "rejected_too_often"})


@dataclass(frozen=True)
class _Link:
    """All pathways from one stage to another."""

    source: str
    target: str
    labels: tuple[str, ...]
    returns: bool


def mermaid(graph: Graph) -> str:
    """The graph as a Mermaid flowchart, as Markdown pages of many sites show it."""
    ids = {name: f"s{number}" for number, name in enumerate(graph.stages)}
    kinds = {name: _kind(stage) for name, stage in graph.stages.items()}
    lines = ["flowchart LR"]
    for name, stage in graph.stages.items():
        before, after = _SHAPES[kinds[name]]
        text = "<br/>".join(_mermaid_text(line) for line in (name, *_facts(name, stage)))
        lines.append(f"    {ids[name]}{before}{text}{after}:::{kinds[name]}")
    if graph.start in ids:
        lines.append(f"    start(( )) --> {ids[graph.start]}")
    for link in _links(graph):
        label = "<br/>".join(_mermaid_text(label) for label in link.labels)
        lines.append(f'    {ids[link.source]} -->|"{label}"| {ids[link.target]}')
    for kind in sorted(set(kinds.values())):
        fill, line, text = _COLOURS[kind][0]
        lines.append(f"    classDef {kind} fill:{fill},stroke:{line},color:{text}")
    return "\n".join(lines) + "\n"


def _mermaid_text(text: str) -> str:
    """Mermaid reads `#60;` as an entity; whatever else its labels take as markup is written so."""
    return "".join(
        letter if letter.isalnum() or letter in " .,:?!/()%_-+=@'" else f"#{ord(letter)};" for letter in text
    )


def _kind(stage: Stage) -> str:
    return "router" if stage.type.endswith("_router") else stage.type


def _links(graph: Graph) -> list[_Link]:
    labels: dict[tuple[str, str], list[str]] = {}
    returns: dict[tuple[str, str], bool] = {}
    for name, stage in graph.stages.items():
        for pathway, target in pathways_of(stage).items():
            if target in graph.stages:
                share = f" {stage.shares.get(pathway, 0):g}%" if isinstance(stage, PercentageRouter) else ""
                labels.setdefault((name, target), []).append(pathway + share)
                returns[name, target] = returns.get((name, target), True) and pathway in _RETURNING
    return [_Link(*ends, tuple(names), returns[ends]) for ends, names in labels.items()]


def _facts(name: str, stage: Stage) -> tuple[str, ...]:
    """What else is written into a stage's box, a line each."""
    first = _first_fact(stage)
    facts = [first] if first.casefold() != name.casefold() else []
    if isinstance(stage, PeopleStage):
        facts += [f"shown as {stage.shown_as}"] if stage.shown_as not in ("", name) else []
        facts += [f"team {stage.team}"] if stage.team else []
    return tuple(facts)


def _first_fact(stage: Stage) -> str:
    kind = stage.type.replace("_", " ")
    match stage:
        case AnnotateStage(overlap=overlap) if overlap > 1:
            return f"{kind}: {overlap} people"
        case ReviewStage(max_rejections=int(most)):
            return f"{kind}: at most {most} rejections"
        case ConsensusStage(decision="none"):
            return f"{kind}: {stage.overlap} people, no decision"
        case ConsensusStage():
            return f"{kind}: {stage.overlap} people, {stage.decision}"
        case AgentStage():
            return f"{kind}: HTTP" if stage.call.via == "http" else f"{kind}: queue {stage.call.task_queue}"
        case BenchmarkRouter():
            return f"{kind}: {stage.benchmark_set}"
        case GateStage():
            return f"{kind}: {stage.threshold:g} or surer"
        case FailStage():
            return f"{kind}: {stage.code}"
        case _:
            return kind


_LINE: Final = 17.0
_LETTER: Final = 7.4
_SMALL_LETTER: Final = 6.3
_MOST_LETTERS: Final = 26
_MOST_LINES: Final = 3
_MARGIN: Final = 20.0
_START: Final = 44.0
_CORNER: Final = 10.0


def svg(graph: Graph) -> str:
    """The graph as an SVG picture for light and dark pages: its start on the left, ways back below."""
    boxes = {name: _Box(name, stage) for name, stage in graph.stages.items()}
    links = _links(graph)
    arrows = [Arrow(link.source, link.target, _label_width(link), link.returns) for link in links]
    plan = layout({name: (box.width, box.height) for name, box in boxes.items()}, arrows)
    width, height = round(plan.width + _START + 2 * _MARGIN), round(plan.height + 2 * _MARGIN)
    size = f'width="{width}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {size} role="img"',
        'font-family="system-ui, sans-serif">',
        f"<title>{_text(f'Workflow graph that starts with {graph.start}')}</title>",
        _style(),
        f'<rect class="page" {size}/>',
        f'<g transform="translate({_MARGIN + _START:.0f} {_MARGIN:.0f})">',
        *_start(graph, boxes, plan),
        *(_route(route) for route in plan.routes),
        *(line for box in boxes.values() for line in box.draw(plan.places[box.name])),
        *(line for link, route in zip(links, plan.routes, strict=True) for line in _label(link, route)),
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


class _Box:
    """A stage's box: its name, what kind it is, and what is particular about it."""

    def __init__(self, name: str, stage: Stage) -> None:
        self.name = name
        self.kind = _kind(stage)
        self.title = _wrapped(name)
        self.facts = [_shortened(fact, _MOST_LETTERS + 10) for fact in _facts(name, stage)]
        widest = max(
            [_width(line) * _LETTER for line in self.title] + [_width(line) * _SMALL_LETTER for line in self.facts]
        )
        slant = 26.0 if self.kind in _POINTED else 12.0 if self.kind in _ENDS else 0.0
        self.width = max(84.0, widest + 28 + slant)
        self.height = 20 + _LINE * (len(self.title) + len(self.facts))

    def draw(self, middle: Point) -> Iterator[str]:
        """The shape and its texts; the whole name is its title."""
        x, y = middle
        yield f'<g class="{self.kind}"><title>{_text(self.name)}</title>'
        yield from self._shape(x - self.width / 2, y - self.height / 2)
        baseline = y - self.height / 2 + 10 + _LINE * 0.75
        for number, line in enumerate([*self.title, *self.facts]):
            small = ' class="fact"' if number >= len(self.title) else ""
            yield f'<text{small} x="{x:.1f}" y="{baseline + number * _LINE:.1f}">{_text(line)}</text>'
        yield "</g>"

    def _shape(self, left: float, top: float) -> Iterator[str]:
        size = f'width="{self.width:.1f}" height="{self.height:.1f}"'
        if self.kind in _POINTED:
            yield f'<polygon points="{self._corners(left, top)}"/>'
            return
        if self.kind == "consensus":
            for offset in (6, 3):
                yield f'<rect x="{left + offset:.1f}" y="{top - offset:.1f}" {size} rx="4"/>'
        radius = self.height / 2 if self.kind in _ENDS else 14 if self.kind == "review" else 4
        yield f'<rect x="{left:.1f}" y="{top:.1f}" {size} rx="{radius:.1f}"/>'

    def _corners(self, left: float, top: float) -> str:
        right, bottom, middle = left + self.width, top + self.height, top + self.height / 2
        slant = 10 if self.kind == "agent" else 16
        corners = [(left + slant, top), (right - slant, top), (right, middle), (right - slant, bottom)]
        corners += [(left + slant, bottom), (left, middle)]
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _style() -> str:
    rules = ["text{font-size:13px;font-weight:600;text-anchor:middle}", ".fact{font-size:11.5px;font-weight:400}"]
    rules += [
        ".way{fill:none;stroke-width:1.5}",
        ".back{stroke-dasharray:5 3}",
        ".label{font-size:12px;font-weight:500}",
    ]
    rules += _colour_rules(0)
    dark = "".join(_colour_rules(1))
    return f"<style>{''.join(rules)}@media (prefers-color-scheme:dark){{{dark}}}</style>"


def _colour_rules(shade: int) -> Iterator[str]:
    page, ink = (("#ffffff", "#334155"), ("#0f172a", "#cbd5e1"))[shade]
    yield f".page,.behind{{fill:{page}}}.way{{stroke:{ink}}}.head,.label{{fill:{ink}}}"
    for kind, shades in _COLOURS.items():
        fill, line, text = shades[shade]
        yield f".{kind} rect,.{kind} polygon{{fill:{fill};stroke:{line};stroke-width:1.5}}.{kind} text{{fill:{text}}}"


def _start(graph: Graph, boxes: dict[str, _Box], plan: Layout) -> Iterator[str]:
    if graph.start in boxes:
        x, y = plan.places[graph.start]
        x -= boxes[graph.start].width / 2
        yield f'<circle class="head" cx="{x - 34:.1f}" cy="{y:.1f}" r="6"/>'
        yield f'<path class="way" d="M{x - 28:.1f} {y:.1f}L{x - 8:.1f} {y:.1f}"/>{_head((x - 28, y), (x, y))}'


def _route(route: Route) -> str:
    points = route.points
    if route.back:
        return f'<path class="way back" d="{_cornered(points)}"/>{_head(points[-2], points[-1])}'
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for number, (one, other) in enumerate(pairwise(points)):
        # Between layers a curve, through a layer a straight line.
        if number % 2 == 0:
            end = other[0] - 8 if number == len(points) - 2 else other[0]
            middle = (one[0] + end) / 2
            parts.append(f"C{middle:.1f} {one[1]:.1f} {middle:.1f} {other[1]:.1f} {end:.1f} {other[1]:.1f}")
        else:
            parts.append(f"L{other[0]:.1f} {other[1]:.1f}")
    last = points[-1]
    return f'<path class="way" d="{"".join(parts)}"/>{_head((last[0] - 20, last[1]), last)}'


def _cornered(points: tuple[Point, ...]) -> str:
    """A line with round corners that ends before its head."""
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        near, far = _towards(corner, before, _CORNER), _towards(corner, after, _CORNER)
        parts.append(f"L{near[0]:.1f} {near[1]:.1f}Q{corner[0]:.1f} {corner[1]:.1f} {far[0]:.1f} {far[1]:.1f}")
    end = _towards(points[-1], points[-2], 8)
    return "".join(parts) + f"L{end[0]:.1f} {end[1]:.1f}"


def _towards(start: Point, end: Point, most: float) -> Point:
    length = abs(end[0] - start[0]) + abs(end[1] - start[1])
    part = min(most, length / 2) / length if length else 0
    return (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part)


def _head(before: Point, tip: Point) -> str:
    """An arrow head on a line that comes straight along an axis."""
    back = _towards(tip, before, 9)
    across = (4.5, 0.0) if abs(tip[0] - before[0]) < abs(tip[1] - before[1]) else (0.0, 4.5)
    corners = (tip, (back[0] + across[0], back[1] + across[1]), (back[0] - across[0], back[1] - across[1]))
    return '<polygon class="head" points="' + " ".join(f"{x:.1f},{y:.1f}" for x, y in corners) + '"/>'


def _label(link: _Link, route: Route) -> Iterator[str]:
    x, y = route.label
    width = _label_width(link) - 8
    yield f"<g><title>{_text(', '.join(link.labels))}</title>"
    yield f'<rect class="behind" x="{x - width / 2:.1f}" y="{y - 9:.1f}" width="{width:.1f}" height="18" rx="4"/>'
    yield f'<text class="label" x="{x:.1f}" y="{y + 4:.1f}">{_text(_label_text(link))}</text></g>'


def _label_text(link: _Link) -> str:
    return _shortened(", ".join(link.labels), 40)


def _label_width(link: _Link) -> float:
    return _width(_label_text(link)) * 6.8 + 16


def _width(text: str) -> float:
    """In letters of usual width."""
    return sum(1.8 if unicodedata.east_asian_width(letter) in "WF" else 1.0 for letter in text)


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _wrapped(name: str) -> list[str]:
    """The name in at most three lines."""
    lines = [""]
    for word in name.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > _MOST_LETTERS:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], " ".join(lines[_MOST_LINES - 1 :])]
    return [_shortened(line, _MOST_LETTERS + 2) for line in lines]


def _text(text: str) -> str:
    """Text in XML, which takes no control characters."""
    return escape("".join(letter if letter.isprintable() else "�" for letter in text))
