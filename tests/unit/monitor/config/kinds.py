"""A small set of plug-in models; the real ones belong to packages that this one does not know."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from pydantic import SecretStr, field_validator

from monitor.config.schema import ChannelConfig, Credential, Duration, Kinds, Measure, Params, Source


class Feed(Source):
    url: str


class Window(Params):
    measures: ClassVar[tuple[Measure, ...]] = ("negative_ratio",)

    window: Duration = timedelta(hours=6)


class Limit(Params):
    measures: ClassVar[tuple[Measure, ...]] = ("negative_count",)

    limit: int


class Console(ChannelConfig):
    note: str | None = None


class Chat(ChannelConfig):
    room: str
    token: SecretStr | None = None

    @field_validator("token")
    @classmethod
    def refuse_old_tokens(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and value.get_secret_value().startswith("old-"):
            raise ValueError(f"tokens of the old kind are refused: {value.get_secret_value()}")
        return value


class ShopKey(Credential):
    account: str = "main"
    key: SecretStr


KINDS = Kinds(
    sources={"feed": Feed, "shop": Feed},
    detectors={"wilson": Window, "ceiling": Limit},
    channels={"console": Console, "chat": Chat},
    credentials={"shop": ShopKey},
)
