"""The demo site as a process of its own: ``python -m dashboard.demo.site --port P --seed N --started-at ISO``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import structlog

from dashboard.demo.pages import HTML, Answer, answer, document
from dashboard.demo.story import CRISIS_AFTER, Story
from dashboard.operation import lifeline

log = structlog.get_logger()


def page_number(query: str) -> int:
    """``page`` of a query string; anything but a plain number is the first page."""
    value = parse_qs(query).get("page", ["0"])[0]
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 0


def serve(port: int, story: Story, clock: Callable[[], datetime]) -> ThreadingHTTPServer:
    """A server bound to 127.0.0.1 (port 0: any free one); the caller runs ``serve_forever``."""

    class Handler(BaseHTTPRequestHandler):
        server_version = "TingfengDemo"
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self.send(answer(parts.path, page_number(parts.query), story, clock()))

        def do_POST(self) -> None:
            self.close_connection = True
            self.send(Answer(405, HTML, document("405", "<p>只读。Read only.</p>")))

        def send(self, found: Answer) -> None:
            unchanged = found.status == 200 and self.headers.get("If-None-Match") == found.etag
            self.send_response(304 if unchanged else found.status)
            self.send_header("Content-Type", found.media_type)
            self.send_header("ETag", found.etag)
            self.send_header("X-Tingfeng-Demo", "demo data")
            self.send_header("Content-Length", "0" if unchanged else str(len(found.body)))
            self.end_headers()
            if not unchanged:
                self.wfile.write(found.body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
            log.debug("demo site", request=format % args)

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    return server


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="The local site that tingfeng demo listens to.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--started-at", type=datetime.fromisoformat, required=True)
    parser.add_argument("--crisis-after", type=float, default=CRISIS_AFTER.total_seconds(), help="seconds")
    given = parser.parse_args(arguments)
    lifeline.watch(os.environ)
    story = Story(given.seed, given.started_at, timedelta(seconds=given.crisis_after))
    serve(given.port, story, lambda: datetime.now(UTC)).serve_forever()


if __name__ == "__main__":
    main()
