"""Finds the Chromium that renders JavaScript pages: the configured one, Playwright's own, or the system's."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

MEND = (
    "no browser found: install one (apt install chromium, or playwright install chromium) "
    "or name it in TINGFENG_BROWSER"
)

SYSTEM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge")
#: Where Playwright unpacks a browser below its folder, by system; the newest is taken.
UNPACKED = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium_headless_shell-*/chrome-*/*headless*shell",
)
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def find_browser(environ: Mapping[str, str]) -> str | None:
    """The path of a Chromium, or ``None``. A TINGFENG_BROWSER that is not there is none: it is never passed over."""
    named = environ.get("TINGFENG_BROWSER")
    if named:
        return shutil.which(named, path=environ.get("PATH"))
    return next((str(path) for path in candidates(environ) if path.is_file() and os.access(path, os.X_OK)), None)


def candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    home = Path(environ.get("HOME", "/"))
    stated = environ.get("PLAYWRIGHT_BROWSERS_PATH")
    for folder in [Path(stated)] if stated else [home / ".cache/ms-playwright", home / "Library/Caches/ms-playwright"]:
        for pattern in UNPACKED:
            yield from sorted(folder.glob(pattern), reverse=True)
    for name in SYSTEM:
        found = shutil.which(name, path=environ.get("PATH", "") + os.pathsep + "/usr/bin")
        if found:
            yield Path(found)
    yield Path(MAC)


def arguments(*, root: bool) -> list[str]:
    """Chromium's switches: no traffic of its own, none past the proxy; no sandbox where it refuses to have one."""
    quiet = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-domain-reliability",
        "--disable-sync",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--no-pings",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--disable-features=DnsOverHttps,MediaRouter,OptimizationHints",
    ]
    return [*quiet, "--no-sandbox"] if root else quiet
