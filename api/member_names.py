"""The portal's names for members of AWS inputs, where both ways in run through the same checks."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager

from schemas.errors import FieldError, LoupeError


@contextmanager
def named(fields: Mapping[str, str]) -> Generator[None]:
    """Errors from inside name the portal's fields instead of the members of AWS's inputs, by `fields`."""
    try:
        yield
    except LoupeError as error:
        problems = tuple(FieldError(_field(item.field, fields), item.message) for item in error.errors)
        message = "; ".join(f"{item.field}: {item.message}" for item in problems) or _field(error.message, fields)
        raise type(error)(message, errors=problems) from error


def _field(text: str, fields: Mapping[str, str]) -> str:
    """The text with the portal's name in place of the member that it begins with."""
    member = max((name for name in fields if text.startswith(name)), key=len, default="")
    return fields[member] + text.removeprefix(member) if member else text
