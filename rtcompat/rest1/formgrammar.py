"""One expression for the forms that an answer repeats: keys as they are, values as groups.

Forms with the same first keys share these in it, so what tells them apart is looked at once. The
text that is matched has every line end with a common indent behind it replaced by one mark:
``.*`` then runs over the values of many lines as it does over those of one.
"""
from __future__ import annotations

import re
import sys
from typing import Dict, List, NamedTuple, Pattern, Sequence, Tuple

from rtcompat.rest1.formsyntax import Shape, Spanned, indent_of

__all__ = ["Grammar", "Sequence_", "Slot", "grammar_of"]

#: Before 3.11 `re` cannot be told not to go back; the patterns are as exact without it.
_KEEP = "+" if sys.version_info >= (3, 11) else ""

#: A value's own last line end: two empty lines follow, not counting that of a ``--``.
_ENDED = "(?:\n(?=\n\n(?!--\n))|)"


class Slot(NamedTuple):
    """How the values of a key were laid out: ever without a blank, ever over several lines."""

    listed: bool
    spans: bool


#: Whether a form begins with a comment, and its keys in order.
Sequence_ = Tuple[bool, Tuple[str, ...]]


class Grammar(NamedTuple):
    """What is matched at once.

    Attributes:
        pattern: matches one form with the line end before it and its ``--`` line or, where it is
            none of these, everything.
        shapes: by the last group that took part; none for everything.
        mark: stands for a line end and the ``pad`` behind it; occurs nowhere else.
        pad: line end and blanks; empty: none is replaced.
    """

    pattern: Pattern[str]
    shapes: Dict[int, Shape]
    mark: str
    pad: str


class _Node:
    """Forms that have begun alike: what can come next, and if one can end here."""

    def __init__(self) -> None:
        self.next: Dict[str, _Node] = {}
        self.ends = False


class _Writer:
    """The expression while it is being written."""

    def __init__(self, slots: Dict[str, Slot], mark: str, width: int) -> None:
        self.slots = slots
        self.mark = re.escape(mark)
        self.width = width
        self.groups = 0
        #: By the group that marks the end: is there a comment, the keys and their groups.
        self.ends: Dict[int, Tuple[bool, Tuple[Tuple[str, int], ...]]] = {}
        #: Keys that groups are named by: those that all forms begin with.
        self.named: List[str] = []

    def tree(self, node: _Node, commented: bool, path: Tuple[Tuple[str, int], ...], alone: bool
             ) -> str:
        """What follows; ``alone``: all forms came this way."""
        ways = []
        alone = alone and len(node.next) == 1 and not node.ends
        for key, after in node.next.items():
            self.groups += 1
            here = (*path, (key, self.groups))
            name = ""
            if alone and key.isidentifier() and len(self.named) == len(path):
                self.named.append(key)
                name = f"?P<{key}>"
            ways.append(self._field(key, name, after)
                        + self.tree(after, commented, here, alone))
        if node.ends:
            self.groups += 1
            self.ends[self.groups] = commented, path
            ways.append("\n?\n?--\n()")
        return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"

    def _field(self, key: str, name: str, after: _Node) -> str:
        slot = self.slots[key]
        value = f"({name}{self._lines(indent_of(key)) + _ENDED if slot.spans else f'.*{_KEEP}'})"
        value = f"(?: {value}|(?=\n(?!\n\n)))" if slot.listed else f" {value}"
        apart = slot.spans or any(self.slots[one].spans for one in after.next)
        return f"{re.escape(key)}:{value}\n" + ("\n?" if apart and after.next else "")

    def _lines(self, indent: int) -> str:
        """A value whose further lines have so many blanks before them."""
        if indent == self.width:
            return f".*{_KEEP}"
        if indent < self.width or not self.width:
            return f".*{_KEEP}(?:\n {{{indent}}}.*{_KEEP})*{_KEEP}"
        line = f"[^\n{self.mark}]*{_KEEP}"
        return f"{line}(?:{self.mark} {{{indent - self.width}}}{line})*{_KEEP}"

    def deep(self, key: str) -> bool:
        """Whether an indent begins with the mark."""
        return 0 < self.width <= indent_of(key)

    def spanned(self, place: int, key: str, mark: str) -> Spanned:
        """What to replace in a value of several lines."""
        indent = indent_of(key)
        if self.deep(key):
            return Spanned(place, key, ((mark + " " * (indent - self.width), "\n"),))
        first = ("\n" + " " * indent, "\n")
        if not self.width:
            return Spanned(place, key, (first,))
        return Spanned(place, key, (first, (mark, "\n" + " " * (self.width - indent))))


def grammar_of(sequences: Sequence[Sequence_], slots: Dict[str, Slot], mark: str, width: int
               ) -> Grammar:
    """The expression for some sequences of keys.

    Args:
        sequences: no key twice in one, in whatever case.
        slots: by key.
        mark: a character that is not in the text.
        width: blanks of a common indent; 0: none is replaced.
    """
    writer = _Writer(slots, mark, width)
    starts = {True: _Node(), False: _Node()}
    for commented, keys in sequences:
        node = starts[commented]
        for key in keys:
            node = node.next.setdefault(key, _Node())
        node.ends = True
    alone = not (starts[True].next and starts[False].next)
    ways = [("#.*\n\n" if commented else "") + writer.tree(node, commented, (), alone)
            for commented, node in starts.items() if node.next]
    pattern = re.compile(f"\n(?:{'|'.join(ways)})|([\\s\\S]+)")
    shapes = {}
    for end, (commented, path) in writer.ends.items():
        keys = tuple(key for key, _ in path)
        spans = [writer.spanned(place, key, mark) for place, key in enumerate(keys)
                 if slots[key].spans]
        shapes[end] = Shape(
            keys, tuple(key for key in keys if slots[key].listed), commented, pattern,
            (*(group for _, group in path), end), len(writer.named),
            tuple(one for one in spans if writer.deep(one.key)),
            tuple(one for one in spans if not writer.deep(one.key)))
    return Grammar(pattern, shapes, mark if width else "", "\n" + " " * width if width else "")
