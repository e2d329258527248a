"""Who is in a work team: groups of a Cognito user pool or of an OIDC provider, one kind for each team."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from schemas.aws import refuse, wrong_member
from schemas.errors import FieldError

_COGNITO, _OIDC = "CognitoMemberDefinition", "OidcMemberDefinition"


# CreateWorkteam's WorkteamName and Description in the SageMaker API.
TeamName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$", max_length=63)]
TeamDescription = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
TeamRule = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00-\x1f]*$", strip_whitespace=True)]


class NewTeam(BaseModel):
    """A work team whose people Loupe itself keeps."""

    model_config = ConfigDict(extra="forbid")

    name: TeamName
    description: TeamDescription | None = Field(default=None, description="else: People of NAME")
    contact: TeamRule = Field(default="", description="whom its people can ask, one line")
    confidentiality: TeamRule = Field(default="", description="what its people must keep to themselves, one line")


class TeamChange(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    description: TeamDescription | None = None
    contact: TeamRule | None = None
    confidentiality: TeamRule | None = None


class TeamView(BaseModel):
    """A work team; `members` counts the active ones."""

    name: str
    description: str
    created_at: datetime
    members: int
    contact: str
    confidentiality: str


class TeamDetail(TeamView):
    """A work team, and up to five projects and flow definitions that give work to it."""

    used_by: list[str]


class TeamsPage(BaseModel):
    """Work teams by name."""

    items: list[TeamView]
    next_cursor: str | None


@dataclass(frozen=True)
class Definition:
    """Settings of a work team, as the wire has them; None: not given. `groups` are the names in `members`."""

    members: list[dict[str, Any]] | None
    groups: tuple[str, ...]
    oidc: bool
    description: str | None
    notification_configuration: dict[str, Any] | None
    worker_access_configuration: dict[str, Any] | None


def read(given: Mapping[str, Any]) -> Definition:
    """The settings in a CreateWorkteam or UpdateWorkteam input. Raises BadRequest."""
    members: list[dict[str, Any]] | None = given.get("MemberDefinitions")
    groups, oidc = _groups(members) if members is not None else ((), False)
    return Definition(
        members,
        groups,
        oidc,
        given.get("Description"),
        given.get("NotificationConfiguration"),
        given.get("WorkerAccessConfiguration"),
    )


def _groups(members: list[dict[str, Any]]) -> tuple[tuple[str, ...], bool]:
    refuse(
        [
            FieldError(f"MemberDefinitions[{n}]", f"has to hold one of {_COGNITO} and {_OIDC}")
            for n, member in enumerate(members)
            if len(member) != 1
        ]
    )
    kinds = {kind for member in members for kind in member}
    if len(kinds) > 1:
        raise wrong_member("MemberDefinitions", f"cannot mix {_COGNITO} and {_OIDC}")
    if _OIDC in kinds:
        return _oidc_groups(members), True
    return _cognito_groups([member[_COGNITO] for member in members]), False


def _oidc_groups(members: list[dict[str, Any]]) -> tuple[str, ...]:
    if len(members) > 1:
        raise wrong_member("MemberDefinitions", f"has to hold one {_OIDC} with all groups")
    groups = members[0][_OIDC].get("Groups")
    if groups is None:
        raise wrong_member(f"MemberDefinitions[0].{_OIDC}.Groups", "is required")
    return tuple(dict.fromkeys(groups))


def _cognito_groups(members: list[dict[str, Any]]) -> tuple[str, ...]:
    if len({(member["UserPool"], member["ClientId"]) for member in members}) > 1:
        raise wrong_member("MemberDefinitions", "have to have the same UserPool and ClientId in all their groups")
    return tuple(dict.fromkeys(member["UserGroup"] for member in members))
