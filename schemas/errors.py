"""Domain errors. Catch a branch to mean all below it:

LoupeError
├── BadRequest            the caller has to change the request; `errors` names the fields
├── NotSignedIn           no valid session, key or signature
├── Forbidden             signed in, but the role does not allow it
├── NotFound
├── Conflict              the present state does not allow it
│   ├── NameInUse
│   ├── LeaseLost         the lease token is past its end
│   ├── VisitClosed       the work was closed before the answer came
│   └── NotAnAnnotation   a review or a decision is approved or rejected, not submitted
├── TooLarge
├── LimitExceeded         a quota
├── TooManyRequests       slow down
└── Unavailable           a part that is needed is down; ask again

One place maps them to HTTP: api/errors.py for /v1, api/aws_protocol.py for the AWS wire.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

# Of the problems of one request.
MOST_TOLD = 100
_SHOWN = 5


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field, and what to do."""

    field: str
    message: str


class LoupeError(Exception):
    """Something went wrong."""

    def __init__(self, message: str = "", *, errors: tuple[FieldError, ...] = ()) -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        self.errors = errors
        super().__init__(self.message)


class BadRequest(LoupeError):
    """The request is not valid."""


def wrong_field(field: str, message: str) -> BadRequest:
    """The error for a problem of one field."""
    return BadRequest(f"{field}: {message}", errors=(FieldError(field, message),))


def wrong_fields(problems: Iterable[FieldError]) -> BadRequest:
    """The error for problems of many fields: the first 100 of them, 5 in its message. It asks for no more than 101.

    A request of many megabytes may have a problem in every member: an answer with all of them would be far larger.
    """
    found = tuple(islice(problems, MOST_TOLD + 1))
    told, shown = found[:MOST_TOLD], found[:_SHOWN]
    rest = "many" if len(found) > MOST_TOLD else str(len(found) - len(shown))
    more = f"; and {rest} more" if len(found) > len(shown) else ""
    return BadRequest("; ".join(f"{each.field}: {each.message}" for each in shown) + more, errors=told)


class NotSignedIn(LoupeError):
    """Sign in first."""


class Forbidden(LoupeError):
    """Your role does not allow this."""


class NotFound(LoupeError):
    """There is no such thing, or you may not see it."""


class Conflict(LoupeError):
    """The present state does not allow this."""


class NameInUse(Conflict):
    """This name is taken."""


class LeaseLost(Conflict):
    """The lease is over: open the assignment again to go on, if it is still yours."""


class VisitClosed(Conflict):
    """This work was closed before the answer came: it was finished by others, stopped, or its deadline passed."""


class NotAnAnnotation(Conflict):
    """This is a review or a decision: approve or reject it."""


class TooLarge(LoupeError):
    """The content is too large."""


class LimitExceeded(LoupeError):
    """A limit is reached."""


class TooManyRequests(LoupeError):
    """Too many requests: wait a little and ask again."""


class Unavailable(LoupeError):
    """A part of the service is not reachable right now: ask again in a few seconds."""
