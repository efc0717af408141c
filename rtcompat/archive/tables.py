"""A search's table (``format=s``): a line a record, tabs between cells.

RT escapes neither tabs nor line ends of a value (Search/Ticket of 3.4 to 5.0), so that a row may
have more cells than there are columns, or several lines. What is certain of one is kept: its cells
from either side, as far as there are values that RT spells itself, and all of them where the tabs
are as many as there should be.
"""
from __future__ import annotations

import re
from typing import Iterator, List, NamedTuple, Sequence, Tuple

__all__ = ["Row", "columns_in", "rows"]

#: Columns of which no value holds a tab: what nobody writes freely.
_SPELLED = frozenset((
    "id", "status", "type", "priority", "initialpriority", "finalpriority", "created", "starts",
    "started", "due", "resolved", "told", "lastupdated", "timeworked", "timeleft",
    "timeestimated"))
_HEADER = re.compile(r"^id\t[^\n]*$|^id$", re.MULTILINE)
_NUMBER = re.compile(r"[0-9]{1,18}\Z")


class Row(NamedTuple):
    """What a table tells of a record.

    Attributes:
        line: where it begins in the text, from 0.
        number: the record's; "" of lines that belong to no row.
        cells: by column, without those that cannot be told.
        odd: what is wrong with it; "" where nothing is.
        text: the row itself.
    """

    line: int
    number: str
    cells: Tuple[Tuple[str, str], ...]
    odd: str
    text: str


def columns_in(text: str) -> Tuple[str, ...]:
    """The names of a table's columns, the first is ``id``; none where no header stands there."""
    header = _HEADER.search(text)
    return () if header is None else tuple(header.group().rstrip("\r").split("\t"))


def rows(text: str, columns: Sequence[str] = ()) -> Iterator[Row]:
    """The rows of a table.

    Args:
        text: an answer with its header; or a further piece of one.
        columns: of the table that such a piece goes on with.
    """
    text = text.replace("\r\n", "\n")
    header = None if columns else _HEADER.search(text)
    if header is not None:
        columns = header.group().split("\t")
    if not columns:
        return
    begin = 0 if header is None else header.end() + 1
    blocks = list(_blocks(text[begin:], text.count("\n", 0, begin), len(columns) - 1))
    for line, lines in _joined(blocks, len(columns) - 1):
        whole = "\n".join(lines).rstrip("\n")
        if whole:
            yield _row(line, whole, columns)


#: The lines that may be a row: the number of the first, and they.
_Block = Tuple[int, List[str]]


def _blocks(text: str, line: int, tabs: int) -> Iterator[_Block]:
    """The lines from each that begins with a number, and a tab if a row has any."""
    block: List[str] = []
    begun = line
    for place, one in enumerate(text.split("\n"), line):
        number, tab, _ = one.partition("\t")
        if _NUMBER.match(number) and (tab or not tabs):
            if block:
                yield begun, block
            begun, block = place, []
        block.append(one)
    yield begun, block


def _joined(blocks: Sequence[_Block], tabs: int) -> Iterator[_Block]:
    """The same, where some are too short and one row together as one: RT itself leaves out no cell,
    but a value's line may begin as a row."""
    counts = ["\n".join(lines).count("\t") for _, lines in blocks]
    place = 0
    while place < len(blocks):
        end, found = place + 1, counts[place]
        while found < tabs and end < len(blocks) and counts[end] < tabs:
            found += counts[end]
            end += 1
        if found != tabs:
            end = place + 1
        yield blocks[place][0], [one for _, lines in blocks[place:end] for one in lines]
        place = end


def _row(line: int, text: str, columns: Sequence[str]) -> Row:
    number, *cells = text.split("\t")
    names = columns[1:]
    if _NUMBER.match(number) is None or names and not cells:
        return Row(line, "", (), "lines that belong to no row of the table", text)
    found: List[Tuple[str, str]] = []
    odd = ""
    if len(cells) == len(names):
        found = list(zip(names, cells))
        lines = text.split("\n")
        if len(lines) > 1:
            odd = f"the row of {number} has {len(lines)} lines: a value holds line ends"
    else:
        if len(cells) > len(names):
            found = _certain(names, cells)
        lost = [name for name in names if name not in dict(found)]
        odd = (f"the row of {number} has {len(cells) + 1} cells, and the table {len(columns)} "
               f"columns: {', '.join(lost) or 'nothing'} is left out")
    return Row(line, number, tuple(found), odd, text)


def _certain(names: Sequence[str], cells: Sequence[str]) -> List[Tuple[str, str]]:
    """What is certain of a row with tabs in values: the cells on either side of the columns that
    may hold some, and that of a single one."""
    free = [place for place, name in enumerate(names) if name.lower() not in _SPELLED]
    if not free:
        return []
    left, right = free[0], len(names) - free[-1] - 1
    found = list(zip(names[:left], cells[:left]))
    if len(free) == 1:
        found.append((names[left], "\t".join(cells[left:len(cells) - right])))
    return found + list(zip(names[len(names) - right:], cells[len(cells) - right:]))
