"""What repeated blocks are taken for: one page at a time, without a site around it."""

from __future__ import annotations

from crawlers.discovery.contents import contents_of
from crawlers.discovery.dates import DateReader
from crawlers.discovery.look import Look
from crawlers.discovery.paging import next_of
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


def test_comments_beside_an_article_are_not_its_text() -> None:
    """Three articles, each with the comments of others in the element that follows it."""
    pages = []
    for number in range(3):
        comments = "".join(
            f'<li><article class="comment-body"><b class="fn">{each.author}</b> <time datetime="{each.at.isoformat()}">'
            f'</time><div class="comment-content"><p>{each.text}</p></div></article></li>'
            for each in posts(4, first=4 * number)
        )
        article = (
            f'<article class="post" id="post-{number + 40}"><h1 class="entry-title">评测 {number}</h1>'
            '<footer><i>2026年7月1日</i> <span class="byline">By admin</span></footer></article>'
        )
        pages.append(
            Look(
                f"http://site.example/{number}", shell(f'{article}<div id="comments"><ol>{comments}</ol></div>'), {}, ""
            )
        )
    found = contents_of(pages, READER)
    assert found is not None
    assert len(found.block.items) == 12
    assert found.entry()["text"] == "div.comment-content"


def test_next_article_is_no_next_part() -> None:
    below = '<div class="nav-next"><a rel="next" href="/?p=5"><span>Next post</span> 星河X5手机 使用评测</a></div>'
    older = '<a class="prev page-numbers" href="/?p=4&amp;cpage=1#comments"><span>Older comments</span></a>'
    page = Look("http://site.example/?p=4", shell(below + older), {}, "")
    found = next_of([page])
    assert found is not None
    assert [link.get("href") for link in found.nodes(page.root)] == ["/?p=4&cpage=1#comments"]
