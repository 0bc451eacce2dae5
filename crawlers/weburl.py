"""The type of an address in a source's configuration."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from crawlers.address import fetchable


def checked(value: str) -> str:
    if not fetchable(value):
        raise ValueError("not a web address: write it in full, such as https://shop.example/reviews")
    return value


#: An absolute http or https address.
WebUrl = Annotated[str, AfterValidator(checked)]
