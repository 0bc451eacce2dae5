"""A real site on loopback that answers what a test tells it to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from time import monotonic

import pytest


@dataclass(frozen=True)
class Answer:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Route = Answer | Callable[[BaseHTTPRequestHandler], Answer]


class Site:
    """``pages`` by path (query included); what is not there is 404. ``seen`` are the requests, in order, ``bodies``
    what was posted, and ``times`` when each came in (seconds on the monotonic clock)."""

    def __init__(self) -> None:
        self.pages: dict[str, Route] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.times: list[float] = []
        self.bodies: list[bytes] = []
        self.hang = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.seen]

    def gaps(self) -> list[float]:
        """Seconds between one request and the next."""
        return [later - earlier for earlier, later in pairwise(self.times)]

    def handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.times.append(monotonic())
                site.seen.append((self.path, dict(self.headers.items())))
                route = site.pages.get(self.path, Answer(b"", 404))
                answer = route if isinstance(route, Answer) else route(self)
                try:
                    self.send_response(answer.status)
                    for name, value in ({"Content-Type": "text/html; charset=utf-8"} | answer.headers).items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(answer.body)))
                    # It is closed after each answer; whoever is not told may send the next request into it.
                    self.send_header("Connection", "close")
                    self.end_headers()
                    self.wfile.write(answer.body)
                except OSError:
                    return  # the crawl went away, which some tests are about

            def do_POST(self) -> None:
                site.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
                self.do_GET()

            def log_message(self, *args: object) -> None:
                return

        return Handler

    def never(self, _handler: BaseHTTPRequestHandler) -> Answer:
        """Answers only when the test is over."""
        self.hang.wait(60)
        return Answer()

    def close(self) -> None:
        self.hang.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()
    yield found
    found.close()
