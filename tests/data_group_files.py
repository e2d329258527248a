"""Small real files of every type that a data group shows. Videos are encoded by the browser and put into WebM here."""

import base64
import io
import struct
import wave
from collections.abc import Iterator, Sequence
from typing import Any

WIDTH, HEIGHT, FRAME_RATE, SECONDS = 160, 90, 25, 3
# A frame's number is written on it, on a ground of one colour.
_ENCODE = """async ([width, height, rate, count, hue]) => {
  const frames = [];
  let failure = null;
  const encoder = new VideoEncoder({
    output: (chunk) => {
      const bytes = new Uint8Array(chunk.byteLength);
      chunk.copyTo(bytes);
      frames.push(btoa(String.fromCharCode(...bytes)));
    },
    error: (error) => { failure = error; },
  });
  encoder.configure({ codec: "vp8", width, height, bitrate: 300000, framerate: rate });
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext("2d");
  pen.font = "40px monospace";
  for (let number = 0; number < count; number++) {
    pen.fillStyle = `hsl(${hue} 60% 35%)`;
    pen.fillRect(0, 0, width, height);
    pen.fillStyle = "white";
    pen.fillText(String(number), 40, 60);
    const frame = new VideoFrame(canvas, { timestamp: (number * 1e6) / rate });
    encoder.encode(frame, { keyFrame: true });
    frame.close();
  }
  await encoder.flush();
  if (failure) throw failure;
  return frames;
}"""


def video(page: Any, *, hue: int = 200, seconds: float = SECONDS) -> bytes:
    """A WebM file of 25 frames a second, each a key frame; `page` is any page of a secure origin."""
    count = round(seconds * FRAME_RATE)
    frames = page.evaluate(_ENCODE, [WIDTH, HEIGHT, FRAME_RATE, count, hue])
    return _webm([base64.b64decode(frame) for frame in frames])


def sound() -> bytes:
    """A WAV file of one second of silence."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16000))
    return buffer.getvalue()


def pdf(*pages: str) -> bytes:
    """A PDF (ISO 32000-1) with a line of text on each page."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, text in enumerate(pages):
        drawing = f"BT /F1 24 Tf 40 120 Td ({text}) Tj ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents {5 + 2 * number} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(drawing)} >>\nstream\n{drawing}\nendstream")
    file, places = b"%PDF-1.4\n", list[int]()
    for number, body in enumerate(objects, start=1):
        places.append(len(file))
        file += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return file + f"{head}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(file)}\n%%EOF\n".encode()


def _webm(frames: Sequence[bytes]) -> bytes:
    """Matroska (RFC 9559) with a cluster and a cue for each frame, so that any of them can be sought."""
    header = _element(
        0x1A45DFA3,
        *(_number(name, value) for name, value in ((0x4286, 1), (0x42F7, 1), (0x42F2, 4), (0x42F3, 8))),
        _element(0x4282, b"webm"),
        _number(0x4287, 4),
        _number(0x4285, 2),
    )
    moments = [round(number * 1000 / FRAME_RATE) for number in range(len(frames))]
    duration = _element(0x4489, struct.pack(">d", len(frames) * 1000 / FRAME_RATE))
    info = _element(0x1549A966, _number(0x2AD7B1, 1_000_000), duration, _element(0x4D80, b"t"), _element(0x5741, b"t"))
    size = _element(0xE0, _number(0xB0, WIDTH), _number(0xBA, HEIGHT))
    track = _element(0xAE, _number(0xD7, 1), _number(0x73C5, 1), _number(0x83, 1), _element(0x86, b"V_VP8"), size)
    clusters = [_cluster(moment, frame) for moment, frame in zip(moments, frames, strict=True)]
    before = info + _element(0x1654AE6B, track)
    cues = _cues(moments, [0] * len(frames))
    places = list(_places(len(before) + len(cues), clusters))
    return header + _element(0x18538067, before, _cues(moments, places), *clusters)


def _cluster(moment: int, frame: bytes) -> bytes:
    return _element(0x1F43B675, _number(0xE7, moment), _element(0xA3, b"\x81\x00\x00\x80", frame))


def _cues(moments: Sequence[int], places: Sequence[int]) -> bytes:
    points = (
        _element(0xBB, _number(0xB3, moment), _element(0xB7, _number(0xF7, 1), _number(0xF1, place)))
        for moment, place in zip(moments, places, strict=True)
    )
    return _element(0x1C53BB6B, *points)


def _places(first: int, clusters: Sequence[bytes]) -> Iterator[int]:
    for cluster in clusters:
        yield first
        first += len(cluster)


def _number(name: int, value: int) -> bytes:
    return _element(name, value.to_bytes(8, "big"))


def _element(name: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    identifier = name.to_bytes((name.bit_length() + 7) // 8, "big")
    return identifier + (len(body) | 1 << 56).to_bytes(8, "big") + body
