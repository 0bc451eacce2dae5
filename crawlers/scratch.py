"""The folder in which a crawl and its browser keep their files, and the sweeping of those that a killed worker left.

Which folder still has a living owner is told by a lock and not by a process id: the system lets go of the lock with the
owner, however that ends, so that it cannot mean another process that got the same number, nor one of another container
that shares the folder for temporary files.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "tingfeng-crawl-"
#: Locked for as long as the owner lives; holds its process id for people who look.
OWNER = "owner"
FILES = "files"


@contextmanager
def scratch_folder(below: Path | None = None) -> Iterator[Path]:
    """An empty folder of our own, gone afterwards; in the system's folder for temporary files, unless told."""
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=below, ignore_cleanup_errors=True) as made:
        folder = Path(made)
        draft = folder / f".{OWNER}"
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
            # Under its name only once it is locked: a folder without an owner is one that is being made.
            draft.rename(folder / OWNER)
            (folder / FILES).mkdir()
            yield folder / FILES
        finally:
            os.close(descriptor)


def sweep(below: Path | None = None) -> int:
    """Removes what owners that are gone left behind, whichever installation they were of; how many folders.

    Leaves alone what is not ours: folders of another user, links, and folders that name no owner.
    """
    folders = (below or Path(tempfile.gettempdir())).glob(f"{PREFIX}*")
    return sum(remove_abandoned(folder) for folder in folders)


def remove_abandoned(folder: Path) -> bool:
    """Whether the folder was one without a living owner, and is gone."""
    try:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            return False
        descriptor = os.open(folder / OWNER, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        return False  # it went away meanwhile, or has no owner
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # The owner's name goes last: what a browser that is still ending writes is left for the next sweep.
        shutil.rmtree(folder / FILES, ignore_errors=True)
        if not (folder / FILES).exists():
            shutil.rmtree(folder, ignore_errors=True)
        return not folder.exists()
    except BlockingIOError:
        return False  # its owner lives
    finally:
        os.close(descriptor)
