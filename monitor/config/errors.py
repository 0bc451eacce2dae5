"""What a configuration file can be wrong about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class ConfigError:
    """One error: 1-based line and column of the file, the path of the value (``keywords[0].query``; empty for the
    whole file), what is wrong, and what to write instead (may be empty). Never holds a secret."""

    line: int
    column: int
    path: str
    message: str
    hint: str = ""

    def format(self, file: str) -> str:
        """``file:line:column: path: message (hint)``"""
        place = f"{file}:{self.line}:{self.column}: "
        return place + (f"{self.path}: " if self.path else "") + self.message + (f" ({self.hint})" if self.hint else "")


class InvalidConfig(ValueError):  # noqa: N818 - named by the contract that other packages import
    """A configuration that cannot be used, with all of its errors in the order of the file."""

    def __init__(self, errors: Iterable[ConfigError]) -> None:
        self.errors = tuple(sorted(set(errors)))
        super().__init__("\n".join(error.format("configuration") for error in self.errors))
