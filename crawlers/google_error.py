"""What the errors of Google's APIs say: ``error.errors[].reason``, ``error.details[].reason``, ``error.status``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crawlers.json_page import objects_at, text_at

if TYPE_CHECKING:
    from scrapy.http import TextResponse

PAUSES = {
    "quotaExceeded",
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "dailyLimitExceeded",
    "RATE_LIMIT_EXCEEDED",
    "RESOURCE_EXHAUSTED",
}
REFUSED = {
    "keyInvalid",
    "keyExpired",
    "API_KEY_INVALID",
    "API_KEY_SERVICE_BLOCKED",
    "accessNotConfigured",
    "SERVICE_DISABLED",
    "authError",
    "UNAUTHENTICATED",
}


def error_reasons(data: Any) -> list[str]:
    """The reasons that an answer names, the most exact first."""
    stated = [text_at(each, "reason") for key in ("errors", "details") for each in objects_at(data, "error", key) or ()]
    return [each for each in (*stated, text_at(data, "error", "status")) if each]


def google_refusal(response: TextResponse) -> str | None:
    try:
        reasons = error_reasons(json.loads(response.text))
    except (ValueError, RecursionError):
        return None
    if pause := next((each for each in reasons if each in PAUSES), None):
        return f"too many requests ({pause})"
    if any(each in REFUSED for each in reasons):
        return "credential refused"
    return "comments disabled" if "commentsDisabled" in reasons else None
