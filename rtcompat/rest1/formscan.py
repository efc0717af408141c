"""Reading what RT writes: bytes of an answer -> envelopes, forms, fields. Pure, total, linear.

Any bytes give envelopes or one `FormSyntaxError` with a line number, in time linear in their
number: lines are looked at once each, and no pattern scans a line more than twice.

What stands between two `--` lines is read by its shape where that is known (``formshapes``), and
else line by line here, which is what decides how anything is read.
"""
from __future__ import annotations

import re
from dataclasses import replace
from typing import Dict, List, NamedTuple, Optional, Tuple

from rtcompat import charset
from rtcompat.errors import FormSyntaxError
from rtcompat.rest1.formshapes import Runs, Shapes
from rtcompat.rest1.formsyntax import (ERROR_MARK, ESCAPED, HEAD, KEY, NAMED, SEPARATOR, Envelope,
                                       Field, Form, indent_of)
from rtcompat.rest1.formwindow import Window

__all__ = ["Scanner", "Text", "dicts", "parse", "parse_forms", "split_head"]

_HEAD_BYTES = re.compile(rb"RT/([^\s]+) (\d{3}) ([^\n]*?)(\r?\n)")
_NOT_ASCII_LINE = re.compile(rb"^[^\n\x80-\xff]*[\x80-\xff][^\n]*", re.MULTILINE)

#: What a continuation starts with; tabs only after an editor was there.
_BLANKS = (" ", "\t")

#: From 4.2.2 on, search answers end in two more line ends; before, in none.
_SEARCH_TAIL_SINCE = (4, 2, 2)


def split_head(content: bytes) -> Optional[Tuple[Envelope, bytes]]:
    """The first status line, without forms, and the bytes after it and its empty line.

    For ``/content``, whose bytes are not text. None if ``content`` does not begin with a status
    line. Saved ones may have the line ends of Windows.
    """
    match = _HEAD_BYTES.match(content)
    if match is None:
        return None
    line_end = match.group(4)
    blank = content.startswith(line_end, match.end())
    head = Envelope(version=match.group(1).decode("latin-1"), code=int(match.group(2)),
                    text=match.group(3).decode("latin-1"), blank=blank)
    return head, content[match.end() + (len(line_end) if blank else 0):]


def parse(content: bytes, *, source: Optional[str] = None, search: bool = False,
          names: bool = False, plain: bool = False, declared: Optional[str] = None,
          problems: Optional[List[FormSyntaxError]] = None,
          shapes: Optional[Shapes] = None) -> Tuple[Envelope, ...]:
    """The envelopes of a whole HTTP body, in order; ``()`` for an empty one.

    Args:
        content: the body. UTF-8; fields that are not are decoded by guess (`Field.raw`).
        source: name of the file or request, for the error.
        search: it answers ``search/…``, which ends in other line ends than the rest.
        names: keys are bare custom-field names (``queue/X/ticketcustomfields`` and
            ``…/customfields``).
        plain: do not look for forms: one envelope, `Envelope.body` (lists of ids, tables).
        declared: charset of the Content-Type, for bytes that are not UTF-8 (3.x errors).
        problems: a list to which errors are appended instead of being raised; lines that
            cannot be placed are then left out. Also accepts what editors and mail programs do
            to saved answers: empty lines and too small indents inside values.
        shapes: what was learned of texts before that go on in this one.

    Raises:
        FormSyntaxError: it does not begin with a status line, or a line is neither key nor
            continuation nor comment. Nothing else is raised.

    Source:
        form_compose of RT::Interface::REST, REST/1.0/dhandler: the same from 3.4.6 to 6.0.0.
    """
    if not content:
        return ()
    scanner = Scanner(Text(content, declared), source, problems, names, shapes)
    return scanner.envelopes(search, plain)


def dicts(content: bytes, *, source: Optional[str] = None, search: bool = False,
          declared: Optional[str] = None) -> List[Dict[str, str]]:
    """The values of every form of a whole HTTP body: `Form.as_dict` of each, and nothing else.

    Args: as for `parse`.
    """
    found: List[Dict[str, str]] = []
    if content:
        Scanner(Text(content, declared), source, None, False, values=found).envelopes(search, False)
    return found


def parse_forms(text: str, *, source: Optional[str] = None, names: bool = False,
                tail: int = 0, problems: Optional[List[FormSyntaxError]] = None,
                shapes: Optional[Shapes] = None) -> Tuple[Form, ...]:
    """The forms of a text without a status line (what RT's ``form_compose`` gives).

    Args:
        tail: line ends that were added after the last form's own.
        source, names, problems: as for `parse`.
        shapes: what was learned of texts before that go on in this one.
    """
    if not text:
        return ()
    scanner = Scanner(Text(text.encode("utf-8", "surrogatepass"), None), source, problems, names,
                      shapes)
    scanner.window.open(0)
    forms, _, _ = scanner.forms(0, tail)
    return forms


class Text:
    """The answer, decoded piece by piece, and what to do with bytes that are not UTF-8.

    Such bytes are held as lone surrogates until the field they belong to is known; then that
    field alone is decoded by guess, the same guess for the whole answer.
    """

    def __init__(self, content: bytes, declared: Optional[str]) -> None:
        self.content = content
        self.declared = declared
        #: None: nothing was met so far that is not UTF-8.
        self.guess: Optional[str] = None
        self.complete = content.endswith(b"\n")

    def piece(self, start: int, end: int) -> str:
        """Whole lines of it."""
        return self._decoded(self.content[start:end])

    def swapped(self, start: int, end: int, old: str, new: str) -> Tuple[str, int]:
        """The same with ``old`` replaced by ``new``, both ASCII, and how often it was there."""
        parts = self.content[start:end].split(old.encode())
        return self._decoded(new.encode().join(parts)), len(parts) - 1

    def _decoded(self, content: bytes) -> str:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            if self.guess is None:
                lines: List[bytes] = _NOT_ASCII_LINE.findall(self.content)
                bad = b"\n".join(line for line in lines if ESCAPED.search(
                    line.decode("utf-8", "surrogateescape")))
                self.guess = charset.decode(bad, self.declared).charset
            return content.decode("utf-8", "surrogateescape")

    def mend(self, piece: str) -> Tuple[str, Optional[bytes]]:
        """A piece of text decoded, and its bytes if they were not UTF-8."""
        if self.guess is None or ESCAPED.search(piece) is None:
            return piece, None
        raw = piece.encode("utf-8", "surrogateescape")
        return charset.decode(raw, self.guess).text, raw


class _Block(NamedTuple):
    """Forms, the line where they end, and the line ends beyond the last form's own."""

    forms: Tuple[Form, ...]
    end: int
    tail: int


class _Draft:
    """A form while its lines are being read."""

    def __init__(self) -> None:
        self.comment: List[str] = []
        self.fields: List[Field] = []
        self.error: List[str] = []
        self.blanks = 0

    def close(self, following: int) -> Form:
        """The form; ``following`` of the empty lines belong to what comes next."""
        alone = bool(self.comment) and not self.fields and not self.error
        return Form(tuple(self.comment), tuple(self.fields), tuple(self.error),
                    chomped=alone and self.blanks <= following)


class Scanner:
    """One pass over the lines of one answer."""

    def __init__(self, text: Text, source: Optional[str],
                 problems: Optional[List[FormSyntaxError]], names: bool,
                 shapes: Optional[Shapes] = None, before: int = 0,
                 values: Optional[List[Dict[str, str]]] = None) -> None:
        self.text = text
        self.window = Window(text, before)
        self.source = source
        self.problems = problems
        self.key = NAMED if names else KEY
        self.tail = 1
        self.shapes = shapes or Shapes()
        self.runs: Optional[Runs] = None
        #: Of each run of forms: where those begin that were not read by shape.
        self.starts: List[Dict[int, int]] = []
        self.words = False
        self.first = before
        self.values = values

    @property
    def lines(self) -> List[str]:
        """The lines of the window."""
        return self.window.lines

    def envelopes(self, search: bool, plain: bool) -> Tuple[Envelope, ...]:
        """Every envelope; the first line has to be a status line."""
        found: List[Envelope] = []
        position = 0
        self.window.open(0, to_end=plain)
        while position < len(self.lines):
            match = HEAD.match(self.lines[position])
            cut_off = self.window.end == len(self.text.content) and not self.text.complete
            if match is None or (position + 1 == len(self.lines) and cut_off):
                self._complain(position, "not a status line of RT's REST 1.0")
                break
            head = Envelope(match.group(1), int(match.group(2)), match.group(3), tail=0)
            envelope, position = self._body(head, position + 1, search, plain)
            found.append(envelope)
        return tuple(found)

    def _body(self, head: Envelope, start: int, search: bool, plain: bool
              ) -> Tuple[Envelope, int]:
        lines = self.window.lines
        if start == len(lines) or HEAD.match(lines[start]):
            return replace(head, blank=False), start
        if lines[start] == "":
            start += 1
        else:
            self._complain(start, "a status line is followed by an empty line")
        first, offset = start, self.window.offset(start)
        while first < len(lines) and lines[first] == "":
            first += 1
        if first < len(lines) and not plain:
            if HEAD.match(lines[first]):  # 3.4: nothing, and another envelope
                return self._envelope(head, offset, _Block((), first, 0)), first
            if lines[first].startswith("#") or lines[first] == SEPARATOR \
                    or self.key.match(lines[first]):
                tail = 1
                if search:
                    tail = 2 if head.version_tuple >= _SEARCH_TAIL_SINCE else 0
                block = self.forms(start, tail)
                return self._envelope(head, offset, block), block.end
        self.words = True
        self.text.piece(offset, len(self.text.content))
        self.window.open(len(self.text.content))
        return self._envelope(head, offset, _Block((), 0, 0)), 0

    def _envelope(self, head: Envelope, start: int, block: _Block) -> Envelope:
        end = self.window.offset(block.end)
        if self.text.guess is None:
            return Envelope.of(head, block.forms, block.tail, self.text.content, start, end)
        text = self.text.piece(start, end)
        body, raw = text, None
        if ESCAPED.search(text) is not None:
            body = "\n".join(self.text.mend(line)[0] for line in text.split("\n"))
            raw = text.encode("utf-8", "surrogateescape")
        return replace(head, forms=block.forms, body=body, tail=block.tail, raw_body=raw)

    def forms(self, start: int, tail: int) -> _Block:
        """Forms from line ``start`` to the end or the next status line.

        ``tail`` line ends follow the last form's own if that is the end.
        """
        self.tail = tail
        forms: List[Form] = []
        draft = _Draft()
        position = start
        self.starts.append({0: self.window.offset(start)})
        while position < len(self.lines):
            line = self.lines[position]
            if line == "":
                draft.blanks += 1
                position += 1
            elif line == SEPARATOR:
                forms.append(draft.close(following=1))
                if self.values is not None:
                    self.values.append(forms[-1].as_dict())
                draft = _Draft()
                position += 1
                if position == len(self.lines) and self.window.end < len(self.text.content):
                    self._next_window(forms)
                    position = 0
                self.starts[-1][len(forms)] = self.window.offset(position)
            elif line.startswith("RT/") and HEAD.match(line):
                tail = 1  # a long history among other objects ends as any form answer does
                break
            else:
                position = self._line(draft, position)
        if position == len(self.lines) and not self.text.complete:
            tail = -1
        tail = min(tail, draft.blanks)
        forms.append(draft.close(max(tail, 0)))
        if self.values is not None:
            self.values.append(forms[-1].as_dict())
        return _Block(tuple(forms), position, tail)

    def _next_window(self, forms: List[Form]) -> None:
        """Move on to the next window, behind all forms that can be read by their shapes."""
        end, text = self.window.end, self.text
        if self.key is not NAMED:
            if self.runs is None:
                self.runs = Runs(text, self.shapes, self.first, self.values)
            self.runs.learn(forms[-1], end - self.window.start, len(text.content) - end)
            end = self.runs.read(end, forms)
        self.window.open(end)

    def _line(self, draft: _Draft, position: int) -> int:
        """Take one line that is not empty, and what belongs to it; returns the next one."""
        line = self.lines[position]
        if draft.error:
            draft.blanks = 0
            draft.error.append(self.text.mend(line)[0])
            return position + 1
        if line[0] == "#" and not draft.fields:
            return self._comment(draft, position)
        match = self.key.match(line)
        if match is not None:
            draft.blanks = 0
            return self._field(draft.fields, position, match.group(1), match.group(2))
        if line.startswith(ERROR_MARK):
            draft.blanks = 0
            draft.error.append(self.text.mend(line)[0])
        else:
            self._complain(position, "neither a key nor a continuation")
        return position + 1

    def _comment(self, draft: _Draft, position: int) -> int:
        """Everything up to the next empty line: a localised message may span lines."""
        if draft.comment:
            draft.comment.extend([""] * draft.blanks)
        draft.blanks = 0
        while position < len(self.lines) and self.lines[position] != "":
            draft.comment.append(self.text.mend(self.lines[position])[0])
            position += 1
        return position

    def _field(self, fields: List[Field], position: int, key: str, first: Optional[str]) -> int:
        lines = self.lines
        lineno = 0 if self.values is not None else self.window.before + position + 1
        value = first or ""
        position += 1
        if position < len(lines) and (self.problems is not None or lines[position][:1] in _BLANKS):
            # a custom field's name may begin with a blank, and its type is one line
            if self.key is not NAMED or NAMED.match(lines[position]) is None:
                value, position = self._continued(key, value, position)
        if position + 1 < len(lines) and lines[position] == lines[position + 1] == "":
            value += self._last_line_end(position)
        listed = first is None and value == ""
        if self.text.guess is None:
            fields.append(Field(key, value, listed, lineno))
        else:
            fields.append(self._mended(key, value, listed, lineno))
        return position

    def _continued(self, key: str, first: str, position: int) -> Tuple[str, int]:
        """A value of several lines and the line after it."""
        lines = self.lines
        indent = indent_of(key)
        blanks = " " * indent
        value = [first]
        while position < len(lines):
            while position < len(lines) and lines[position].startswith(blanks):
                value.append(lines[position][indent:])
                position += 1
            after = position
            while after < len(lines) and lines[after] == "":
                after += 1
            if after == len(lines) or lines[after][0] not in " \t":
                break
            if after - position >= 2 and not lines[after].startswith(blanks):
                break  # no editor did that: it came from somewhere else, behind the form
            self._complain(after, "neither a key nor a continuation")
            cut = min(len(lines[after]) - len(lines[after].lstrip(" \t")), indent)
            value.extend([""] * (after - position))
            value.append(lines[after][cut:])
            position = after + 1
        return "\n".join(value), position

    def _last_line_end(self, position: int) -> str:
        """Two empty lines after a value, not counting the next form's, are one of its own."""
        lines = self.lines
        after = position
        while after < len(lines) and lines[after] == "":
            after += 1
        following = 0
        if after == len(lines):
            following = self.tail
        elif lines[after] == SEPARATOR or HEAD.match(lines[after]):
            following = 1
        elif self.key.match(lines[after]) is None:  # none of RT's: behind an answer of any kind
            following = 2
        return "\n" if after - position - following >= 2 else ""

    def _mended(self, key: str, value: str, listed: bool, lineno: int) -> Field:
        name, raw_key = self.text.mend(key)
        text, raw_value = self.text.mend(value)
        raw = None
        if raw_key is not None or raw_value is not None:
            raw = (key.encode("utf-8", "surrogateescape"),
                   value.encode("utf-8", "surrogateescape"))
        return Field(name, text, listed, lineno, raw)

    def _complain(self, position: int, what: str) -> None:
        line = self.text.mend(self.lines[position][:2000])[0]
        error = FormSyntaxError(what, lineno=self.window.before + position + 1, line=line,
                                source=self.source)
        if self.problems is None:
            raise error
        self.problems.append(error)
