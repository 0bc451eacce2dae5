from __future__ import annotations

from playwright.sync_api import expect

# Playwright's own five seconds are too few where a page waits for a process that starts on a busy machine. A wait ends
# as soon as what it waits for is there.
expect.set_options(timeout=30_000)
