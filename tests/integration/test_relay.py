"""How often a relay polls."""

from workers.relay import Relay


async def test_a_relay_that_had_nothing_to_do_for_long_still_polls(settings, pool, s3):
    """A client is not needed: there is nothing to send."""
    relay = Relay(settings, pool, None)
    for _ in range(1100):
        relay._idle_turns += 1
        assert 0 < relay.rest_seconds() <= settings.relay_poll_seconds
    assert not await relay.turn()
    assert relay.rest_seconds() == settings.relay_poll_seconds
