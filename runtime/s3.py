"""The S3 client of a process: AWS itself or any endpoint that honours If-None-Match."""

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, Literal, Self

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

from runtime.settings import Settings

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client


class S3:
    """Opens one aiobotocore client for the life of the process; credentials come from AWS_* as usual."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stack = AsyncExitStack()
        self._client: S3Client | None = None

    async def __aenter__(self) -> Self:
        endpoint = self._settings.s3_endpoint
        # The stubs know the clients of all of AWS; this one is typed by `client`.
        session: Any = get_session()
        client = session.create_client(
            "s3",
            region_name=self._settings.region,
            endpoint_url=endpoint or None,
            config=AioConfig(
                connect_timeout=3,
                read_timeout=20,
                # Each open media stream and each output that is written keeps one.
                max_pool_connections=100,
                retries={"max_attempts": 2, "mode": "standard"},
                # Also for signed addresses, which otherwise are of the version before in some regions.
                signature_version="s3v4",
                s3={"addressing_style": "path" if endpoint else "auto"},
            ),
        )
        self._client = await self._stack.enter_async_context(client)
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()

    async def signed_url(
        self, call: Literal["get_object", "put_object"], bucket: str, key: str, *, seconds: int
    ) -> str:
        """An address that reads or writes one object without a key, for at most seven days."""
        return await self.client.generate_presigned_url(call, Params={"Bucket": bucket, "Key": key}, ExpiresIn=seconds)

    @property
    def client(self) -> "S3Client":
        """The open client. Raises RuntimeError before `async with`."""
        if self._client is None:
            raise RuntimeError("the S3 client is not open yet")
        return self._client
