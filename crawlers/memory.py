"""What a crawl holds in memory now, watched by Scrapy's own extension."""

from __future__ import annotations

import resource
from pathlib import Path

from scrapy.extensions.memusage import MemoryUsage

STATM = Path("/proc/self/statm")


def resident_bytes() -> int | None:
    """The resident size now; ``None`` where the system does not tell (it does on Linux)."""
    try:
        pages = int(STATM.read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * resource.getpagesize()


class ResidentMemory(MemoryUsage):
    """Scrapy reads ``ru_maxrss``, which on Linux survives fork and exec: a crawl that a large process started (a worker
    holds 460 MB for its sentiment engine) would be judged by its parent's peak and ended at once."""

    def get_virtual_size(self) -> int:
        size = resident_bytes()
        return super().get_virtual_size() if size is None else size
