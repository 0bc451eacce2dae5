"""The body of a form: read as it streams in, never more than its limits, whatever its headers say."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import get_args
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from crawlers.feedback.files import Field
from crawlers.feedback.report import Sent
from crawlers.feedback.source import PICTURES
from crawlers.inbound.refusal import RefusedError
from dashboard.web.inbound.body import MIB, read_body

#: The whole form; its fields without files, and one of them. A form has some twenty fields, and one file each more than
#: it may have, so that the form itself can say which are too many.
LIMIT, WORDS, ONE, FIELDS, FILES = 24 * MIB, 256 * 1024, 128 * 1024, 60, 2 * PICTURES + 4


async def read_parts(request: Request) -> Sent:
    """Raises :class:`RefusedError` for what no browser makes of our form, and for too much of it."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return plain_fields(await read_body(request, WORDS))
    if kind != "multipart/form-data":
        raise RefusedError(415, "wrong content type", "send the form")
    parser = MultiPartParser(request.headers, bounded(request), max_files=FILES, max_fields=FIELDS, max_part_size=ONE)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise unread(error.message) from None
    except ClientDisconnect:
        raise RefusedError(400, "cut off", "the connection was closed before the end") from None
    try:
        return await sent_of(form)
    finally:
        await form.close()


def unread(said: str) -> RefusedError:
    """By the words of the parser, which has one exception for all that is wrong."""
    if "maximum size" in said:
        return RefusedError(413, "too long", f"at most {ONE} bytes in one field")
    if "Maximum number" in said:
        return RefusedError(413, "too large", "more fields or files than a form has")
    return RefusedError(400, "not a form")


async def bounded(request: Request) -> AsyncGenerator[bytes, None]:
    too_large = RefusedError(413, "too large", f"at most {LIMIT} bytes")
    stated = request.headers.get("content-length", "")
    if stated.isascii() and stated.isdigit() and (len(stated) > 12 or int(stated) > LIMIT):
        raise too_large
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LIMIT:
            raise too_large
        yield chunk


async def sent_of(form: FormData) -> Sent:
    """A file input that was left empty sends an empty file."""
    values: dict[str, str] = {}
    files: dict[Field, list[bytes]] = {name: [] for name in get_args(Field)}
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            values[name] = value
            continue
        found = next((known for known in files if known == name), None)
        if found is not None and value.size:
            files[found].append(await value.read())
    return Sent(values, files)


def plain_fields(body: bytes) -> Sent:
    """A form without files, as simple programs send it."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS)
    except ValueError:
        raise RefusedError(400, "not a form") from None
    return Sent(dict(pairs))
