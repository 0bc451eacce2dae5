"""``tingfeng demo``: a made-up site in which a crisis breaks out, and everything that listens to it."""

from __future__ import annotations

from pathlib import Path

__all__ = ["run"]


def run(home: Path | None, port: int) -> int:
    """Until SIGTERM or SIGINT; the exit code. See :func:`dashboard.demo.start.start`."""
    # The site process imports this package too and needs none of the rest.
    from dashboard.demo.start import start

    return start(home, port)
