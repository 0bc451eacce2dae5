"""A shop on loopback whose product page shows the reviews that a test has published so far, in schema.org markup."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = '<!doctype html><html lang="zh"><script type="application/ld+json">{}</script>'


@dataclass(frozen=True, slots=True)
class Published:
    id: int
    at: datetime
    stars: int
    text: str


class Shop:
    """``answer_after`` holds every answer back until it is set: a test can then act in the middle of a crawl."""

    def __init__(self) -> None:
        self.reviews: list[Published] = []
        self.asked = threading.Event()
        self.answer_after = threading.Event()
        self.answer_after.set()
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/product":
                    shop.asked.set()
                    shop.answer_after.wait()
                    body = shop.page().encode()
                    self.send_response(200)
                else:
                    body = b""
                    self.send_response(404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    return  # the crawl was killed, which some tests are about

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/product"

    def page(self) -> str:
        reviews = [
            {
                "@type": "Review",
                "identifier": f"r{review.id}",
                "datePublished": review.at.isoformat(),
                "reviewRating": {"@type": "Rating", "ratingValue": review.stars, "bestRating": 5, "worstRating": 1},
                "author": {"@type": "Person", "name": f"顾客{review.id}"},
                "reviewBody": review.text,
            }
            for review in self.reviews
        ]
        product = {"@context": "https://schema.org", "@type": "Product", "name": "星河X5手机", "review": reviews}
        return PAGE.format(json.dumps(product, ensure_ascii=False))


@contextmanager
def open_shop() -> Iterator[Shop]:
    shop = Shop()
    thread = threading.Thread(target=shop.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield shop
    finally:
        shop.answer_after.set()
        shop.server.shutdown()
        shop.server.server_close()
        thread.join()
