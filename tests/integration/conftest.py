"""An installation for tests of the store, and a way to let time pass in it."""

from collections.abc import Callable
from uuid import UUID

import pytest

from store.database import Pool
from world import World


@pytest.fixture
def world(pool: Pool) -> World:
    """An empty installation."""
    return World(pool)


@pytest.fixture
def backdate(pool: Pool) -> Callable[..., object]:
    """Moves the end of a lease or a hold into the past, in place of waiting for it."""

    async def move(assignment: UUID, *, lease: bool = True, hold: bool = False) -> None:
        await pool.execute(
            """
            UPDATE assignments SET
                lease_until = CASE WHEN $2 OR $3 THEN now() - interval '2 s' ELSE lease_until END,
                hold_until = CASE WHEN $3 THEN now() - interval '1 s' ELSE hold_until END,
                wake_at = now() - interval '2 s'
            WHERE id = $1
            """,
            assignment,
            lease,
            hold,
        )

    return move
