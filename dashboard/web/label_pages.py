"""A person's label of a mention: given and taken back on its page, each on record."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from dashboard.web import audit
from dashboard.web.access import Entered, ServicesOf
from dashboard.web.shell import config_of
from monitor.mention import Label
from monitor.store.database import writing
from monitor.store.labels import NOTE_LENGTH, give_label, withdraw_label
from monitor.vault.reading import LARGEST

router = APIRouter()


@router.post("/mentions/{mention_id}/label")
def label_mention(
    request: Request,
    services: ServicesOf,
    visitor: Entered,
    mention_id: Annotated[int, Path(ge=1, le=LARGEST)],
    label: Annotated[Label | Literal["withdraw"], Form()],
    note: Annotated[str, Form(max_length=NOTE_LENGTH)] = "",
) -> Response:
    """Puts the label into force, or takes the one in force back; a second time changes nothing."""
    step_seconds = int(config_of(request).settings.step.total_seconds())
    name, now = visitor.user.name, services.clock()
    with writing(services.engine) as connection:
        if label == "withdraw":
            changed = withdraw_label(connection, mention_id, step_seconds)
        else:
            changed = give_label(
                connection, mention_id, label, by=name, now=now, step_seconds=step_seconds, note=note.strip()
            )
            if changed is None:
                raise HTTPException(404)
        if changed is not None:
            said = {"mention": mention_id, "label": label, "engine": changed.engine_label}
            audit.record(connection, name, "label", said, now=now)
    return RedirectResponse(f"/mentions/{mention_id}#label", 303)
