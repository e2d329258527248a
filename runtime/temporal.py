"""The Temporal client of a process."""

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import Runtime

from runtime.settings import Settings

SEARCH_ATTRIBUTES = {
    "LoupeProject": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "LoupeStage": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "LoupeStatus": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "LoupeTeam": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "LoupeOutcome": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "LoupePriority": IndexedValueType.INDEXED_VALUE_TYPE_INT,
    "LoupeRejections": IndexedValueType.INDEXED_VALUE_TYPE_INT,
}


async def connect(settings: Settings, runtime: Runtime | None = None, *, lazy: bool = False) -> Client:
    """Connect to the namespace of the settings; with `lazy`, at the first call.

    Raises RuntimeError where it is away.
    """
    api_key = settings.temporal_api_key
    return await Client.connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        data_converter=pydantic_data_converter,
        api_key=api_key.get_secret_value() if api_key else None,
        tls=settings.temporal_tls,
        runtime=runtime,
        lazy=lazy,
    )


async def register_search_attributes(client: Client) -> list[str]:
    """Add the search attributes that the namespace lacks; their names."""
    present = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    missing = {name: kind for name, kind in SEARCH_ATTRIBUTES.items() if name not in present.custom_attributes}
    if missing:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        )
    return list(missing)
