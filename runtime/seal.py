"""Seals secrets at rest and signs short-lived links with LOUPE_SECRET_KEY."""

import base64
import hashlib
import hmac
import time

from cryptography.fernet import Fernet, InvalidToken

from schemas.errors import NotSignedIn


class Seal:
    """Fernet (AES-128-CBC with HMAC-SHA256) for content, HMAC-SHA256 for links that may be read but not made."""

    def __init__(self, key: str) -> None:
        self._fernet = Fernet(key)
        self._hmac_key = hashlib.sha256(b"loupe link" + base64.urlsafe_b64decode(key)).digest()

    def seal(self, text: str) -> bytes:
        """Encrypt `text`; only `open` with the same key reads it."""
        return self._fernet.encrypt(text.encode())

    def open(self, token: bytes, *, max_age: int | None = None) -> str:
        """Decrypt. Raises NotSignedIn where the token is altered, of another key, or older than `max_age` seconds."""
        try:
            return self._fernet.decrypt(token, ttl=max_age).decode()
        except InvalidToken as error:
            raise NotSignedIn("this link is over or was altered: open the task again") from error

    def sign(self, text: str, *, seconds: int) -> str:
        """A signature of `text` that `verify` accepts for `seconds`."""
        until = int(time.time()) + seconds
        return f"{until}.{self._digest(f'{until}.{text}')}"

    def verify(self, text: str, signature: str) -> None:
        """Raises NotSignedIn where the signature is over or not of `text`."""
        until, _, digest = signature.partition(".")
        good = hmac.compare_digest(digest.encode(), self._digest(f"{until}.{text}").encode())
        if not good or not until.isdigit() or int(until) < time.time():
            raise NotSignedIn("this link is over or was altered: open the task again")

    def _digest(self, text: str) -> str:
        return hmac.new(self._hmac_key, text.encode(), hashlib.sha256).hexdigest()
