"""The table of results that a person reads."""

from collections.abc import Mapping
from dataclasses import dataclass

from rich.table import Table


@dataclass(frozen=True)
class Row:
    """A line: what it is, its key, and the value that is aimed at."""

    what: str
    key: str
    at_least: float | None = None
    at_most: float | None = None
    unit: str = "ms"

    def aim(self) -> str:
        """In words."""
        if self.at_least is not None:
            return f"at least {self.at_least:g}"
        return "" if self.at_most is None else f"at most {self.at_most:g}"

    def met(self, value: float) -> bool:
        """Whether the aim is met; true where there is none."""
        low = float("-inf") if self.at_least is None else self.at_least
        high = float("inf") if self.at_most is None else self.at_most
        return low <= value <= high


ROWS = (
    Row("whole tasks per second, over those of a bare workflow", "throughput_ratio", at_least=0.7, unit=""),
    Row("  whole tasks", "tasks_per_s", unit="/s"),
    Row("  bare workflows", "baseline_tasks_per_s", unit="/s"),
    Row("reviewed tasks per second, over those of a bare workflow", "reviewed_ratio", at_least=0.7, unit=""),
    Row("  reviewed tasks", "reviewed_tasks_per_s", unit="/s"),
    Row("  bare workflows", "reviewed_baseline_tasks_per_s", unit="/s"),
    Row("tasks per second through a consensus", "consensus_tasks_per_s", unit="/s"),
    Row("next task of 1,000: p50", "next_p50_ms_1k"),
    Row("next task of 1,000: p99", "next_p99_ms_1k"),
    Row("next task of 1,000,000: p50", "next_p50_ms_1m", at_most=5),
    Row("next task of 1,000,000: p99", "next_p99_ms_1m", at_most=25),
    Row("  p50 of 1,000,000 over p50 of 1,000", "next_ratio_1m_1k", at_most=1.5, unit=""),
    Row("  for who answered the first 100,000: p50", "next_answered_100k_p50_ms", at_most=15),
    Row("  for who answered the first 100,000: first call", "next_answered_100k_first_ms"),
    Row("  100,000 claims after an old snapshot: p50", "next_old_snapshot_p50_ms", at_most=15),
    Row("StartHumanLoop: p50", "start_p50_ms", at_most=10),
    Row("StartHumanLoop: p99", "start_p99_ms"),
    Row("StartHumanLoop, many clients", "starts_per_s", at_least=500, unit="/s"),
    Row("  until all of them were offered", "start_drain_seconds", unit="s"),
    Row("tasks per second by bulk intake", "bulk_tasks_per_s", at_least=20_000, unit="/s"),
    Row("  one call of them: p50", "bulk_call_p50_ms"),
    Row("submit: p50", "submit_p50_ms", at_most=10),
    Row("submit: p99", "submit_p99_ms"),
    Row("from started to offered, idle: p50", "offered_p50_ms", at_most=50),
    Row("from started to offered, idle: p99", "offered_p99_ms", at_most=200),
    Row("from submitted to its review offered, idle: p50", "review_offered_p50_ms", at_most=50),
    Row("from submitted to its review offered, idle: p99", "review_offered_p99_ms", at_most=200),
    Row("from submitted to Completed, idle: p50", "finished_p50_ms"),
    Row("from submitted to Completed, idle: p99", "finished_p99_ms"),
)


def table(results: Mapping[str, float | int | str | bool]) -> Table:
    """The figures, each with what is aimed at."""
    shown = Table(title="loupe bench")
    shown.add_column("")
    shown.add_column("measured", justify="right")
    shown.add_column("aim", justify="right")
    for row in ROWS:
        value = float(results[row.key])
        style = None if row.met(value) else "red"
        shown.add_row(row.what, f"{value:g} {row.unit}".strip(), row.aim(), style=style)
    return shown
