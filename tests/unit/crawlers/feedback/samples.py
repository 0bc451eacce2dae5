"""Small files of every kind that the form takes, with and without what has to go."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

#: Stands for all that tells of a person or a place; no rewritten file may hold it.
SECRET = b"GPS 31.2304 N 121.4737 E"


def jpeg_segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def exif(orientation: int = 6, order: str = ">") -> bytes:
    """IFD0 with a device's name before the orientation, and the secret behind."""
    mark = b"MM\0*" if order == ">" else b"II*\0"
    entries = struct.pack(f"{order}HHII", 0x010F, 2, 4, 0x41424300) + struct.pack(
        f"{order}HHIHH", 0x0112, 3, 1, orientation, 0
    )
    return b"Exif\0\0" + mark + struct.pack(f"{order}IH", 8, 2) + entries + bytes(4) + SECRET


JFIF = b"JFIF\0\1\1\0\0\1\0\1\0\0"
FRAME = struct.pack(">BHHB", 8, 16, 16, 1) + b"\1\x11\0"
SCAN = b"\1\1\0\0\x3f\0"


def jpeg(extra: Sequence[bytes] = (), behind: bytes = b"", frame: bytes = FRAME) -> bytes:
    """As its parts are laid out; what the tables say is of no matter here."""
    tables = jpeg_segment(0xDB, bytes(65)) + jpeg_segment(0xC0, frame) + jpeg_segment(0xC4, bytes(20))
    pixels = b"\x12\xff\x00\x34\xff\xd0\x56"
    head = b"\xff\xd8" + jpeg_segment(0xE0, JFIF) + b"".join(extra)
    return head + tables + jpeg_segment(0xDA, SCAN) + pixels + b"\xff\xd9" + behind


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(extra: Sequence[bytes] = (), behind: bytes = b"", size: tuple[int, int] = (2, 2)) -> bytes:
    """A picture of 2 × 2 grey pixels, which any program opens."""
    header = struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0\x40\x80\0\xc0\xff")
    parts = [png_chunk(b"IHDR", header), *extra, png_chunk(b"IDAT", pixels), png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + behind


def riff(form: bytes, chunks: Sequence[tuple[bytes, bytes]], behind: bytes = b"") -> bytes:
    body = b"".join(
        name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2) for name, content in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + form + body + behind


def webp() -> bytes:
    head = bytes((0x1C, 0, 0, 0)) + bytes(6)
    return riff(b"WEBP", [(b"VP8X", head), (b"VP8L", b"\x2f\0\0\0\0"), (b"EXIF", SECRET), (b"XMP ", SECRET)], SECRET)


def wav() -> bytes:
    form = struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)
    return riff(b"WAVE", [(b"fmt ", form), (b"LIST", b"INFO" + SECRET), (b"data", b"\x80" * 9)], SECRET)


def box(name: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return struct.pack(">I", len(body) + 8) + name + body


def m4a(handler: bytes = b"soun") -> bytes:
    track = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(12))), box(b"udta", SECRET))
    return (
        box(b"ftyp", b"M4A \0\0\0\0")
        + box(b"moov", track, box(b"udta", box(b"\xa9xyz", SECRET)), box(b"meta", SECRET))
        + box(b"mdat", b"sound")
        + box(b"XtrA", SECRET)
    )


MPEG_FRAME = b"\xff\xfb\x90\x00" + bytes(413)


def mp3() -> bytes:
    tag = b"\0" * 4 + SECRET
    return b"ID3\x03\0\0" + bytes((0, 0, 0, len(tag))) + tag + MPEG_FRAME + (b"TAG" + SECRET).ljust(128, b"\0")


OGG = b"OggS\0\2" + bytes(40)
AMR = b"#!AMR\n" + bytes(32)
WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + bytes(20)
HEIC = box(b"ftyp", b"heic\0\0\0\0") + bytes(40)
