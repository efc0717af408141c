"""What is posted to REST 1.0: the safe encoder, and RT's own reader of it.

RT's reader differs from its writer and changed three times:

* up to 3.6.6 the line of the key is the value's first line unless it is empty or ``0``;
* from 3.6.7 on an empty first line is dropped, with every empty line after it;
* from 3.8.2 on a line that is no key is dropped without a word, and a ``#`` line after a field
  is the syntax error (before, it was the other way round);
* custom-field names: none (up to 3.5), few characters (3.6, 3.8 to 4.0.8), any but a comma.

Common to all: the shortest leading blanks of the continuation lines are cut off every line, so
a value whose lines are all indented would lose that indentation.
"""
from __future__ import annotations

import re
from typing import Dict, Iterable, List, Optional, Set, Tuple

from rtcompat.errors import UsageError
from rtcompat.rest1.customvalues import (check_custom_field_name, custom_field_name,
                                         split_words)
from rtcompat.rest1.formsyntax import PERL_BLANKS, Field, Form, Version

__all__ = ["compose_request", "parse_request"]

#: What any Perl that ever ran an RT may take for a blank at the start of a line.
_MAYBE_BLANK = re.compile(f"[{PERL_BLANKS}\x1c-\x1f\u180e]")
_LEADING = re.compile(f"[{PERL_BLANKS}]+")

_SIMPLE_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")

_FIRST_LINE_MAY_BE_EMPTY = (3, 6, 7)
_JUNK_IS_DROPPED = (3, 8, 2)
#: Read in the source: here the reader drops empty lines after cutting blanks off, so that an
#: added first line costs nothing. On 3.6.7 to 3.9 only the added last line was tried.
_LEADING_LINE_IS_DROPPED = (4, 0, 0)

#: Keys whose value may have several lines, besides custom fields. RT itself would take line ends
#: elsewhere too, and delete them (Subject) or store half an address.
_LONG_KEYS = frozenset(["text", "comments", "signature", "freeformcontactinfo", "contactinfo",
                        "description"])
#: Keys that hold a message: one more line end at its end is no harm.
_MESSAGE_KEYS = frozenset(["text"])


def compose_request(fields: Iterable[Tuple[str, str]], *, version: Optional[Version] = None
                    ) -> str:
    """One form to post, from which RT reads exactly these values.

    Every value is written as ``Key:`` and lines prefixed with one blank, so that no value can
    become another field, a comment or the end of the form, and tables, code and quoted mail
    keep their indentation. Up to 3.6.6 the first line stands beside the key.

    Args:
        fields: (key, value) in order. Keys as RT spells them (``Subject``, ``CF.{Severity}``,
            up to 3.7 ``CF-Severity``); each at most once in any case.
        version: of the server; None means one of 4.0.9 or later.

    Returns:
        Text that ends in a line end. A message (``Text``) all of whose lines are indented gets
        one more line end at its end on servers before 4.0; nothing else is ever changed.

    Raises:
        UsageError: what RT cannot carry, naming the key in ``argument``: a value with empty
            lines at its start (from 3.6.7 on), with NUL or half a character, a line end in a
            one-line key, a message that is exactly ``0``; a key that the server would not read;
            a key given twice; before 4.0 what would need the extra line end and is no message;
            up to 3.6.6 the value ``0``, which is read as empty there.

    Source:
        form_parse of RT::Interface::REST, run on 3.4.6 to 6.0.0.
    """
    written: List[str] = []
    seen: Set[str] = set()
    for key, value in fields:
        _check_key(key, version)
        if key.lower() in seen:
            raise UsageError(f"{key} is given twice; RT would make a list of it", argument=key)
        seen.add(key.lower())
        _check_value(key, value)
        old = version is not None and version < _FIRST_LINE_MAY_BE_EMPTY
        lines = _old_lines(key, value) if old else _lines(key, value, version)
        written.append("\n".join(lines) + "\n")
    return "".join(written)


def _check_key(key: str, version: Optional[Version]) -> None:
    name = custom_field_name(key)
    if name is not None:
        check_custom_field_name(key, name, version)
    elif _SIMPLE_KEY.match(key) is None:
        raise UsageError(f"{key!r} is not a key that RT reads", argument=key)


def _check_value(key: str, value: str) -> None:
    if "\0" in value:
        raise UsageError(f"{key}: databases of RT refuse NUL", argument=key)
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise UsageError(f"{key}: not text that UTF-8 can carry (a lone surrogate)",
                         argument=key)
    long = key.lower() in _LONG_KEYS or custom_field_name(key) is not None
    if not long and ("\n" in value or "\r" in value):
        raise UsageError(f"{key} is one line; its value holds a line end", argument=key)
    if key.lower() in _MESSAGE_KEYS and value == "0":
        raise UsageError(f"{key}: RT takes a message that is exactly 0 for no message",
                         argument=key)


def _starts_blank(line: str) -> bool:
    return _MAYBE_BLANK.match(line) is not None


def _lines(key: str, value: str, version: Optional[Version]) -> List[str]:
    """The lines of a field for 3.6.7 and later."""
    if value == "":
        return [f"{key}:"]
    lines = value.split("\n")
    if lines[0] == "":
        raise UsageError(f"{key}: RT drops empty lines at the start of a value", argument=key)
    prefixed = [" " + line for line in lines]
    if all(_starts_blank(line) for line in lines):  # an empty line keeps the blanks of the rest
        if version is None or version >= _LEADING_LINE_IS_DROPPED:
            prefixed.insert(0, " ")
        else:
            _allow_line_end(key)
            prefixed.append(" ")
    return [f"{key}:", *prefixed]


def _old_lines(key: str, value: str) -> List[str]:
    """The lines of a field for 3.4 to 3.6.6, where an empty first line is no first line."""
    lines = value.split("\n")
    if value == "0":
        raise UsageError(f"{key}: RT before 3.6.7 reads 0 as empty", argument=key)
    if value == "":
        return [f"{key}:"]
    if lines[0] in ("", "0") or _starts_blank(lines[0]):
        # With nothing beside the key, the first continuation is not measured but is cut.
        written = [f"{key}:", *(" " + line for line in lines)]
    else:
        written = [f"{key}: {lines[0]}", *(" " + line for line in lines[1:])]
        if len(lines) == 1:
            return written
    if all(_starts_blank(line) for line in lines[1:]):
        _allow_line_end(key)
        written.append(" ")
    return written


def _allow_line_end(key: str) -> None:
    if key.lower() not in _MESSAGE_KEYS:
        raise UsageError(f"{key}: this version of RT would strip the blanks before every line",
                         argument=key)


# -- RT's own reader --------------------------------------------------------------------------

def parse_request(text: str, *, version: Optional[Version] = None) -> Tuple[Form, ...]:
    """The forms that RT reads from posted ``content``.

    Args:
        text: what was posted, decoded.
        version: whose reader; None means 4.0.9 or later.

    Returns:
        Forms; a list (a repeated key) is several fields of one key, each `Field.listed`, the
        values of the last form being split at their commas as RT does. What was not understood
        is left out without a word (3.8.2 and later), or is `Form.error` together with the
        fields before it: RT answers 409 to that.

    Source:
        form_parse of RT::Interface::REST.
    """
    reader = _Reader(text.split("\n"), version)
    return reader.forms()


class _Reader:
    """One pass of RT's reader over posted lines."""

    def __init__(self, lines: List[str], version: Optional[Version]) -> None:
        while lines and lines[-1] == "":
            lines.pop()
        self.lines = lines
        self.position = 0
        self.old_values = version is not None and version < _FIRST_LINE_MAY_BE_EMPTY
        self.junk_is_error = version is not None and version < _JUNK_IS_DROPPED
        self.key = _key_pattern(version)
        self.quotes = version is None or version >= (4, 2, 11)

    def forms(self) -> Tuple[Form, ...]:
        forms: List[Form] = []
        comment: List[str] = []
        fields: List[Field] = []
        error: List[str] = []
        while self.position < len(self.lines):
            line = self.lines[self.position]
            self.position += 1
            if line == "":
                continue
            if line == "--":
                if comment or fields or error:
                    forms.append(self._form(comment, fields, error))
                comment, fields, error = [], [], []
                continue
            if error:
                error.append(line)
                continue
            match = self.key.match(line)
            if line.startswith("#") and not comment and not fields:
                comment = self._comment(line)
            elif match is not None:
                fields.append(self._field(match.group(1), match.group(2), self.position))
            elif line.startswith("#") != self.junk_is_error:
                error.append(line if line.startswith(">>") else ">> " + line)
        if comment or fields or error:
            forms.append(self._form(comment, fields, error, last=True))
        return tuple(forms)

    def _comment(self, line: str) -> List[str]:
        comment = [line]
        while self.position < len(self.lines) and self.lines[self.position].startswith("#"):
            comment.append(self.lines[self.position])
            self.position += 1
        return comment

    def _field(self, key: str, first: Optional[str], lineno: int) -> Field:
        value = [first or ""]
        if self.old_values and value[0] in ("", "0"):
            value = []
        while self.position < len(self.lines):
            line = self.lines[self.position]
            if line != "" and _LEADING.match(line) is None:
                break
            value.append(line)
            self.position += 1
        while value and value[-1] == "":
            value.pop()
        blanks = ""
        for line in value[1:]:
            leading = _LEADING.match(line)
            if leading is not None and (not blanks or leading.end() < len(blanks)):
                blanks = leading.group()
        value = [line[len(blanks):] if line.startswith(blanks) else line for line in value]
        if not self.old_values:
            start = 0
            while start < len(value) and value[start] == "":
                start += 1
            value = value[start:]
        return Field(key, "\n".join(value), lineno=lineno)

    def _form(self, comment: List[str], fields: List[Field], error: List[str],
              last: bool = False) -> Form:
        values: Dict[str, List[str]] = {}
        lines: Dict[str, int] = {}
        repeated: Set[str] = set()
        for field in fields:
            if field.key in values and field.key not in repeated:
                repeated.add(field.key)
                if values[field.key] == [""]:
                    values[field.key] = []  # an empty value is no item once there is another
            values.setdefault(field.key, []).append(field.value)
            lines.setdefault(field.key, field.lineno)
        read: List[Field] = []
        for key, held in values.items():
            if key in repeated and last:
                held = [word for value in held for line in value.split("\n")
                        for word in split_words(line, keep_quotes=True, quotes=self.quotes)]
            for value in held:
                read.append(Field(key, value, key in repeated, lines[key]))
        return Form(tuple(comment), tuple(read), tuple(error))


def _key_pattern(version: Optional[Version]) -> "re.Pattern[str]":
    simple = r"[a-z][a-z0-9_-]*"
    blank = f"[{PERL_BLANKS}]"
    if version is not None and version < (3, 6):
        names: List[str] = []
    elif version is not None and version < (3, 8):
        names = [r"CF-[a-z0-9_ -]+"]
    else:
        old = version is not None and version < (4, 0, 9)
        name = f"[{PERL_BLANKS}a-z0-9_:()/-]+" if old else "[^,]+"
        names = [rf"CF\.\{{{name}\}}", rf"C(?:ustom)?F(?:ield)?-{name}"]
    pattern = "|".join([simple, *names])
    return re.compile(rf"({pattern}):(?:{blank}+(.*))?\Z", re.IGNORECASE | re.DOTALL)
