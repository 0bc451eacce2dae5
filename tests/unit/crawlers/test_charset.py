"""Pages whose header, whose own declaration, or both, say the wrong encoding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import HtmlResponse

from crawlers.charset import readable
from crawlers.pages.feed import FeedPage, FeedSource
from crawlers.spider import as_text
from monitor.mention import RawMention
from monitor.normalise.text import clean_text

WORDS = "充电发烫，售后𠮷店不认账"
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
LIES = ("utf-8", "gbk", "gb2312", "iso-8859-1", "latin1", "windows-1252", "utf-16", "ascii", "nonsense", "")
DECLARED = ("utf-8", "gb2312", "iso-8859-1", "")
#: A family (joined by U+200D), a skin tone, a flag, one in four bytes of GB 18030.
EMOJI = ["👨‍👩‍👧", "👍🏽", "🇨🇳", "😡"]


def page(text: str, encoding: str, header: str, declared: str = "") -> HtmlResponse:
    meta = f"<meta charset={declared}>" if declared else ""
    stated = f"text/html; charset={header}" if header else "text/html"
    body = f"<html><head>{meta}</head><body><p>{text}</p></body></html>".encode(encoding)
    return HtmlResponse("https://a.example/", headers={"Content-Type": stated}, body=body)


def words_of(response: HtmlResponse) -> str | None:
    return readable(response).css("p::text").get()


@pytest.mark.parametrize("encoding", [*UNICODE, "gb18030"])
@pytest.mark.parametrize("header", LIES)
@pytest.mark.parametrize("declared", DECLARED)
def test_the_bytes_have_the_last_word(encoding: str, header: str, declared: str) -> None:
    assert words_of(page(WORDS, encoding, header, declared)) == WORDS


@given(
    words=st.lists(
        st.sampled_from(["电池", "发热", "很好用", "客服不理人", "一", "，", "㐂", "龘", "𠮷", "Wi-Fi ", *EMOJI]),
        min_size=1,
        max_size=8,
    ),
    encoding=st.sampled_from([*UNICODE, "gb18030"]),
    header=st.sampled_from(LIES),
    declared=st.sampled_from(DECLARED),
)
def test_chinese_comes_out_as_it_was_written(words: list[str], encoding: str, header: str, declared: str) -> None:
    text = "".join([*words, "电池发热严重，客服不理人，已经申请退款"])
    assert words_of(page(text, encoding, header, declared)) == text


@given(
    text=st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<&>\ufeff"), min_size=1),
    header=st.sampled_from(LIES),
)
def test_any_text_in_unicode_comes_out_under_any_header(text: str, header: str) -> None:
    for encoding in UNICODE:
        assert words_of(page(f"好{text}好", encoding, header)) == f"好{text}好"


@given(
    text=st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<&>\ufeff", min_codepoint=0x3400), min_size=1
    )
)
def test_any_chinese_comes_out_of_gb18030_where_its_header_says_so(text: str) -> None:
    assert words_of(page(f"好{text}", "gb18030", "gbk")) == f"好{text}"


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("греется при зарядке", "windows-1251"),
        ("греется при зарядке", "koi8-r"),
        ("充電中發熱，客服態度很差", "big5"),
        ("充電中に熱くなる", "shift_jis"),
        ("충전 중에 뜨거워요", "euc-kr"),
        ("l'été, ça chauffe à la charge", "iso-8859-1"),
        ("Akku wird heiß, Gerät zurück – 20 €", "windows-1252"),
    ],
)
def test_a_true_header_is_believed(words: str, encoding: str) -> None:
    assert words_of(page(words, encoding, encoding)) == words
    assert words_of(page(words, "utf-8", encoding)) == words, "and a false one is not"


def test_western_text_without_a_word_about_its_encoding_is_no_chinese() -> None:
    assert words_of(page("l'été, ça chauffe à la charge", "iso-8859-1", "")) == "l'été, ça chauffe à la charge"


def test_one_character_of_a_page_that_says_what_it_is() -> None:
    assert words_of(page("一", "gb18030", "gbk")) == "一"
    assert words_of(page("Привет", "utf-8", "gbk")) == "Привет"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.parametrize("header", ["utf-8", "gbk", "iso-8859-1"])
def test_one_broken_character_spoils_no_page(encoding: str, header: str) -> None:
    # Old boards cut titles after so many bytes, in the middle of a character.
    body = f"<p>{WORDS}</p><i>".encode(encoding) + "发".encode(encoding)[:1] + b"</i>" + WORDS.encode(encoding)
    response = HtmlResponse("https://a.example/", headers={"Content-Type": f"text/html; charset={header}"}, body=body)
    assert words_of(response) == WORDS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
@pytest.mark.parametrize(
    "header",
    ["text/xml; charset=utf-8", "application/rss+xml; charset=gbk", "text/html", "text/xml; charset=iso-8859-1"],
)
@pytest.mark.parametrize("declared", ["utf-8", "gb2312"])
def test_a_feed_is_read_in_the_encoding_that_it_is_in(encoding: str, header: str, declared: str) -> None:
    feed = f"""<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel><title>t</title>
    <item><title>{WORDS}</title><description>{"".join(EMOJI)}</description></item></channel></rss>"""
    response = HtmlResponse("https://a.example/feed", headers={"Content-Type": header}, body=feed.encode(encoding))
    source = FeedSource(id="s", url="https://a.example/feed")
    found = [each for each in FeedPage(source).parse(as_text(response)) if isinstance(each, RawMention)]
    assert [(each.title, each.text) for each in found] == [(WORDS, "".join(EMOJI))]


def test_emoji_stay_whole_and_invisible_marks_go_by_the_rule() -> None:
    assert clean_text("".join(EMOJI), markup=False) == "".join(EMOJI)
    assert clean_text("می‌خواهم", markup=False) == "می‌خواهم", "the joiners are letters in Persian"
    assert clean_text("退\u200b款\u2060\ufeff\u00ad \u202e了\u202c\u2067呢\u2069\u200f", markup=False) == "退款 了呢"
