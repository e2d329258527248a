"""Task templates: Liquid with HTML auto-escape, the variable `task.input`, and bounds on everything a template does.

Syntax and filters are those that the A2I developer guide documents for worker task templates.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from io import StringIO
from typing import Any, TextIO, cast

from liquid import BoundTemplate, Environment, Node, RenderContext, Token, TokenStream, Undefined, escape
from liquid.builtin.expressions import LoopExpression
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.echo_tag import EchoNode, EchoTag
from liquid.builtin.tags.for_tag import ForNode, ForTag
from liquid.builtin.tags.tablerow_tag import TablerowNode, TablerowTag
from liquid.exceptions import (
    LiquidError,
    LiquidInterrupt,
    LiquidSyntaxError,
    LoopIterationLimitError,
    OutputStreamLimitError,
    ResourceLimitError,
)
from liquid.token import TOKEN_EXPRESSION

from api import template_filters
from api.template_filters import MediaAccessError
from api.template_text import text_of
from schemas.errors import BadRequest, FieldError

MAX_SOURCE = 128_000
MAX_OUTPUT = 32_000_000
MAX_ITERATIONS = 250_000
MAX_SECONDS = 5.0
MAX_EXPRESSION = 10_000
MAX_PROBLEMS = 50
MAX_MESSAGE = 500
# What makes a template unusable with every input.
_USELESS = frozenset({"SyntaxError", "TemplateTooLong"})
_MAX_VARIABLES_BYTES = 128_000_000
_ABSENT = object()


@dataclass(frozen=True)
class TemplateProblem:
    """Why a template does not show all that it should.

    `code` is TemplateTooLong, SyntaxError, MissingVariable, MediaAccess, LimitExceeded or RenderError.
    """

    code: str
    message: str


@dataclass(frozen=True)
class Rendered:
    """A template's HTML; where there are `errors`, parts of it are missing, or all."""

    html: str
    errors: list[TemplateProblem]


def render(source: str, task_input: object, grant: Callable[[str], str]) -> Rendered:
    """Render a template with `task.input`.

    `grant` makes the URL that grant_read_access gives for an S3 address, or raises a LoupeError. Problems are in
    the result, never raised. Takes up to MAX_SECONDS to read and to render: an event loop should call it in a thread.
    """
    if len(source) > MAX_SOURCE:
        message = f"the template has {len(source):,} characters; at most {MAX_SOURCE:,} are allowed"
        return Rendered("", [TemplateProblem("TemplateTooLong", message)])
    if "\0" in source:
        # It could not be stored.
        return Rendered("", [TemplateProblem("SyntaxError", "must not hold the character U+0000")])
    progress = _Progress(grant)
    try:
        template = _parse(source)
    except LiquidError as error:
        if error.token is None or error.token.start_index < 0:
            error.token = Token("", "", len(source), source)
        progress.report(error)
        return Rendered("", progress.problems)
    page = _Page(template, globals={"task": {"input": task_input}})
    page.progress = progress
    output = _BoundedText(progress)
    _render_nodes(template, page, output)
    return Rendered(_without_lone_surrogates(output.getvalue()), progress.problems)


def require_usable(source: str, *, field: str) -> None:
    """Raises BadRequest that names `field` for a template that no input could make a page of. As slow as `render`."""
    rendered = render(source, {}, lambda uri: uri)
    problems = [problem.message for problem in rendered.errors if problem.code in _USELESS]
    if problems:
        errors = tuple(FieldError(field, problem) for problem in problems)
        raise BadRequest("; ".join(f"{field}: {problem}" for problem in problems), errors=errors)


@dataclass
class _Progress:
    """What one rendering has used, and what went wrong in it."""

    grant: Callable[[str], str]
    problems: list[TemplateProblem] = field(default_factory=list[TemplateProblem])
    until: float = field(default_factory=lambda: time.monotonic() + MAX_SECONDS)
    iterations: int = 0
    written: int = 0

    def check_time(self) -> None:
        if time.monotonic() > self.until:
            raise ResourceLimitError(f"the template takes longer than {MAX_SECONDS:g} seconds", token=None)

    def count_write(self, characters: int) -> None:
        self.written += characters
        if self.written > MAX_OUTPUT:
            raise OutputStreamLimitError(f"the page has more than {MAX_OUTPUT:,} characters", token=None)

    def count_iterations(self, items: Iterator[object]) -> Iterator[object]:
        for item in items:
            self.iterations += 1
            if self.iterations > MAX_ITERATIONS:
                raise LoopIterationLimitError(f"the loops run more than {MAX_ITERATIONS:,} times", token=None)
            self.check_time()
            yield item

    def report(self, error: LiquidError) -> None:
        match error:
            case ResourceLimitError():
                code = "LimitExceeded"
            case MediaAccessError():
                code = "MediaAccess"
            case LiquidSyntaxError():
                code = "SyntaxError"
            case _:
                code = "RenderError"
        self.add(code, str(error.message), error.token)

    def add(self, code: str, message: str, token: Token | None) -> None:
        line = f"line {_line(token)}: " if token and token.start_index >= 0 else ""
        problem = TemplateProblem(code, f"{line}{message}"[:MAX_MESSAGE])
        if len(self.problems) < MAX_PROBLEMS and problem not in self.problems:
            self.problems.append(problem)


class _Missing(Undefined):
    """A variable that does not exist: renders as nothing, and is reported when something is made of it."""

    __slots__ = ("progress",)

    def __init__(self, name: str, token: Token | None, progress: _Progress) -> None:
        super().__init__(name, token=token)
        self.progress = progress

    def items(self) -> Any:
        self.report()
        return super().items()

    def report(self) -> None:
        self.progress.add("MissingVariable", f"the variable {self.name} does not exist in the task's input", self.token)


class _BoundedText(StringIO):
    def __init__(self, progress: _Progress) -> None:
        super().__init__()
        self._progress = progress

    def write(self, text: str, /) -> int:
        self._progress.count_write(len(text))
        return super().write(text)


class _Page(RenderContext):
    __slots__ = ("progress",)

    progress: _Progress

    def grant(self, address: str) -> str:
        return self.progress.grant(address)

    def get(self, path: list[object], *, token: Token | None, default: object = _ABSENT) -> object:
        self.progress.check_time()
        value = super().get(path, token=token, default=_ABSENT if default is _ABSENT else default)
        return _Missing(_path_text(path), token, self.progress) if value is _ABSENT else value

    def filter(self, name: str, token: Token | None) -> Callable[..., object]:
        return partial(self._apply, name, super().filter(name, token), token)

    def get_buffer(self, buf: TextIO | None = None) -> StringIO:
        return _BoundedText(self.progress)

    def _apply(
        self, name: str, function: Callable[..., object], token: Token | None, *args: Any, **kwargs: Any
    ) -> object:
        self.progress.check_time()
        if isinstance(args[0], _Missing) and name != "default":
            args[0].report()
        try:
            return template_filters.apply(name, function, *args, **kwargs)
        except LiquidError as error:
            error.token = error.token or token
            raise


def _show(node: OutputNode, context: RenderContext, buffer: TextIO) -> int:
    """Print one value; where it cannot be made, say so and go on with the page."""
    page = cast("_Page", context)
    try:
        value = node.expression.evaluate(page)
        if isinstance(value, _Missing):
            value.report()
        text = escape(text_of(value))
    except ResourceLimitError:
        raise
    except LiquidError as error:
        error.token = error.token or node.token
        page.progress.report(error)
        return 0
    return buffer.write(text)


class _PageOutputNode(OutputNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return _show(self, context, buffer)


class _PageOutput(Output):
    node_class = _PageOutputNode


class _PageEchoNode(EchoNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return _show(self, context, buffer)


class _PageEcho(EchoTag):
    node_class = _PageEchoNode


class _BoundedLoop(LoopExpression):
    def _to_iter(self, obj: object, context: RenderContext) -> tuple[Iterator[Any], int]:
        items, length = super()._to_iter(obj, context)
        return cast("_Page", context).progress.count_iterations(items), length


def _bounded_loop(loop: LoopExpression) -> LoopExpression:
    return _BoundedLoop(
        loop.token,
        loop.identifier,
        loop.iterable,
        limit=loop.limit,
        offset=loop.offset,
        reversed_=loop.reversed,
        cols=loop.cols,
    )


class _BoundedFor(ForTag):
    def parse(self, stream: TokenStream) -> Node:
        node = cast("ForNode", super().parse(stream))
        node.expression = _bounded_loop(node.expression)
        return node


class _BoundedTablerow(TablerowTag):
    def parse(self, stream: TokenStream) -> TablerowNode:
        node = super().parse(stream)
        node.expression = _bounded_loop(node.expression)
        return node


class _PageTemplate(BoundTemplate):
    context_class = _Page


class _PageEnvironment(Environment):
    template_class = _PageTemplate
    local_namespace_limit = _MAX_VARIABLES_BYTES

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        template_filters.install(self)
        for tag in (_PageOutput, _PageEcho, _BoundedFor, _BoundedTablerow):
            self.add_tag(tag)
        # A template is one text: there is no disk or library to load another from.
        for name in ("include", "render"):
            del self.tags[name]

    def tokenizer(self) -> Callable[[str], Iterator[Token]]:
        tokens = super().tokenizer()
        return lambda source: _within_time(tokens(source))


_ENVIRONMENT = _PageEnvironment(autoescape=True)


@lru_cache(maxsize=32)
def _parse(source: str) -> BoundTemplate:
    try:
        return _ENVIRONMENT.from_string(source)
    except LiquidError as error:
        if isinstance(error.__cause__, RecursionError):
            raise ResourceLimitError("the template is nested too deeply", token=None) from error
        if isinstance(error.__cause__, LiquidError):
            raise error.__cause__ from error
        raise


def _within_time(tokens: Iterator[Token]) -> Iterator[Token]:
    until = time.monotonic() + MAX_SECONDS
    for token in tokens:
        if time.monotonic() > until:
            raise ResourceLimitError(f"the template takes longer than {MAX_SECONDS:g} seconds to read", token=token)
        if token.kind == TOKEN_EXPRESSION and len(token.value) > MAX_EXPRESSION:
            raise ResourceLimitError(f"an expression has more than {MAX_EXPRESSION:,} characters", token=token)
        yield token


def _render_nodes(template: BoundTemplate, page: _Page, output: TextIO) -> None:
    for node in template.nodes:
        try:
            node.render(page, output)
        except ResourceLimitError as error:
            error.token = error.token or node.token
            page.progress.report(error)
            return
        except LiquidError as error:
            error.token = error.token or node.token
            page.progress.report(error)
        except LiquidInterrupt as error:
            page.progress.add("SyntaxError", f"'{error}' stands outside of a loop", node.token)
        except RecursionError:
            page.progress.add("LimitExceeded", "the template or the task's input is nested too deeply", node.token)
            return


def _line(token: Token) -> int:
    return token.source.count("\n", 0, token.start_index) + 1


def _path_text(path: list[object]) -> str:
    first, *others = path
    steps = (
        f".{step}" if isinstance(step, str) and step.replace("-", "_").isidentifier() else f"[{step!r}]"
        for step in others
    )
    return f"{first}{''.join(steps)}"


def _without_lone_surrogates(text: str) -> str:
    """JSON may hold half a surrogate pair, UTF-8 may not."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
