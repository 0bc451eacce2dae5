"""More of the small sites: what was learned from engines of shops and blogs; and the list of all layouts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape

from tests.unit.crawlers.discovery.layouts import (
    Site,
    Written,
    bare_lines,
    cards,
    cells_with_tables,
    deep_forum,
    guest_book,
    hashed_classes,
    icon_stars,
    multiline,
    nested_comments,
    paged,
    posts,
    question,
    shell,
    shop,
    table_forum,
    table_per_post,
    two_rows,
    utility_classes,
)


def star_pictures() -> Site:
    """Tables of an old shop: stars as the name of a picture, next to the time."""
    tables = "".join(
        f'<table width="760"><tr bgcolor="#eee"><td>用户:{escape(each.author)}</td>'
        f'<td>评分:<img src="images/star{each.stars}.gif"></td>'
        f'<td align="right">{each.local:%Y-%-m-%-d %H:%M:%S}</td></tr>'
        f'<tr><td colspan="3">{multiline(each.text)}</td></tr></table>'
        for each in posts(9)
    )
    return Site({"/show.asp?id=7": shell(tables)}, posts(9), frozenset({"author", "published", "rating"}))


def stacked_icons() -> Site:
    """Stars of icons in icons, after the text and with nothing around them; a full one also holds an empty one. On the
    first part all have five, so that only the second one shows what an empty star is."""
    frame = '<i class="fa fa-star-o fa-stack-2x"></i></span>'
    empty = f'<span class="fa fa-stack">{frame}'
    full = f'<span class="fa fa-stack"><i class="fa fa-star fa-stack-2x"></i>{frame}'

    def page(part: Sequence[Written], number: int, last: int) -> str:
        tables = "".join(
            f'<table class="table"><tr><td><strong>{escape(each.author)}</strong></td>'
            f'<td class="text-right">{each.local:%d/%m/%Y}</td></tr><tr><td colspan="2"><p>{multiline(each.text)}</p>'
            f"{full * each.stars}{empty * (5 - each.stars)}</td></tr></table>"
            for each in part
        )
        further = f'<ul class="pagination"><li><a href="/review?id=40&amp;page={number + 1}">&gt;</a></li></ul>'
        return shell(tables + (further if number < last else ""))

    found = tuple(replace(each, stars=5) if place < 6 else each for place, each in enumerate(posts(16)))
    pages = {f"/review?id=40&page={n}": text for n, text in enumerate(paged(found, 6, page), 1)}
    return Site(pages, found, frozenset({"author", "published", "rating"}), minutes=False)


def nested_comments_below_an_article() -> Site:
    """An article by one person and below it, beside its element, the comments of others."""

    def item(each: Written, inner: str = "") -> str:
        return (
            f'<li id="comment-{each.number}" class="comment depth-1"><article class="comment-body"><footer>'
            f'<b class="fn">{escape(each.author)}</b> <span class="says">说道：</span>'
            f'<a href="/a/#comment-{each.number}"><time datetime="{each.local.isoformat()}">{each.local:%m月%d日}'
            f'</time></a></footer><div class="comment-content"><p>{multiline(each.text)}</p></div></article>'
            f"{inner}</li>"
        )

    found = posts(9)
    pairs = "".join(
        item(found[n], f'<ol class="children">{item(found[n + 1])}</ol>') for n in range(0, 8, 2)
    ) + item(found[8])  # fmt: skip
    article = (
        '<article class="post"><h1 class="entry-title">使用评测</h1><div class="entry-meta">'
        '<time class="entry-date" datetime="2026-07-01T10:00:00+08:00">2026年7月1日</time> '
        '<span class="author"><a href="/author/admin/">admin</a></span></div>'
        '<div class="entry-content"><p>正文很短。</p></div></article>'
    )
    body = f'{article}<div id="comments"><h2>9 条评论</h2><ol class="comment-list">{pairs}</ol></div>'
    return Site({"/a/": shell(body)}, found)


LAYOUTS = (
    table_forum, cards, guest_book, nested_comments, shop, deep_forum, two_rows, icon_stars, bare_lines, question,
    utility_classes, hashed_classes, table_per_post, cells_with_tables, star_pictures, stacked_icons,
    nested_comments_below_an_article,
)  # fmt: skip
