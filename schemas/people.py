"""Bodies and answers of the routes for people."""

from datetime import datetime
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Role = Literal["admin", "team_manager", "annotator", "reviewer", "annotator_reviewer", "viewer"]
ROLES: tuple[Role, ...] = get_args(Role)
MANAGING_ROLES: tuple[Role, ...] = ("admin", "team_manager")
# Those that a team manager may give, and whose people they may change.
WORKING_ROLES: tuple[Role, ...] = ("annotator", "reviewer", "annotator_reviewer")

# PostgreSQL keeps no NUL in text.
PersonName = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Email = Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=r"^[^\x00-\x20\x7f]*$")]
TeamNames = Annotated[
    list[Annotated[str, StringConstraints(max_length=63, pattern=r"^[^\x00]*$")]], Field(max_length=100)
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewPerson(_Body):
    """Somebody to be invited: into work teams that exist."""

    email: Email
    name: PersonName
    role: Role
    teams: TeamNames = Field(default_factory=list[str])


class PersonChange(_Body):
    """What is left out stays as it is; `teams` are all that the person is in from then on."""

    name: PersonName | None = None
    role: Role | None = None
    teams: TeamNames | None = None


class PersonView(BaseModel):
    """A person. Without `signed_in_at` they have not signed in yet; `may_change` is about who asks."""

    id: UUID
    email: str
    name: str
    role: Role
    worker_id: str
    created_at: datetime
    signed_in_at: datetime | None
    disabled_at: datetime | None
    teams: list[str]
    may_change: bool


class PeoplePage(BaseModel):
    """People by name."""

    items: list[PersonView]
    next_cursor: str | None


class LoginLink(BaseModel):
    """An address of the portal that signs in once; it is told this once, and only its hash is kept."""

    url: str
    expires_at: datetime


class InvitedPerson(PersonView):
    """A person who was just invited, with their first login link."""

    login_link: LoginLink


class PersonEvent(BaseModel):
    """Something that was done with a person's account; `by` is the e-mail address, without one it was the operator."""

    type: str
    time: datetime
    by: str | None
    data: dict[str, Any]


class PersonEvents(BaseModel):
    """What was done last comes first: up to 100."""

    items: list[PersonEvent]
    next_cursor: None = None
