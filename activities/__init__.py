"""Side effects of the task workflow, one each, every one idempotent."""
