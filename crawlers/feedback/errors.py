"""Why a file that was enclosed with a form is not taken."""

from __future__ import annotations


class UnfitFileError(Exception):
    """``reason`` is short and stable; pages have words for it. It never holds anything of the file."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
