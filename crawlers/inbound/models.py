"""What operator.yaml says about each kind of source that is not crawled. Imports nothing heavy."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, field_validator, model_validator

from monitor.config.schema import Duration, Inbound, within_a_year
from monitor.mention import Kind

#: What a mapping can fill.
MappedField = Literal[
    "text", "title", "external_id", "url", "kind", "author", "published", "rating", "rating_best", "rating_worst",
    "lang", "product", "parent_id", "likes", "replies", "reposts",
]  # fmt: skip
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\r\n\x00]+$")]


def pointer(value: str) -> str:
    if not re.fullmatch(r"(?:/(?:[^/~]|~[01])*)+", value):
        raise ValueError("must be a JSON pointer: such as /data/text")
    return value


Pointer = Annotated[str, AfterValidator(pointer)]


class ApiInbound(Inbound):
    """Fed by programs that hold a token of it (``tingfeng token add``)."""

    kind: Literal["api"] = "api"
    item_kind: Kind = "review"


class WebhookInbound(Inbound):
    """``mapping``: field → JSON pointer into the message, or into each of its ``items``. ``only``: pointer → the value
    that a message must have there; others are acknowledged and ignored."""

    kind: Literal["webhook"] = "webhook"
    secret: SecretStr
    mapping: Mapping[MappedField, Pointer]
    items: Pointer | None = None
    only: Mapping[Pointer, str] = Field(default_factory=dict)
    markup: Literal["text", "html"] = "text"

    @field_validator("secret")
    @classmethod
    def whsec(cls, value: SecretStr) -> SecretStr:
        if not 24 <= len(key_of(value.get_secret_value())) <= 64:
            raise ValueError("must be whsec_ and base64 of 24 to 64 bytes")
        return value

    @field_validator("mapping")
    @classmethod
    def with_text(cls, value: Mapping[MappedField, str]) -> Mapping[MappedField, str]:
        if "text" not in value and "title" not in value:
            raise ValueError("must say where the text is: such as text: /data/text")
        return value


class WechatInbound(Inbound):
    """``token`` and ``aes_key`` (EncodingAESKey) as entered in the account's server settings. With an ``aes_key`` only
    encrypted messages are taken."""

    kind: Literal["wechat"] = "wechat"
    token: SecretStr
    aes_key: SecretStr | None = None
    app_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = None

    @field_validator("aes_key")
    @classmethod
    def of_43(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(aes_key(value.get_secret_value())) != 32:
            raise ValueError("must be the 43 letters and digits of EncodingAESKey")
        return value

    @model_validator(mode="after")
    def with_app_id(self) -> WechatInbound:
        if self.aes_key is not None and self.app_id is None:
            raise ValueError("aes_key needs app_id: encrypted messages name the account they are for")
        return self


class ImapInbound(Inbound):
    """A mailbox that is looked at every ``every``. ``security`` is ``plain`` only for hosts under ``local``."""

    kind: Literal["imap"] = "imap"
    host: Line
    port: int | None = Field(default=None, ge=1, le=65535)
    user: Line
    password: SecretStr
    folder: Line = "INBOX"
    security: Literal["tls", "starttls", "plain"] = "tls"
    every: Annotated[Duration, AfterValidator(within_a_year)] = timedelta(minutes=5)
    max_messages: int = Field(default=2000, ge=1, le=100_000, description="messages a look at most")


def key_of(secret: str) -> bytes:
    """The bytes of a webhook's secret, behind ``whsec_``; empty where it is none."""
    if not secret.startswith("whsec_"):
        return b""
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        return b""


def aes_key(encoding_key: str) -> bytes:
    """The 32 bytes of an EncodingAESKey; empty where it is none."""
    try:
        return base64.b64decode(f"{encoding_key}=", validate=True) if len(encoding_key) == 43 else b""
    except (binascii.Error, ValueError):
        return b""
