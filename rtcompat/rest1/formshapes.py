"""Whole forms at once: answers repeat the shape of their forms, and a pattern matches a shape.

One expression per sequence of keys matches a form from its first line to its ``--``, and the
groups are its values. It takes only what ``formscan`` would read in the same way; a form that is
laid out otherwise is left to it, and teaches the shape what it met.

The text that is matched has every second one of two line ends replaced by a mark that occurs
nowhere in it: ``[^mark]*`` then runs over a value of many lines up to the empty line behind it as
fast as ``.*`` does over one line, and offsets and line numbers stay what they were.
"""
from __future__ import annotations

import re
import sys
from collections import OrderedDict
from functools import lru_cache
from typing import Any, Dict, List, Optional, Pattern, Sequence, Tuple

from rtcompat.rest1.formsyntax import SURE, Form, Lines, Shape, indent_of

__all__ = ["Runs", "Shapes"]

#: Marks to choose from. A text that holds them all is not read by shapes.
_MARKS = "".join(map(chr, (*range(9), *range(14, 32))))

#: Before 3.11 `re` cannot be told not to go back; the patterns are as exact without it.
_KEEP = "+" if sys.version_info >= (3, 11) else ""

#: Shapes and sequences of keys that are remembered, and those that are tried on a form.
_MOST, _TRIED = 256, 8

#: Making a pattern takes the time of reading about so many characters line by line.
_WORTH = 1 << 16

#: Characters that are marked at a time: what stays in a processor's cache.
_BLOCK = 1 << 16

#: Of each key: can it stand without a value, can its value span lines.
_Slots = Tuple[Tuple[str, bool, bool], ...]
_Place = Tuple[bool, Tuple[str, ...]]


def _value(last: bool, mark: str) -> str:
    """A value that can span lines, up to its last line end or, if it ends in one, beyond."""
    ended = f"{mark}\n" + (f"(?={mark})" if last else "")
    return (f"(.*{_KEEP}(?:\n [^{mark}]*{_KEEP}(?:{ended}|(?={mark}))|\n{ended}|(?=\n)))")


@lru_cache(maxsize=_MOST)
def _shape(commented: bool, slots: _Slots, mark_: str) -> Shape:
    mark = re.escape(mark_)
    pieces = [mark, f"#.*{_KEEP}\n{mark}" if commented else ""]
    for place, (key, listed, spans) in enumerate(slots):
        last = place + 1 == len(slots)
        value = _value(last, mark) if spans else f"(.*{_KEEP})"
        pieces.append(re.escape(key) + (f":(?: {value}|(?=\n))" if listed else f": {value}"))
        if last:
            pieces.append(f"\n?{_KEEP}{mark}\n?{_KEEP}--\n")
        elif spans:
            pieces.append(f"\n?{_KEEP}{mark}?{_KEEP}")
        else:
            pieces.append("\n" + (f"{mark}?{_KEEP}" if slots[place + 1][2] else ""))
    return Shape(tuple(key for key, _, _ in slots), tuple(key for key, one, _ in slots if one),
                 commented, re.compile("".join(pieces)),
                 tuple((place, "\n" + " " * indent_of(key), indent_of(key))
                       for place, (key, _, spans) in enumerate(slots) if spans))


class _Learnt:
    """What is known of the forms with one sequence of keys."""

    __slots__ = ("slots", "misses", "shape")

    def __init__(self, slots: _Slots) -> None:
        self.slots = slots
        self.misses = 0
        self.shape: Optional[Shape] = None


class Shapes:
    """The shapes met so far in one answer or one stream of it."""

    def __init__(self) -> None:
        self._learnt: OrderedDict[_Place, _Learnt] = OrderedDict()
        self._mark = _MARKS[0]
        #: Most recent first.
        self.tried: List[Shape] = []

    def mark_for(self, text: str) -> str:
        """A mark that does not occur in a text; patterns with another one hold no longer."""
        if not self._mark or self._mark in text:
            self._mark = next((mark for mark in _MARKS if mark not in text), "")
            self._learnt.clear()
            self.tried.clear()
        return self._mark

    def learn(self, form: Form, left: int) -> None:
        """Take note of a form that no shape matched; ``left`` characters follow it."""
        if not self._mark:
            return
        keys = tuple(field.key for field in form.fields)
        if not keys or form.error or len(form.comment) > 1:
            return
        where = bool(form.comment), keys
        slots = tuple((field.key, field.listed, "\n" in field.value) for field in form.fields)
        known = self._learnt.pop(where, None) or _Learnt(slots)
        self._learnt[where] = known
        if len(self._learnt) > _MOST:
            self._learnt.popitem(last=False)
        known.slots = tuple((key, old or new, before or now) for (key, old, before), (_, new, now)
                            in zip(known.slots, slots))
        known.misses += 1
        # at 2, 4, 8, … misses: what is odd again and again is not compiled again and again
        if known.misses & (known.misses - 1) or known.misses < 2 or left < _WORTH \
                or len({key.lower() for key in keys}) < len(keys):
            return
        if known.shape in self.tried:
            self.tried.remove(known.shape)
        known.shape = _shape(where[0], known.slots, self._mark)
        self.tried.insert(0, known.shape)
        del self.tried[_TRIED:]


class Runs:
    """Reading runs of forms out of a text by their shapes.

    Args:
        text: the whole text.
        bad: matches a character of what was not UTF-8, which is not read here; None: there is
            none.
        before: lines before the text.
        values: where the values of the forms go, as `Form.as_dict` gives them, without a form.
    """

    def __init__(self, text: str, shapes: Shapes, bad: Optional[Pattern[str]] = None,
                 before: int = 0, values: Optional[List[Dict[str, str]]] = None) -> None:
        self._text = text
        self._values = values
        self._shapes = shapes
        self._bad = bad
        self._next_bad = 0 if bad is not None else len(text)
        self._lines = Lines("", "", before)
        #: The block that is being read, as offsets of the text.
        self._start = self._end = 0

    def learn(self, form: Form, left: int) -> None:
        """Take note of a form that was read otherwise; ``left`` characters follow it."""
        self._shapes.learn(form, left)

    def read(self, start: int, forms: List[Form]) -> int:
        """Read forms from ``start``, behind a ``--`` line, as long as shapes match.

        Returns the offset behind the last one that was added.
        """
        tried = self._shapes.tried
        failed: Optional[Shape] = None
        going = bool(tried)
        while going:
            going = False
            if start >= self._end and not self._open(start):
                break
            for shape in tried:
                if shape is failed:
                    continue
                before = start
                start = self._run(shape, start, forms)
                if start > before:
                    tried.remove(shape)
                    tried.insert(0, shape)
                    failed, going = None if start >= self._end else shape, True
                    break
        return start

    def _open(self, start: int) -> bool:
        """Mark the block that begins there. False: nothing in it can be read by shapes."""
        known = min(self._end, start - 1)  # the line end before a block is in the one before, too
        before = self._lines.number(known - self._start) - 1
        before += self._text.count("\n", known, start - 1)
        found = self._text.find(SURE, start + _BLOCK)
        self._start = start - 1  # with the line end before: that and the next are a pair
        self._end = len(self._text) if found < 0 else found + len(SURE)
        block = self._text[self._start:self._end]
        mark = self._shapes.mark_for(block)
        self._lines = Lines(block.replace("\n\n", "\n" + mark) if mark else block, mark, before,
                            self._start)
        return bool(mark and self._shapes.tried)

    def _run(self, shape: Shape, start: int, forms: List[Form]) -> int:
        match, lines, spans, offset = shape.pattern.match, self._lines, shape.spans, self._start
        new, keep, append, text = Form.__new__, Form.keep, forms.append, lines.text
        keys, lists, dicts = shape.keys, shape.lists, self._values
        at = start - offset
        found = match(text, at)
        while found is not None:
            end = found.end()
            if offset + end > self._next_bad and self._is_bad(offset + at, offset + end):
                break
            values: Sequence[Optional[str]] = found.groups()
            if spans:
                values = list(values)
                if not _mend(values, spans, lines.mark):
                    break
            if dicts is None:
                form = new(Form)
                keep(form, (shape, values, lines, at))
                append(form)
            else:
                made: Dict[str, Any] = dict(zip(keys, values))
                for key in lists:
                    if made[key] is None:
                        made[key] = ""
                dicts.append(made)
            at = end
            found = match(text, at)
        return offset + at

    def _is_bad(self, start: int, end: int) -> bool:
        """Whether something there was not UTF-8."""
        if self._bad is not None and self._next_bad < start:
            found = self._bad.search(self._text, start)
            self._next_bad = len(self._text) if found is None else found.start()
        return start <= self._next_bad < end


def _mend(values: List[Optional[str]], spans: Tuple[Tuple[int, str, int], ...], mark: str
          ) -> bool:
    """Take away the indents of values. False: one is not indented as it should be."""
    for place, pad, indent in spans:
        value = values[place]
        if value is not None and "\n" in value:
            text = value.replace(pad, "\n")
            ends = 2 if value[-2] == mark else 1
            if len(value) - len(text) != (text.count("\n") - ends) * indent:
                return False
            values[place] = text[:-ends]
    return True
