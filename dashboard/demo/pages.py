"""What the demo site answers: shops with schema.org reviews, a forum's JSON, a microblog that needs JavaScript, a feed.

Pure: an :class:`Answer` for a path at a time. Every page says that it is demo data, in Chinese and English.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from dashboard.demo.story import PRODUCTS, Brand, Item, Place, Story

NOTICE = "演示数据：品牌、人物和内容均为虚构。 Demo data: brands, people and contents are made up."
BRAND_NAMES: dict[Brand, str] = {"xinghe": "星河", "tianqiong": "天穹"}
#: How far back lists of recent things go.
FRESH = timedelta(hours=2)
#: A shop's first page begins this long before the story's start; what is older stands in its archive.
OVERLAP = timedelta(minutes=5)
SHOP_PAGE = 90
ARCHIVE_PAGE = 120
FEED_PAGE = 100
MICROBLOG_PAGE = 260
FORUM_PAGE = 30
HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"

STYLE = """
body{font:16px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;margin:0;background:#f6f7f9;color:#1c2430}
header{background:#1c2430;color:#fff;padding:12px 24px}header a{color:#fff;margin-right:16px}
.notice{background:#ffe9b8;color:#553a00;padding:8px 24px;font-size:14px}
main{max-width:760px;margin:24px auto;padding:0 16px}
article{background:#fff;border:1px solid #e3e6eb;border-radius:8px;padding:12px 16px;margin:12px 0}
.meta{color:#5b6675;font-size:14px}
"""

MICROBLOG_SCRIPT = """
async function show() {
  const posts = await (await fetch("/microblog/posts.json")).json();
  const list = document.getElementById("posts");
  for (const post of posts.posts) {
    const article = document.createElement("article");
    article.className = "post";
    article.dataset.id = post.id;
    for (const [tag, name, value] of [["p", "text", post.text], ["span", "author", post.author]]) {
      const part = document.createElement(tag);
      part.className = name;
      part.textContent = value;
      article.append(part);
    }
    const link = document.createElement("a");
    link.className = "link meta";
    link.href = post.url;
    const time = document.createElement("time");
    time.dateTime = post.time;
    time.textContent = " " + new Date(post.time).toLocaleString();
    link.append(time);
    article.append(link);
    list.append(article);
  }
  document.body.dataset.ready = "yes";
}
show();
"""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    media_type: str
    body: bytes

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


def answer(path: str, page: int, story: Story, now: datetime) -> Answer:
    """The answer to a GET of ``path`` (no query string) at ``now``; ``page`` counts from 0."""
    match path.strip("/").split("/"):
        case [""]:
            return Answer(200, HTML, front())
        case ["robots.txt"]:
            return Answer(200, "text/plain; charset=utf-8", f"# {NOTICE}\nUser-agent: *\nDisallow: /search\n".encode())
        case ["shop", ("xinghe" | "tianqiong") as brand]:
            return Answer(200, HTML, shop(brand, story, now))
        case ["shop", ("xinghe" | "tianqiong") as brand, "archive"]:
            return Answer(200, HTML, archive(brand, page, story))
        case ["forum"] | ["forum", "latest"]:
            return Answer(200, HTML, forum_front(story, now))
        case ["forum", "latest.json"]:
            return Answer(200, JSON, forum_latest(page, story, now))
        case ["forum", "t", name] if name.endswith(".json") and name[:-5].isdigit():
            return forum_topic(int(name[:-5]), story, now)
        case ["forum", "t", _, number, *_] if number.isdigit():
            return forum_page(int(number), story, now)
        case ["microblog"]:
            return Answer(200, HTML, microblog())
        case ["microblog", "posts.json"]:
            return Answer(200, JSON, microblog_posts(story, now))
        case ["microblog", "app.js"]:
            return Answer(200, "text/javascript; charset=utf-8", MICROBLOG_SCRIPT.encode())
        case ["news.atom"]:
            return Answer(200, "application/atom+xml; charset=utf-8", feed(story, now))
        case ["items", number] if number.isdigit():
            return single(int(number), story, now)
        case _:
            return Answer(404, HTML, document("404", "<p>没有这一页。No such page.</p>"))


def document(title: str, body: str) -> bytes:
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{html.escape(title)} · 演示 demo</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>'
        f'<header><a href="/">演示站 Demo site</a></header><div class="notice">{NOTICE}</div>'
        f"<main><h1>{html.escape(title)}</h1>{body}</main></body></html>"
    ).encode()


def front() -> bytes:
    links = {
        "/shop/xinghe": "星河旗舰店 (schema.org, JSON-LD)",
        "/shop/tianqiong": "天穹旗舰店 (schema.org, microdata)",
        "/forum": "数码论坛 (Discourse JSON)",
        "/microblog": "微博客 (JavaScript)",
        "/news.atom": "数码快讯 (Atom)",
    }
    return document("演示站", "".join(f'<article><a href="{url}">{name}</a></article>' for url, name in links.items()))


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shop_items(brand: Brand, items: Sequence[Item]) -> list[Item]:
    return [item for item in items if item.place == "shop" and item.brand == brand]


def shop(brand: Brand, story: Story, now: datetime) -> bytes:
    """The newest reviews; none that the archive shows."""
    since = now - FRESH if now - FRESH > story.started_at else story.started_at - OVERLAP
    items = shop_items(brand, story.published(now, since))[-SHOP_PAGE:][::-1]
    more = f'<p><a class="archive" href="/shop/{brand}/archive">更早的评价 Older reviews</a></p>'
    return document(f"{BRAND_NAMES[brand]}旗舰店 最新评价", reviews_markup(brand, items) + more)


def archive(brand: Brand, page: int, story: Story) -> bytes:
    """Reviews from before the story began (less the first page's five minutes), paged."""
    items = shop_items(brand, story.published(story.started_at - OVERLAP))[::-1]
    part = items[page * ARCHIVE_PAGE : (page + 1) * ARCHIVE_PAGE]
    following = (page + 1) * ARCHIVE_PAGE < len(items)
    link = f'<p><a class="next" rel="next" href="/shop/{brand}/archive?page={page + 1}">下一页 Next</a></p>'
    return document(f"{BRAND_NAMES[brand]}旗舰店 历史评价", reviews_markup(brand, part) + (link if following else ""))


def reviews_markup(brand: Brand, items: Sequence[Item]) -> str:
    """JSON-LD in the own shop, microdata in the competitor's."""
    return json_ld(items) if brand == "xinghe" else microdata(items)


def visible(item: Item) -> str:
    stars = f"{'★' * item.rating}{'☆' * (5 - item.rating)} " if item.rating else ""
    return (
        f"<article><p>{html.escape(item.text)}</p>"
        f'<p class="meta">{stars}{html.escape(item.author)} · {html.escape(item.product)} · '
        f'<a href="/items/{item.number}">{stamp(item.published_at)}</a></p></article>'
    )


def json_ld(items: Sequence[Item]) -> str:
    products = [
        {
            "@context": "https://schema.org",
            "@type": "Product",
            "name": name,
            "review": [review_object(item) for item in items if item.product == name],
        }
        for name, _ in PRODUCTS["xinghe"]
    ]
    # "<" cannot end the script element once it is escaped.
    data = json.dumps(products, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{data}</script>' + "".join(map(visible, items))


def review_object(item: Item) -> dict[str, Any]:
    return {
        "@type": "Review",
        "identifier": f"r{item.number}",
        "url": f"/items/{item.number}",
        "author": {"@type": "Person", "name": item.author},
        "datePublished": stamp(item.published_at),
        "reviewBody": item.text,
        "reviewRating": {"@type": "Rating", "ratingValue": str(item.rating), "bestRating": "5", "worstRating": "1"},
    }


def microdata(items: Sequence[Item]) -> str:
    return "".join(
        '<article itemscope itemtype="https://schema.org/Review">'
        f'<meta itemprop="identifier" content="r{item.number}"><link itemprop="url" href="/items/{item.number}">'
        '<span itemprop="itemReviewed" itemscope itemtype="https://schema.org/Product">'
        f'<b itemprop="name">{html.escape(item.product)}</b></span>'
        f'<p itemprop="reviewBody">{html.escape(item.text)}</p><p class="meta">'
        '<span itemprop="reviewRating" itemscope itemtype="https://schema.org/Rating">'
        f'<span itemprop="ratingValue">{item.rating}</span>/<span itemprop="bestRating">5</span>'
        '<meta itemprop="worstRating" content="1"></span> '
        '<span itemprop="author" itemscope itemtype="https://schema.org/Person">'
        f'<span itemprop="name">{html.escape(item.author)}</span></span> '
        f'<time itemprop="datePublished" datetime="{stamp(item.published_at)}">{stamp(item.published_at)}</time>'
        "</p></article>"
        for item in items
    )


def topics(story: Story, now: datetime) -> list[tuple[int, list[Item]]]:
    """Topics with their posts in order, the most recently active first; live topics of the last hours only."""
    since = story.topic_start(now, FRESH)
    items = story.published(now, None if since <= story.started_at else since)
    posts = sorted((item for item in items if item.topic is not None), key=lambda item: item.topic or 0)
    grouped = [(number, list(group)) for number, group in groupby(posts, key=lambda item: item.topic or 0)]
    return sorted(grouped, key=lambda topic: topic[1][-1].published_at, reverse=True)


def forum_latest(page: int, story: Story, now: datetime) -> bytes:
    found = topics(story, now)
    listing: dict[str, Any] = {
        "per_page": FORUM_PAGE,
        "topics": [
            {
                "id": number,
                "title": posts[0].title,
                "slug": f"topic-{number}",
                "posts_count": len(posts),
                "created_at": stamp(posts[0].published_at),
                "bumped_at": stamp(posts[-1].published_at),
                "pinned": False,
            }
            for number, posts in found[page * FORUM_PAGE : (page + 1) * FORUM_PAGE]
        ],
    }
    if (page + 1) * FORUM_PAGE < len(found):
        listing["more_topics_url"] = f"/forum/latest?page={page + 1}"
    return json.dumps({"demo": NOTICE, "topic_list": listing}, ensure_ascii=False).encode()


def forum_topic(number: int, story: Story, now: datetime) -> Answer:
    posts = dict(topics(story, now)).get(number)
    if posts is None:
        return Answer(404, JSON, json.dumps({"demo": NOTICE, "errors": ["no such topic"]}).encode())
    shown = [
        {
            "id": post.number,
            "post_number": index,
            "username": post.author,
            "created_at": stamp(post.published_at),
            "cooked": f"<p>{html.escape(post.text)}</p>",
            "reply_to_post_number": None,
        }
        for index, post in enumerate(posts, start=1)
    ]
    stream = {"posts": shown, "stream": [post.number for post in posts]}
    topic = {"demo": NOTICE, "id": number, "title": posts[0].title, "slug": f"topic-{number}", "post_stream": stream}
    return Answer(200, JSON, json.dumps(topic, ensure_ascii=False).encode())


def forum_front(story: Story, now: datetime) -> bytes:
    links = "".join(
        f'<article><a href="/forum/t/topic-{number}/{number}">{html.escape(posts[0].title or "")}</a> '
        f'<span class="meta">{len(posts)}</span></article>'
        for number, posts in topics(story, now)[:FORUM_PAGE]
    )
    return document("数码论坛", links)


def forum_page(number: int, story: Story, now: datetime) -> Answer:
    posts = dict(topics(story, now)).get(number)
    if posts is None:
        return Answer(404, HTML, document("404", "<p>没有这个主题。No such topic.</p>"))
    return Answer(200, HTML, document(posts[0].title or "", "".join(map(visible, posts))))


def microblog() -> bytes:
    """An empty shell: the posts exist only after the script ran."""
    return document("微博客", '<div id="posts"></div><script src="/microblog/app.js" defer></script>')


def newest(place: Place, count: int, story: Story, now: datetime) -> list[Item]:
    since = None if now - FRESH <= story.started_at else now - FRESH
    return [item for item in story.published(now, since) if item.place == place][-count:][::-1]


def microblog_posts(story: Story, now: datetime) -> bytes:
    posts = [
        {
            "id": f"m{item.number}",
            "text": item.text,
            "author": item.author,
            "time": stamp(item.published_at),
            "url": f"/items/{item.number}",
        }
        for item in newest("microblog", MICROBLOG_PAGE, story, now)
    ]
    return json.dumps({"demo": NOTICE, "posts": posts}, ensure_ascii=False).encode()


def feed(story: Story, now: datetime) -> bytes:
    items = newest("feed", FEED_PAGE, story, now)
    entries = "".join(
        f"<entry><id>urn:tingfeng-demo:{item.number}</id><title>{html.escape(item.title or '')}</title>"
        f'<link href="/items/{item.number}"/><author><name>{html.escape(item.author)}</name></author>'
        f"<published>{stamp(item.published_at)}</published><updated>{stamp(item.published_at)}</updated>"
        f'<content type="text">{html.escape(item.text)}</content></entry>'
        for item in items
    )
    updated = stamp(items[0].published_at if items else story.started_at)
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">'
        f"<id>urn:tingfeng-demo:news</id><title>数码快讯（演示数据 demo data）</title><subtitle>{NOTICE}</subtitle>"
        f"<updated>{updated}</updated>{entries}</feed>"
    ).encode()


def single(number: int, story: Story, now: datetime) -> Answer:
    item = next((item for item in story.published(now) if item.number == number), None)
    if item is None:
        return Answer(404, HTML, document("404", "<p>没有这一条。No such item.</p>"))
    return Answer(200, HTML, document(item.title or item.product, visible(item)))
