"""Moments that a caller names."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

FIRST_YEAR = 1970
LAST_YEAR = 9998


def _within_reach(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"is not between the years {FIRST_YEAR} and {LAST_YEAR}")
    return moment


# With its offset, and so that no time zone takes it past what can be stored.
Moment = Annotated[AwareDatetime, AfterValidator(_within_reach)]
