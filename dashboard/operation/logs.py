"""Structured logging to standard error: readable on a terminal, JSON Lines elsewhere."""

from __future__ import annotations

import logging
import sys

import structlog


def set_up(process: str, *, quiet: bool = False) -> None:
    """Every event carries the level, the UTC time and the name of the process; ``quiet`` keeps warnings and worse."""
    last: structlog.types.Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if sys.stderr.isatty():
        last = structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    structlog.contextvars.bind_contextvars(process=process)
