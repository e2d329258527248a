"""The workflow's end of the mailbox: messages in order, each once."""

from collections import deque

from schemas.tasks import MessageKind, TaskMessage


class Inbox:
    """Keeps one number, the last `seq`: lower ones are dropped, higher ones wait for the gap to be filled."""

    def __init__(self, last_seq: int) -> None:
        self._last_seq = last_seq
        self._early: dict[int, TaskMessage] = {}
        self._ready: deque[TaskMessage] = deque()

    def deliver(self, message: TaskMessage) -> None:
        """Take a message from the relay, in any order and any number of times."""
        if message.seq <= self._last_seq:
            return
        self._early[message.seq] = message
        while (following := self._early.pop(self._last_seq + 1, None)) is not None:
            self._last_seq += 1
            self._ready.append(following)

    @property
    def last_taken(self) -> int:
        """The number of the last message that was taken, or went before those that are ready."""
        return self._last_seq - len(self._ready)

    def waiting(self) -> tuple[TaskMessage, ...]:
        """Messages that were delivered and not taken."""
        return (*self._ready, *self._early.values())

    def holds(self, kind: MessageKind) -> bool:
        """Whether a message of this kind is ready."""
        return any(message.kind == kind for message in self._ready)

    def ready_for(self, visit: int) -> bool:
        """Whether the next message is not about a visit that this run has yet to open.

        Such messages are there where a worker opened the visit and was killed before Temporal knew, and after a reset.
        """
        return bool(self._ready) and (self._ready[0].visit or 0) <= visit

    def take(self) -> TaskMessage:
        """The next message in order. Raises IndexError where none is ready."""
        return self._ready.popleft()
