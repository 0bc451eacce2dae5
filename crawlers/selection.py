"""Types of CSS, XPath and regular expressions in a configuration, checked when the file is read.

Their libraries are imported only when a source that uses them is checked.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator


def is_xpath(expression: str) -> bool:
    """``/…``, ``./…``, ``../…`` and ``(…`` are XPath; everything else is CSS."""
    return expression.startswith(("/", "./", "../", "("))


def checked_css(value: str) -> str:
    from cssselect import ExpressionError, SelectorSyntaxError
    from parsel.csstranslator import HTMLTranslator

    try:
        HTMLTranslator().css_to_xpath(value)
    except (SelectorSyntaxError, ExpressionError) as error:
        raise ValueError(f"not a CSS selector: {error}") from error
    return value


def checked_selection(value: str) -> str:
    if not is_xpath(value):
        return checked_css(value)
    from lxml.etree import XPath, XPathError  # type: ignore[import-untyped]

    try:
        XPath(value)
    except XPathError as error:
        raise ValueError(f"not an XPath expression: {error}") from error
    return value


def checked_regex(value: str) -> str:
    import re2

    try:
        re2.compile(value)
    except re2.error as error:
        raise ValueError(f"not a regular expression (RE2): {error}") from error
    return value


Css = Annotated[str, AfterValidator(checked_css)]
#: CSS (with ``::text`` and ``::attr(name)``) or XPath.
Selection = Annotated[str, AfterValidator(checked_selection)]
#: A linear-time (RE2) regular expression; its first group counts, else the whole match.
Regex = Annotated[str, AfterValidator(checked_regex)]
