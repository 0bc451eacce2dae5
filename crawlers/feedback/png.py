"""PNG written anew without text, time, Exif and all behind its end. Origin: the PNG specification, third edition."""

from __future__ import annotations

import struct
from zlib import crc32

from crawlers.feedback.errors import UnfitFileError
from crawlers.feedback.jpeg import PIXELS

SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: More than any writer makes; each costs time.
CHUNKS = 20_000
#: What the pixels, their colours and an animation need.
NEEDED = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD"}
    | {b"pHYs", b"acTL", b"fcTL", b"fdAT"}
)


def rewritten(data: bytes) -> bytes:
    """The same picture and nothing else. Raises :class:`UnfitFileError`."""
    if data[:8] != SIGNATURE:
        raise UnfitFileError("broken")
    out, at, pixels = [SIGNATURE], 8, False
    for _ in range(CHUNKS):
        if at + 12 > len(data):
            raise UnfitFileError("broken")
        (length,) = struct.unpack_from(">I", data, at)
        name, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data) or struct.unpack_from(">I", data, end - 4)[0] != crc32(data[at + 4 : end - 4]):
            raise UnfitFileError("broken")
        if (name == b"IHDR") != (len(out) == 1) or (name == b"IHDR" and not sized(data[at + 8 : end - 4])):
            raise UnfitFileError("broken")
        if name in NEEDED:
            out.append(data[at:end])
        pixels = pixels or name == b"IDAT"
        at = end
        if name == b"IEND":
            break
    else:
        raise UnfitFileError("broken")
    if not pixels:
        raise UnfitFileError("broken")
    return b"".join(out)


def sized(header: bytes) -> bool:
    if len(header) != 13:
        return False
    width, height = struct.unpack_from(">II", header)
    return bool(0 < width * height <= PIXELS)
