"""What an enclosed file is, by its content alone, and the file as it may be kept: without what it says of its maker."""

from __future__ import annotations

from typing import Literal

from crawlers.feedback import jpeg, mp4, png, riff
from crawlers.feedback.errors import UnfitFileError
from crawlers.feedback.source import PICTURE_BYTES, VOICE_BYTES
from monitor.vault.file import File

Field = Literal["picture", "voice"]
#: By media type, for names of files that are handed out.
EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/amr": "amr",
    "audio/webm": "webm",
}
#: Brands of ISO media that are pictures (HEIC, AVIF), which few programs show.
PICTURE_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"})

#: ID3v2 tags before the sound; there is one, or a few of bad programs.
TAGS = 10


def kept_file(data: bytes, field: Field) -> File:
    """Raises :class:`UnfitFileError`: ``large``, ``heic``, ``type`` (another one than the field is for) or
    ``broken``."""
    if len(data) > (PICTURE_BYTES if field == "picture" else VOICE_BYTES):
        raise UnfitFileError("large")
    kind = media_type(data)
    if kind is None or not kind.startswith("image/" if field == "picture" else "audio/"):
        raise UnfitFileError("heic" if is_heic(data) else "type")
    return File(kind, rewritten(kind, data))


def is_heic(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in PICTURE_BRANDS


def media_type(data: bytes) -> str | None:
    """One of :data:`EXTENSIONS` by the first bytes; ``None`` for all else."""
    if data[:3] == b"\xff\xd8\xff":
        return "image/jpeg"
    if data[:8] == png.SIGNATURE:
        return "image/png"
    if data[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(data[8:12])
    if data[:3] == b"ID3" or is_mpeg_frame(data):
        return "audio/mpeg"
    if data[4:8] == b"ftyp":
        return None if is_heic(data) else "audio/mp4"
    if data[:4] == b"OggS":
        return "audio/ogg"
    if data.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return "audio/amr"
    if data[:4] == b"\x1aE\xdf\xa3" and b"webm" in data[:64]:
        return "audio/webm"
    return None


def is_mpeg_frame(data: bytes) -> bool:
    """The header of a frame of layer III with a possible bit rate and sampling rate (ISO/IEC 11172-3, 2.4.1.3)."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        return False
    version, layer, rate, sampling = data[1] >> 3 & 3, data[1] >> 1 & 3, data[2] >> 4, data[2] >> 2 & 3
    return version != 1 and layer == 1 and rate not in (0, 15) and sampling != 3


def rewritten(kind: str, data: bytes) -> bytes:
    match kind:
        case "image/jpeg":
            return jpeg.rewritten(data)
        case "image/png":
            return png.rewritten(data)
        case "image/webp":
            return riff.rewritten_webp(data)
        case "audio/wav":
            return riff.rewritten_wav(data)
        case "audio/mp4":
            return mp4.rewritten(data)
        case "audio/mpeg":
            return untagged(data)
        case _:
            return data


def untagged(data: bytes) -> bytes:
    """MP3 without its tags (ID3v2 before, ID3v1 behind), which name people, places and devices."""
    at = 0
    for _ in range(TAGS):
        if data[at : at + 3] != b"ID3":
            break
        head = data[at : at + 10]
        if len(head) < 10 or any(byte & 0x80 for byte in head[6:]):
            raise UnfitFileError("broken")
        size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        at += 10 + size + (10 if head[5] & 0x10 else 0)
    sound = data[at : len(data) - 128 if data[-128:-125] == b"TAG" else len(data)].lstrip(b"\0")
    if not is_mpeg_frame(sound):
        raise UnfitFileError("broken")
    return sound
