"""`loupe bench`: runs on a stack of its own, prints its table and writes one flat object."""

import json
import re
import subprocess
import sys
from pathlib import Path

from loupe.bench.table import ROWS

DOCS = Path(__file__).parents[2] / "docs" / "bench.md"


def test_a_quick_run_measures_every_figure_and_the_docs_explain_each_key(tmp_path: Path) -> None:
    results = tmp_path / "out" / "results.json"
    command = [sys.executable, "-m", "loupe", "bench", "--quick", "--results", str(results)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=240)
    assert run.returncode == 0, run.stderr
    figures = json.loads(results.read_text())
    assert figures["quick"] is True
    assert all(isinstance(value, str | int | float) for value in figures.values())
    measured = [row.key for row in ROWS]
    assert all(figures[key] > 0 for key in measured), figures
    explained = set(re.findall(r"`([a-z0-9_]+)`", DOCS.read_text()))
    assert set(figures) <= explained, sorted(set(figures) - explained)
