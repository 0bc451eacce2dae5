"""Turns what went wrong with a request into a short stable reason."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import exceptions
from twisted.internet import error as network

from crawlers.fetching import NotAuthorisedError, NotFetchable
from crawlers.resolver import REFUSED

REASONS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (exceptions.DownloadCancelledError, "response too large"),
    ((exceptions.DownloadTimeoutError, network.TimeoutError, network.TCPTimedOutError), "timeout"),
    (exceptions.DownloadConnectionRefusedError, "connection refused"),
    ((exceptions.CannotResolveHostError, network.DNSLookupError), "unknown host"),
    (exceptions.ResponseDataLossError, "response cut short"),
    (exceptions.UnsupportedURLSchemeError, "not a web address"),
    ((exceptions.DownloadFailedError, network.ConnectError, network.ConnectionClosed, OSError), "connection failed"),
)


def reason_of(error: BaseException, url: str) -> tuple[str, bool]:
    """The reason, and whether it means that the site does not want us (robots.txt, a credential that it refuses)."""
    if urlsplit(url).hostname in REFUSED:
        return "private address", False
    if isinstance(error, NotFetchable):
        return str(error), False
    if isinstance(error, NotAuthorisedError):
        return str(error), not str(error).startswith("no token")
    if isinstance(error, exceptions.IgnoreRequest):
        return ignored(str(error))
    if type(error).__module__.startswith("playwright"):
        return ("page did not load in time" if "Timeout" in type(error).__name__ else "browser failed"), False
    return next((reason for kinds, reason in REASONS if isinstance(error, kinds)), type(error).__name__), False


def ignored(message: str) -> tuple[str, bool]:
    """Scrapy tells its own refusals apart by their words only."""
    if "robots.txt" in message:
        return "robots.txt", True
    if "DOWNLOAD_MAXSIZE" in message:
        return "response too large", False
    return ("too many redirects" if "redirections" in message else "ignored"), False
