"""JPEG written anew without what a camera adds: place, time, device, comments, thumbnails, and all behind its end.

Origin of the shapes: ITU-T T.81 annex B (markers), Exif 2.32 (the orientation tag 0x0112 of IFD0). Pure.
"""

from __future__ import annotations

import re
import struct

from crawlers.feedback.errors import UnfitFileError

SOI, EOI, SOS, DHT, JPG, DAC, APP0, APP1, APP2, APP14 = 0xD8, 0xD9, 0xDA, 0xC4, 0xC8, 0xCC, 0xE0, 0xE1, 0xE2, 0xEE
#: Frame headers: each states the size of the picture.
FRAMES = frozenset(range(0xC0, 0xD0)) - {DHT, JPG, DAC}
#: Tables and parameters that the pixels need: huffman, arithmetic, quantisation, lines, restarts, hierarchy.
NEEDED = FRAMES | {DHT, DAC, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF}
ORIENTATION = 0x0112
#: More than any camera makes; a small file that unfolds to more is a trap.
PIXELS = 200_000_000
#: More than any camera writes; each costs time.
SEGMENTS = 10_000
NO_PIXEL = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


def rewritten(data: bytes) -> bytes:
    """The same picture, the same way up, and nothing else. Raises :class:`UnfitFileError`."""
    if data[:2] != b"\xff\xd8":
        raise UnfitFileError("broken")
    out, at, pixels, scanned, turned = [data[:2]], 2, 0, False, 1
    for _ in range(SEGMENTS):
        marker, at = marker_at(data, at)
        if marker == EOI:
            break
        length, body = segment(data, at)
        if marker in FRAMES:
            pixels += area(body)
        if marker == APP1:
            turned = orientation(body) or turned
        elif kept(marker, body):
            out.append(bytes((0xFF, marker)) + data[at : at + length])
        at += length
        if marker == SOS:
            end = scan_end(data, at)
            out.append(data[at:end])
            at, scanned = end, True
    else:
        raise UnfitFileError("broken")
    if not scanned or not 0 < pixels <= PIXELS:
        raise UnfitFileError("broken")
    return b"".join((out[0], *upright(turned), *out[1:], b"\xff\xd9"))


def marker_at(data: bytes, at: int) -> tuple[int, int]:
    """The marker that begins at ``at`` (fill bytes passed over), and where its segment does."""
    if at + 1 >= len(data) or data[at] != 0xFF:
        raise UnfitFileError("broken")
    while at < len(data) and data[at] == 0xFF:
        at += 1
    if at >= len(data) or data[at] in (0, 1, SOI) or 0xD0 <= data[at] <= 0xD7:
        raise UnfitFileError("broken")
    return data[at], at + 1


def segment(data: bytes, at: int) -> tuple[int, bytes]:
    """Its length, which counts itself, and its content."""
    if at + 2 > len(data):
        raise UnfitFileError("broken")
    (length,) = struct.unpack_from(">H", data, at)
    if length < 2 or at + length > len(data):
        raise UnfitFileError("broken")
    return length, data[at + 2 : at + length]


def kept(marker: int, body: bytes) -> bool:
    """Of the application's segments only those that colours depend on; a JFIF thumbnail goes."""
    if marker == APP0:
        return body[:5] == b"JFIF\0" and len(body) == 14 and body[12:14] == b"\0\0"
    if marker == APP2:
        return body[:12] == b"ICC_PROFILE\0"
    if marker == APP14:
        return body[:5] == b"Adobe" and len(body) == 12
    return marker in NEEDED or marker == SOS


def area(body: bytes) -> int:
    if len(body) < 6:
        raise UnfitFileError("broken")
    height, width = struct.unpack_from(">HH", body, 1)
    return int(height * width)


def scan_end(data: bytes, at: int) -> int:
    """Where the pixels end: at the first marker that is neither stuffed (FF 00) nor a restart."""
    found = NO_PIXEL.search(data, at)
    if found is None:
        raise UnfitFileError("broken")
    return found.start()


def orientation(body: bytes) -> int | None:
    """1–8 as Exif states it, ``None`` where it does not."""
    tiff = body[6:]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if body[:6] != b"Exif\0\0" or order is None or len(tiff) < 8:
        return None
    (start,) = struct.unpack_from(f"{order}I", tiff, 4)
    if start + 2 > len(tiff):
        return None
    (number,) = struct.unpack_from(f"{order}H", tiff, start)
    for entry in range(start + 2, min(start + 2 + 12 * number, len(tiff) - 11), 12):
        tag, kind, count, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
        if (tag, kind, count) == (ORIENTATION, 3, 1):
            return value if 1 <= value <= 8 else None
    return None


def upright(turned: int) -> tuple[bytes, ...]:
    """An Exif segment that says nothing but which way up: phones store what the sensor saw."""
    if turned == 1:
        return ()
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, ORIENTATION, 3, 1, turned, 0, 0)
    body = b"Exif\0\0" + tiff
    return (bytes((0xFF, APP1)) + struct.pack(">H", len(body) + 2) + body,)
