"""`python -m loupe` is the command line."""

from loupe.cli import app

app()
