"""Deterministic code only: the task workflow and one module for each stage type."""
