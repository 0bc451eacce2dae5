"""The front-end files: an allow-list over node_modules and our own static folder, cached by content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse

WEB = Path(__file__).parent
MODULES = WEB.parent / "frontend" / "node_modules"
STATIC = WEB / "static"

#: Address below /assets/<version>/ → file. Nothing else of node_modules can be reached.
PACKAGES: Mapping[str, Path] = {
    "tabler.css": MODULES / "@tabler/core/dist/css/tabler.min.css",
    "icons/tabler-icons.css": MODULES / "@tabler/icons-webfont/dist/tabler-icons.min.css",
    "icons/fonts/tabler-icons.woff2": MODULES / "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2",
    "htmx.js": MODULES / "htmx.org/dist/htmx.min.js",
    "echarts.js": MODULES / "echarts/dist/echarts.min.js",
}
OWN: Mapping[str, Path] = {path.name: path for path in sorted(STATIC.glob("*.*"))}
FILES: Mapping[str, Path] = {**PACKAGES, **OWN}

MEND = "run make setup"


def missing() -> tuple[str, ...]:
    """Front-end files that the set-up has not fetched."""
    return tuple(name for name, path in PACKAGES.items() if not path.is_file())


@cache
def version() -> str:
    """Changes with any of the files, so that the addresses may be cached for ever."""
    digest = hashlib.sha256()
    for name, path in sorted(FILES.items()):
        digest.update(name.encode())
        if path.is_file():
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def address(name: str) -> str:
    """Where a page loads the file from; raises ``KeyError`` for a file that is not on the list."""
    return f"/assets/{version()}/{FILES[name] and name}"


def serve(request: Request) -> FileResponse:
    """GET /assets/{version}/{name}. Raises 404 for whatever is not on the list."""
    path = FILES.get(request.path_params["name"])
    if path is None or not path.is_file():
        raise HTTPException(404)
    current = request.path_params["version"] == version()
    caching = "public, max-age=31536000, immutable" if current else "no-cache"
    return FileResponse(path, headers={"Cache-Control": caching})
