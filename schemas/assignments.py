"""Bodies and answers of the work routes."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

# PostgreSQL keeps no NUL in text.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NextWork(_Body):
    """Ask for work. `stage` is what the queue is shown as; `prefetch` takes it without accepting it yet.

    `assignment` asks for one piece of work that is reserved to the caller, and for nothing else.
    """

    project: Text | None = Field(default=None, max_length=63)
    stage: Text | None = Field(default=None, max_length=128)
    prefetch: bool = False
    assignment: UUID | None = None


class Nothing(_Body):
    """An empty body."""


class Open(_Body):
    """Open work. With the token of a prefetch, only where nothing else has opened or fetched it since."""

    lease_token: str | None = Field(default=None, pattern=r"^[0-9]{1,18}$")

    @property
    def token(self) -> int | None:
        """The fencing token as a number, where one is given."""
        return None if self.lease_token is None else int(self.lease_token)


class Leased(_Body):
    """Anything that only the holder of a lease may do."""

    lease_token: str = Field(pattern=r"^[0-9]{1,18}$", description="from the assignment's lease")

    @property
    def token(self) -> int:
        """The fencing token as a number."""
        return int(self.lease_token)


class Decline(Leased):
    """Give work back for good."""

    reason: Text = Field(default="", max_length=1000)


class Skip(Leased):
    """Put work off, for others and for later."""

    reason: Text = Field(default="", max_length=1000)


class Withdraw(_Body):
    """Take an answer back."""

    submission_id: UUID


class Draft(Leased):
    """Unfinished work; any JSON."""

    content: Any


class Submission(Leased):
    """An answer. `active_seconds` counts at most the wall time since acceptance; left out, that wall time counts."""

    submission_id: UUID = Field(description="made by the client; the same id again gets the first answer")
    content: dict[str, Any] = Field(description="{name: value}")
    active_seconds: float | None = Field(default=None, ge=0, allow_inf_nan=False)


class LabelVerdict(_Body):
    """What a reviewer says of one label, by its JSON Pointer; `answer` says which answer's, where there are several."""

    label: str = Field(pattern=r"^(/[^\x00]*)?$", max_length=2000)
    verdict: Literal["approve", "reject"]
    comment: Text = Field(default="", max_length=10_000)
    answer: int | None = Field(default=None, ge=1)


class _Decision(Leased):
    submission_id: UUID = Field(description="made by the client; the same id again gets the first answer")
    comment: Text = Field(default="", max_length=10_000)
    label_verdicts: list[LabelVerdict] = Field(default_factory=list[LabelVerdict], max_length=10_000)
    active_seconds: float | None = Field(default=None, ge=0, allow_inf_nan=False)


class Edit(_Body):
    """One answer of a review as the reviewer changed it."""

    answer: int = Field(ge=1)
    content: dict[str, Any] = Field(description="all of the answer, {name: value}")


class Approval(_Decision):
    """Approve, as it is or edited; between annotators: `answer` wins, or `content` is what they agree on.

    A reviewer who changed one answer gives `content`, and `answer` where there are several; or `edits`, one for each
    answer that was changed.
    """

    content: dict[str, Any] | None = Field(default=None, description="the answer as edited, {name: value}")
    answer: int | None = Field(default=None, ge=1, description="which answer was edited, or wins")
    edits: list[Edit] = Field(
        default_factory=list[Edit], max_length=9, description="in a review, in place of content and answer"
    )
    approve_all: bool = Field(default=False, description="approve every label without a verdict of its own")


class Rejection(_Decision):
    """Send labels back to their authors; between annotators: there is no consensus."""


class LeaseView(BaseModel):
    """The right to work on an assignment; `token` goes with every call."""

    token: str
    expires_at: datetime


class ExtensionView(BaseModel):
    """How a hold may be extended: by `seconds` at a time, `left` times from now."""

    seconds: int
    left: int


class DraftView(BaseModel):
    """Unfinished work: the caller's own, else what they go on with, which has no `saved_at`."""

    content: Any
    saved_at: datetime | None


class LabelView(BaseModel):
    """One label of an answer; `verdict` is an earlier one that still stands, because the value is unchanged."""

    label: str
    value: Any
    verdict: Literal["approve", "reject"] | None
    comment: str


class AnswerView(BaseModel):
    """One answer of a task, with its labels."""

    answer: int
    content: dict[str, Any]
    labels: list[LabelView]


class VerdictView(BaseModel):
    """What was said about one label."""

    answer: int
    label: str
    verdict: Literal["approve", "reject"]
    comment: str


class JudgedView(VerdictView):
    """An earlier verdict; `value` is what a rejected label said then, null for others."""

    value: Any


class PreviousView(BaseModel):
    """An earlier review or decision."""

    visit: int
    stage: str
    kind: Literal["review", "consensus"]
    decision: Literal["approved", "rejected", "agreed", "no_consensus"]
    comment: str
    at: datetime
    verdicts: list[JudgedView]


class AssignmentView(BaseModel):
    """Work, as its holder sees it. Prefetched work has neither `accepted_at` nor `hold_until` before it is opened."""

    id: UUID
    task_id: UUID
    project: str
    stage: str = Field(description="what the stage is shown as")
    kind: Literal["annotate", "review", "consensus"]
    title: str
    description: str
    instructions: str = Field(description="of the stage, in Markdown; empty where it has none")
    lease: LeaseView
    accepted_at: datetime | None
    hold_until: datetime | None
    time_limit_seconds: int
    extension: ExtensionView | None = Field(description="null where the project never gives more time")
    input: Any
    draft: DraftView | None
    answers: list[AnswerView] = Field(description="what is reviewed, or decided between")
    decision: Literal["determine", "refine"] | None = Field(description="how is decided between annotators")
    previous: list[PreviousView] = Field(description="earlier reviews of this work, oldest first")
    frame_url: str | None = Field(description="where the template is rendered; loads for 5 minutes")


class HeartbeatView(BaseModel):
    """A renewed lease."""

    lease: LeaseView
    hold_until: datetime


class ExtendedView(HeartbeatView):
    """A hold that was extended."""

    extension: ExtensionView


class SavedView(BaseModel):
    """When a draft was saved."""

    saved_at: datetime


class SubmittedView(BaseModel):
    """An accepted answer."""

    submission_id: UUID
    assignment_id: UUID
    submitted_at: datetime
    withdraw_until: datetime | None = Field(default=None, description="until when it may be taken back, if it may")
