"""Amazon resource names of what Loupe keeps: `arn:aws:sagemaker:<region>:<account>:<kind>/<name>`."""

import re
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["human-loop", "flow-definition", "human-task-ui", "workteam", "workforce"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# Private work teams stand under a path of their own; the other crowds of SageMaker do not exist here.
PRIVATE_CROWD = "private-crowd/"

_ARN = re.compile(r"arn:aws[a-z-]*:sagemaker:([a-z0-9-]*):([0-9]{12}):([a-z-]+)/(.*)", re.DOTALL)


@dataclass(frozen=True)
class Arn:
    """The parts of a resource name; `name` is all that follows the kind, for a work team with its crowd."""

    region: str
    account_id: str
    kind: str
    name: str


@dataclass(frozen=True)
class Place:
    """The account and region that a Loupe stands for, which every name that it gives out carries."""

    account_id: str
    region: str

    @property
    def arn_base(self) -> str:
        """What all resource names of this place begin with, without the colon after it."""
        return f"arn:aws:sagemaker:{self.region}:{self.account_id}"

    def arn(self, kind: Kind, name: str) -> str:
        """The resource name of something that Loupe keeps."""
        crowd = PRIVATE_CROWD if kind == "workteam" else ""
        return f"{self.arn_base}:{kind}/{crowd}{name}"

    def name(self, arn: str, kind: Kind) -> str | None:
        """The plain name in a resource name of this kind, account and region; None for every other text."""
        parsed = parse(arn)
        if parsed is None or (parsed.region, parsed.account_id, parsed.kind) != (self.region, self.account_id, kind):
            return None
        if kind != "workteam":
            return parsed.name or None
        return parsed.name.removeprefix(PRIVATE_CROWD) if parsed.name.startswith(PRIVATE_CROWD) else None


def parse(arn: str) -> Arn | None:
    """The parts of a SageMaker resource name, or None where it is not one."""
    match = _ARN.fullmatch(arn)
    return Arn(match[1], match[2], match[3], match[4]) if match else None
