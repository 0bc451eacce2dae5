"""Logging of the crawl process. That a site cannot be reached is everyday life: it takes a line, not a traceback."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import structlog

#: "1": tracebacks of the libraries, too.
VERBOSE = "TINGFENG_VERBOSE"


def set_up(environ: Mapping[str, str]) -> None:
    """For the whole process: no tracebacks, and of our own events none below "info"."""
    if environ.get(VERBOSE) != "1":
        logging.setLogRecordFactory(brief)
        # That a page was tried in vain is told by the crawl itself, with the page's reason.
        logging.getLogger("scrapy.downloadermiddlewares.retry").setLevel(logging.CRITICAL)
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))


def brief(*fields: Any, **more: Any) -> logging.LogRecord:
    """A record that says what was raised behind its message, on its line."""
    record = logging.LogRecord(*fields, **more)
    if record.exc_info and (error := record.exc_info[1]):
        said = f"{record.getMessage()}: {type(error).__name__}: {error}"
        record.msg, record.args = " ".join(said.split()), None
        record.exc_info = None
    return record
