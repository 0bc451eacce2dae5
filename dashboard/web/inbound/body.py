"""Bodies of strangers: never more in memory than their limit."""

from __future__ import annotations

from fastapi import Request
from starlette.requests import ClientDisconnect

from crawlers.inbound.refusal import RefusedError

MIB = 1024 * 1024
#: 500 mentions of 10 kB; one message of a webhook; one message of WeChat, which holds 2,048 characters at most.
API_LIMIT, HOOK_LIMIT, WECHAT_LIMIT = 5 * MIB, MIB, 64 * 1024

JSON_TYPES = frozenset({"application/json"})
LINE_TYPES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"})


async def read_body(request: Request, limit: int) -> bytes:
    """Raises :class:`RefusedError` for one that is too large, whatever its headers say, and for a compressed one."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RefusedError(415, "compressed body", "send it as it is")
    too_large = RefusedError(413, "too large", f"at most {limit} bytes")
    stated = request.headers.get("content-length", "")
    if stated.isascii() and stated.isdigit() and (len(stated) > 12 or int(stated) > limit):
        raise too_large
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise too_large
            chunks.append(chunk)
    except ClientDisconnect:
        raise RefusedError(400, "cut off", "the connection was closed before the end") from None
    return b"".join(chunks)


def lines_stated(request: Request) -> bool:
    """Whether the body is JSON Lines. Raises :class:`RefusedError` for what is neither that nor JSON."""
    stated, _, rest = request.headers.get("content-type", "").partition(";")
    kind = stated.strip().lower()
    charset = rest.lower().partition("charset=")[2].strip(' "')
    if kind not in JSON_TYPES | LINE_TYPES or charset not in ("", "utf-8", "utf8"):
        raise RefusedError(415, "wrong content type", "send application/json or application/x-ndjson in UTF-8")
    return kind in LINE_TYPES
