"""Who uses what on this machine: locks that end with the process that holds them."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Wait until no other process is inside for the same file, and keep others waiting."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def use(file: Path) -> IO[str]:
    """Be one of those who use a thing, until what is returned is closed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = file.open("w")
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def used(file: Path) -> bool:
    """Whether anybody, this process included, uses the thing now."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
