"""One e-mail as a raw mention: its text or HTML part, whatever charset it says or does not say. Pure."""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from datetime import UTC, timedelta
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Literal

from monitor.mention import Kind, RawMention, Rejection

#: Charsets that contain the one that is named, which mailers name wrongly for them.
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "big5": "big5hkscs", "us-ascii": "utf-8"}
_ID = re.compile(r"<([^<>\s]{1,900})>")
#: Parts that are looked at; a message of more is no letter.
PARTS = 100
#: A clock that is wrong by more than this is not believed.
CLOCKS_DIFFER = timedelta(hours=25)


def mention_of(data: bytes, fallback_id: str, received: str | None, item_kind: Kind) -> RawMention | Rejection:
    """``received`` is the mailbox's own time (RFC 2822), for a message without a usable one. Attachments are passed
    over, and ``data`` may be cut off behind the text.

    An automatic reply ("I am on holiday") is nobody's opinion.
    """
    message = message_from_bytes(data, policy=policy.compat32)
    if str(message.get("Auto-Submitted", "")).lower().startswith("auto-replied"):
        return Rejection("automatic reply")
    found = body_of(message)
    subject = words(message, "Subject")
    if found is None and not subject:
        return Rejection("no text")
    text, markup = found or (subject, "text")
    name, address = parseaddr(words(message, "From"))
    return RawMention(
        text=text,
        external_id=first_id(words(message, "Message-ID")) or fallback_id,
        kind=item_kind,
        title=subject or None,
        author=(name or address).strip() or None,
        published=written(words(message, "Date"), received),
        parent_id=first_id(words(message, "In-Reply-To")),
        markup=markup,
    )


def written(stated: str, received: str | None) -> str | None:
    """When the letter says that it was written, unless it cannot be read or lies in the future of its arrival."""
    try:
        at = parsedate_to_datetime(stated)
        arrived = parsedate_to_datetime(received) if received else None
        later = arrived is not None and at.replace(tzinfo=at.tzinfo or UTC) > arrived + CLOCKS_DIFFER
    except (ValueError, OverflowError, TypeError):
        return received
    return received if later or at.year < 1990 else stated


def first_id(stated: str) -> str | None:
    found = _ID.search(stated)
    return found[1] if found else stated.strip()[:900] or None


def body_of(message: Message) -> tuple[str, Literal["text", "html"]] | None:
    """The first plain text, else the first HTML, that is not attached."""
    html = None
    for number, part in enumerate(message.walk()):
        if number >= PARTS:
            break
        if part.is_multipart() or part.get_content_disposition() == "attachment" or part.get_filename():
            continue
        if part.get_content_type() == "text/plain" and (text := text_of(part)).strip():
            return text, "text"
        if part.get_content_type() == "text/html" and html is None and (text := text_of(part)).strip():
            html = text
    return None if html is None else (html, "html")


def text_of(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return decoded(payload, part.get_content_charset()) if isinstance(payload, bytes) else ""


def decoded(data: bytes, charset: str | None) -> str:
    """In the charset that is named; where that is unknown or a lie, in the first that fits, else as well as it can."""
    stated = (charset or "").lower()
    for name in (WIDER.get(stated, stated), "utf-8", "gb18030"):
        try:
            return data.decode(name) if name else data.decode("utf-8")
        except (LookupError, ValueError):
            continue
    return data.decode("utf-8", "replace")


def words(message: Message, header: str) -> str:
    """A header's words on one line: encoded words decoded, raw eight-bit ones too."""
    stated = message.get(header)
    if stated is None:
        return ""
    try:
        parts = decode_header(stated)
    except (Base64Error, ValueError):
        parts = [(str(stated), None)]
    joined = "".join(part if isinstance(part, str) else header_text(part, charset) for part, charset in parts)
    return " ".join(joined.split())[:2_000]


def header_text(data: bytes, charset: str | None) -> str:
    return decoded(data, None if charset in (None, "unknown-8bit") else charset)
