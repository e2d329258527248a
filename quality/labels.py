"""The labels of one answer: their addresses, their authors, and what becomes of both in rework.

An answer is `{name: value}`. A label is addressed by a JSON Pointer (RFC 6901) into it: `/name`, or where the value is
a list of shapes, spans or pairs one for each item: `/name/0`, `/name/boundingBoxes/0`. An empty list is one label by
itself, `/name`: it says that there is nothing. In the answer to a data group, `{tile: {question: {value, nested}}}`,
each question of each tile is one: `/tile/question`. Where an item stands in its list means nothing, so a label keeps
its author and its verdict wherever it is moved within the list.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias, TypeVar, cast

Content: TypeAlias = Mapping[str, Any]
Authors: TypeAlias = Mapping[str, str]
Kept = TypeVar("Kept")
# The names that lead to a named value of an answer: one, or in a data group's the tile and the question.
Path: TypeAlias = tuple[str, ...]

# Members that hold one object for each label, as the crowd elements and Ground Truth's files name them. `instances` is
# none: what was drawn for those stands in the picture beside the list, so the whole value is one label.
LISTS = (
    "boundingBoxes",
    "polygons",
    "polylines",
    "lines",
    "keypoints",
    "cuboids",
    "entities",
    "segments",
    "blocks",
    "moderationLabels",
)


class Listing(NamedTuple):
    """The list within a named value: the member that holds it, '' where the value is the list itself."""

    member: str
    items: list[Any]


def listing(value: object) -> Listing | None:
    """The list of labels that a named value is or has; None where the value is one label."""
    if isinstance(value, list):
        return _listing("", cast("list[object]", value))
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        known = [member for member in LISTS if isinstance(members.get(member), list)]
        if len(known) == 1:
            return _listing(known[0], cast("list[object]", members[known[0]]))
    return None


def _listing(member: str, items: list[object]) -> Listing | None:
    return Listing(member, items) if all(isinstance(item, dict) for item in items) else None


def paths_of(contents: Sequence[Content]) -> list[Path]:
    """Where the named values of answers are, in their order: within a tile, where all that have its name are tiles."""
    paths: dict[Path, None] = {}
    for name in dict.fromkeys(name for content in contents for name in content):
        values = [content[name] for content in contents if name in content]
        if all(_is_tile(value) for value in values):
            paths |= dict.fromkeys((name, question) for value in values for question in value)
        else:
            paths[name,] = None
    return list(paths)


def value_at(content: Content, path: Path, default: Any = None) -> Any:
    """The named value there."""
    value: Any = content
    for name in path:
        if not isinstance(value, Mapping) or name not in value:
            return default
        value = cast("Mapping[str, Any]", value)[name]
    return value


def put_value(content: dict[str, Any], path: Path, value: Any) -> None:
    """Give an answer a named value, at a path of `paths_of`."""
    holder = content
    for name in path[:-1]:
        holder = holder.setdefault(name, {})
    holder[path[-1]] = value


def _is_tile(value: object) -> bool:
    """Whether a value is what a data group's answer says about one tile; see schemas/label_schemas.py."""
    answers = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    return bool(answers) and all(
        isinstance(answer, dict) and cast("dict[str, object]", answer).keys() == {"value", "nested"}
        for answer in answers.values()
    )


def labels_of(content: Content) -> dict[str, Any]:
    """The labels of an answer, by JSON Pointer, in the order of the answer."""
    return {label.pointer: label.value for label in _all_labels(content)}


def value_hash(value: object) -> bytes:
    """SHA-256 of a label's value: the same for equal JSON, whatever the order of members, and 1 and 1.0 are equal.

    Raises ValueError for what is not JSON, as NaN.
    """
    text = json.dumps(_canonical(value), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).digest()


def author_of(authors: Authors, label: str) -> str | None:
    """Who made a label: the longest pointer that names it or what it is part of; None where no person did."""
    pointer = label
    while pointer not in authors:
        if not pointer:
            return None
        pointer = pointer.rpartition("/")[0]
    return authors[pointer]


def edited_authors(before: Content, authors: Authors, after: Content, editor: str) -> dict[str, str]:
    """Whose labels these are after `editor` changed an answer: theirs is what they changed or added.

    Authors are people's ids by pointer; '' is whoever made all that no longer pointer names.
    """
    labels = _all_labels(after)
    if not labels and not _all_labels(before):
        return dict(authors)
    unchanged = _match(_all_labels(before), labels)
    owners = {
        label.pointer: author_of(authors, unchanged[label.pointer]) if label.pointer in unchanged else editor
        for label in labels
    }
    return _compact(owners, authors.get(""), editor)


def merge_rework(
    base: Content, authors: Authors, parts: Sequence[tuple[str, Content]]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The answer and its authors after several people reworked parts of it side by side, each beginning with `base`.

    What one of them changed, added or removed is as they left it. Where several changed the same label, its author goes
    first, and else the last of `parts`, which are (person, their whole answer).
    """
    if not parts:
        return dict(base), dict(authors)
    if len(parts) == 1:
        person, content = parts[0]
        return dict(content), edited_authors(base, authors, content, person)
    merged = {
        path: _merged_value(path, base, authors, parts) for path in paths_of([base, *(content for _, content in parts)])
    }
    answer: dict[str, Any] = {}
    for path, value in merged.items():
        if value is not None:
            put_value(answer, path, value.value)
    owners = {label: owner for value in merged.values() if value is not None for label, owner in value.owners.items()}
    changed = [person for person, theirs in parts if not _same(theirs, base)]
    if not changed:
        return dict(base), dict(authors)
    return answer, _compact(owners, authors.get(""), changed[-1])


def kept_verdicts(labels: Mapping[str, Any], earlier: Iterable[tuple[str, bytes, Kept]]) -> dict[str, Kept]:
    """Which earlier verdicts still stand, by label: those on a value that is unchanged, of several the latest.

    `earlier` are (label, hash of the value that was judged, verdict), oldest first.
    """
    latest = {(_place(label), digest): verdict for label, digest, verdict in earlier}
    keys = {label: (_place(label), value_hash(value)) for label, value in labels.items()}
    return {label: latest[key] for label, key in keys.items() if key in latest}


@dataclass(frozen=True)
class _Label:
    pointer: str
    value: Any

    @cached_property
    def digest(self) -> bytes:
        return value_hash(self.value)


@dataclass(frozen=True)
class _Merged:
    value: Any
    owners: dict[str, str | None]


class _Missing:
    """In place of the value of a name or of an item that somebody left out."""


_MISSING = _Missing()


def _all_labels(content: Content) -> list[_Label]:
    return [label for path in paths_of([content]) for label in _labels(path, value_at(content, path))]


def _labels(path: Path, value: object) -> Iterator[_Label]:
    found = listing(value)
    if found is None or not found.items:
        yield _Label(_pointer(path), value)
        return
    for index, item in enumerate(found.items):
        yield _Label(_item_pointer(path, found.member, index), item)


def _pointer(path: Path) -> str:
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in path)


def _item_pointer(path: Path, member: str, index: int) -> str:
    return _pointer(path) + (f"/{member}" if member else "") + f"/{index}"


def _place(label: str) -> str:
    """What a label's value may move within: the list of an item, else the label itself."""
    # A question of a tile is never just a number.
    place, _, last = label.rpartition("/")
    return place if place and last.isdecimal() else label


def _canonical(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _canonical(member) for key, member in cast("dict[str, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in cast("Sequence[object]", value)]
    return value


def _match(before: Sequence[_Label], after: Sequence[_Label]) -> dict[str, str]:
    """Which label each unchanged one was before: the same pointer if that has the same value, else one of its list."""
    same_place = {label.pointer: label.digest for label in before}
    matched = {label.pointer: label.pointer for label in after if same_place.get(label.pointer) == label.digest}
    free: defaultdict[tuple[str, bytes], list[str]] = defaultdict(list)
    for label in before:
        if label.pointer not in matched:
            free[_place(label.pointer), label.digest].append(label.pointer)
    for label in after:
        candidates = free[_place(label.pointer), label.digest]
        if label.pointer not in matched and candidates:
            matched[label.pointer] = candidates.pop(0)
    return matched


def _compact(owners: Mapping[str, str | None], rest: str | None, editor: str) -> dict[str, str]:
    """Authors by pointer, with '' for who made most: whoever it was before, if anything is left of theirs."""
    if not owners:
        return {"": editor}
    people = Counter(owner for owner in owners.values() if owner is not None)
    if None not in owners.values():
        default = rest if rest in people else people.most_common(1)[0][0]
        others = {label: owner for label, owner in owners.items() if owner is not None and owner != default}
        return {"": cast("str", default), **others}
    return {label: owner for label, owner in owners.items() if owner is not None}


def _merged_value(path: Path, base: Content, authors: Authors, parts: Sequence[tuple[str, Content]]) -> _Merged | None:
    """What the parts make of a named value; None where it is removed."""
    was = value_at(base, path, _MISSING)
    theirs = [(person, value_at(content, path, _MISSING)) for person, content in parts]
    lists = [listing(value) for value in (was, *(value for _, value in theirs))]
    if len({None if found is None else found.member for found in lists}) == 1 and lists[0] is not None:
        return _merged_list(path, was, authors, theirs)
    author = author_of(authors, _pointer(path))
    person, value = _decided(was, author, theirs)
    if isinstance(value, _Missing):
        return None
    return _Merged(value, {label.pointer: person for label in _labels(path, value)})


def _decided(was: object, author: str | None, theirs: Sequence[tuple[str, object]]) -> tuple[str | None, object]:
    """Whose value stands, and the value: the base's author where nobody changed it."""
    changes = [(person, value) for person, value in theirs if not _same(value, was)]
    if not changes:
        return author, was
    return next((change for change in changes if change[0] == author), changes[-1])


def _same(one: object, other: object) -> bool:
    if isinstance(one, _Missing) or isinstance(other, _Missing):
        return one is other
    return value_hash(one) == value_hash(other)


def _merged_list(path: Path, was: Any, authors: Authors, theirs: Sequence[tuple[str, Any]]) -> _Merged:
    base = _items(was)
    changes = [_ListChange.of(path, base, _items(value)) for _, value in theirs]
    items: list[tuple[str | None, Any]] = []
    for index, item in enumerate(base):
        values = [(person, change.kept[index]) for (person, _), change in zip(theirs, changes, strict=True)]
        author = author_of(authors, _item_pointer(path, _member(was), index))
        items.append(_decided(item, author, values))
    items = [item for item in items if not isinstance(item[1], _Missing)]
    added: set[bytes] = set()
    for (person, _), change in zip(theirs, changes, strict=True):
        fresh = [item for item in change.added if value_hash(item) not in added]
        items += [(person, item) for item in fresh]
        added.update(value_hash(item) for item in fresh)
    value = _around(was, theirs, [item for _, item in items])
    if not items:
        removers = [person for person, value in theirs if len(_items(value)) < len(base)]
        return _Merged(value, {_pointer(path): removers[-1] if removers else author_of(authors, _pointer(path))})
    member = _member(was)
    return _Merged(value, {_item_pointer(path, member, n): person for n, (person, _) in enumerate(items)})


@dataclass(frozen=True)
class _ListChange:
    """What one person made of each item of the base list (missing: removed), and what they added."""

    kept: list[Any]
    added: list[Any]

    @classmethod
    def of(cls, path: Path, base: Sequence[Any], theirs: Sequence[Any]) -> "_ListChange":
        """An unmatched item at the place of an unmatched one of the base is that one, edited."""
        before = list(_labels(path, list(base))) if base else []
        after = list(_labels(path, list(theirs))) if theirs else []
        origins = _match(before, after)
        places = {label.pointer: index for index, label in enumerate(before)}
        kept: list[Any] = [_MISSING] * len(base)
        for index, label in enumerate(after):
            if label.pointer in origins:
                kept[places[origins[label.pointer]]] = theirs[index]
        matched = {places[pointer] for pointer in origins.values()}
        added: list[Any] = []
        for index, label in enumerate(after):
            if label.pointer in origins:
                continue
            if index < len(base) and index not in matched:
                kept[index] = theirs[index]
            else:
                added.append(theirs[index])
        return cls(kept, added)


def _items(value: object) -> list[Any]:
    found = listing(value)
    return found.items if found is not None else []


def _member(value: object) -> str:
    found = listing(value)
    return found.member if found is not None else ""


def _around(was: Any, theirs: Sequence[tuple[str, Any]], items: list[Any]) -> Any:
    """The merged list in its value; what stands beside it is as the last one left it who changed that."""
    member = _member(was)
    if not member:
        return items
    beside = {key: value for key, value in was.items() if key != member}
    for _, value in theirs:
        own = {key: side for key, side in value.items() if key != member}
        if not _same(own, {key: side for key, side in was.items() if key != member}):
            beside = own
    return {**beside, member: items}
