"""A person's decision about a suspicion: whether a mention is genuine. It deletes nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from dashboard.web import audit
from dashboard.web.access import Entered, ServicesOf
from monitor.store.database import writing
from monitor.store.reading import by_ids
from monitor.store.suspicions import Verdict, review_suspicion
from monitor.vault.reading import LARGEST

router = APIRouter()


@router.post("/mentions/{mention_id}/suspicion")
def judge_suspicion(
    services: ServicesOf,
    visitor: Entered,
    mention_id: Annotated[int, Path(ge=1, le=LARGEST)],
    verdict: Annotated[Verdict, Form()],
) -> Response:
    name, now = visitor.user.name, services.clock()
    with writing(services.engine) as connection:
        if not by_ids(connection, [mention_id]):
            raise HTTPException(404)
        review_suspicion(connection, mention_id, verdict, by=name, now=now)
        audit.record(connection, name, "suspicion", {"mention": mention_id, "verdict": verdict}, now=now)
    return RedirectResponse(f"/mentions/{mention_id}#understood", 303)
