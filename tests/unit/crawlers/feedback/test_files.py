"""What may be enclosed: known by content, written anew without what tells of a person, and never an exception."""

from __future__ import annotations

import struct
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.feedback.errors import UnfitFileError
from crawlers.feedback.files import EXTENSIONS, Field, kept_file, media_type
from crawlers.feedback.jpeg import orientation
from crawlers.feedback.source import PICTURE_BYTES
from monitor.vault.file import File
from tests.unit.crawlers.feedback import samples
from tests.unit.crawlers.feedback.samples import SECRET, exif, jpeg, jpeg_segment, png, png_chunk

GOOD: dict[str, tuple[Field, bytes]] = {
    "image/jpeg": ("picture", jpeg([jpeg_segment(0xE1, exif()), jpeg_segment(0xFE, SECRET)], SECRET)),
    "image/png": ("picture", png([png_chunk(b"tEXt", SECRET), png_chunk(b"eXIf", SECRET)], SECRET)),
    "image/webp": ("picture", samples.webp()),
    "audio/mpeg": ("voice", samples.mp3()),
    "audio/mp4": ("voice", samples.m4a()),
    "audio/wav": ("voice", samples.wav()),
    "audio/ogg": ("voice", samples.OGG),
    "audio/amr": ("voice", samples.AMR),
    "audio/webm": ("voice", samples.WEBM),
}


@pytest.mark.parametrize("kind", GOOD)
def test_every_kind_is_known_by_its_content_and_tells_nothing(kind: str) -> None:
    field, data = GOOD[kind]
    kept = kept_file(data, field)
    assert kept.media_type == kind
    assert SECRET not in kept.data
    assert kept_file(kept.data, field) == kept, "what is kept is kept as it is"


def test_every_kind_has_a_sample_and_an_extension() -> None:
    assert set(GOOD) == set(EXTENSIONS)


def test_a_jpeg_stays_the_picture_it_was_and_the_same_way_up() -> None:
    plain = jpeg()
    assert kept_file(plain, "picture").data == plain
    for order in "><":
        for turned in range(2, 9):
            kept = kept_file(jpeg([jpeg_segment(0xE1, exif(turned, order))]), "picture").data
            assert kept.count(b"Exif\0\0") == 1
            assert orientation(kept[kept.index(b"Exif") :][:32]) == turned
            start = kept.index(b"\xff\xe1")
            assert kept[:start] + kept[start + 36 :] == plain
    assert kept_file(jpeg([jpeg_segment(0xE1, exif(1))]), "picture").data == plain


def test_of_a_jpeg_s_own_segments_only_what_colours_need_stays() -> None:
    profile, adobe = b"ICC_PROFILE\0\1\1" + bytes(20), b"Adobe" + bytes(7)
    kept = jpeg([jpeg_segment(0xE2, profile), jpeg_segment(0xEE, adobe)])
    more = [jpeg_segment(0xE2, b"MPF\0" + SECRET), jpeg_segment(0xED, b"Photoshop 3.0\0" + SECRET)]
    given_ = jpeg([jpeg_segment(0xE2, profile), *more, jpeg_segment(0xEE, adobe), jpeg_segment(0xE0, b"JFXX" + SECRET)])
    assert kept_file(given_, "picture").data == kept


def test_a_webp_no_longer_says_that_exif_follows() -> None:
    kept = kept_file(samples.webp(), "picture").data
    assert kept[20] == 0x10
    assert struct.unpack_from("<I", kept, 4)[0] == len(kept) - 8


def test_a_recorder_s_unfinished_wav_is_finished() -> None:
    data = bytearray(samples.wav()[: -len(SECRET)])
    struct.pack_into("<I", data, 4, 0xFFFFFFFF)
    struct.pack_into("<I", data, data.index(b"data") + 4, 0xFFFFFFFF)
    kept = kept_file(bytes(data), "voice").data
    assert struct.unpack_from("<I", kept, 4)[0] == len(kept) - 8


WRONG: dict[str, tuple[Field, bytes, str]] = {
    "page": ("picture", b"<html><script>alert(1)</script>", "type"),
    "drawing": ("picture", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "type"),
    "gif": ("picture", b"GIF89a" + bytes(20), "type"),
    "program": ("voice", b"MZ" + bytes(64), "type"),
    "empty": ("picture", b"", "type"),
    "picture as voice": ("voice", jpeg(), "type"),
    "voice as picture": ("picture", samples.mp3(), "type"),
    "heic": ("picture", samples.HEIC, "heic"),
    "film": ("voice", samples.m4a(b"vide"), "type"),
    "no sound": ("voice", samples.box(b"ftyp", b"M4A \0\0\0\0"), "broken"),
    "tag alone": ("voice", b"ID3\x03\0\0\0\0\0\0", "broken"),
    "cut off": ("picture", jpeg()[:-3], "broken"),
    "cut off png": ("picture", png()[:-5], "broken"),
    "wrong sum": ("picture", png()[:-1] + b"x", "broken"),
    "huge png": ("picture", png(size=(70_000, 70_000)), "broken"),
    "huge jpeg": ("picture", jpeg(frame=struct.pack(">BHHB", 8, 65_535, 65_535, 1) + b"\1\x11\0"), "broken"),
    "no pixels": ("picture", b"\xff\xd8\xff\xd9", "broken"),
    "many segments": ("picture", b"\xff\xd8" + jpeg_segment(0xFE, b"") * 20_000 + jpeg()[2:], "broken"),
    "many chunks": ("picture", png([png_chunk(b"tEXt", b"")] * 20_001), "broken"),
    "many boxes": ("voice", samples.m4a() + samples.box(b"free") * 50_001, "broken"),
    "many tags": ("voice", b"ID3\x03\0\0\0\0\0\0" * 100_000 + samples.MPEG_FRAME, "broken"),
    "large": ("picture", jpeg(behind=bytes(PICTURE_BYTES)), "large"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_something_else_is_refused_with_its_reason(name: str) -> None:
    field, data, reason = WRONG[name]
    with pytest.raises(UnfitFileError) as refused:
        kept_file(data, field)
    assert refused.value.reason == reason


@pytest.mark.parametrize("behind", [b"PK\x03\x04" + SECRET, b"<script>" + SECRET + b"</script>", b"%PDF-1.7" + SECRET])
def test_of_a_file_that_is_two_only_the_picture_is_left(behind: bytes) -> None:
    for data in (jpeg(behind=behind), png(behind=behind), jpeg([jpeg_segment(0xFE, behind)])):
        assert behind not in kept_file(data, "picture").data


def outcome(data: bytes, field: Field) -> File | str:
    try:
        return kept_file(data, field)
    except UnfitFileError as error:
        return error.reason


@given(st.sampled_from(sorted(GOOD)), st.data())
def test_garbled_files_are_kept_or_refused_and_never_tell(kind: str, data: st.DataObject) -> None:
    """Bytes changed, cut out and put in anywhere."""
    field, good = GOOD[kind]
    at = data.draw(st.integers(0, len(good)))
    cut = data.draw(st.integers(0, 40))
    garbled = good[:at] + data.draw(st.binary(max_size=40)) + good[at + cut :]
    found = outcome(garbled, field)
    if isinstance(found, File):
        assert found.media_type == media_type(garbled)
        assert len(found.data) <= len(garbled) + 36
        assert outcome(found.data, field) == found
    else:
        assert found in ("broken", "type", "large", "heic")


@given(st.binary(max_size=300), st.sampled_from(get_args(Field)))
def test_any_bytes_are_kept_or_refused(data: bytes, field: Field) -> None:
    for head in (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"\0\0\0\x10ftypM4A ", b"ID3"):
        outcome(head + data, field)


@given(st.lists(st.tuples(st.integers(0xE1, 0xEF), st.binary(max_size=60)), max_size=6), st.binary(max_size=60))
def test_nothing_of_a_camera_s_segments_survives(segments: list[tuple[int, bytes]], behind: bytes) -> None:
    extra = [jpeg_segment(marker, b"x" + SECRET + body) for marker, body in segments]
    assert kept_file(jpeg(extra, SECRET + behind), "picture").data == jpeg()
