"""A file of a dump while it is written: whole before it is put in its place."""
from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator, Mapping, Tuple

__all__ = ["Draft", "digest_of", "named"]

_CHUNK = 1 << 20
_HEAD = 4096


class Draft:
    """A file that is not whole yet; a `Sink` for the body of an answer, too.

    Args:
        path: where it is until it is whole.
        go_on: is called before a piece of a body is taken, and raises what breaks it off.

    Attributes:
        head: the first bytes, at most 4096. size: bytes so far.
        status, headers: of the answer that was streamed into it.
    """

    def __init__(self, path: Path, go_on: Callable[[], None]) -> None:
        self.path = path
        self._go_on = go_on
        self.head = b""
        self.size = 0
        self.status = 200
        self.headers: Mapping[str, str] = {}
        self._digest = hashlib.sha256()
        with named(path):
            self._file = open(path, "wb")

    @property
    def sha256(self) -> str:
        """Of what was written so far."""
        return self._digest.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Append bytes."""
        if len(self.head) < _HEAD:
            self.head += chunk[:_HEAD - len(self.head)]
        self._digest.update(chunk)
        with named(self.path):
            self._file.write(chunk)
        self.size += len(chunk)

    def close(self) -> None:
        """All is written: make it last."""
        if not self._file.closed:
            with named(self.path):
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()

    def drop(self) -> None:
        """Forget it."""
        try:
            with named(self.path):  # what is held back is written first
                self._file.close()
        finally:
            self.path.unlink(missing_ok=True)

    # -- as a sink ----------------------------------------------------------------------------

    def start(self, status: int, headers: Mapping[str, str]) -> bool:
        """Take a body from its beginning; another status than 200 is read as a whole instead."""
        with named(self.path):
            self._file.seek(0)
            self._file.truncate()
        self.head, self.size, self._digest = b"", 0, hashlib.sha256()
        self.status, self.headers = status, headers
        return status == 200

    def feed(self, chunk: bytes) -> None:
        self._go_on()
        self.write(chunk)

    def finish(self) -> None:
        """Nothing is left to do: `Store.keep` closes it."""

    def abandon(self) -> None:
        """The body broke off; it may begin anew."""


def digest_of(path: Path) -> Tuple[str, int]:
    """SHA-256 in hexadecimal and size of a file."""
    digest, size = hashlib.sha256(), 0
    with open(path, "rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            if not chunk:
                return digest.hexdigest(), size
            digest.update(chunk)
            size += len(chunk)


@contextmanager
def named(path: Path) -> Iterator[None]:
    """What writing raises tells the file: a full disk is met without its name."""
    try:
        yield
    except OSError as error:
        if error.filename is not None:
            raise
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error
