"""Senders that do everything right, one a kind, so that the contract can do one thing wrong at a time."""

from __future__ import annotations

import base64
import json
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from fastapi.testclient import TestClient
from pydantic import SecretStr

from crawlers.inbound.models import ApiInbound, WebhookInbound, WechatInbound, aes_key, key_of
from crawlers.inbound.webhook import signature
from crawlers.inbound.wechat import signed
from monitor.config.schema import Inbound

WHSEC = "whsec_" + base64.b64encode(b"a secret of twenty-four b").decode()
TOKEN = "a-token-of-the-account"
AES = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP = "wx2c2769f8efd9abc2"

ENTRIES: Mapping[str, Inbound] = {
    "shop-api": ApiInbound(brand="xinghe"),
    "closed-api": ApiInbound(enabled=False),
    "desk": WebhookInbound(
        secret=SecretStr(WHSEC), mapping={"text": "/data/text", "external_id": "/data/id", "author": "/data/who"}
    ),
    "wechat": WechatInbound(token=SecretStr(TOKEN)),
    "wechat-sealed": WechatInbound(token=SecretStr(TOKEN), aes_key=SecretStr(AES), app_id=APP),
}
XML = (
    "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oUser]]></FromUserName>"
    "<CreateTime>{at}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>"
    "<MsgId>{number}</MsgId></xml>"
)


@dataclass(frozen=True)
class Request:
    path: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)

    def send(self, client: TestClient) -> Any:
        """The response, of whichever library the client is built on."""
        headers: Any = {name: value.encode("latin-1") for name, value in self.headers.items()}
        return client.post(self.path, content=self.body, headers=headers, params=dict(self.query))


@dataclass(frozen=True)
class Sender:
    """``request(text)`` is right in every respect; ``signed`` proves a body that the contract made."""

    kind: str
    source: str
    now: datetime
    token: str = ""

    def request(self, text: str = "电池发烫", number: int = 1) -> Request:
        at = int(self.now.timestamp())
        if self.kind == "api":
            body: Any = {"text": text, "external_id": str(number), "published_at": "2026-11-23T11:00:00Z"}
            return self.prove(json.dumps(body).encode())
        if self.kind == "webhook":
            return self.prove(
                json.dumps({"data": {"text": text, "id": number, "who": "小王"}}).encode(), f"msg_{number}"
            )
        return self.prove(XML.format(at=at, text=text, number=number).encode(), f"nonce{number}")

    def prove(self, body: bytes, name: str = "n1", at: datetime | None = None) -> Request:
        stamp = str(int((at or self.now).timestamp()))
        path = f"/hooks/{self.source}"
        if self.kind == "api":
            headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
            return Request("/api/v1/mentions", body, headers)
        if self.kind == "webhook":
            right = signature(key_of(WHSEC), name, stamp, body)
            given = f"v1,{base64.b64encode(bytes(32)).decode()} v1a,other v1,{right}"
            return Request(path, body, {"webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": given})
        query = {"timestamp": stamp, "nonce": name, "signature": signed(TOKEN, stamp, name), "openid": "oUser"}
        if self.kind == "wechat-sealed":
            sealed = encrypted(body)
            query |= {"encrypt_type": "aes", "msg_signature": signed(TOKEN, stamp, name, sealed)}
            body = f"<xml><ToUserName>gh_1</ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()
        return Request(path, body, {}, query)

    def forged(self) -> Request:
        """A good request under a wrong signature or token."""
        good = self.request()
        if self.kind == "api":
            return replace(good, headers={**good.headers, "authorization": "Bearer tf_" + "x" * 43})
        if self.kind == "webhook":
            return replace(good, headers={**good.headers, "webhook-signature": "v1,AAAA v1,é"})
        name = "msg_signature" if self.kind == "wechat-sealed" else "signature"
        return replace(good, query={**good.query, name: "0" * 40})


def encrypted(xml: bytes) -> str:
    key = aes_key(AES)
    plain = os.urandom(16) + struct.pack("!I", len(xml)) + xml + APP.encode()
    padding = 32 - len(plain) % 32
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()
