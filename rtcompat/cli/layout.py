"""Laying out text on a terminal: what is visible, how wide it is, tables and records.

Nothing is cut off: what does not fit is wrapped, and without a width (output into a file or a
pipe) nothing is. Characters that would steer the terminal are shown as escapes, because mail from
strangers ends up here.
"""
from __future__ import annotations

import re
import unicodedata
from itertools import chain, islice
from typing import Iterable, Iterator, List, Optional, Sequence, Tuple

__all__ = ["visible", "counted", "display_width", "wrapped", "record", "table", "indented"]

#: C0 and C1 controls but tab and newline, line and paragraph separators, half surrogates, and
#: the marks that turn the direction of writing around.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
                       "\ud800-\udfff]")
#: A column is not made narrower than this.
_NARROWEST = 6
_GAP = "  "


def _escape(found: "re.Match[str]") -> str:
    number = ord(found.group())
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"


def visible(text: str) -> str:
    """The text with steering characters as ``\\x1b`` or ``\\u202e``; CRLF becomes a newline."""
    return _STEERING.sub(_escape, text.replace("\r\n", "\n"))


def counted(count: int, noun: str) -> str:
    """``1 ticket`` or ``2,000 tickets``."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def display_width(text: str) -> int:
    """Columns that the text takes: wide East Asian characters two, combining marks none."""
    return sum(0 if unicodedata.category(c) in ("Mn", "Me", "Cf")
               else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _fitting(text: str, start: int, width: int) -> int:
    """Where the characters from start on end that fit into the width; at least one does."""
    taken = 0
    for place in range(start, len(text)):
        taken += display_width(text[place])
        if taken > width:
            return max(place, start + 1)
    return len(text)


def wrapped(text: str, width: Optional[int]) -> List[str]:
    """Lines no wider than the width, broken at blanks where there are any; None breaks nothing.

    A tab is made of blanks, as its width could not be told otherwise.
    """
    lines: List[str] = []
    for line in visible(text).split("\n"):
        line = line.expandtabs(8)
        start, end = 0, len(line) if width is None else _fitting(line, 0, width)
        while width is not None and end < len(line):
            blank = line.rfind(" ", start + 1, end + 1)
            at_blank = blank > 0 and not line[start:blank].isspace()
            lines.append(line[start:blank if at_blank else end])
            start = blank + 1 if at_blank else end
            end = _fitting(line, start, width)
        lines.append(line[start:])
    return lines


def indented(text: str, margin: str, width: Optional[int]) -> Iterator[str]:
    """The wrapped lines behind a margin; empty lines stay empty."""
    room = None if width is None else max(width - len(margin), _NARROWEST)
    return ((margin + line) if line else "" for line in wrapped(text, room))


def _padded(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))


def record(pairs: Sequence[Tuple[str, str]], width: Optional[int]) -> Iterator[str]:
    """Labels in one column and values in another; further lines of a value stand below it."""
    labels = [visible(label).replace("\n", " ") for label, _ in pairs]
    column = max((display_width(label) for label in labels), default=0)
    if width is not None:
        column = min(column, max(width // 3, _NARROWEST))
    room = None if width is None else max(width - column - len(_GAP), _NARROWEST)
    for label, (_, value) in zip(labels, pairs):
        first, *others = wrapped(value, room)
        if display_width(label) > column:
            yield label
            label = ""
        yield (_padded(label, column) + _GAP + first).rstrip()
        for line in others:
            yield (" " * column + _GAP + line).rstrip()


def table(headers: Sequence[str], rows: Iterable[Sequence[str]],
          width: Optional[int]) -> Iterator[str]:
    """Columns under headers, with two blanks between them.

    Widths are taken from a hundred rows at a time, so that a long listing appears as it arrives;
    a column never becomes narrower than it was, and a longer value is not cut.
    """
    source = iter(rows)
    widths = [0] * len(headers)
    chunk = [list(headers)] + [list(row) for row in islice(source, 100)]
    while chunk:
        natural = [max(chain([widths[place]], (display_width(line) for row in chunk
                                               for line in wrapped(row[place], None))))
                   for place in range(len(headers))]
        widths = _shrunk(natural, width)
        for row in chunk:
            yield from _table_row(row, widths, wrap=width is not None)
        chunk = [list(row) for row in islice(source, 100)]


def _shrunk(widths: List[int], width: Optional[int]) -> List[int]:
    """Take columns off the widest ones until the row fits, or none can be made narrower."""
    if width is None:
        return widths
    room = width - len(_GAP) * (len(widths) - 1)
    widths = list(widths)
    while sum(widths) > room and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _table_row(row: Sequence[str], widths: Sequence[int], *, wrap: bool) -> Iterator[str]:
    cells = [wrapped(cell, width if wrap else None) for cell, width in zip(row, widths)]
    for number in range(max(len(cell) for cell in cells)):
        parts = (_padded(cell[number] if number < len(cell) else "", width)
                 for cell, width in zip(cells, widths))
        yield _GAP.join(parts).rstrip()
