"""What repeated blocks are taken for: one page at a time, without a site around it."""

from __future__ import annotations

from crawlers.discovery.contents import contents_of
from crawlers.discovery.dates import DateReader
from crawlers.discovery.look import Look
from tests.unit.crawlers.discovery.layouts import NOW, SHANGHAI, posts, shell

READER = DateReader(SHANGHAI, NOW)


def test_label_that_stands_alike_in_all_items_is_no_text() -> None:
    """Two boards of a front page, each with who wrote last and when."""
    blocks = "".join(
        f'<div class="last-post">By: <a href="/member/{each.number}/">{each.author}</a> '
        f'&nbsp;<a href="/topic/1/?post={each.number}#{each.number}"><i></i></a><br>'
        f"<small>{each.local:%Y年%-m月%-d日 %H:%M}</small></div>"
        for each in posts(2)
    )
    found = contents_of([Look("http://site.example/", shell(blocks), {}, "")], READER)
    assert found is None or found.quality < 0.6


def test_name_of_a_topic_is_no_author() -> None:
    rows = "".join(
        f'<div class="row"><a class="topic-name" href="/topic/{each.number}/">{each.title}</a>'
        f'<p class="intro">{each.text}</p><small>{each.local:%Y-%m-%d %H:%M}</small></div>'
        for each in posts(6)
    )
    found = contents_of([Look("http://site.example/", shell(rows), {}, "")], READER)
    assert found is not None
    assert "author" not in found.fields


def test_texts_that_differ_by_a_number_alone_are_texts() -> None:
    items = "".join(
        f'<li class="entry"><b class="user">{each.author}</b> <i>{each.local:%Y-%m-%d %H:%M}</i> '
        f"<u>赞 ({each.stars})</u><div>测试 {each.number}</div><span>回复 {each.stars}</span></li>"
        for each in posts(6)
    )
    found = contents_of([Look("http://site.example/", shell(f"<ul>{items}</ul>"), {}, "")], READER)
    assert found is not None
    assert found.entry()["text"] == "./div[1]"
