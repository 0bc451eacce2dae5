"""Recognises pages that a site does not give to us: refusals, sign-in pages, challenges. Never worked around. Pure."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

#: Statuses by which a site says no; 432 and 418 are what two large Chinese sites answer to unsigned requests.
REFUSALS = {401: "login required", 403: "forbidden", 407: "proxy login required", 418: "challenge", 432: "challenge"}
LOGIN_PATH = re.compile(r"/(?:log-?in|sign-?in|passport|sso|auth)(?:[/.?]|$)", re.IGNORECASE)
LOGIN_HOST = re.compile(r"^(?:passport|login|signin|sso|accounts?)\.", re.IGNORECASE)
CHALLENGES = (
    "g-recaptcha",
    "h-captcha",
    "hcaptcha.com",
    "cf-challenge",
    "challenge-platform",
    "cf-turnstile",
    "geetest",
    "aliyun_waf",
    "captcha-box",
    'id="captcha',
    "滑动验证",
    "安全验证",
    "请输入验证码",
    "访问过于频繁",
)
PASSWORD = re.compile(r"<input[^>]+type\s*=\s*[\"']?password", re.IGNORECASE)
#: A challenge stands in the first part of a page; a long page is not searched to its end.
LOOKED_AT = 200_000
#: Seconds; a source that asks to be left alone for longer is asked once a day all the same.
LONGEST_WAIT = 86_400
SECONDS = re.compile(r"[0-9]+")


def refusal(status: int, retry_after: str | None) -> str | None:
    """The reason why a status means that we are not wanted (now), else ``None``."""
    if status == 429:
        return f"too many requests (Retry-After: {retry_after})" if retry_after else "too many requests"
    return REFUSALS.get(status)


def seconds_to_wait(retry_after: str | None, now: datetime) -> int | None:
    """The whole seconds that a Retry-After header asks for (RFC 9110, 10.2.3), at most a day; ``None`` if unreadable.

    The header is a number of seconds or an HTTP date, which is compared with ``now`` (aware).
    """
    stated = (retry_after or "").strip()
    if SECONDS.fullmatch(stated):
        # A long row of digits is not turned into a number: Python refuses some, and all mean the same.
        return LONGEST_WAIT if len(stated.lstrip("0")) > 9 else min(int(stated), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(stated)
        seconds = ((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(math.ceil(seconds), 0), LONGEST_WAIT)


def sent_to_login(asked: str, got: str) -> bool:
    """Whether the request ended on a sign-in page that was not asked for."""
    if asked == got:
        return False
    return any(
        bool(pattern.search(after)) and not pattern.search(before)
        for pattern, before, after in (
            (LOGIN_PATH, urlsplit(asked).path, urlsplit(got).path),
            (LOGIN_HOST, urlsplit(asked).netloc, urlsplit(got).netloc),
        )
    )


def challenge(text: str) -> str | None:
    """What a page without any item is, if it is a barrier: ``"challenge"`` or ``"login required"``."""
    head = text[:LOOKED_AT]
    folded = head.lower()
    if any(mark in folded for mark in CHALLENGES):
        return "challenge"
    return "login required" if PASSWORD.search(head) else None
