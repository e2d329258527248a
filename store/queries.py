"""Reads the named statements of a .sql file: `-- name: start` begins one, a comment line says what it does."""

import re
from functools import cache
from importlib.resources import files
from typing import LiteralString, cast

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


@cache
def load(concept: str, *, package: str = "store") -> dict[str, LiteralString]:
    """Statements of <package>/<concept>.sql by name. Python never builds SQL text.

    Raises ValueError where the file has text before its first name, or a name twice.
    """
    text = files(package).joinpath(f"{concept}.sql").read_text(encoding="utf-8")
    head, *parts = _NAME.split(text)
    if head.strip():
        raise ValueError(f"{package}: {concept}.sql has text before its first '-- name:'")
    names = parts[::2]
    if len(set(names)) != len(names):
        raise ValueError(f"{package}: {concept}.sql names a statement twice")
    return {name: cast("LiteralString", body.strip()) for name, body in zip(names, parts[1::2], strict=True)}
