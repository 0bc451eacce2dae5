"""Scrapy's settings for one crawl: polite, bounded, without anything that the crawl does not need."""

from __future__ import annotations

import os
from typing import Any

from crawlers.browser import arguments
from crawlers.job import CrawlJob

#: Seconds for one response, and milliseconds for a page in the browser.
RESPONSE_SECONDS = 30
PAGE_MILLISECONDS = 30_000

#: Faults worth asking again for at once. A timeout is none of them: it would hold a worker three times as long.
RETRIED = (
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.ResponseDataLossError",
    "twisted.internet.error.ConnectionDone",
    "twisted.internet.error.ConnectionLost",
    "twisted.internet.error.ConnectionRefusedError",
    "builtins.ConnectionError",
)

#: Our own robots.txt and retries stand where Scrapy's would.
MIDDLEWARES = {
    "crawlers.fetching.Fetching": 60,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawlers.robots.Robots": 100,
    "crawlers.authorizing.Authorizing": 150,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawlers.retrying.Retry": 550,
}

#: Seconds before its end, and part of its time, in which a crawl asks for nothing new: what is on its way may come in,
#: so that it ends in order before it is killed.
TO_END = 5.0
PART_TO_END = 0.15

#: MemoryUsage is replaced by our own, which asks the system for another figure.
UNUSED = (
    "telnet.TelnetConsole",
    "feedexport.FeedExporter",
    "logstats.LogStats",
    "remote_control.RemoteControl",
    "memusage.MemoryUsage",
)


def settings_of(job: CrawlJob, seconds: float) -> dict[str, Any]:
    """``seconds``: what is left of the crawl's time."""
    limits = job.limits
    found: dict[str, Any] = {
        "LOCAL_HOSTS": list(job.local),
        "ROBOTS_EXCEPTIONS": list(job.robots_exceptions),
        "USER_AGENT": job.user_agent,
        "ROBOTS_SECONDS": min(limits.robots_seconds, limits.seconds),
        "TWISTED_DNS_RESOLVER": "crawlers.resolver.PublicResolver",
        "CONCURRENT_REQUESTS": 4,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": job.source.delay,
        # At random it would be half of what the configuration promises.
        "DOWNLOAD_DELAY_JITTER": 0,
        "AUTOTHROTTLE_ENABLED": job.source.delay > 0,
        "AUTOTHROTTLE_START_DELAY": job.source.delay,
        "DOWNLOAD_TIMEOUT": min(RESPONSE_SECONDS, limits.seconds),
        "DOWNLOAD_MAXSIZE": limits.bytes_per_response,
        "DOWNLOAD_WARNSIZE": 0,
        "REDIRECT_MAX_TIMES": 5,
        # 429 is an answer, not a fault: asking again at once is what it forbids.
        "RETRY_HTTP_CODES": [500, 502, 503, 504, 408],
        "RETRY_TIMES": 2,
        "RETRY_EXCEPTIONS": list(RETRIED),
        "HTTPERROR_ALLOW_ALL": True,
        "COOKIES_ENABLED": False,
        # A proxy from the environment would resolve names past our check.
        "HTTPPROXY_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "REFERRER_POLICY": "no-referrer",
        "TELNETCONSOLE_ENABLED": False,
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawlers.host_gate.GatedHttp"),
        "HOST_GATE": job.hosts,
        "CLOSESPIDER_TIMEOUT": max(1.0, seconds - max(TO_END, seconds * PART_TO_END)),
        "DOWNLOADER_MIDDLEWARES": MIDDLEWARES,
        "EXTENSIONS": {f"scrapy.extensions.{name}": None for name in UNUSED} | {"crawlers.memory.ResidentMemory": 0},
        "MEMUSAGE_LIMIT_MB": limits.megabytes,
        "MEMUSAGE_CHECK_INTERVAL_SECONDS": 1,
        # It would parse the source of our callback anew for every answer.
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
        "LOG_LEVEL": "WARNING",
        "LOG_VERSIONS": [],
    }
    return found | (browser_settings(job) if getattr(job.source, "render", False) else {})


def browser_settings(job: CrawlJob) -> dict[str, Any]:
    return {
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawlers.rendering.GatedBrowser"),
        "PLAYWRIGHT_BROWSER_PROVIDER": "crawlers.rendering.ProxiedBrowser",
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "executable_path": job.browser,
            "args": arguments(root=os.geteuid() == 0),
            "timeout": PAGE_MILLISECONDS,
        },
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": PAGE_MILLISECONDS,
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1,
        "PLAYWRIGHT_RESTART_DISCONNECTED_BROWSER": False,
        "PLAYWRIGHT_ABORT_REQUEST": "crawlers.rendering.unwanted",
        "PLAYWRIGHT_CONTEXTS": {
            "default": {"service_workers": "block", "accept_downloads": False, "user_agent": job.user_agent}
        },
    }
