"""The files and the contact that came with a mention. Opening one is a POST: no link, no prefetch and no history opens
one, and each is on record."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from crawlers.feedback.files import EXTENSIONS
from dashboard.enclosures import open_file, reveal_contact
from dashboard.evidence import Visit, erase_evidence
from dashboard.web.access import Entered, ServicesOf
from dashboard.web.headers import CONTENT_SECURITY_POLICY
from dashboard.web.shell import render
from monitor.vault.errors import VaultError
from monitor.vault.file import File
from monitor.vault.reading import LARGEST

router = APIRouter()

Number = Annotated[int, Path(ge=1, le=LARGEST)]
STATUS: Mapping[str, int] = {"absent": 404, "erased": 410, "tampered": 500, "locked": 503}


@router.post("/mentions/{mention_id}/attachments/{number}")
def attachment(
    request: Request,
    services: ServicesOf,
    visitor: Entered,
    mention_id: Number,
    number: Number,
    show: Annotated[str, Form()] = "",
) -> Response:
    """A download; with ``show`` a page that shows or plays it, out of the page itself."""
    visit = Visit(visitor.user.name, services.clock(), "page")
    try:
        file, name = open_file(services.engine, mention_id, number, services.vault_key, visit)
    except VaultError as error:
        return failed(request, mention_id, error)
    if show:
        return shown(request, mention_id, number, file)
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    headers = {
        "Content-Disposition": f'attachment; filename="{safe}.{EXTENSIONS.get(file.media_type, "bin")}"',
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    known = file.media_type if file.media_type in EXTENSIONS else "application/octet-stream"
    return Response(file.data, media_type=known, headers=headers)


def shown(request: Request, mention_id: int, number: int, file: File) -> Response:
    data = f"data:{file.media_type};base64,{base64.b64encode(file.data).decode()}"
    response = render(
        request,
        "enclosure.html",
        mention_id=mention_id,
        number=number,
        picture=data if file.media_type.startswith("image/") else None,
        voice=data if file.media_type.startswith("audio/") else None,
        contact=None,
        state=None,
    )
    response.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; media-src data:"
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/mentions/{mention_id}/contact")
def contact(request: Request, services: ServicesOf, visitor: Entered, mention_id: Number) -> Response:
    visit = Visit(visitor.user.name, services.clock(), "page")
    try:
        ways = reveal_contact(services.engine, mention_id, services.vault_key, visit)
    except VaultError as error:
        return failed(request, mention_id, error)
    response = render(
        request,
        "enclosure.html",
        mention_id=mention_id,
        number=None,
        picture=None,
        voice=None,
        contact=ways,
        state=None,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/mentions/{mention_id}/erase")
def erase(services: ServicesOf, visitor: Entered, mention_id: Number, sure: Annotated[str, Form()] = "") -> Response:
    """On the sender's request: files, contact and the untouched words, for good. Without the tick nothing happens."""
    if sure:
        erase_evidence(services.engine, mention_id, Visit(visitor.user.name, services.clock(), "page"))
    return RedirectResponse(f"/mentions/{mention_id}#enclosed", 303)


def failed(request: Request, mention_id: int, error: VaultError) -> Response:
    """What cannot be opened says why and what to do."""
    response = render(
        request,
        "enclosure.html",
        status=STATUS.get(error.state, 500),
        mention_id=mention_id,
        number=None,
        picture=None,
        voice=None,
        contact=None,
        state=error.state,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
