"""Pages whose header, whose own declaration, or both, say the wrong encoding."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse

from crawlers.charset import readable

WORDS = "充电发烫，售后𠮷店不认账"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("header", ["", "; charset=utf-8", "; charset=gbk", "; charset=nonsense"])
@pytest.mark.parametrize("meta", ["", "<meta charset=utf-8>", '<meta charset="gb2312">'])
def test_the_bytes_have_the_last_word(encoding: str, header: str, meta: str) -> None:
    page = HtmlResponse(
        "https://a.example/",
        headers={"Content-Type": f"text/html{header}"},
        body=f"<html><head>{meta}</head><body><p>{WORDS}</p></body></html>".encode(encoding),
    )
    assert readable(page).css("p::text").get() == WORDS


def test_one_broken_character_spoils_no_page() -> None:
    # Old boards cut titles after so many bytes, in the middle of a character.
    body = f"<p>{WORDS}</p><i>".encode("gb18030") + "发".encode("gb18030")[:1] + b"</i>" + WORDS.encode("gb18030")
    page = HtmlResponse("https://a.example/", headers={"Content-Type": "text/html; charset=utf-8"}, body=body)
    assert readable(page).css("p::text").get() == WORDS


def test_a_stated_encoding_of_another_part_of_the_world_is_kept() -> None:
    body = "<p>греется при зарядке</p>".encode("windows-1251")
    page = HtmlResponse("https://a.example/", headers={"Content-Type": "text/html; charset=windows-1251"}, body=body)
    assert readable(page).css("p::text").get() == "греется при зарядке"
