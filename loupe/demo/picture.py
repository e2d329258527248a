"""Draws the sample picture: a sailing boat, as PNG (ISO/IEC 15948) of 8-bit RGB."""

import struct
import zlib

Colour = tuple[int, int, int]
_WIDTH, _HEIGHT = 480, 320
_HORIZON, _WATERLINE, _KEEL = 200, 214, 246
_SUN, _SUN_RADIUS = (390, 70), 30
_MAST = 236


def sailing_boat() -> bytes:
    """The picture's file."""
    rows = b"".join(b"\0" + bytes(part for x in range(_WIDTH) for part in _colour(x, y)) for y in range(_HEIGHT))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _colour(x: int, y: int) -> Colour:
    return _boat(x, y) or (_sea(x, y) if y >= _HORIZON else _sky(x, y))


def _boat(x: int, y: int) -> Colour | None:
    if _WATERLINE <= y <= _KEEL and 130 + (y - _WATERLINE) <= x <= 350 - 2 * (y - _WATERLINE):
        return (122, 62, 38) if y > _WATERLINE + 6 else (240, 232, 214)
    if 40 <= y < _WATERLINE and _MAST - 3 <= x <= _MAST:
        return (74, 52, 40)
    if 46 <= y <= 200 and _MAST < x <= _MAST + 4 + (y - 46) * 0.62:
        return (250, 250, 246)
    if 70 <= y <= 200 and _MAST - 6 - (y - 70) * 0.66 <= x < _MAST - 3:
        return (214, 72, 62)
    return None


def _sky(x: int, y: int) -> Colour:
    if (x - _SUN[0]) ** 2 + (y - _SUN[1]) ** 2 <= _SUN_RADIUS**2:
        return (255, 214, 92)
    return (130 + y // 3, 190 + y // 5, 235)


def _sea(x: int, y: int) -> Colour:
    crest = (x + 3 * y) % 46 < 7 and y % 14 < 2
    return (150, 198, 216) if crest else (28, 96 - (y - _HORIZON) // 4, 140 - (y - _HORIZON) // 4)
