"""The sample data of `loupe up --demo`."""

import struct
import zlib
from importlib.resources import files

import pytest

from api.templates import render
from loupe.demo.picture import sailing_boat
from loupe.demo.samples import Sample, samples


def grant(uri: str) -> str:
    return f"/media/{uri.removeprefix('s3://')}"


@pytest.mark.parametrize("sample", samples("loupe"), ids=lambda sample: sample.name)
def test_each_template_renders_its_sample_without_complaint(sample: Sample) -> None:
    source = files("loupe.demo").joinpath(f"{sample.name}.liquid.html").read_text(encoding="utf-8")
    rendered = render(source, sample.input, grant)
    assert list(rendered.errors) == []
    assert "{{" not in rendered.html
    assert "{%" not in rendered.html


def test_the_picture_is_whole() -> None:
    picture = sailing_boat()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    position, chunks = 8, dict[bytes, bytes]()
    while position < len(picture):
        length, kind = struct.unpack_from(">I4s", picture, position)
        body = picture[position + 8 : position + 8 + length]
        assert struct.unpack_from(">I", picture, position + 8 + length)[0] == zlib.crc32(kind + body)
        chunks[kind] = body
        position += 12 + length
    width, height = struct.unpack_from(">II", chunks[b"IHDR"])
    assert len(zlib.decompress(chunks[b"IDAT"])) == height * (1 + 3 * width)
    assert list(chunks)[-1] == b"IEND"
