"""`pytest tests/replay --record` writes histories and fingerprints anew: only for a change that is meant."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The recording switch; only known where this folder is named on the command line."""
    parser.addoption("--record", action="store_true", help="write the recorded histories and fingerprints anew")


@pytest.fixture
def record(request: pytest.FixtureRequest) -> bool:
    """Whether this run writes instead of compares."""
    return bool(request.config.getoption("--record", default=False))
