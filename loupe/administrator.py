"""The administrator of a stack, the keys that programs use in their name, and everybody's login links."""

from loupe.keys import StackKeys
from runtime.seal import Seal
from runtime.settings import Settings
from store import access_keys, people
from store.database import Pool

EMAIL = "admin@loupe.localhost"


async def provide_keys(pool: Pool, keys: StackKeys) -> StackKeys:
    """Make the administrator, and once for each cluster an API key and an access key; return the keys with these."""
    person = await people.add(pool, email=EMAIL, name="Administrator", role="admin", teams=())
    if keys.api_key:
        return keys
    key_id, secret = await access_keys.make(pool, Seal(keys.secret_key), person.id)
    api_key = await people.make_api_key(pool, person.id, "loupe up")
    return keys.model_copy(update={"api_key": api_key, "access_key_id": key_id, "secret_access_key": secret})


async def login_link(pool: Pool, settings: Settings, person: people.Person) -> str:
    """An address of the portal that signs this person in once."""
    token = await people.make_login_link(pool, person.id, seconds=settings.login_link_seconds)
    return settings.login_url(token)


async def administrator_link(pool: Pool, settings: Settings) -> str:
    """A login link of the administrator."""
    person = await people.add(pool, email=EMAIL, name="Administrator", role="admin", teams=())
    return await login_link(pool, settings, person)
