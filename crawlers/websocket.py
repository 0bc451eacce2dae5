"""Opens WebSockets by the rules of every crawl.

No redirect is followed, no compression is agreed on, certificates are verified, and the address is checked at the very
connection, IP literals included, so that a name that answers differently a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Collection
from types import SimpleNamespace
from typing import Any, NoReturn
from urllib.parse import urlsplit

import aiohttp

from crawlers.address import allowed
from crawlers.barrier import refusal
from crawlers.job import CrawlJob

CONNECT_SECONDS = 15
#: A server that does not answer a ping within half of this is gone.
HEARTBEAT_SECONDS = 20


class NotOpenedError(Exception):
    """The message is the reason. ``final``: another try now is in vain; ``blocked``: the server does not want us, for
    ``retry_after`` (the header) where it says so."""

    def __init__(
        self, reason: str, *, final: bool = False, blocked: bool = False, retry_after: str | None = None
    ) -> None:
        super().__init__(reason)
        self.final, self.blocked, self.retry_after = final or blocked, blocked, retry_after


class RedirectedError(Exception):
    """The server wants us elsewhere."""


class AddressCheck:
    """Makes the sockets of one connection to ``host``; ``refused`` says that an address was none to connect to."""

    def __init__(self, host: str, local: Collection[str]) -> None:
        self.host, self.local, self.refused = host, local, False

    def __call__(self, found: tuple[Any, Any, int, str, tuple[Any, ...]]) -> socket.socket:
        family, kind, protocol, _, address = found
        if not allowed(self.host, [str(address[0])], self.local):
            self.refused = True
            raise OSError("private address")
        return socket.socket(family, kind, protocol)


class WebSockets:
    """``async with WebSockets(job) as sockets: async with await sockets.open(url) as opened: ...``"""

    def __init__(self, job: CrawlJob) -> None:
        self.job = job
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> WebSockets:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def open(self, url: str) -> aiohttp.ClientWebSocketResponse[Any]:
        """A connection whose frames are bytes: what is no UTF-8 spoils its frame only. Raises
        :class:`NotOpenedError`."""
        if self._session is not None:
            await self._session.close()
        check = AddressCheck(urlsplit(url).hostname or "", self.job.local)
        self._session = session_of(check, self.job.user_agent)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                return await self._session.ws_connect(
                    url,
                    max_msg_size=self.job.limits.bytes_per_response,
                    heartbeat=HEARTBEAT_SECONDS,
                    timeout=aiohttp.ClientWSTimeout(ws_close=1),
                    compress=0,
                    decode_text=False,
                )
        except aiohttp.WSServerHandshakeError as error:
            raise answered(error) from None
        except RedirectedError:
            raise NotOpenedError("redirected", final=True) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if check.refused:
                raise NotOpenedError("private address", final=True) from None
            raise failed(error) from None


def session_of(check: AddressCheck, user_agent: str) -> aiohttp.ClientSession:
    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(no_redirect)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            resolver=aiohttp.ThreadedResolver(), use_dns_cache=False, force_close=True, socket_factory=check
        ),
        headers={"User-Agent": user_agent},
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        trace_configs=[trace],
        # A proxy from the environment would resolve names past our check.
        trust_env=False,
    )


async def no_redirect(_session: aiohttp.ClientSession, _context: SimpleNamespace, _params: Any) -> NoReturn:
    raise RedirectedError


def answered(error: aiohttp.WSServerHandshakeError) -> NotOpenedError:
    """The server answered, but opened nothing."""
    header = error.headers.get("Retry-After") if error.headers else None
    retry_after = header[:80] if header else None
    if reason := refusal(error.status, retry_after):
        return NotOpenedError(reason, blocked=True, retry_after=retry_after)
    return NotOpenedError("not a stream" if error.status in {101, 200} else f"http {error.status}")


def failed(error: Exception) -> NotOpenedError:
    if isinstance(error, TimeoutError):
        return NotOpenedError("timeout")
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return NotOpenedError("certificate not accepted", final=True)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return NotOpenedError("unknown host")
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, ConnectionRefusedError):
        return NotOpenedError("connection refused")
    return NotOpenedError("connection failed")
