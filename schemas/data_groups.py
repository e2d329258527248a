"""A data group: several files that one task shows together, each in a tile of a layout.

`{layout, contents: {key: {uri, type}}, settings, timeline}`. A layout is a tree: a split has a direction ("row" is side
by side, "column" is one above the other), its two parts, and how much of it is the first one's, in percent; a leaf
shows the file of a key, or a list of them of which one is large.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

FileType = Literal["text", "image", "video", "audio", "pdf"]
Direction = Literal["row", "column"]
Side = Literal["left", "right", "top", "bottom"]

FILE_TYPES: tuple[FileType, ...] = ("text", "image", "video", "audio", "pdf")
DIRECTIONS: tuple[Direction, ...] = ("row", "column")
SIDES: tuple[Side, ...] = ("left", "right", "top", "bottom")
MOST_FILES = 50
MOST_KEY_CHARACTERS = 100
MOST_TITLE_CHARACTERS = 200
# In percent of the whole: of the first part of a split, and of the list beside its large file.
SPLIT = (5, 95)
CAROUSEL = (10, 70)
# In frames per second.
FRAME_RATES = (1, 240)


@dataclass(frozen=True)
class Unit:
    """A leaf that shows one file."""

    key: str


@dataclass(frozen=True)
class UnitList:
    """A leaf that shows one of several files large, and their list on one side of it, `size` percent wide or high."""

    keys: tuple[str, ...]
    side: Side = "bottom"
    size: float = 20


@dataclass(frozen=True)
class Split:
    """Two parts, `percentage` of the whole for the first."""

    direction: Direction
    first: "Layout"
    second: "Layout"
    percentage: float = 50


Layout: TypeAlias = Unit | UnitList | Split


@dataclass(frozen=True)
class Content:
    """A file in S3; `fps` is a video's frame rate, where it is known."""

    uri: str
    type: FileType
    fps: float | None = None


@dataclass(frozen=True)
class TileSettings:
    """What a tile is called, else its key, and whether it is only looked at."""

    title: str | None = None
    is_read_only: bool = False


@dataclass(frozen=True)
class DataGroup:
    """A group that was checked: each content is placed, in the layout once or on the timeline below it."""

    layout: Layout
    contents: dict[str, Content]
    timeline: tuple[str, ...] = ()
    tile_settings: dict[str, TileSettings] = field(default_factory=dict[str, TileSettings])
    fixed_layout: bool = False

    def tile(self, key: str) -> TileSettings:
        """The settings of a tile."""
        return self.tile_settings.get(key, TileSettings())

    @property
    def keys(self) -> tuple[str, ...]:
        """All tiles, in the order of the layout, then of the timeline."""
        return tuple(dict.fromkeys((*keys_of(self.layout), *self.timeline)))

    @property
    def answered(self) -> tuple[str, ...]:
        """The tiles that are answered."""
        return tuple(key for key in self.keys if not self.tile(key).is_read_only)


def keys_of(layout: Layout) -> Iterator[str]:
    """The keys of a layout, from its first part to its last."""
    match layout:
        case Unit(key):
            yield key
        case UnitList(keys):
            yield from keys
        case Split(_, first, second):
            yield from keys_of(first)
            yield from keys_of(second)
