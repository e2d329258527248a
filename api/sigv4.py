"""Signature Version 4 of AWS, verified from the Authorization header with Loupe's own access keys.

The algorithm: AWS Identity and Access Management user guide, "Create a signed AWS API request". A temporary session's
token is refused, as Loupe's keys have none, and so is a signature in the query string.
"""

import hashlib
import hmac
import re
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias, TypeVar
from urllib.parse import quote, unquote

from api.context import Context
from schemas.errors import NotFound, NotSignedIn
from store import access_keys
from store.access_keys import AccessKey

ALGORITHM = "AWS4-HMAC-SHA256"
SERVICE = "sagemaker"

Headers: TypeAlias = Sequence[tuple[bytes, bytes]]

K = TypeVar("K")
V = TypeVar("V")

_PART = re.compile(r"(Credential|SignedHeaders|Signature)=([^,\s]+)")
_SPACES = re.compile(r" +")
_KEY_SECONDS = 3.0
_KEPT = 10_000


class SignatureRefused(NotSignedIn):
    """The request is not signed as it has to be; `code` is the error code of AWS's JSON services."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Claim:
    """What a request's headers say of its signature, before the signature itself is compared."""

    key: AccessKey
    scope: tuple[str, str, str]
    moment: str
    headers: dict[str, str]
    signed_headers: tuple[str, ...]
    signature: str


class Verifier:
    """Verifies requests of one API process; remembers keys for 3 s and signing keys of (key, day, region)."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._keys: OrderedDict[str, tuple[float, AccessKey]] = OrderedDict()
        self._signing_keys: OrderedDict[tuple[str, str, str, str], bytes] = OrderedDict()

    async def read_claim(self, headers: Headers) -> Claim:
        """Check all that can be checked before the body is read: form, key, scope and time. Raises SignatureRefused."""
        values = _by_name(headers)
        credential, signed_headers, signature = _authorization(values)
        if "x-amz-security-token" in values:
            raise SignatureRefused(
                "UnrecognizedClientException", "Loupe's access keys have no session token: unset AWS_SESSION_TOKEN"
            )
        key_id, day, region, service, terminator = credential
        key = await self._key(key_id)
        moment = values.get("x-amz-date") or ""
        self._check_scope(day, region, service, terminator, moment)
        self._check_time(moment)
        _check_signed_headers(signed_headers, values)
        return Claim(key, (day, region, service), moment, values, signed_headers, signature)

    def check(self, claim: Claim, *, method: str, raw_path: bytes, query: bytes, body: bytes) -> None:
        """Compare the signature with the whole request. Raises SignatureRefused."""
        digest = hashlib.sha256(body).hexdigest()
        if claim.headers.get("x-amz-content-sha256", digest) != digest:
            raise _invalid("the body does not have the hash that x-amz-content-sha256 says")
        lines = [
            method,
            _canonical_path(raw_path),
            _canonical_query(query),
            *(f"{name}:{claim.headers[name]}" for name in claim.signed_headers),
            "",
            ";".join(claim.signed_headers),
            digest,
        ]
        canonical = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        scope = "/".join((*claim.scope, "aws4_request"))
        text = f"{ALGORITHM}\n{claim.moment}\n{scope}\n{canonical}"
        expected = hmac.new(self._signing_key(claim), text.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected.encode(), claim.signature.encode()):
            raise _invalid(
                "the signature is not the one of this request and this key: check the secret access key, and that "
                "nothing on the way changes the host, the path, the signed headers or the body"
            )

    async def _key(self, key_id: str) -> AccessKey:
        until, key = self._keys.get(key_id, (0.0, None))
        if key is not None and until > time.monotonic():
            return key
        self._keys.pop(key_id, None)
        try:
            key = await access_keys.secret_of(self._ctx.pool, self._ctx.seal, key_id)
        except NotFound as error:
            raise SignatureRefused(
                "UnrecognizedClientException", "this access key does not exist, or it or its person is disabled"
            ) from error
        _remember(self._keys, key_id, (time.monotonic() + _KEY_SECONDS, key))
        return key

    def _check_scope(self, day: str, region: str, service: str, terminator: str, moment: str) -> None:
        if region != self._ctx.settings.region:
            raise _invalid(f"this is region {self._ctx.settings.region}, the request is signed for {region}")
        if service != SERVICE:
            raise _invalid(f"this is service {SERVICE}, the request is signed for {service}")
        if terminator != "aws4_request":
            raise _invalid("the credential scope has to end in aws4_request")
        if day != moment[:8]:
            raise _invalid(f"the credential scope is of {day}, X-Amz-Date of {moment[:8]}")

    def _check_time(self, moment: str) -> None:
        try:
            signed_at = datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        except ValueError as error:
            raise SignatureRefused(
                "IncompleteSignatureException", "X-Amz-Date has to have the form 20301231T235959Z"
            ) from error
        now = datetime.now(UTC)
        if abs((now - signed_at).total_seconds()) > self._ctx.settings.clock_skew_seconds:
            raise _invalid(
                f"Signature expired: it is of {moment}, the time here is {now:%Y%m%dT%H%M%SZ}; they may differ by "
                f"{self._ctx.settings.clock_skew_seconds} seconds, so check the clock"
            )

    def _signing_key(self, claim: Claim) -> bytes:
        name = (claim.key.id, *claim.scope)
        signing_key = self._signing_keys.get(name)
        if signing_key is None:
            signing_key = f"AWS4{claim.key.secret}".encode()
            for part in (*claim.scope, "aws4_request"):
                signing_key = hmac.new(signing_key, part.encode(), hashlib.sha256).digest()
            _remember(self._signing_keys, name, signing_key)
        return signing_key


def _remember(entries: OrderedDict[K, V], name: K, value: V) -> None:
    entries[name] = value
    if len(entries) > _KEPT:
        entries.popitem(last=False)


def _invalid(message: str) -> SignatureRefused:
    return SignatureRefused("InvalidSignatureException", message)


def _by_name(headers: Headers) -> dict[str, str]:
    values: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name = raw_name.decode("latin-1").lower()
        value = _SPACES.sub(" ", raw_value.decode("latin-1").strip())
        values[name] = f"{values[name]},{value}" if name in values else value
    return values


def _authorization(values: dict[str, str]) -> tuple[list[str], tuple[str, ...], str]:
    text = values.get("authorization")
    if not text:
        raise SignatureRefused(
            "MissingAuthenticationTokenException", "sign the request with an access key of Loupe (Signature Version 4)"
        )
    algorithm, _, rest = text.partition(" ")
    if algorithm != ALGORITHM:
        raise SignatureRefused("IncompleteSignatureException", f"the Authorization header has to be {ALGORITHM} ...")
    parts = dict(_PART.findall(rest))
    missing = [name for name in ("Credential", "SignedHeaders", "Signature") if name not in parts]
    if missing:
        raise SignatureRefused("IncompleteSignatureException", f"the Authorization header lacks {', '.join(missing)}")
    credential = parts["Credential"].split("/")
    if len(credential) != 5:
        raise SignatureRefused(
            "IncompleteSignatureException", "Credential has to have the form key/date/region/service/aws4_request"
        )
    if "x-amz-date" not in values:
        raise SignatureRefused("IncompleteSignatureException", "the request lacks the header X-Amz-Date")
    return credential, tuple(parts["SignedHeaders"].lower().split(";")), parts["Signature"]


def _check_signed_headers(signed: tuple[str, ...], values: dict[str, str]) -> None:
    absent = [name for name in signed if name not in values]
    if absent:
        raise _invalid(f"the signed header {absent[0]} did not come with the request")
    needed = ["host", *(name for name in values if name.startswith("x-amz-"))]
    unsigned = [name for name in needed if name not in signed]
    if unsigned:
        raise _invalid(f"the header {unsigned[0]} has to be one of the signed headers")


def _canonical_path(raw_path: bytes) -> str:
    # Encoded once on the wire and once more here: every service but S3.
    segments: list[str] = []
    path = raw_path.decode("latin-1")
    for segment in path.split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    slash = "/" if segments and path.endswith("/") else ""
    return quote("/" + "/".join(segments) + slash, safe="/~")


def _canonical_query(query: bytes) -> str:
    pairs: list[tuple[str, str]] = []
    for part in query.decode("latin-1").split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((_encoded(name), _encoded(value)))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _encoded(text: str) -> str:
    return quote(unquote(text, errors="surrogateescape"), safe="-_.~", errors="surrogateescape")
