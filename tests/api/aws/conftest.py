"""The AWS wire on a loopback port, driven by unmodified clients that sign with a key of Loupe's own."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
import uvicorn
from botocore.config import Config
from botocore.exceptions import ClientError

from api.app import create_app
from runtime.seal import Seal
from runtime.settings import Settings
from store import access_keys, people
from store.database import Pool
from store.people import Person

ROLE_ARN = "arn:aws:iam::000000000000:role/loupe-test"
TEAM_ARN = "arn:aws:sagemaker:us-east-1:000000000000:workteam/private-crowd/readers"
UI_ARN = "arn:aws:sagemaker:us-east-1:000000000000:human-task-ui/page"
FLOW_ARN = "arn:aws:sagemaker:us-east-1:000000000000:flow-definition/flow"
COGNITO = {"UserPool": "us-east-1_Ab12", "ClientId": "client"}


@dataclass(frozen=True)
class Key:
    """An access key and the person whom it stands for."""

    id: str
    secret: str
    person: Person


@dataclass(frozen=True)
class Wire:
    """Where the server listens, and clients of it."""

    url: str
    settings: Settings
    key: Key

    def client(self, service: str, key: Key | None = None, **config: Any) -> Any:
        """A boto3 client that asks once, unless `config` says otherwise."""
        signing = key or self.key
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=config.pop("region", "us-east-1"),
            aws_access_key_id=signing.id,
            aws_secret_access_key=signing.secret,
            aws_session_token=config.pop("session_token", None),
            config=Config(**{"retries": {"total_max_attempts": 1}, "parameter_validation": True, **config}),
        )


async def make_key(pool: Pool, settings: Settings, role: str) -> Key:
    """A key of a new person with this role."""
    person = await people.add(pool, email=f"{role}@example.org", name=role, role=role, teams=())
    seal = Seal(settings.secret_key.get_secret_value())
    return Key(*await access_keys.make(pool, seal, person.id), person)


@pytest.fixture
async def admin_key(pool: Pool, settings: Settings) -> Key:
    return await make_key(pool, settings, "admin")


@pytest.fixture
async def annotator_key(pool: Pool, settings: Settings) -> Key:
    return await make_key(pool, settings, "annotator")


@pytest.fixture
def wire(settings: Settings, admin_key: Key) -> Iterator[Wire]:
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Wire(f"http://127.0.0.1:{port}", settings, admin_key)
    server.should_exit = True
    thread.join()


@pytest.fixture
def control(wire: Wire) -> Any:
    """A SageMaker client of an administrator."""
    return wire.client("sagemaker")


@pytest.fixture
def a2i(wire: Wire) -> Any:
    """An A2I runtime client of an administrator."""
    return wire.client("sagemaker-a2i-runtime")


@pytest.fixture
def team(control: Any) -> str:
    """ARN of the work team `readers`."""
    return control.create_workteam(
        WorkteamName="readers",
        MemberDefinitions=[{"CognitoMemberDefinition": {**COGNITO, "UserGroup": "readers"}}],
        Description="People who read",
    )["WorkteamArn"]


@pytest.fixture
def ui(control: Any) -> str:
    """ARN of the human task UI `page`."""
    content = "<crowd-form><p>{{ task.input.text }}</p><crowd-input name='answer'></crowd-input></crowd-form>"
    return control.create_human_task_ui(HumanTaskUiName="page", UiTemplate={"Content": content})["HumanTaskUiArn"]


def flow_input(**changes: Any) -> dict[str, Any]:
    """A CreateFlowDefinition input for `team` and `ui`; members of HumanLoopConfig may be given by name."""
    loop = {
        "WorkteamArn": TEAM_ARN,
        "HumanTaskUiArn": UI_ARN,
        "TaskTitle": "Read",
        "TaskDescription": "Read the text",
        "TaskCount": 1,
    }
    loop |= {name: changes.pop(name) for name in list(changes) if name.startswith("Task") or name in loop}
    given = {
        "FlowDefinitionName": "flow",
        "HumanLoopConfig": loop,
        "OutputConfig": {"S3OutputPath": "s3://bucket/answers/"},
        "RoleArn": ROLE_ARN,
    }
    return {**given, **changes}


@pytest.fixture
def flow(control: Any, team: str, ui: str) -> str:
    """ARN of the flow definition `flow`."""
    return control.create_flow_definition(**flow_input())["FlowDefinitionArn"]


class Refusal:
    """What a refused call answered."""

    def __init__(self, error: ClientError) -> None:
        self.code: str = error.response["Error"]["Code"]
        self.message: str = error.response["Error"]["Message"]
        self.status: int = error.response["ResponseMetadata"]["HTTPStatusCode"]
        self.response = error.response


def refused(call: Callable[..., Any], **given: Any) -> Refusal:
    """The refusal of a call that must not succeed."""
    with pytest.raises(ClientError) as caught:
        call(**given)
    return Refusal(caught.value)


@pytest.fixture
def refusal() -> Callable[..., Refusal]:
    return refused


@pytest.fixture
def given_flow() -> Callable[..., dict[str, Any]]:
    return flow_input
