"""The people of the demo and their team."""

from loupe.administrator import login_link
from runtime.settings import Settings
from store import people
from store.database import Pool

TEAM = "demo-team"
_PEOPLE = (("ada@demo.localhost", "Ada Demo"), ("ben@demo.localhost", "Ben Demo"))


async def sign_in_links(pool: Pool, settings: Settings) -> dict[str, str]:
    """Make the team and its two people, and return a one-time login link for each e-mail address."""
    links: dict[str, str] = {}
    for email, name in _PEOPLE:
        person = await people.add(pool, email=email, name=name, role="annotator", teams=(TEAM,))
        links[email] = await login_link(pool, settings, person)
    return links
