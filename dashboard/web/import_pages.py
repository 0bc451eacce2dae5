"""A file from a user into a source: choose it, look at what would come in, and ask a worker to import it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException

from crawlers.imports.preset import FIELDS
from crawlers.imports.registry import PRESETS
from dashboard.operation.importing import ReadAs, import_source, read_as
from dashboard.operation.preview_process import ROWS, PreviewError, preview_apart
from dashboard.operation.uploading import queue_import
from dashboard.operation.uploads import LIMIT, Upload, Uploads, UploadTooLargeError
from dashboard.web import audit
from dashboard.web.access import Entered, ServicesOf
from dashboard.web.services import Services
from dashboard.web.sessions import Visitor
from dashboard.web.shell import config_of, render
from monitor.config.schema import Config
from monitor.store.database import writing

router = APIRouter()
#: What a preview leaves out where there is none.
ABSENT: Mapping[str, Any] = {"sheet": None, "sheets": (), "preset": None, "candidates": (), "unused": ()}
#: Fields that are always offered; the others where the address names them.
OFFERED = ("text", "title", "rating", "published", "author", "external_id", "url", "product")


def choices(config: Config) -> list[str]:
    """The sources that a file may go into: those that live from files first."""
    return [source.id for source in sorted(config.sources, key=lambda source: source.crawled)]


@router.get("/import")
def import_page(
    request: Request,
    _services: ServicesOf,
    _visitor: Entered,
    source: str = "",
    error: str = "",
    started: str = "",
) -> Response:
    return form_page(request, source, error if error in ("no_file", "no_source", "gone") else "", started)


def form_page(request: Request, source: str, error: str, started: str = "", status: int = 200) -> Response:
    sources = choices(config_of(request))
    return render(
        request,
        "import.html",
        status=status,
        sources=sources,
        source=source,
        error=error,
        started=started if started in sources else "",
        megabytes=LIMIT // 1024**2,
    )


@router.post("/import")
def hand_in(
    request: Request,
    services: ServicesOf,
    visitor: Entered,
    source: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Keeps the file and leads to its preview; nothing is imported yet."""
    if source not in choices(config_of(request)):
        return form_page(request, "", "no_source", status=422)
    if file is None or not file.filename:
        return form_page(request, source, "no_file", status=422)
    uploads, now = Uploads(services.home), services.clock()
    try:
        token = uploads.keep(file.file, file.filename, source, visitor.user.name, now)
    except UploadTooLargeError:
        return form_page(request, source, "too_large", status=413)
    return RedirectResponse(f"/import/{token}", 303)


@router.get("/import/{token}")
def preview_page(request: Request, services: ServicesOf, visitor: Entered, token: str) -> Response:
    upload = own_draft(services, visitor, token)
    if upload is None:
        return RedirectResponse("/import?error=gone", 303)
    return shown(request, services, token, upload)


def shown(request: Request, services: Services, token: str, upload: Upload, busy: bool = False) -> Response:
    config, chosen = config_of(request), request.query_params
    asked = asked_for(config, upload.source, chosen)
    source, file = import_source(config, upload.source), Uploads(services.home).draft_file(token, upload)
    preview, problem = looked_at(file, asked, source, config, services)
    if preview is None and asked.columns:
        # A column that this reading does not have must not hide the others.
        plain = looked_at(file, ReadAs(asked.preset, {}, asked.sheet, asked.item_kind), source, config, services)[0]
    else:
        plain = preview
    return render(
        request,
        "import_preview.html",
        status=409 if busy else 200,
        token=token,
        upload=upload,
        asked=asked,
        preview=preview,
        problem=problem,
        busy=busy,
        presets=[(name, PRESETS[name].title) for name in sorted(PRESETS)],
        columns=names_of(plain),
        offered=[name for name in FIELDS if name in OFFERED or name in asked.columns],
        limit=ROWS,
        chosen=dict(chosen),
    )


def looked_at(
    file: Path, asked: ReadAs, source: Any, config: Config, services: Services
) -> tuple[Mapping[str, Any] | None, str]:
    try:
        answer = preview_apart(file, asked, source, config.settings.timezone, services.clock())
    except PreviewError as error:
        return None, str(error)
    return {**ABSENT, **answer, "samples": [dated(sample) for sample in answer["samples"]]}, ""


def dated(sample: Mapping[str, Any]) -> Mapping[str, Any]:
    stated = sample["published_at"]
    return {**sample, "published_at": datetime.fromisoformat(stated) if stated else None}


def names_of(preview: Mapping[str, Any] | None) -> list[str]:
    """Every column or key of the file."""
    if preview is None:
        return []
    used = [name for names in preview["columns"].values() for name in names]
    return sorted(dict.fromkeys([*used, *preview["unused"]]))


def asked_for(config: Config, source_id: str, chosen: QueryParams | FormData) -> ReadAs:
    """What the form says; an unknown preset is none."""

    def said(name: str) -> str:
        value = chosen.get(name, "")
        return value if isinstance(value, str) else ""

    preset = said("preset") if said("preset") in PRESETS else None
    columns = {name: said(f"column.{name}") for name in FIELDS if said(f"column.{name}")}
    return read_as(import_source(config, source_id), preset, columns, said("sheet") or None)


def own_draft(services: Services, visitor: Visitor, token: str) -> Upload | None:
    """A draft is its uploader's only: it holds words that nobody has masked yet."""
    upload = Uploads(services.home).draft(token)
    return upload if upload is not None and upload.by == visitor.user.name else None


async def posted(request: Request) -> FormData:
    return await request.form()


@router.post("/import/{token}")
def start(
    request: Request, services: ServicesOf, visitor: Entered, token: str, form: Annotated[FormData, Depends(posted)]
) -> Response:
    """Queues the import for a worker. A second click finds the file gone, and imports nothing twice."""
    upload = own_draft(services, visitor, token)
    if upload is None:
        return RedirectResponse("/import?error=gone", 303)
    config = config_of(request)
    if upload.source not in choices(config):
        raise HTTPException(404)
    if form.get("discard"):
        Uploads(services.home).delete_draft(token)
        return RedirectResponse("/import", 303)
    asked, now = asked_for(config, upload.source, form), services.clock()
    try:
        run = queue_import(services.engine, Uploads(services.home), token, upload.source, asked, now)
    except FileNotFoundError:
        return RedirectResponse("/import?error=gone", 303)
    with writing(services.engine) as connection:
        # The file's name may be somebody's: it stays out.
        detail = {"source": upload.source, "bytes": upload.size, "preset": asked.preset, "run": run}
        audit.record(connection, visitor.user.name, "import", detail, now=now)
    if run is None:
        return shown(request, services, token, upload, busy=True)
    return RedirectResponse(f"/import?{urlencode({'started': upload.source})}", 303)
