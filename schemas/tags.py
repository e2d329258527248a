"""Tags of resources: what SageMaker's models leave open is checked here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from schemas.aws import refuse
from schemas.errors import FieldError

# For each resource, as in SageMaker.
MAX_TAGS = 50


@dataclass(frozen=True)
class Tag:
    """A label of the client's own on a resource."""

    key: str
    value: str

    def show(self) -> dict[str, str]:
        """The tag as the wire has it."""
        return {"Key": self.key, "Value": self.value}


def read(given: Sequence[dict[str, Any]]) -> list[Tag]:
    """Tags of a request. Raises BadRequest for a key that comes twice or is one of AWS's own (`aws:`)."""
    tags = [Tag(item["Key"], item["Value"]) for item in given]
    problems: list[FieldError] = []
    seen: set[str] = set()
    for index, tag in enumerate(tags):
        if tag.key in seen:
            problems.append(FieldError(f"Tags[{index}].Key", f"comes twice: {tag.key}"))
        if tag.key.lower().startswith("aws:"):
            problems.append(FieldError(f"Tags[{index}].Key", "must not begin with aws:"))
        seen.add(tag.key)
    refuse(problems)
    return tags
