"""What a review comes to: which labels have a verdict, and whether a decision may be made with them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from quality.labels import kept_verdicts, labels_of, value_hash
from schemas.errors import BadRequest, FieldError

Word = Literal["approve", "reject"]


@dataclass(frozen=True)
class Said:
    """A verdict that was given before on one label of an answer, and on which value."""

    answer: int
    label: str
    value_sha256: bytes
    verdict: Word
    comment: str


@dataclass(frozen=True)
class Given:
    """A verdict as a reviewer gives it; `answer` may be left out where there is one answer."""

    answer: int | None
    label: str
    verdict: Word
    comment: str


@dataclass(frozen=True)
class Label:
    """One label under review; `kept` is an earlier verdict that still stands."""

    answer: int
    label: str
    value: Any
    kept: Said | None


def under_review(contents: Mapping[int, Mapping[str, Any]], earlier: Sequence[Said]) -> list[Label]:
    """The labels of all answers, by answer; earlier verdicts, oldest first, stay where the value is unchanged."""
    labels: list[Label] = []
    for answer, content in sorted(contents.items()):
        own = labels_of(content)
        before = [(said.label, said.value_sha256, said) for said in earlier if said.answer == answer]
        kept = kept_verdicts(own, before)
        labels += [Label(answer, label, value, kept.get(label)) for label, value in own.items()]
    return labels


def judge(
    labels: Sequence[Label],
    given: Sequence[Given],
    *,
    decision: Literal["approved", "rejected"],
    strict: bool,
    approve_all: bool = False,
    edited: Collection[int] = (),
) -> list[Said]:
    """The verdicts that a decision makes, to be kept with it.

    `edited` are the answers that the reviewer changed: what they wrote needs no verdict of theirs. Raises BadRequest
    that names every label without a verdict (strict), every verdict on a label that is not there, and a decision that
    its verdicts contradict.
    """
    words = _words(labels, given)
    rejected = [key for key, word in words.items() if word.verdict == "reject"]
    if decision == "approved" and rejected:
        message = "is rejected: reject the task, or approve it"
        raise _refusal([FieldError(f"label_verdicts {label}", message) for _, label in rejected])
    open_labels = [
        label
        for label in labels
        if (label.answer, label.label) not in words and label.kept is None and label.answer not in edited
    ]
    if decision == "approved" and (approve_all or not strict):
        open_labels = []
    if decision == "rejected" and not given and not strict:
        return [_said(label, "reject", "") for label in labels]
    if strict and open_labels:
        several = len({label.answer for label in labels}) > 1
        raise _refusal(
            [FieldError(f"label_verdicts {label.label}", _missing(label, several=several)) for label in open_labels]
        )
    if decision == "rejected" and not rejected:
        raise _refusal([FieldError("label_verdicts", "reject at least one label, or approve the task")])
    default: Word | None = "approve" if decision == "approved" else None
    return _verdicts(labels, words, default)


def _verdicts(labels: Sequence[Label], words: Mapping[tuple[int, str], Given], default: Word | None) -> list[Said]:
    said: list[Said] = []
    for label in labels:
        word = words.get((label.answer, label.label))
        if word is not None:
            said.append(_said(label, word.verdict, word.comment))
        elif label.kept is None and default is not None:
            said.append(_said(label, default, ""))
    return said


def _words(labels: Sequence[Label], given: Sequence[Given]) -> dict[tuple[int, str], Given]:
    known = {(label.answer, label.label) for label in labels}
    answers = {label.answer for label in labels}
    only = next(iter(answers)) if len(answers) == 1 else None
    words: dict[tuple[int, str], Given] = {}
    problems: list[FieldError] = []
    for number, word in enumerate(given):
        answer = word.answer or only
        if answer is None:
            problems.append(FieldError(f"label_verdicts.{number}.answer", "say which answer: there are several"))
        elif (answer, word.label) not in known:
            problems.append(FieldError(f"label_verdicts.{number}.label", f"answer {answer} has no label {word.label}"))
        elif (answer, word.label) in words:
            problems.append(FieldError(f"label_verdicts.{number}.label", f"{word.label} has a verdict already"))
        else:
            words[answer, word.label] = word
    if problems:
        raise _refusal(problems)
    return words


def _missing(label: Label, *, several: bool) -> str:
    where = f" in answer {label.answer}" if several else ""
    return f"has no verdict{where}: every label needs one here"


def _said(label: Label, verdict: Word, comment: str) -> Said:
    return Said(label.answer, label.label, value_hash(label.value), verdict, comment)


def _refusal(problems: Sequence[FieldError]) -> BadRequest:
    text = "; ".join(f"{problem.field}: {problem.message}" for problem in problems)
    return BadRequest(text, errors=tuple(problems))
