"""The untouched item behind a mention, for administrators. Opening it is a POST: no link, no prefetch and no history
opens one, and each is on record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from sqlalchemy import select
from starlette.exceptions import HTTPException

from dashboard.evidence import Visit, open_evidence
from dashboard.web.access import Entered, ServicesOf
from dashboard.web.shell import render
from monitor.store.database import reading
from monitor.store.tables import mention
from monitor.vault.errors import VaultError
from monitor.vault.reading import LARGEST

router = APIRouter()

Number = Annotated[int, Path(ge=1, le=LARGEST)]
STATUS: Mapping[str, int] = {"absent": 404, "erased": 410, "tampered": 500, "locked": 503}


@router.post("/mentions/{mention_id}/evidence/{revision}")
def evidence_page(
    request: Request, services: ServicesOf, visitor: Entered, mention_id: Number, revision: Number
) -> Response:
    """The payload as text; what cannot be opened says why and what to do."""
    with reading(services.engine) as connection:
        if connection.execute(select(mention.c.id).where(mention.c.id == mention_id)).first() is None:
            raise HTTPException(404)
    visit = Visit(visitor.user.name, services.clock(), "page")
    try:
        opened = open_evidence(services.engine, mention_id, revision, services.vault_key, visit)
    except VaultError as error:
        status = STATUS.get(error.state, 500)
        response: Response = render(
            request, "evidence.html", status=status, mention_id=mention_id, opened=None, state=error.state
        )
    else:
        text = opened.payload.decode()
        response = render(request, "evidence.html", mention_id=mention_id, opened=opened, text=text)
    response.headers["Cache-Control"] = "no-store"
    return response
