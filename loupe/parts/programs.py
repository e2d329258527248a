"""Where the binaries of the other parts are."""

import shutil
import sys
from pathlib import Path

from loupe.parts.part import PartFailed


def find_program(name: str) -> str:
    """Path of `name`: the project's own `.tools/bin` (beside the Python environment), else PATH. Raises PartFailed."""
    own = Path(sys.prefix).parent / ".tools" / "bin"
    found = shutil.which(name, path=str(own)) or shutil.which(name)
    if found is None:
        raise PartFailed(f"the program '{name}' is neither in {own} nor on PATH: run 'make setup'")
    return found
