"""The lines of an answer, some at a time: what a long one needs no more of."""
from __future__ import annotations

from typing import List, Optional, Protocol, Tuple

from rtcompat.rest1.formsyntax import SURE

__all__ = ["Window"]


_SURE = SURE.encode("ascii")


class Decoded(Protocol):
    """Bytes, and the text of some whole lines of them."""

    content: bytes
    #: None: nothing was met so far that is not UTF-8.
    guess: Optional[str]

    def piece(self, start: int, end: int) -> str:
        """The text between two offsets of the bytes."""

    def swapped(self, start: int, end: int, old: str, new: str) -> Tuple[str, int]:
        """The same with ``old`` replaced by ``new``, and how often."""


class Window:
    """The lines that are being read: of the text up to a ``--`` line that ends a form for sure.

    Sure is the one behind an empty line: only a comment runs over others.
    """

    def __init__(self, text: Decoded, before: int) -> None:
        self.text = text
        self.start = self.end = 0
        self._counted = (0, before)
        self.lines: List[str] = []
        self._place = (0, 0)

    @property
    def before(self) -> int:
        """Lines before the window; counted when asked for."""
        place, lines = self._counted
        if place < self.start:
            lines += self.text.content.count(b"\n", place, self.start)
            self._counted = (self.start, lines)
        return lines

    def open(self, start: int, to_end: bool = False) -> None:
        """Move on to what begins at ``start``."""
        content = self.text.content
        found = -1 if to_end else content.find(_SURE, max(start - 1, 0))
        self.start, self.end = start, len(content) if found < 0 else found + len(_SURE)
        self.lines = self.text.piece(start, self.end).split("\n")
        if self.lines[-1] == "":
            self.lines.pop()
        self._place = (0, start)

    def offset(self, position: int) -> int:
        """Where in the bytes a line begins; asked for in rising order."""
        line, offset = self._place
        if position > line:
            between = "\n".join(self.lines[line:position])
            offset += 1 + (len(between) if between.isascii() else
                           len(between.encode("utf-8", "surrogateescape")))
        self._place = (position, offset)
        return min(offset, len(self.text.content))
