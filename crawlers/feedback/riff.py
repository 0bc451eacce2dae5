"""WebP and WAV, both RIFF, written anew without Exif, XMP, names and all behind their end.

Origin of the shapes: the WebP container specification (developers.google.com/speed/webp), the RIFF WAVE description
of Microsoft and IBM. Pure.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import count

from crawlers.feedback.errors import UnfitFileError

PIXELS = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
SOUND = frozenset({b"fmt ", b"fact", b"data"})
#: More than any writer makes; each costs time.
CHUNKS = 20_000
#: In the first byte of VP8X: says that Exif or XMP follow.
EXIF_FLAG, XMP_FLAG = 0x08, 0x04


def rewritten_webp(data: bytes) -> bytes:
    """Raises :class:`UnfitFileError`."""
    chunks = [(name, body) for name, body in chunks_of(data, b"WEBP") if name in PIXELS]
    if not chunks or chunks[0][0] not in (b"VP8 ", b"VP8L", b"VP8X"):
        raise UnfitFileError("broken")
    if chunks[0][0] == b"VP8X":
        head = chunks[0][1]
        if len(head) != 10 or not any(name in (b"VP8 ", b"VP8L", b"ANMF") for name, _ in chunks):
            raise UnfitFileError("broken")
        chunks[0] = (b"VP8X", bytes((head[0] & ~(EXIF_FLAG | XMP_FLAG),)) + head[1:])
    return packed(b"WEBP", chunks)


def rewritten_wav(data: bytes) -> bytes:
    """Raises :class:`UnfitFileError`."""
    chunks = [(name, body) for name, body in chunks_of(data, b"WAVE") if name in SOUND]
    names = [name for name, _ in chunks]
    if names.count(b"fmt ") != 1 or names.count(b"data") != 1:
        raise UnfitFileError("broken")
    return packed(b"WAVE", chunks)


def chunks_of(data: bytes, form: bytes) -> Iterator[tuple[bytes, bytes]]:
    """A recorder that was cut off leaves a size of 0 or of all ones; its sound goes to the end."""
    if data[:4] != b"RIFF" or data[8:12] != form:
        raise UnfitFileError("broken")
    (size,) = struct.unpack_from("<I", data, 4)
    end = min(len(data), size + 8) if size not in (0, 0xFFFFFFFF) else len(data)
    at = 12
    for number in count():
        if at + 8 > end:
            return
        if number >= CHUNKS:
            raise UnfitFileError("broken")
        name, length = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        if name == b"data" and (length in (0, 0xFFFFFFFF) or at + 8 + length > end):
            length = end - at - 8
        if at + 8 + length > end:
            raise UnfitFileError("broken")
        yield name, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def packed(form: bytes, chunks: list[tuple[bytes, bytes]]) -> bytes:
    body = b"".join(
        name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2) for name, content in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + form + body
