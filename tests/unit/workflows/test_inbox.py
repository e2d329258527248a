"""Messages come to the workflow in order and once, however the relay sends them."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.tasks import TaskMessage
from workflows.inbox import Inbox


def drain(inbox):
    taken = []
    while inbox.ready_for(1):
        taken.append(inbox.take().seq)
    return taken


@given(
    st.integers(0, 12).flatmap(lambda last: st.tuples(st.just(last), st.lists(st.integers(2, last + 2), max_size=60)))
)
def test_any_order_with_repeats_gives_the_longest_gapless_run(case):
    _, extra = case
    inbox = Inbox(last_seq=1)
    taken = []
    for seq in extra:
        inbox.deliver(TaskMessage(seq=seq, kind="submission", visit=1))
        taken += drain(inbox)
    expected = []
    while len(expected) + 2 in extra:
        expected.append(len(expected) + 2)
    assert taken == expected


@given(st.permutations(list(range(2, 12))))
def test_all_of_them_in_any_order_are_taken_in_order(order):
    inbox = Inbox(last_seq=1)
    for seq in order:
        inbox.deliver(TaskMessage(seq=seq, kind="stop"))
        inbox.deliver(TaskMessage(seq=seq, kind="stop"))
    assert drain(inbox) == list(range(2, 12))


def test_messages_about_a_visit_to_come_wait_for_it():
    inbox = Inbox(last_seq=1)
    assert not inbox.ready_for(1)
    inbox.deliver(TaskMessage(seq=2, kind="verdict", visit=2))
    inbox.deliver(TaskMessage(seq=3, kind="cancel"))
    assert not inbox.ready_for(1)
    assert inbox.ready_for(2)
    assert inbox.holds("cancel")
    assert not inbox.holds("stop")
