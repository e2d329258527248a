"""Names as they stand in addresses."""

from typing import Annotated

from fastapi import Path

# PostgreSQL keeps no NUL in text.
NamePath = Annotated[str, Path(max_length=63, pattern=r"^[^\x00]*$")]
