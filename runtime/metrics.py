"""What a worker process counts about itself; what the database counts is exported by the API's /metrics."""

from prometheus_client import Counter, Gauge, Histogram

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

RELAYED = Counter("loupe_relay_messages_total", "Messages that were delivered to workflows.", ["kind"])
RELAY_REFUSED = Counter("loupe_relay_refused_total", "Messages that Temporal refused.", ["reason"])
RELAY_SECONDS = Histogram("loupe_relay_delay_seconds", "From a message's writing to its delivery.", buckets=_FAST)
OUTPUT_WRITES = Counter("loupe_output_writes_total", "Output objects that were written or found equal.", ["flow"])
OUTPUT_REFUSED = Counter(
    "loupe_output_write_failures_total", "Writes of output objects that failed.", ["flow", "reason"]
)
OUTPUT_CONFLICTS = Counter(
    "loupe_output_conflicts_total", "Output keys that hold other content; never overwritten.", ["flow"]
)
SWEEP_SECONDS = Histogram("loupe_sweep_seconds", "Duration of one sweep.", buckets=_FAST)
LAST_SWEEP = Gauge("loupe_sweep_last_success_timestamp_seconds", "When the last sweep ended well.")
AGENT_ATTEMPTS = Counter("loupe_agent_attempts_total", "Attempts to ask an agent, by how they ended.", ["outcome"])
