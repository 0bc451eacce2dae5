"""M4A (ISO base media) with its tags blanked: phones write the place of a recording there. Origin: ISO/IEC 14496-12."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from crawlers.feedback.errors import UnfitFileError

#: Boxes at any level that hold tags, names and places; they become free space of the same size.
TAGS = frozenset({b"udta", b"meta", b"uuid", b"loci", b"\xa9xyz"})
#: Boxes that hold boxes, on the way to those.
INNER = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"})
EMPTY = frozenset({b"free", b"skip", b"wide"})
TOP = EMPTY | frozenset({b"ftyp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"styp", b"emsg"})
#: More than an hour's recording has; each costs time. A voice has as few levels.
BOXES, DEPTH = 50_000, 8


def rewritten(data: bytes) -> bytes:
    """The same sound at the same offsets. Raises :class:`UnfitFileError`; a film is no voice."""
    found = list(islice(boxes(data, 0, len(data), 0), BOXES + 1))
    top = [box.name for box in found if box.depth == 0]
    if len(found) > BOXES or b"moov" not in top or top[0] != b"ftyp":
        raise UnfitFileError("broken")
    if any(box.name == b"hdlr" and data[box.inside + 8 : box.inside + 12] == b"vide" for box in found):
        raise UnfitFileError("type")
    out = bytearray(data)
    for box in found:
        if box.name in TAGS or box.name in EMPTY or (box.depth == 0 and box.name not in TOP):
            out[box.start + 4 : box.start + 8] = b"free"
            out[box.inside : box.end] = bytes(box.end - box.inside)
    return bytes(out)


@dataclass(frozen=True, slots=True)
class Box:
    """Offsets in the file; ``inside`` is where its content begins."""

    name: bytes
    start: int
    inside: int
    end: int
    depth: int


def boxes(data: bytes, at: int, end: int, depth: int) -> Iterator[Box]:
    """Each box before those that it holds. Raises :class:`UnfitFileError`."""
    while at < end:
        if at + 8 > end:
            raise UnfitFileError("broken")
        size, name = struct.unpack_from(">I4s", data, at)
        inside = at + 8
        if size == 1 and at + 16 <= end:
            size, inside = struct.unpack_from(">Q", data, at + 8)[0], at + 16
        elif size == 0:
            size = end - at
        if size < inside - at or at + size > end:
            raise UnfitFileError("broken")
        yield Box(name, at, inside, at + size, depth)
        if name in INNER and depth < DEPTH:
            yield from boxes(data, inside, at + size, depth + 1)
        at += size
