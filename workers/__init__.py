"""The worker process: registration, relay, sweep and drain."""
