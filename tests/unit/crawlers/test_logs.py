"""What a library logs with a traceback, in a process of its own: the factory of log records holds for all of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import logging, os
from crawlers import logs
logs.set_up(os.environ)
logging.basicConfig(format="%(levelname)s: %(message)s")
try:
    raise TimeoutError("page.goto\\n  call log")
except TimeoutError:
    logging.getLogger("scrapy").error("Error downloading %s", "x", exc_info=True)
"""


@pytest.mark.parametrize("verbose", ["", "1"])
def test_a_traceback_is_one_line_unless_asked_for(verbose: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], env={"TINGFENG_VERBOSE": verbose}, capture_output=True, text=True, check=True
    )
    first, *rest = done.stderr.splitlines()
    if verbose:
        assert first == "ERROR: Error downloading x"
        assert rest[0].startswith("Traceback")
    else:
        assert (first, rest) == ("ERROR: Error downloading x: TimeoutError: page.goto call log", [])
