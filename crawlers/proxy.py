"""A forward proxy on loopback for our own browser: resolves, checks, connects to the checked address, relays."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Collection, Coroutine
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import structlog

from crawlers.address import allowed

log = structlog.get_logger()

HEAD_LIMIT = 64 * 1024
SECONDS = 30
HOP_HEADERS = ("proxy-connection:", "proxy-authorization:", "connection:", "keep-alive:")


class RefusedError(Exception):
    """The browser may not go there."""


class FilteringProxy:
    """``limit``: bytes that one connection may bring in. Not for others: it listens on 127.0.0.1 for one crawl."""

    def __init__(self, local: Collection[str], limit: int) -> None:
        self.local = local
        self.limit = limit
        self.server: asyncio.Server | None = None

    async def start(self) -> int:
        """Listens, and answers the port."""
        if self.server is None:
            self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0, limit=HEAD_LIMIT)
        port: int = self.server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        if self.server is not None:
            self.server.close()
            self.server = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SECONDS)
            await self.forward(head, reader, writer)
        except (RefusedError, ValueError) as error:
            log.warning("browser_request_refused", reason=str(error))
            with suppress(OSError):
                writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError) as error:
            # What a browser tries by itself finds no host every day; a page that fails is reported by its own crawl.
            log.debug("browser_connection_failed", reason=type(error).__name__)
        finally:
            writer.close()

    async def forward(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method, target, host, port = destination(head)
        their_reader, their_writer = await self.connect(host, port)
        try:
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                upload = relay(reader, their_writer, self.limit)
            else:
                their_writer.write(origin_form(head, target))
                # Only this request's body: what else comes on this connection may be meant for another host.
                upload = relay(reader, their_writer, body_length(head))
            await relay_both(upload, relay(their_reader, writer, self.limit))
        finally:
            their_writer.close()

    async def connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        loop = asyncio.get_running_loop()
        answers = await asyncio.wait_for(loop.getaddrinfo(host, port, type=socket.SOCK_STREAM), SECONDS)
        addresses = allowed(host, [str(answer[4][0]) for answer in answers], self.local)
        if not addresses:
            raise RefusedError("private address")
        return await asyncio.wait_for(asyncio.open_connection(addresses[0], port), SECONDS)


def destination(head: bytes) -> tuple[str, str, str, int]:
    """Method, target, host and port of a proxy request. Raises ``ValueError`` for anything else."""
    method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
    parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
    if not parts.hostname or (method != "CONNECT" and parts.scheme != "http"):
        raise ValueError("not a proxy request")
    return method, target, parts.hostname, parts.port or (443 if method == "CONNECT" else 80)


def origin_form(head: bytes, target: str) -> bytes:
    """The request as the site gets it: path instead of address, one request on its connection."""
    parts = urlsplit(target)
    first, *headers = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    method = first.split(" ")[0]
    kept = [line for line in headers if not line.lower().startswith(HOP_HEADERS)]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *kept, "Connection: close", "", ""]).encode("latin-1")


def body_length(head: bytes) -> int:
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return int(value)
    return 0


async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limit: int) -> None:
    """Copies up to ``limit`` bytes, until either side ends."""
    while limit > 0:
        chunk = await reader.read(min(65536, limit))
        if not chunk:
            return
        limit -= len(chunk)
        writer.write(chunk)
        await writer.drain()


async def relay_both(upload: Coroutine[Any, Any, None], download: Coroutine[Any, Any, None]) -> None:
    """Ends with the download, which is what the browser waits for."""
    sending = asyncio.ensure_future(upload)
    try:
        await download
    finally:
        sending.cancel()
        with suppress(asyncio.CancelledError, OSError):
            await sending
