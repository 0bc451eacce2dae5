"""A window of time in the address that is exact to the second, as the evidence of an alert is frozen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends
from starlette.exceptions import HTTPException

EPOCH = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Window:
    """``since`` inclusive, ``until`` exclusive, aware UTC; ``dated`` leaves out mentions without a published time."""

    since: datetime | None
    until: datetime | None
    dated: bool

    def __bool__(self) -> bool:
        return self.since is not None or self.until is not None or self.dated

    @property
    def timed(self) -> bool:
        """Whether it takes the place of the period."""
        return self.since is not None or self.until is not None

    def values(self) -> dict[str, str | None]:
        """As it stands in the address; what is absent is ``None``."""
        return {
            "since": f"{self.since:%Y-%m-%dT%H:%M:%SZ}" if self.since else None,
            "until": f"{self.until:%Y-%m-%dT%H:%M:%SZ}" if self.until else None,
            "dated": "1" if self.dated else None,
        }


def moment(stated: str) -> datetime | None:
    """Epoch seconds or ISO 8601 with a zone, to the second; empty is ``None``. Raises ``ValueError`` for all else."""
    if not stated:
        return None
    if EPOCH.fullmatch(stated):
        return datetime.fromtimestamp(int(stated), UTC)
    found = datetime.fromisoformat(stated)
    if found.tzinfo is None:
        raise ValueError("a time without a zone")
    return found.astimezone(UTC).replace(microsecond=0)


def window_of(since: str = "", until: str = "", dated: str = "") -> Window:
    """A window that cannot be read is a 400: to show other rows in its place would be false evidence."""
    try:
        window = Window(moment(since), moment(until), dated == "1")
    except (ValueError, OverflowError) as error:
        raise HTTPException(400) from error
    if window.since and window.until and window.since >= window.until:
        raise HTTPException(400)
    return window


WindowOf = Annotated[Window, Depends(window_of)]
