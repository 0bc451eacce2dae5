"""Recognises pages that a site does not give to us: refusals, sign-in pages, challenges. Never worked around. Pure."""

from __future__ import annotations

import re
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


def refusal(status: int, retry_after: str | None) -> str | None:
    """The reason why a status means that we are not wanted (now), else ``None``."""
    if status == 429:
        return f"too many requests (Retry-After: {retry_after})" if retry_after else "too many requests"
    return REFUSALS.get(status)


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
