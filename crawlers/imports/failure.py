"""What is wrong with a file as a whole."""

from __future__ import annotations


class UnreadableFile(ValueError):  # noqa: N818 - names what it is, like the standard library's own
    """The file as a whole cannot be read; the message says why and what to do."""
