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


#: An absolute http or https address.
WebUrl = Annotated[str, AfterValidator(checked)]
