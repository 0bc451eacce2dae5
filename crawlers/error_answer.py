"""Answers with status 200 whose body says no: counted under the same few reasons as answers whose status says it."""

from __future__ import annotations

import re

from monitor.mention import Rejection

TOO_MANY = re.compile(
    r"too many|rate.?limit|throttl|limit requests|quota|backoff|slow down|频繁|过快|稍后再试|次数.{0,6}上限",
    re.IGNORECASE,
)
LOGIN = re.compile(
    r"log.?in|sign.?in|unauthor|access.?denied|access.?token|not authenticated|请先?登[录陆]|未登[录陆]", re.IGNORECASE
)


def error_answer(message: str | None, url: str) -> Rejection:
    """``message`` is what the body says. Reasons: "too many requests", "login required", else "error answer"."""
    said = (message or "")[:500]
    if TOO_MANY.search(said):
        return Rejection("too many requests", said[:200], url)
    return Rejection("login required" if LOGIN.search(said) else "error answer", said[:200], url)
