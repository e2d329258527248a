"""The document of a frame: ours first, the vendor's never, standards mode always."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.frame_documents import frame_document
from api.markup import attributes, scan
from api.templates import TemplateProblem

OURS = '<script src="/static/crowd/crowd-html-elements.js"></script>'
VENDOR = "https://assets.crowd.aws/crowd-html-elements.js"


class Outline(HTMLParser):
    """Doctypes and start tags, as Python's own parser sees them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.sources: list[str | None] = []
        self.feed(text)
        self.close()

    def handle_decl(self, decl: str) -> None:
        self.seen.append(f"!{decl.lower()}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag == "script":
            self.sources.append(dict(attrs).get("src"))


@pytest.mark.parametrize(
    "tag",
    [
        f'<script src="{VENDOR}"></script>',
        f"<script src='{VENDOR}'></script>",
        f"<script src={VENDOR}></script>",
        f'<SCRIPT\n  async SRC = "{VENDOR}" data-x=">" >\n  </ScRiPt >',
        '<script src="//assets.crowd.aws/crowd-html-elements.js"></script>',
        '<script src="http://assets.crowd.aws/v2/crowd-html-elements-1.2.min.js?x=1#y"></script>',
        '<script src=" https://ASSETS.crowd.aws/crowd-html-elements.js "></script>',
        '<script src="https:&#x2F;/assets.crowd.aws/crowd-html-elements.js"></script>',
        f'<script src="{VENDOR}">ignored("</div>")</script>',
        f'<script src="{VENDOR}"/>',
        '<link rel="stylesheet" href="https://assets.crowd.aws/css/crowd-html-elements.css">',
    ],
)
def test_the_vendors_files_are_taken_out(tag: str) -> None:
    document = frame_document(f"<p>before</p>{tag}<crowd-form>after</crowd-form>")
    assert f"{OURS}</head>\n<body>\n<p>before</p><crowd-form>after</crowd-form>" in document
    assert "assets.crowd.aws" not in document


@pytest.mark.parametrize(
    "kept",
    [
        '<script src="https://example.com/crowd-html-elements.js"></script>',
        "<!-- <script src='https://assets.crowd.aws/crowd-html-elements.js'></script> -->",
        """<script>const a = '<script src="https://assets.crowd.aws/crowd-html-elements.js">'</script>""",
        "<textarea><script src='https://assets.crowd.aws/crowd-html-elements.js'></script></textarea>",
        "<p title='<script src=https://assets.crowd.aws/crowd-html-elements.js></script>'>x</p>",
        "<img src='https://assets.crowd.aws/crowd-html-elements.js'>",
        "<p title=it's>1 < 2 && 3 > 2</p>",
    ],
)
def test_everything_else_is_left_as_it_is(kept: str) -> None:
    assert f"<body>\n{kept}\n</body>" in frame_document(kept)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "<html><head><title>x</title></head><body>y</body></html>",
            "<html><head>{}<title>x</title></head><body>y</body></html>",
        ),
        ("<!DOCTYPE html><HTML lang=en><HEAD >x", "<HTML lang=en><HEAD >{}x"),
        ("<html><script>1</script>", "<html>{}<script>1</script>"),
        (
            "\ufeff \n<!-- a --><html data-a='<head>'>\n<head>\n<meta>",
            "\ufeff \n<!-- a --><html data-a='<head>'>\n<head>{}\n<meta>",
        ),
        ("<!doctype html>\n<head></head><p>", "\n<head>{}</head><p>"),
        ("<body class=a><p>", "{}<body class=a><p>"),
        ('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN"><html><head>', "<html><head>{}"),
    ],
)
def test_our_script_is_the_first_thing_in_the_head(text: str, expected: str) -> None:
    assert frame_document(text) == f"<!doctype html>\n{expected.format(OURS)}"


def test_a_head_inside_of_the_body_is_no_head() -> None:
    document = frame_document("<div><head><script>early()</script></head></div>")
    assert document.index(OURS) < document.index("<div>")


def test_problems_are_shown_at_the_top_of_the_body_as_text() -> None:
    problems = [
        TemplateProblem("MissingVariable", f"line {n}: the variable <b>{n}</b> does not exist") for n in range(7)
    ]
    for text in ("<p>x</p>", "<html><head></head><body class='a'><p>x</p></body></html>", ""):
        document = frame_document(text, problems=problems)
        assert "&lt;b&gt;4&lt;/b&gt;" in document
        assert "<b>" not in document
        assert "and 2 more" in document
        assert document.index('role="alert"') > document.index("<body")
        assert "<p>x" not in document or document.index('role="alert"') < document.index("<p>x")


PIECES = st.sampled_from(
    [
        *(
            "<",
            ">",
            "</",
            "<!--",
            "-->",
            "<!",
            "<![CDATA[",
            "]]>",
            "<?",
            "'",
            '"',
            "=",
            " ",
            "/",
            "\n",
            "x",
            "é",
            "&amp;",
        ),
        *(
            "<html>",
            "<head>",
            "</head>",
            "<body a='b'>",
            "<!doctype html>",
            "<script>",
            "</script>",
            "<style>",
            "</style>",
        ),
        *(
            f"<script src='{VENDOR}'>",
            f'<script src="{VENDOR}"/>',
            "<p title='",
            "<crowd-form>",
            "<textarea>",
            "</textarea>",
        ),
    ]
)
TEXTS = st.lists(PIECES, max_size=25).map("".join)


@given(TEXTS)
def test_tokens_follow_each_other_without_a_gap(text: str) -> None:
    position = 0
    for token in scan(text):
        assert token.start == position
        assert token.end > token.start
        position = token.end
    assert position <= len(text)


@given(TEXTS)
def test_every_document_begins_in_standards_mode_with_our_script(text: str) -> None:
    document = frame_document(text)
    outline = Outline(document)
    assert outline.seen[0] == "!doctype html"
    assert next(tag for tag in outline.seen[1:] if tag not in ("html", "head")) == "script"
    assert outline.sources[0] == "/static/crowd/crowd-html-elements.js"


@given(TEXTS)
def test_a_second_time_finds_nothing_more_to_take_out(text: str) -> None:
    once = frame_document(text)
    sources = [
        attributes(once[t.start : t.end]).get("src") for t in scan(once) if t.kind == "start" and t.name == "script"
    ]
    assert VENDOR not in sources


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        "<a b='",
        "<!--",
        "<script>",
        "</",
        "<a b=\"'",
        "<p title=",
        "<!",
        "<a/",
        "<script src='x'>a</script>",
    ],
)
def test_a_long_document_takes_one_pass(piece: str) -> None:
    """Quadratic work on these would take longer than the test may."""
    frame_document(piece * 200_000)
