"""The benchmark runs from end to end, in small amounts, and writes every key of its table and page."""

import json
import subprocess
import sys
from pathlib import Path

from loupe.bench.table import ROWS

PAGE = Path(__file__).parents[2] / "docs" / "bench.md"


def test_a_quick_benchmark_writes_every_figure(tmp_path):
    file = tmp_path / "results.json"
    command = [sys.executable, "-m", "loupe", "bench", "--quick", "--results", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads(file.read_text())
    assert {row.key for row in ROWS} <= set(results)
    assert results["quick"] is True
    assert all(results[row.key] > 0 for row in ROWS if row.key != "start_drain_seconds")
    page = PAGE.read_text()
    assert [key for key in results if f"`{key}`" not in page] == []
