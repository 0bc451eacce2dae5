"""How much a request may send. Forms are read before it is known who sends them, and files are spooled to disk."""

from __future__ import annotations

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.operation.uploads import LIMIT

#: Beside the file there are the form's fields and the marks between its parts.
UPLOAD = LIMIT + 256 * 1024
USUAL = 8 * 1024 * 1024
#: What programs and strangers send has closer limits of its own, which count and explain (``dashboard.web.inbound``).
OWN_LIMITS = ("/api/v1/mentions", "/hooks/", "/form/")


class BodyLimit:
    """Answers 413 to a longer body: by its stated length, else once it has got too long."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(OWN_LIMITS):
            await self.app(scope, receive, send)
            return
        limit = UPLOAD if scope["path"] == "/import" else USUAL
        stated = dict(scope["headers"]).get(b"content-length", b"0")
        got = int(stated) if stated.isdigit() else 0
        if got > limit:
            await refuse(send)
            return
        received = 0

        async def bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(413)
            return message

        await self.app(scope, bounded, send)


async def refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": "文件过大\nToo large: at most 50 MB\n".encode()})
