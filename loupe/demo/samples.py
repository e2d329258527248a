"""The flow definitions of the demo and one loop of each, made over the AWS wire as any client would."""

import json
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, cast

from botocore.config import Config
from botocore.session import get_session

from loupe.demo.people import TEAM
from loupe.demo.picture import sailing_boat
from loupe.endpoints import Endpoints
from loupe.parts.part import Cancelled, PartFailed

_PICTURE_KEY = "demo/sailing-boat.png"
# The wire asks for a role; Loupe keeps and shows it and needs none.
_ROLE = "arn:aws:iam::{account}:role/loupe-demo"
_ACTIVE_ATTEMPTS = 100


@dataclass(frozen=True)
class Sample:
    """A flow definition, its template's file and the input of its one loop."""

    name: str
    title: str
    description: str
    input: dict[str, Any]


def samples(bucket: str) -> tuple[Sample, ...]:
    """The three samples; `bucket` holds the picture."""
    return (
        Sample(
            "sentiment",
            "Sentiment of a product review",
            "Read a review that the model was not sure about and choose how its writer feels.",
            {
                "text": "The tent is light and quick to set up. After the second rain, though, a seam was leaking.",
                "labels": ["Positive", "Negative", "Mixed", "Neutral"],
                "confidence": 0.58,
            },
        ),
        Sample(
            "image-class",
            "Class of a picture",
            "Look at a picture and choose the vehicle that it shows.",
            {
                "image": f"s3://{bucket}/{_PICTURE_KEY}",
                "labels": ["Car", "Bicycle", "Sailing boat", "Aeroplane", "None of these"],
            },
        ),
        Sample(
            "key-values",
            "Values of an invoice",
            "Check the values that the model read from an invoice and correct them.",
            {
                "document": "Nordhafen Boat Supplies\nInvoice  2026-1180\nDate     3 November 2026\n\n"
                "2 x Mooring line, 12 m      58.00\n1 x Bilge pump             119.90\n\n"
                "Total EUR                  177.90",
                "pairs": [
                    {"key": "supplier", "label": "Supplier", "value": "Nordhafen Boat Supplies"},
                    {"key": "invoice_number", "label": "Invoice number", "value": "2026-1I80"},
                    {"key": "invoice_date", "label": "Date", "value": "2026-11-03"},
                    {"key": "total", "label": "Total", "value": ""},
                ],
            },
        ),
    )


def provide_samples(endpoints: Endpoints, stopping: threading.Event) -> list[str]:
    """Make what is missing of the samples and start their loops; return the names of the flow definitions.

    Raises botocore.exceptions.ClientError, PartFailed where a flow definition does not become active, Cancelled.
    """
    with ExitStack() as stack:
        wire = _Wire(endpoints, stack)
        wire.put_picture()
        team = wire.sagemaker.describe_workteam(WorkteamName=TEAM)["Workteam"]["WorkteamArn"]
        for sample in samples(endpoints.s3_bucket):
            flow = wire.flow_definition(sample, wire.human_task_ui(sample), team)
            wire.wait_active(sample, stopping)
            wire.a2i.start_human_loop(
                HumanLoopName=f"demo-{sample.name}",
                FlowDefinitionArn=flow,
                HumanLoopInput={"InputContent": json.dumps(sample.input)},
            )
    return [sample.name for sample in samples(endpoints.s3_bucket)]


class _Wire:
    """Clients of one stack, as a program of the administrator."""

    def __init__(self, endpoints: Endpoints, stack: ExitStack) -> None:
        self._endpoints = endpoints
        self._stack = stack
        self.sagemaker = self._client("sagemaker", endpoints.api)
        self.a2i = self._client("sagemaker-a2i-runtime", endpoints.api)
        self.s3 = self._client("s3", endpoints.s3_endpoint)

    def _client(self, service: str, address: str) -> Any:
        client = cast(
            "Any",
            get_session().create_client(
                cast("Any", service),
                region_name=self._endpoints.region,
                endpoint_url=address,
                aws_access_key_id=self._endpoints.aws_access_key_id,
                aws_secret_access_key=self._endpoints.aws_secret_access_key,
                config=Config(retries={"max_attempts": 3, "mode": "standard"}, s3={"addressing_style": "path"}),
            ),
        )
        return self._stack.enter_context(closing(client))

    def put_picture(self) -> None:
        self.s3.put_object(
            Bucket=self._endpoints.s3_bucket, Key=_PICTURE_KEY, Body=sailing_boat(), ContentType="image/png"
        )

    def human_task_ui(self, sample: Sample) -> str:
        name = f"demo-{sample.name}"
        content = files("loupe.demo").joinpath(f"{sample.name}.liquid.html").read_text(encoding="utf-8")
        return self._find_or_make(
            lambda: self.sagemaker.describe_human_task_ui(HumanTaskUiName=name)["HumanTaskUiArn"],
            lambda: self.sagemaker.create_human_task_ui(HumanTaskUiName=name, UiTemplate={"Content": content})[
                "HumanTaskUiArn"
            ],
        )

    def flow_definition(self, sample: Sample, human_task_ui: str, team: str) -> str:
        name = f"demo-{sample.name}"
        return self._find_or_make(
            lambda: self.sagemaker.describe_flow_definition(FlowDefinitionName=name)["FlowDefinitionArn"],
            lambda: self.sagemaker.create_flow_definition(
                FlowDefinitionName=name,
                HumanLoopConfig={
                    "WorkteamArn": team,
                    "HumanTaskUiArn": human_task_ui,
                    "TaskTitle": sample.title,
                    "TaskDescription": sample.description,
                    "TaskCount": 1,
                },
                OutputConfig={"S3OutputPath": f"s3://{self._endpoints.s3_bucket}/demo"},
                RoleArn=_ROLE.format(account=self._endpoints.account_id),
            )["FlowDefinitionArn"],
        )

    def wait_active(self, sample: Sample, stopping: threading.Event) -> None:
        status = ""
        for _ in range(_ACTIVE_ATTEMPTS):
            status = self.sagemaker.describe_flow_definition(FlowDefinitionName=f"demo-{sample.name}")[
                "FlowDefinitionStatus"
            ]
            if status == "Active":
                return
            if stopping.wait(0.1):
                raise Cancelled("demo")
        raise PartFailed(f"the flow definition demo-{sample.name} is {status or 'unknown'} instead of Active")

    def _find_or_make(self, find: Callable[[], str], make: Callable[[], str]) -> str:
        try:
            return find()
        except self.sagemaker.exceptions.ResourceNotFound:
            return make()
