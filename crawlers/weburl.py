"""The type of an address in a source's configuration."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from crawlers.address import fetchable


def checked(value: str) -> str:
    if not fetchable(value):
        raise ValueError("not a web address: write it in full, such as https://shop.example/reviews")
    try:
        port = urlsplit(value).port
    except ValueError:  # above 65535, or no number
        port = 0
    if port == 0:
        raise ValueError("not a port: write a number from 1 to 65535, or leave it out")
    return value


def checked_stream(value: str) -> str:
    scheme, _, rest = value.partition("://")
    if scheme not in {"ws", "wss"}:
        raise ValueError("not the address of a stream: write it in full, such as wss://stream.example")
    checked(f"http://{rest}")
    return value


#: An absolute http or https address.
WebUrl = Annotated[str, AfterValidator(checked)]
#: An absolute ws or wss address.
StreamUrl = Annotated[str, AfterValidator(checked_stream)]
