"""Messages to a WeChat official account, as its server calls them in. Pure.

Origin of the shapes: the platform's public guides on access, receiving messages and message encryption
(developers.weixin.qq.com), and the sample of its own published crypto example, which a test decrypts. Unverified live.

Access: GET with ``signature``, ``timestamp``, ``nonce``, ``echostr``; the signature is SHA-1 over token, timestamp and
nonce, sorted and joined; the echo is the answer. Messages: POST of XML with the same parameters; with encryption the
body holds ``Encrypt``, and ``msg_signature`` is SHA-1 over token, timestamp, nonce and that text, sorted. ``Encrypt``
is base64 of AES-256-CBC under base64(EncodingAESKey + "="), whose first 16 bytes are the vector, padded to 32: 16
random bytes, the length in 4 bytes (network order), the XML, the app id.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from crawlers.inbound.models import WechatInbound, aes_key
from crawlers.inbound.refusal import RefusedError
from crawlers.inbound.webhook import fresh
from crawlers.inbound.xml_fields import xml_fields
from monitor.mention import RawMention, Rejection

PADDED_TO = 32


@dataclass(frozen=True, slots=True)
class Call:
    """``name`` is the same when the platform tries again with the same parameters."""

    name: str
    fields: Mapping[str, str]


def signed(token: str, *parts: str) -> str:
    return sha1("".join(sorted((token, *parts))).encode()).hexdigest()  # noqa: S324 - the platform's choice


def echo(query: Mapping[str, str], source: WechatInbound, now: datetime) -> str:
    """The answer that proves to the platform that this address is ours. Raises :class:`RefusedError`."""
    checked(query, source, now)
    answer = query.get("echostr", "")
    if not answer or len(answer) > 500 or not answer.isascii() or not answer.isprintable():
        raise RefusedError(400, "missing parameter", "echostr")
    return answer


def read_call(query: Mapping[str, str], body: bytes, source: WechatInbound, now: datetime) -> Call:
    """The fields of a message, once it is proved to be the platform's. Raises :class:`RefusedError`."""
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    if source.aes_key is None:
        checked(query, source, now)
        return Call(f"{timestamp}.{nonce}", xml_fields(body))
    fresh(timestamp, now, "timestamp")
    sealed = xml_fields(body).get("Encrypt", "")
    given = query.get("msg_signature", "")
    if not sealed or not given:
        raise RefusedError(400, "not encrypted", "aes_key is configured: choose the encrypted mode at the platform")
    right = signed(source.token.get_secret_value(), timestamp, nonce, sealed)
    if not hmac.compare_digest(right.encode(), given.encode()):
        raise RefusedError(401, "wrong signature", "msg_signature does not fit: compare the token")
    return Call(f"{timestamp}.{nonce}", xml_fields(decrypted(sealed, source)))


def checked(query: Mapping[str, str], source: WechatInbound, now: datetime) -> None:
    timestamp, nonce, given = (query.get(name, "") for name in ("timestamp", "nonce", "signature"))
    if not timestamp or not nonce or not given:
        raise RefusedError(400, "missing parameter", "signature, timestamp and nonce are needed")
    fresh(timestamp, now, "timestamp")
    right = signed(source.token.get_secret_value(), timestamp, nonce)
    if not hmac.compare_digest(right.encode(), given.encode("utf-8", "replace")):
        raise RefusedError(401, "wrong signature", "signature does not fit: compare the token")


def decrypted(sealed: str, source: WechatInbound) -> bytes:
    """The XML inside. Raises :class:`RefusedError`, always the same for whatever is wrong inside."""
    broken = RefusedError(400, "cannot be decrypted", "compare aes_key and app_id with the platform's settings")
    assert source.aes_key is not None  # noqa: S101 - the caller looked; tells the type checker
    key = aes_key(source.aes_key.get_secret_value())
    try:
        blob = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError):
        raise broken from None
    if not blob or len(blob) % 16:
        raise broken
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = decryptor.update(blob) + decryptor.finalize()
    padding = plain[-1]
    if not 1 <= padding <= PADDED_TO or len(plain) - padding < 20:
        raise broken
    plain = plain[:-padding]
    (length,) = struct.unpack("!I", plain[16:20])
    xml, app_id = plain[20 : 20 + length], plain[20 + length :]
    if len(xml) != length or app_id.decode("latin-1") != source.app_id:
        raise broken
    return xml


def mention_of(fields: Mapping[str, str], source: WechatInbound) -> RawMention | Rejection:
    """A text, a recognised voice or a shared link is a mention; events, pictures and the rest say nothing to read."""
    kind = fields.get("MsgType", "")
    title = None
    match kind:
        case "text":
            text = fields.get("Content", "")
        case "voice":
            text = fields.get("Recognition", "")
        case "link":
            title, text = fields.get("Title") or None, fields.get("Description", "")
        case "event":
            return Rejection("event", fields.get("Event", "")[:40])
        case _:
            return Rejection("no text", kind[:40])
    if not text and not title:
        return Rejection("no text", kind)
    return RawMention(
        text=text,
        title=title,
        external_id=fields.get("MsgId") or None,
        url=fields.get("Url") if kind == "link" else None,
        kind=source.item_kind,
        author=fields.get("FromUserName") or None,
        published=fields.get("CreateTime") or None,
    )
