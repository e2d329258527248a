"""Bodies and answers of the benchmark set routes."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from schemas.graphs import Name
from schemas.projects import FieldView

MOST_ITEMS_OF_A_CALL = 5000

# What a graph's benchmark router names.
SetName = Name
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewBenchmarkItem(_Body):
    """An input, as it is given to tasks, and the right answer if it is to be kept."""

    input: Any
    label: dict[str, Any] | None = None


class NewBenchmarkItems(_Body):
    """Up to 5,000 items; each is checked by itself, see NewBenchmarkItem."""

    items: list[Any] = Field(min_length=1, max_length=MOST_ITEMS_OF_A_CALL)


class BenchmarkItemOutcome(BaseModel):
    """What became of one item, in the order of the call. changed: it was there with another label."""

    id: str | None
    outcome: Literal["created", "changed", "exists", "refused"]
    detail: str | None = None
    errors: list[FieldView] | None = None


class BenchmarkItemOutcomes(BaseModel):
    """One outcome for each item."""

    items: list[BenchmarkItemOutcome]


class BenchmarkSetView(BaseModel):
    """A set, and how many items it has."""

    name: str
    created_at: datetime
    items: int


class BenchmarkSetsPage(BaseModel):
    """A page of sets."""

    items: list[BenchmarkSetView]
    next_cursor: str | None


class BenchmarkItemView(BaseModel):
    """An input by the SHA-256 of its canonical text; `label` is null where no right answer is kept."""

    id: str
    label: dict[str, Any] | None
    added_at: datetime


class BenchmarkItemsPage(BaseModel):
    """A page of a set's items, by id."""

    items: list[BenchmarkItemView]
    next_cursor: str | None
