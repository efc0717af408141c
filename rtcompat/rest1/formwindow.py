"""The lines of an answer, some at a time: what a long one needs no more of."""
from __future__ import annotations

from typing import List

from rtcompat.rest1.formsyntax import SURE

__all__ = ["Window"]


class Window:
    """The lines that are being read: of the text up to a ``--`` line that ends a form for sure.

    Sure is the one behind an empty line: only a comment runs over others.
    """

    def __init__(self, text: str, before: int) -> None:
        self.text = text
        self.start = self.end = 0
        self.before = before
        self.lines: List[str] = []
        self._place = (0, 0)

    def open(self, start: int, to_end: bool = False) -> None:
        """Move on to what begins at ``start``."""
        self.before += self.text.count("\n", self.start, start)
        found = -1 if to_end else self.text.find(SURE, max(start - 1, 0))
        self.start, self.end = start, len(self.text) if found < 0 else found + len(SURE)
        self.lines = self.text[start:self.end].split("\n")
        if self.lines[-1] == "":
            self.lines.pop()
        self._place = (0, start)

    def offset(self, position: int) -> int:
        """Where in the text a line begins; asked for in rising order."""
        line, offset = self._place
        offset += sum(map(len, self.lines[line:position])) + position - line
        self._place = (position, offset)
        return min(offset, len(self.text))
