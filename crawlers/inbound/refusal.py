"""Why something that was sent is not taken."""

from __future__ import annotations


class RefusedError(Exception):
    """``reason`` is short and stable, so that it can be counted; ``detail`` says where and what to do. Neither holds
    what was sent, nor a secret. ``status`` is the HTTP status that says so to the sender."""

    def __init__(self, status: int, reason: str, detail: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.status = status
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after
