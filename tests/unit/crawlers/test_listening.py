"""Whole crawls of a stream over a real WebSocket server: what is kept, where the next one goes on, how each ends."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, time
from typing import Any

import pytest
from aiohttp import WSMsgType, web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import ValidationError

from crawlers.events import Blocked, CrawlEvent, Cursor, Failed, Fetched, Finished, Found, Gone
from crawlers.job import CrawlJob, CrawlLimits
from crawlers.registry import SOURCES
from crawlers.run import crawl

SECOND = 1_000_000

Frame = bytes | str | dict[str, Any]
Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """Answers each connection with the next behaviour, the last one for all that follow; ``asked`` are the queries."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.behaviours: list[Behaviour] = []
        self.asked: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.scheme = "wss" if tls else "ws"
        self.loop = asyncio.new_event_loop()
        self.over = asyncio.Event()
        self.open: set[web.WebSocketResponse] = set()
        ready: Future[int] = Future()
        self.thread = threading.Thread(target=self.loop.run_until_complete, args=[self.serve(ready, tls)], daemon=True)
        self.thread.start()
        self.port = ready.result(10)

    async def serve(self, ready: Future[int], tls: ssl.SSLContext | None) -> None:
        app = web.Application()
        app.router.add_get("/subscribe", self.answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
        await site.start()
        ready.set_result(runner.addresses[0][1])
        await self.over.wait()
        await runner.cleanup()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        number = len(self.asked)
        self.asked.append(dict(request.query))
        self.headers.append(dict(request.headers))
        return await self.behaviours[min(number, len(self.behaviours) - 1)](request)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.over.set)
        self.thread.join(10)

    def tells(self, *frames: Frame, then: str = "stay") -> None:
        """Sends ``frames``; then stays until the other side goes, or closes."""

        async def behave(request: web.Request) -> web.StreamResponse:
            opened = web.WebSocketResponse(compress=True)
            await opened.prepare(request)
            for frame in frames:
                if isinstance(frame, bytes):
                    await opened.send_bytes(frame)
                else:
                    await opened.send_str(frame if isinstance(frame, str) else json.dumps(frame))
            if then == "stay":
                async for message in opened:
                    if message.type is WSMsgType.ERROR:
                        break
            await opened.close()
            return opened

        self.behaviours.append(behave)

    def says(self, response: Callable[[], web.Response]) -> None:
        async def behave(_request: web.Request) -> web.StreamResponse:
            return response()

        self.behaviours.append(behave)


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    yield found
    found.close()


def job(server: Server, seconds: int = 1, local: tuple[str, ...] = ("127.0.0.1",), **changes: Any) -> CrawlJob:
    own = changes.pop("source", {})
    fields = {"id": "s", "kind": "bluesky-jetstream", "keywords": ["星河"], "seconds": seconds}
    base = {"base": f"{server.scheme}://127.0.0.1:{server.port}"}
    source = SOURCES["bluesky-jetstream"].model.model_validate(fields | base | own)
    return CrawlJob(**{"source": source, "local": local, **changes})


def run(asked: CrawlJob) -> list[CrawlEvent]:
    found = list(crawl(asked))
    assert isinstance(found[-1], Finished)
    return found


def of(found: list[CrawlEvent], kind: type[Any]) -> list[Any]:
    return [event for event in found if isinstance(event, kind)]


def ids(found: list[CrawlEvent]) -> list[str]:
    return [event.mention.external_id.rsplit("/", 1)[1] for event in of(found, Found)]


@pytest.fixture
def now() -> int:
    """Microseconds since the epoch, to the second."""
    return int(time()) * SECOND


def post(
    key: str, text: str = "星河 发烫", at: int | None = None, operation: str = "create", **record: Any
) -> dict[str, Any]:
    commit: dict[str, Any] = {"rev": "3m", "operation": operation, "collection": "app.bsky.feed.post", "rkey": key}
    if operation != "delete":
        commit |= {"cid": "b", "record": {"$type": "app.bsky.feed.post", "text": text, "createdAt": "x", **record}}
    position = int(time()) * SECOND if at is None else at
    return {"did": "did:plc:a", "time_us": position, "kind": "commit", "commit": commit}


def left_by(position: int) -> dict[str, Any]:
    return {"stream": {"position": position}}


@pytest.mark.slow
def test_only_what_is_looked_for_leaves_the_crawl(server: Server, now: int) -> None:
    server.tells(
        post("1"),
        post("2", "something else"),
        post("3", "星河", langs=["zh-Hans"]),
        post("1", operation="delete"),
        {"did": "did:plc:b", "time_us": now, "kind": "account", "account": {"active": False, "status": "deleted"}},
        {"did": "did:plc:c", "time_us": now + SECOND, "kind": "identity", "identity": {"handle": "c.example"}},
    )
    found = run(job(server))
    assert ids(found) == ["1", "3"]
    assert of(found, Gone) == [
        Gone("at://did:plc:a/app.bsky.feed.post/1"),
        Gone("at://did:plc:b/", prefix=True),
    ]
    assert [type(event) for event in found[-2:]] == [Cursor, Finished]
    assert (found[-2], found[-1]) == (Cursor(left_by(now + SECOND)), Finished("done"))
    assert server.asked == [{"wantedCollections": "app.bsky.feed.post", "maxMessageSizeBytes": "262144"}]
    assert server.headers[0]["User-Agent"] == "Tingfeng/0.1 (+self-hosted review monitor)"
    assert "Sec-WebSocket-Extensions" not in server.headers[0]


@pytest.mark.slow
def test_the_next_crawl_goes_on_a_little_before(server: Server, now: int) -> None:
    server.tells(post("1", at=now - 2 * SECOND), post("2", at=now))
    first = run(job(server))
    again = run(job(server, cursor=of(first, Cursor)[-1].state, source={"keywords": ["星河", "another"]}))
    assert server.asked[1]["cursor"] == str(now - 5 * SECOND)
    assert ids(again) == ids(first) == ["1", "2"]
    assert again[-2] == first[-2]


@pytest.mark.slow
def test_a_connection_that_is_closed_is_opened_again(server: Server, now: int) -> None:
    server.tells(post("1", at=now - SECOND), then="close")
    server.tells(post("1", at=now - SECOND), post("2"))
    found = run(job(server, seconds=3))
    assert ids(found) == ["1", "1", "2"]
    assert server.asked[1]["cursor"] == str(now - 6 * SECOND)
    assert (of(found, Failed)[0].reason, found[-1]) == ("connection closed", Finished("done"))


@pytest.mark.slow
def test_what_the_server_does_not_keep_any_more_is_said_once(server: Server, now: int) -> None:
    server.tells(post("1", at=now - SECOND), post("2"))
    found = run(job(server, cursor=left_by(now - 3600 * SECOND)))
    assert [event.reason for event in of(found, Failed)] == ["gap"]
    begin, end = (datetime.fromtimestamp(now // SECOND - ago, UTC).isoformat() for ago in (3600, 1))
    assert found[-1] == Finished("done", f"not read, the server has no more of it: {begin} to {end}")
    again = run(job(server, cursor=of(found, Cursor)[-1].state))
    assert (of(again, Failed), again[-1]) == ([], Finished("done"))


@pytest.mark.slow
def test_a_pause_that_is_still_caught_up_on_is_said(server: Server, now: int) -> None:
    server.tells(post("1", "nothing", at=now - 600 * SECOND))
    found = run(job(server, cursor=left_by(now - 605 * SECOND)))
    assert of(found, Failed) == []
    assert found[-1].reason.startswith("still 6")  # type: ignore[union-attr]


@pytest.mark.slow
def test_a_network_without_matches_brings_nothing_new(server: Server) -> None:
    server.tells(post("1", "nothing"))
    assert run(job(server))[-1] == Finished("done", "nothing new")


@pytest.mark.slow
def test_damaged_frames_spoil_only_themselves(server: Server, now: int) -> None:
    server.tells(
        "{",
        "[]",
        "[" * 100_000,
        b"\x00\xff",
        '{"did":"did:plc:a"',
        post("1", at=2**62),
        post("2", "x" * 300_000 + "星河"),
    )
    found = run(job(server))
    assert ids(found) == ["1", "2"]
    assert [event.reason for event in of(found, Failed)] == ["bad json"] * 3 + ["binary frame", "bad json"]
    # A time that nobody can believe does not become the position.
    assert found[-2:] == [Cursor(left_by(now)), Finished("done")]


@pytest.mark.slow
def test_a_server_that_talks_rubbish_is_left(server: Server) -> None:
    server.tells(*["rubbish"] * 1000)
    started = monotonic()
    found = run(job(server, seconds=60))
    assert found[-1] == Finished("failed", "bad json")
    assert len(of(found, Failed)) == 200
    assert monotonic() - started < 30


@pytest.mark.slow
def test_a_frame_beyond_all_measure_ends_its_connection(server: Server) -> None:
    server.tells(post("1"), "x" * 300_000)
    found = run(job(server, limits=CrawlLimits(bytes_per_response=200_000)))
    assert ids(found) == ["1"]
    assert of(found, Failed)[0].reason == "frame too large"


@pytest.mark.slow
def test_a_flood_is_read_up_to_a_limit_and_gone_on_with(server: Server, now: int) -> None:
    frames = [post(str(number), "星河" + "x" * 3000, at=now - 100 + number) for number in range(100)]
    server.tells(*frames)
    limited = run(job(server, seconds=60, limits=CrawlLimits(bytes_per_response=4096)))
    assert limited[-1] == Finished("done", "byte limit reached")
    assert len(ids(limited)) < 50
    assert limited[-2] == Cursor(left_by(now - 100 + len(ids(limited)) - 1))
    counted = run(job(server, seconds=60, limits=CrawlLimits(items=7)))
    assert (len(ids(counted)), counted[-1]) == (7, Finished("done", "item limit of 7 reached"))
    assert counted[-2] == Cursor(left_by(now - 100 + 6))


@pytest.mark.slow
def test_a_server_that_only_listens_is_empty(server: Server) -> None:
    server.tells()
    assert run(job(server))[-1] == Finished("empty", "no events in 1 s")


@pytest.mark.slow
def test_a_server_that_closes_at_once_is_tried_three_times(server: Server) -> None:
    server.tells(then="close")
    found = run(job(server, seconds=60))
    assert found[-1] == Finished("failed", "connection closed")
    assert len(server.asked) == 3


@pytest.mark.slow
def test_a_server_that_hangs_costs_the_time_of_the_crawl(server: Server) -> None:
    async def hang(_request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        return web.Response()

    server.behaviours.append(hang)
    started = monotonic()
    assert run(job(server, seconds=2))[-1] == Finished("failed", "timeout")
    assert monotonic() - started < 15


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (429, {"Retry-After": "120"}, Finished("blocked", "too many requests (Retry-After: 120)", 120)),
        (403, {}, Finished("blocked", "forbidden")),
        (200, {}, Finished("failed", "not a stream")),
        (503, {}, Finished("failed", "http 503")),
        (302, {"Location": "http://127.0.0.2/"}, Finished("failed", "redirected")),
        (307, {"Location": "ws://169.254.169.254/"}, Finished("failed", "redirected")),
    ],
)
def test_a_refusal_is_the_outcome(server: Server, status: int, headers: dict[str, str], outcome: Finished) -> None:
    server.says(lambda: web.Response(status=status, headers=headers))
    found = run(job(server, seconds=60))
    assert found[-1] == outcome
    assert bool(of(found, Blocked)) == (outcome.outcome == "blocked")
    assert of(found, Fetched) == []


@pytest.mark.slow
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_private_address_is_not_connected_to(server: Server, host: str) -> None:
    server.tells(post("1"))
    base = f"ws://{host}:{server.port}"
    assert run(job(server, seconds=60, local=(), source={"base": base}))[-1] == Finished("failed", "private address")
    assert server.asked == []


@pytest.mark.slow
def test_nobody_there(server: Server) -> None:
    server.close()
    assert run(job(server, seconds=60))[-1] == Finished("failed", "connection refused")


@pytest.mark.slow
def test_a_certificate_of_its_own_making_is_not_accepted(tmp_path: Path) -> None:
    server = Server(own_certificate(tmp_path))
    server.tells(post("1"))
    try:
        assert run(job(server, seconds=60))[-1] == Finished("failed", "certificate not accepted")
        assert server.asked == []
    finally:
        server.close()


def own_certificate(folder: Path) -> ssl.SSLContext:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    host = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(host, critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = folder / "server.pem"
    file.write_bytes(key.private_bytes(*form) + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.mark.parametrize(
    "fields",
    [
        {"keywords": []},
        {"keywords": ["lang:zh"]},
        {"keywords": ["星河", "/.*/"]},
        {"keywords": ["NOT 星河"]},
        {"keywords": ["(星河"]},
        {"keywords": ["星河"], "base": "https://stream.example"},
        {"keywords": ["星河"], "base": "wss://"},
        {"keywords": ["星河"], "base": "wss://stream.example:99999"},
        {"keywords": ["星河"], "seconds": 241},
    ],
)
def test_a_source_that_would_take_everything_or_lead_nowhere_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SOURCES["bluesky-jetstream"].model.model_validate({"id": "s", "kind": "bluesky-jetstream", **fields})
