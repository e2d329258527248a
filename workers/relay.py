"""The relay: delivers the mailbox to Temporal, each task's messages in order."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from temporalio.client import Client
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from runtime.loops import Loop
from runtime.metrics import RELAY_REFUSED, RELAY_SECONDS, RELAYED
from runtime.settings import Settings
from schemas.graphs import AnnotateStage, ConsensusStage, Graph, ReviewStage
from schemas.tasks import DELIVER, TASK_WORKFLOW, Place, TaskMessage, TaskStart, workflow_id
from store import mailbox
from store.database import Pool
from store.mailbox import Letter

log = structlog.get_logger()

# Temporal is away or overloaded: nobody's message is at fault.
AWAY = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.ABORTED,
        RPCStatusCode.INTERNAL,
        RPCStatusCode.UNKNOWN,
        # Wrong or expired credentials of this process: every message would be refused.
        RPCStatusCode.UNAUTHENTICATED,
        RPCStatusCode.PERMISSION_DENIED,
    }
)
AWAY_SECONDS = 1.0
SOON_SECONDS = 0.1
# Under load one claim takes what came in this time; a message that comes alone does not wait.
GATHER_SECONDS = 0.015
# Well under the relay's lease, so that a claim is over before another relay may take it.
RPC_TIMEOUT = timedelta(seconds=5)
SENDERS = 32

PROJECT = SearchAttributeKey.for_keyword("LoupeProject")
STAGE = SearchAttributeKey.for_keyword("LoupeStage")
STATUS = SearchAttributeKey.for_keyword("LoupeStatus")
TEAM = SearchAttributeKey.for_keyword("LoupeTeam")
PRIORITY = SearchAttributeKey.for_int("LoupePriority")


@dataclass(frozen=True)
class Sent:
    """How far an opening's messages were delivered; `away` where Temporal could not take the rest."""

    task_id: UUID
    opening: int
    seq: int
    away: bool = False


class Relay(Loop):
    """Claims openings with messages, sends them outside any transaction, and forgets what was delivered."""

    name = "relay"

    def __init__(self, settings: Settings, pool: Pool, client: Client) -> None:
        super().__init__(pause=settings.relay_poll_seconds, longest_pause=5.0)
        self._idle_turns = 0
        self._gather_until = 0.0
        self._settings = settings
        self._pool = pool
        self._client = client
        self._senders = asyncio.Semaphore(SENDERS)

    async def turn(self) -> bool:
        """Deliver one batch; true where there may be more."""
        await asyncio.sleep(max(0.0, self._gather_until - time.monotonic()))
        claim = await mailbox.claim(
            self._pool, lease_seconds=self._settings.relay_lease_seconds, limit=self._settings.relay_batch
        )
        sent = [
            item for item in await asyncio.gather(*(self._deliver(claim.token, each) for each in claim.letters)) if item
        ]
        done = [(item.task_id, item.opening, item.seq) for item in sent if not item.away]
        left = [(item.task_id, item.opening, item.seq) for item in sent if item.away]
        newer = await mailbox.settle(self._pool, claim.token, done)
        await mailbox.settle(self._pool, claim.token, left, wait_seconds=AWAY_SECONDS)
        self._idle_turns = 0 if done else self._idle_turns + 1
        is_full = len(claim.letters) == self._settings.relay_batch
        self._gather_until = time.monotonic() + (GATHER_SECONDS if done and not is_full else 0.0)
        return newer > 0 or is_full

    def rest_seconds(self) -> float:
        """Poll soon after a delivery, in case a hint was lost, and ever less often up to the setting."""
        return min(self._settings.relay_poll_seconds, SOON_SECONDS * 2 ** min(self._idle_turns, 8))

    async def _deliver(self, token: UUID, letter: Letter) -> Sent | None:
        """Send a task's messages in order; None where a refusal settled it."""
        sent = 0
        async with self._senders:
            try:
                for start, later in _parcels(letter):
                    await (self._start(letter) if start else self._signal(letter, later))
                    sent = later[-1].seq if later else 1
                return Sent(letter.task_id, letter.opening, sent)
            except RPCError as error:
                if error.status in AWAY:
                    RELAY_REFUSED.labels("away").inc()
                    log.warning("Temporal is away", task=str(letter.task_id), error=error.message)
                    return Sent(letter.task_id, letter.opening, sent, away=True)
                await self._refused(token, letter, error)
                return None
            except (LookupError, ValueError) as error:
                # A graph or a message that cannot be read; the other tasks of the batch go on.
                RELAY_REFUSED.labels("unreadable").inc()
                await self._dismissed(token, letter, repr(error), most=self._settings.relay_max_attempts)
                return None
            finally:
                _count(letter, sent)

    async def _start(self, letter: Letter) -> None:
        start, attributes, summary = _start_of(letter, self._settings.portal_url)
        try:
            await self._client.start_workflow(
                TASK_WORKFLOW,
                start,
                id=_workflow_id(letter),
                task_queue=self._settings.task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                search_attributes=attributes,
                static_summary=summary,
                request_eager_start=True,
                rpc_timeout=RPC_TIMEOUT,
            )
        except WorkflowAlreadyStartedError:
            log.info("started before", task=str(letter.task_id))

    async def _signal(self, letter: Letter, messages: list[TaskMessage]) -> None:
        handle = self._client.get_workflow_handle(_workflow_id(letter))
        await handle.signal(DELIVER, messages, rpc_timeout=RPC_TIMEOUT)

    async def _refused(self, token: UUID, letter: Letter, error: RPCError) -> None:
        if error.status == RPCStatusCode.NOT_FOUND:
            if await mailbox.is_over(self._pool, letter.task_id, letter.opening):
                await mailbox.drop(self._pool, letter.task_id, letter.opening)
                return
            RELAY_REFUSED.labels("workflow_missing").inc()
            most = None
        else:
            RELAY_REFUSED.labels("refused").inc()
            most = self._settings.relay_max_attempts
        await self._dismissed(token, letter, f"{error.status.name}: {error.message}", most=most)

    async def _dismissed(self, token: UUID, letter: Letter, text: str, *, most: int | None) -> None:
        log.error("message cannot be delivered", task=str(letter.task_id), error=text)
        if await mailbox.refused(self._pool, token, letter, text, max_attempts=most):
            log.error("dead letter", task=str(letter.task_id), error=text)


def wake_one(relays: Sequence[Relay]) -> None:
    """For a hint: one claim finds all that there is, so one relay that rests is enough; busy ones look again."""
    for relay in next(([relay] for relay in relays if relay.resting), relays):
        relay.wake()


def _workflow_id(letter: Letter) -> str:
    return workflow_id(
        project=letter.project, task_name=letter.task_name, task_id=letter.task_id, opening=letter.opening
    )


def _parcels(letter: Letter) -> list[tuple[bool, list[TaskMessage]]]:
    """A start by itself, then all later messages in one signal."""
    later = [
        TaskMessage.model_validate({"seq": message.seq, "kind": message.kind} | message.body)
        for message in letter.messages
        if message.kind != "start"
    ]
    parcels: list[tuple[bool, list[TaskMessage]]] = []
    if len(later) < len(letter.messages):
        parcels.append((True, []))
    if later:
        parcels.append((False, later))
    return parcels


def _start_of(letter: Letter, portal_url: str) -> tuple[TaskStart, TypedSearchAttributes, str]:
    graph = Graph.model_validate(letter.graph)
    at: str | None = letter.messages[0].body.get("stage")
    first_stage = at or graph.start
    first = graph.stages[first_stage]
    start = TaskStart(
        task_id=letter.task_id,
        opening=letter.opening,
        project_id=letter.project_id,
        project=letter.project,
        task_name=letter.task_name,
        created_at=letter.created_at,
        graph_version=letter.graph_version or 1,
        graph=graph,
        task_url=f"{portal_url}/tasks/{letter.task_id}",
        place=None if at is None else Place(stage=at, visit=0, last_seq=1),
    )
    pairs: list[SearchAttributePair[str] | SearchAttributePair[int]] = [
        SearchAttributePair(PROJECT, letter.project),
        SearchAttributePair(STAGE, first_stage),
        SearchAttributePair(STATUS, "open"),
        SearchAttributePair(PRIORITY, letter.priority),
    ]
    if isinstance(first, AnnotateStage | ReviewStage | ConsensusStage):
        pairs.append(SearchAttributePair(TEAM, first.team))
    return start, TypedSearchAttributes(pairs), f"{letter.project}: {letter.task_name}"


def _count(letter: Letter, sent: int) -> None:
    now = datetime.now(UTC)
    for message in letter.messages:
        if message.seq <= sent:
            RELAYED.labels(message.kind).inc()
            RELAY_SECONDS.observe(max(0.0, (now - message.created_at).total_seconds()))
