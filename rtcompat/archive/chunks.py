"""Bodies that were saved as ``Transfer-Encoding: chunked`` sent them."""
from __future__ import annotations

import re
from typing import NamedTuple, Optional, Protocol

__all__ = ["CHUNK_MARK", "Chunks", "Oddity", "Stream"]

#: What stands before every chunk.
CHUNK_MARK = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\n]{0,200})?\r\n")
_LINE_END = re.compile(rb"\r?\n")


class Oddity(NamedTuple):
    """What was odd at a line of the stream."""

    line: int
    what: str
    raw: bytes = b""


class Stream(Protocol):
    """What chunks are taken from: ``buffer`` from ``start`` on is what nobody took."""

    buffer: bytes
    start: int
    line: int

    def have(self, size: int) -> bool:
        """Whether that many bytes are left, looking ahead as far as needed."""

    def take(self, size: int) -> bytes:
        """The next bytes, which then belong to somebody."""


class Chunks:
    """The body inside the marks of ``Transfer-Encoding: chunked``."""

    def __init__(self, cutter: Stream) -> None:
        self._cutter = cutter
        self._left = 0
        self._ended = False
        self.broken: Optional[Oddity] = None

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes of the body; none at its end."""
        cutter = self._cutter
        if not self._left and not self._ended:
            self._mark()
        if self._ended or not cutter.have(1):
            if self._left:
                self.broken = Oddity(cutter.line, f"ends {self._left} bytes before its chunk does")
                self._left = 0
            return b""
        taken = cutter.take(min(size, self._left))
        self._left -= len(taken)
        if not self._left and cutter.have(2) and cutter.buffer.startswith(b"\r\n", cutter.start):
            cutter.take(2)
        return taken

    def _mark(self) -> None:
        cutter = self._cutter
        cutter.have(1 << 10)
        match = CHUNK_MARK.match(cutter.buffer, cutter.start)
        if match is None:
            self._ended = True
            self.broken = Oddity(cutter.line, "a chunk of the body does not begin as one",
                                 cutter.buffer[cutter.start:cutter.start + 40])
            return
        cutter.take(match.end() - match.start())
        self._left = int(match.group(1), 16)
        if not self._left:
            self._ended = True
            trailer = _LINE_END.match(cutter.buffer, cutter.start)
            if trailer is not None:
                cutter.take(trailer.end() - trailer.start())
