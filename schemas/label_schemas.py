"""What the tiles of a data group are asked: radio questions, with texts that an option asks for. Checks answers.

An answer is `{tile: {question: {"value": the option's value, "nested": {name of the text: text}}}}`.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from schemas.errors import FieldError

MOST_QUESTIONS = 30
LEAST_OPTIONS = 2
MOST_OPTIONS = 20
MOST_TEXTS = 10
MOST_TEXT_CHARACTERS = 10_000

# One line that neither begins nor ends with a space: it stands in addresses of labels.
Name = Annotated[
    str, StringConstraints(pattern=r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$", max_length=200)
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NestedText(_Part):
    """A text that is asked for once its option is chosen."""

    name: Name
    type: Literal["text"] = "text"
    required: bool = Field(default=False, strict=True)


class Option(_Part):
    """One choice; `label` is what people see, else the value."""

    value: Name
    label: Name | None = None
    nested: tuple[NestedText, ...] = Field(default=(), max_length=MOST_TEXTS)

    @field_validator("nested")
    @classmethod
    def _asks_once(cls, nested: tuple[NestedText, ...]) -> tuple[NestedText, ...]:
        _require_unique([text.name for text in nested])
        return nested


class Question(_Part):
    """A radio question; its name is what people read."""

    name: Name
    options: tuple[Option, ...] = Field(max_length=MOST_OPTIONS)
    required: bool = Field(default=True, strict=True)

    @field_validator("name")
    @classmethod
    def _is_more_than_a_number(cls, name: str) -> str:
        # In the address of a label a number is a place in a list.
        if name.isdecimal():
            raise ValueError("must be more than a number")
        return name

    @field_validator("options")
    @classmethod
    def _options_differ(cls, options: tuple[Option, ...]) -> tuple[Option, ...]:
        if len(options) < LEAST_OPTIONS:
            raise ValueError(f"give at least {LEAST_OPTIONS} options to choose from")
        _require_unique([option.value for option in options])
        return options


class LabelSchema(_Part):
    """The questions that every tile is asked which is not read-only."""

    kind: Literal["data_group"] = "data_group"
    questions: tuple[Question, ...] = Field(max_length=MOST_QUESTIONS)

    @field_validator("questions")
    @classmethod
    def _questions_differ(cls, questions: tuple[Question, ...]) -> tuple[Question, ...]:
        if not questions:
            raise ValueError("give at least one question")
        _require_unique([question.name for question in questions])
        return questions


def answer_problems(
    schema: LabelSchema, tiles: Collection[str], content: Mapping[str, Any], field: str = "content"
) -> Iterator[FieldError]:
    """What keeps `content` from being an answer about these tiles, each problem with the field that it is in."""
    for tile in content:
        if tile not in tiles:
            yield FieldError(f"{field}.{tile}", f"there is no such tile to answer: {_listed(tiles)}")
    for tile in tiles:
        yield from _tile_problems(schema, content, tile, f"{field}.{tile}")


def _tile_problems(schema: LabelSchema, content: Mapping[str, Any], tile: str, field: str) -> Iterator[FieldError]:
    given = content.get(tile, {})
    if not isinstance(given, dict):
        yield FieldError(field, "must be an object: {question: {value, nested}}")
        return
    answers = cast("dict[str, object]", given)
    if tile in content and not answers:
        yield FieldError(field, "answers no question: leave the tile out")
    known = {question.name: question for question in schema.questions}
    for name in answers:
        if name not in known:
            yield FieldError(f"{field}.{name}", f"there is no such question: {_listed(known)}")
    for name, question in known.items():
        if name in answers:
            yield from _question_problems(question, answers[name], f"{field}.{name}")
        elif question.required:
            yield FieldError(f"{field}.{name}", "is not answered")


def _question_problems(question: Question, given: object, field: str) -> Iterator[FieldError]:
    answer = cast("dict[str, object]", given) if isinstance(given, dict) else {}
    if answer.keys() != {"value", "nested"} or not isinstance(answer.get("nested"), dict):
        yield FieldError(field, "must be {value: the chosen option, nested: {name: text}}; nested may be empty")
        return
    option = next((option for option in question.options if option.value == answer["value"]), None)
    if option is None:
        options = [option.value for option in question.options]
        yield FieldError(f"{field}.value", f"is not an option of this question: {_listed(options)}")
        return
    yield from _nested_problems(option, cast("dict[str, object]", answer["nested"]), f"{field}.nested")


def _nested_problems(option: Option, given: Mapping[str, object], field: str) -> Iterator[FieldError]:
    known = {text.name: text for text in option.nested}
    for name, text in given.items():
        if name not in known:
            yield FieldError(f"{field}.{name}", f"is not asked for with the option {option.value}")
        elif not isinstance(text, str) or not text.strip() or "\0" in text:
            yield FieldError(f"{field}.{name}", "must be a text that is not blank; leave it out where there is none")
        elif len(text) > MOST_TEXT_CHARACTERS:
            yield FieldError(f"{field}.{name}", f"has more than {MOST_TEXT_CHARACTERS} characters")
    for name, text in known.items():
        if text.required and name not in given:
            yield FieldError(f"{field}.{name}", "is not answered")


def _require_unique(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name!r} is there more than once")


def _listed(names: Collection[str]) -> str:
    return "there are " + ", ".join(names) if names else "there are none"
