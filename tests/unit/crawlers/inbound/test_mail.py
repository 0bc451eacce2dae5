from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.inbound.mail import mention_of
from monitor.mention import RawMention, Rejection

ARRIVED = "23 Nov 2026 12:00:00 +0800"


def read(data: bytes) -> RawMention:
    found = mention_of(data, "1-7", ARRIVED, "post")
    assert isinstance(found, RawMention)
    return found


def raw(*headers: str, body: bytes = b"x", charset: str = "utf-8") -> bytes:
    lines = "\r\n".join([*headers, f"Content-Type: text/plain; charset={charset}"])
    return lines.encode("utf-8") + b"\r\n\r\n" + body


def test_a_letter_with_an_attachment() -> None:
    letter = EmailMessage()
    letter["Subject"], letter["From"] = "电池发烫", "王小明 <wang@x.test>"
    letter["Message-ID"], letter["In-Reply-To"] = "<a@x.test>", "<first@x.test>"
    letter["Date"] = "Mon, 23 Nov 2026 10:00:00 +0800"
    letter.set_content("充电时发烫")
    letter.add_alternative("<p>充电时<b>发烫</b></p>", subtype="html")
    letter.add_attachment("不是正文", filename="photo.txt")
    found = read(letter.as_bytes())
    assert (found.title, found.text.strip(), found.markup) == ("电池发烫", "充电时发烫", "text")
    assert (found.author, found.external_id, found.parent_id) == ("王小明", "a@x.test", "first@x.test")
    assert found.published == "Mon, 23 Nov 2026 10:00:00 +0800"


def test_a_letter_of_html_alone() -> None:
    letter = EmailMessage()
    letter["From"] = "a@x.test"
    letter.set_content("<p>坏</p>", subtype="html")
    found = read(letter.as_bytes())
    assert (found.text.strip(), found.markup, found.author, found.external_id) == (
        "<p>坏</p>",
        "html",
        "a@x.test",
        "1-7",
    )


@pytest.mark.parametrize("charset", ["gbk", "gb2312", "us-ascii", "utf-8", "x-unknown", '""'])
def test_chinese_is_read_whatever_charset_is_stated(charset: str) -> None:
    """㛃 is in neither GB 2312 nor GBK: mailers send GB 18030 under their names."""
    assert read(raw(body="电池㛃发烫".encode("gb18030"), charset=charset)).text == "电池㛃发烫"


def test_headers_in_raw_gbk_and_in_encoded_words() -> None:
    plain = "Subject: 发烫".encode("gbk") + b"\r\n" + raw()
    assert read(plain).title == "发烫"
    assert read(raw("Subject: =?gb2312?B?t6LMzA==?=")).title == "发烫"
    assert read(raw("Subject: =?utf-8?B?broken")).title == "=?utf-8?B?broken"


@pytest.mark.parametrize(
    "date", ["Date: Thu, 01 Jan 1970 00:00:00 +0000", "Date: soon", "Date: 25 Nov 2026 12:00 +0800"]
)
def test_a_date_that_cannot_be_is_that_of_arrival(date: str) -> None:
    assert read(raw(date)).published == ARRIVED
    assert read(raw()).published == ARRIVED


def test_an_automatic_reply_is_nobody_s_opinion() -> None:
    found = mention_of(raw("Auto-Submitted: auto-replied"), "1-1", None, "post")
    assert found == Rejection("automatic reply")


def test_a_letter_cut_off_in_its_attachment_keeps_its_text() -> None:
    letter = EmailMessage()
    letter.set_content("起火")
    letter.add_attachment(bytes(100_000), maintype="image", subtype="png", filename="fire.png")
    assert read(letter.as_bytes()[:2000]).text.strip() == "起火"


@given(st.binary(max_size=400))
def test_no_bytes_break_it(data: bytes) -> None:
    for head in (b"", b"Content-Type: multipart/mixed; boundary=x\r\nSubject: =?", b"From: "):
        assert isinstance(mention_of(head + data, "1-1", ARRIVED, "post"), RawMention | Rejection)
