"""What every process needs at its start: settings, connections, telemetry, lifecycle."""
