"""A static local site for the crawl benchmark: made-up reviews, ready as bytes before the first request."""

from __future__ import annotations

import html
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

#: Items on one page, as the real services have them.
PER_PAGE = {"json": 100, "feed": 100, "html": 20}

NEWEST = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WORDS = (
    "收到货了", "包装很好", "电池有点发烫", "客服态度不错", "物流太慢", "用了三天就死机", "音质清晰", "屏幕很亮",
    "续航一般", "退款等了一周", "做工精细", "和描述一致", "充电很快", "系统卡顿", "值得推荐", "不会再买",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Review:
    number: int
    text: str
    author: str
    published: datetime
    stars: int


def reviews(count: int, seed: int = 7) -> list[Review]:
    """``count`` reviews of some 40 characters, the newest first."""
    chance = random.Random(seed)  # noqa: S311 - made-up texts
    return [
        Review(
            number,
            "，".join(chance.choices(WORDS, k=chance.randint(4, 10))) + f"。第{number}条",
            f"买家{chance.randrange(10**6)}",
            NEWEST - timedelta(seconds=number * 30),
            chance.randint(1, 5),
        )
        for number in range(count)
    ]


def steam_page(items: list[Review], following: int | None) -> bytes:
    """One page of a JSON interface, in the shape of Steam's appreviews."""
    rows = [
        {
            "recommendationid": str(each.number),
            "review": each.text,
            "voted_up": each.stars > 2,
            "votes_up": each.stars,
            "timestamp_created": int(each.published.timestamp()),
            "timestamp_updated": int(each.published.timestamp()),
            "author": {"steamid": each.author},
            "language": "schinese",
        }
        for each in items
    ]
    return json.dumps({"success": 1, "cursor": str(following or "end"), "reviews": rows}).encode()


def json_feed_page(items: list[Review], following: int | None) -> bytes:
    rows = [
        {
            "id": str(each.number),
            "content_text": each.text,
            "date_published": each.published.isoformat(),
            "authors": [{"name": each.author}],
            "url": f"/r/{each.number}",
        }
        for each in items
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Bench", "items": rows}
    return json.dumps(feed | ({"next_url": f"/feed?page={following}"} if following else {})).encode()


def html_page(items: list[Review], following: int | None) -> bytes:
    """A list page of a shop, its reviews in elements with telling classes."""
    rows = "".join(
        f'<article class="review" id="r{each.number}"><b class="name">{each.author}</b>'
        f'<time datetime="{each.published.isoformat()}">{each.published:%Y-%m-%d}</time>'
        f'<i class="stars" data-stars="{each.stars}"></i><p>{html.escape(each.text)}</p></article>'
        for each in items
    )
    more = f'<a rel="next" href="/shop?page={following}">next</a>' if following else ""
    return f"<!doctype html><meta charset=utf-8><title>Bench</title><main>{rows}</main>{more}".encode()


SHAPES: Mapping[str, tuple[Callable[[list[Review], int | None], bytes], str]] = {
    "json": (steam_page, "application/json"),
    "feed": (json_feed_page, "application/feed+json"),
    "html": (html_page, "text/html; charset=utf-8"),
}


def pages(shape: str, count: int) -> list[bytes]:
    build, _ = SHAPES[shape]
    size, found = PER_PAGE[shape], reviews(count)
    parts = [found[start : start + size] for start in range(0, count, size)]
    return [build(part, number + 1 if number < len(parts) else None) for number, part in enumerate(parts, start=1)]


def serve(shape: str, count: int, announce: Callable[[int], None]) -> None:
    """Answers page N to any address that asks for ``page=N`` or ``cursor=N``, the first without; until killed."""
    found, (_, content_type) = pages(shape, count), SHAPES[shape]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body are two writes: with Nagle's algorithm each answer would wait 40 ms for an acknowledgement, and
        # that wait would be most of what is measured.
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = parse_qs(parts.query)
            word = (asked.get("page") or asked.get("cursor") or ["1"])[0]
            number = int(word) if word.isdecimal() else 1
            known = parts.path != "/robots.txt" and 1 <= number <= len(found) and word != "end"
            body = found[number - 1] if known else b""
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    announce(server.server_port)
    server.serve_forever()


if __name__ == "__main__":
    import sys

    serve(sys.argv[1], int(sys.argv[2]), lambda port: print(port, flush=True))  # noqa: T201 - read by the benchmark
