"""Whole forms at once: answers repeat the shapes of their forms, and one expression matches them.

It takes only what ``formscan`` would read in the same way; a form that is laid out otherwise is
left to it, and teaches what it was like.
"""
from __future__ import annotations

from collections import OrderedDict
from itertools import islice
from typing import Any, Dict, List, Optional, Tuple

from rtcompat.rest1.formgrammar import Grammar, Sequence_, Slot, grammar_of
from rtcompat.rest1.formsyntax import SURE, Form, Lines, Shape, indent_of
from rtcompat.rest1.formwindow import Decoded

__all__ = ["Runs", "Shapes"]

_SURE = SURE.encode("ascii")

#: Marks to choose from. A text that holds them all is not read by shapes.
_MARKS = "".join(map(chr, (*range(9), *range(14, 32))))

#: Sequences of keys that are remembered, and those that one expression is made for.
_MOST, _JOINED = 256, 16

#: Keys that a form can have to be matched.
_WIDEST = 200

#: Making an expression takes the time of reading about so many characters line by line,
_WORTH = 1 << 16
#: or, of a long one, so many for each of its own.
_PRICE = 16

#: Characters that are read at a time: what stays in a processor's cache.
_BLOCK = 1 << 16


class Shapes:
    """The shapes met so far in one answer or one stream of it."""

    def __init__(self) -> None:
        self.grammar: Optional[Grammar] = None
        self._mark = _MARKS[0]
        self._clear()

    def _clear(self) -> None:
        #: How often each was met since an expression was made.
        self._met: OrderedDict[Sequence_, int] = OrderedDict()
        self._slots: Dict[str, Slot] = {}
        self._indents: Dict[int, int] = {}
        self._paid = 0
        self.grammar = None

    def mark_for(self, content: bytes) -> None:
        """A mark that does not occur in a text; patterns with another one hold no longer."""
        if not self._mark or self._mark.encode() in content:
            self._mark = next((mark for mark in _MARKS if mark.encode() not in content), "")
            self._clear()

    def learn(self, form: Form, size: int, left: int) -> None:
        """Take note of a form that was not matched.

        Args:
            size: characters that were read line by line for it.
            left: characters that follow.
        """
        self._paid += size
        if not self._mark or not form.fields or form.error or len(form.comment) > 1:
            return
        keys = tuple(field.key for field in form.fields)
        if len({key.lower() for key in keys}) < len(keys) or len(keys) > _WIDEST:
            return
        where = bool(form.comment), keys
        met = self._met.pop(where, 0) + 1
        self._met[where] = met
        if len(self._met) > _MOST:
            self._forget()
        for field in form.fields:
            ends = field.value.count("\n")
            slot = self._slots.get(field.key, Slot(False, False))
            self._slots[field.key] = Slot(slot.listed or field.listed, slot.spans or ends > 0)
            indented = ends - field.value.endswith("\n")
            if indented:
                indent = indent_of(field.key)
                self._indents[indent] = self._indents.get(indent, 0) + indented
        if met < 2 or left < _WORTH:
            return
        # what is odd again and again is not compiled again and again
        if self.grammar is not None and self._paid < _PRICE * len(self.grammar.pattern.pattern):
            return
        chosen = [where for where, met in self._met.items() if met > 1][-_JOINED:]
        lines = sum(self._indents.values())  # wider ones than the mark's cost less than others
        width = min((width for width, count in self._indents.items() if 8 * count >= lines),
                    default=0)
        self.grammar = grammar_of(chosen, self._slots, self._mark, width)
        self._paid = 0

    def _forget(self) -> None:
        self._met.popitem(last=False)
        if len(self._slots) > 64 * _MOST:
            used = {key for _, keys in self._met for key in keys}
            self._slots = {key: slot for key, slot in self._slots.items() if key in used}


class Runs:
    """Reading runs of forms out of a text by their shapes.

    Args:
        text: the whole; all offsets are of its bytes. What was not UTF-8 comes as lone
            surrogates, and is not read here.
        before: lines before the whole.
        values: where the values of the forms go, as `Form.as_dict` gives them, without a form.
    """

    def __init__(self, text: Decoded, shapes: Shapes, before: int = 0,
                 values: Optional[List[Dict[str, str]]] = None) -> None:
        self._content = text.content
        self._text = text
        self._values = values
        self._shapes = shapes
        self._before = before
        #: The block that is being read, as offsets, and as it is matched.
        self._start = self._end = 0
        self._lines = Lines("", "", before)
        self._grammar: Optional[Grammar] = None
        #: How many marks are in the block.
        self._marks = 0
        #: A place and the same in the block.
        self._same = 0, 0
        #: Some form there is not as it seems: they are looked at one by one.
        self._slowly = False
        #: Where something in the block was not UTF-8; -1: nowhere.
        self._bad = -1

    def learn(self, form: Form, size: int, left: int) -> None:
        """Take note of a form that was read otherwise; see `Shapes.learn`."""
        self._shapes.learn(form, size, left)

    def read(self, start: int, forms: List[Form]) -> int:
        """Read forms from ``start``, behind a ``--`` line, as long as shapes match.

        Returns the offset behind the last one that was added.
        """
        while self._shapes.grammar is not None:
            if start >= self._end or self._grammar is not self._shapes.grammar:
                self._open(start)
            grammar = self._grammar
            if grammar is None or start >= self._end:
                break
            at = self._at(start, grammar)
            end = self._block(grammar, at, forms)
            block = self._lines.text
            start = self._end if end == len(block) else self._lines.place(end)
            self._same = start, end
            if end < len(block):
                break
        return start

    def _open(self, start: int) -> None:
        """Make the block that begins there ready."""
        content = self._content
        if self._values is None:
            self._before += content.count(b"\n", self._start, start)
        found = content.find(_SURE, start + _BLOCK)
        self._start, self._end = start, len(content) if found < 0 else found + len(_SURE)
        self._shapes.mark_for(content[start:self._end])  # which may make it forget
        self._grammar = self._shapes.grammar
        if self._grammar is None:
            return
        mark, pad = self._grammar.mark, self._grammar.pad
        if mark:
            block, self._marks = self._text.swapped(start, self._end, pad, mark)
        else:
            block = self._text.piece(start, self._end)
        self._lines = Lines(block, mark, self._before, start, len(pad) - 1 if mark else 0)
        self._same = start, 0
        self._slowly = False
        self._bad = -1 if self._text.guess is None else _surrogate(block, 0)

    def _at(self, start: int, grammar: Grammar) -> int:
        """The place in the block of what begins at a line of the text."""
        known, at = self._same
        between = self._content[known:start].decode("utf-8", "surrogateescape")
        hidden = (len(grammar.pad) - 1) * between.count(grammar.pad) if grammar.mark else 0
        return at + len(between) - hidden

    def _block(self, grammar: Grammar, at: int, forms: List[Form]) -> int:
        """Read on in the block; returns where it ends."""
        limit = len(self._lines.text)
        bad = self._bad if self._bad < 0 else _surrogate(self._lines.text, at)
        if bad >= 0:
            limit = max(at, self._lines.text.rfind("\n--\n", at, bad) + 4)
        if not self._slowly:
            end = self._run(grammar, at, limit, None, forms)
            if end is not None:
                return end
            self._slowly = True
        while True:
            end = self._run(grammar, at, limit, 1, forms)
            if end is None or end == at:
                return at
            at = end

    def _run(self, grammar: Grammar, at: int, limit: int, most: Optional[int], forms: List[Form]
             ) -> Optional[int]:
        """Read forms; returns where they end, or None if one of them is not as it seems.

        A mark stands in values alone that are known to have several lines, or else it hides what
        the scanner has to see.
        """
        found = islice(grammar.pattern.finditer(self._lines.text, at, limit), most)
        if self._values is None:
            added: List[Any] = []
            end, marks = self._forms(found, grammar, at, added)
        else:
            added = []
            end, marks = _dicts(found, grammar, at, added)
        if grammar.mark and marks != self._marks_between(grammar.mark, at, end):
            return None
        if self._values is None:
            forms += added
        else:
            self._values += added
        return end

    def _marks_between(self, mark: str, at: int, end: int) -> int:
        if at == 0 and end == len(self._lines.text):
            return self._marks
        return self._lines.text.count(mark, at, end)

    def _forms(self, matches: Any, grammar: Grammar, at: int, added: List[Form]
               ) -> Tuple[int, int]:
        """Forms of matches; where the last one ends, and the marks in values."""
        new, keep, shapes, lines = Form.__new__, Form.keep, grammar.shapes, self._lines
        mark, marks = grammar.mark or "\n ", 0
        for match in matches:
            shape = shapes.get(match.lastindex)
            if shape is None:
                break
            values: List[Optional[str]] = list(match.group(*shape.groups))
            for place, pad in shape.deep_places:
                value = values[place]
                if value and mark in value:
                    marks += value.count(mark)
                    values[place] = value.replace(pad, "\n")
            for place, _, swaps in shape.shallow:
                value = values[place]
                if value and ("\n " in value or mark in value):
                    marks += value.count(mark)
                    for old, new_ in swaps:
                        value = value.replace(old, new_)
                    values[place] = value
            form = new(Form)
            keep(form, (shape, values, lines, at))
            added.append(form)
            at = match.end()
        return at, marks


def _surrogate(text: str, at: int) -> int:
    """Where one is from ``at`` on; -1: nowhere."""
    try:
        text[at:].encode("utf-8")
    except UnicodeEncodeError as error:
        return at + error.start
    return -1


def _dicts(matches: Any, grammar: Grammar, at: int, added: List[Dict[str, str]]
           ) -> Tuple[int, int]:
    """The same for values alone."""
    shapes, append = grammar.shapes, added.append
    alike: Dict[int, List[Dict[str, str]]] = {}
    last = known = None
    for match in matches:
        end = match.lastindex
        if end != known:  # forms of one shape often follow each other
            shape = shapes.get(end)
            if shape is None:
                break
            known, more = end, shape.more
            more_groups, more_lists = shape.more_groups, shape.more_lists
            append_alike = alike.setdefault(end, []).append
        last = match
        made = match.groupdict("")
        if more:
            made.update(zip(more, match.group(*more_groups)))
            for key in more_lists:
                if made[key] is None:
                    made[key] = ""
        append(made)
        append_alike(made)
    marks = sum(_unindent(alike[end], shapes[end], grammar.mark or "\n ") for end in alike)
    return at if last is None else last.end(), marks


def _unindent(forms: List[Dict[str, str]], shape: Shape, mark: str) -> int:
    """Take the indents out of values of several lines; how many marks were in them.

    Key by key: the forms of a block are few enough to stay in a processor's cache.
    """
    several: List[str] = []
    for key, pad in shape.deep:
        for form in forms:
            value = form[key]
            if mark in value:
                several.append(value)
                form[key] = value.replace(pad, "\n")
    for _, key, swaps in shape.shallow:
        for form in forms:
            value = form[key]
            if "\n " in value or mark in value:
                several.append(value)
                for old, new in swaps:
                    value = value.replace(old, new)
                form[key] = value
    return "".join(several).count(mark)
