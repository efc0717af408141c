"""Records and patterns of REST 1.0's text format, shared by the rooms that read and write it.

Facts about the format that every pattern here leans on:

* Lines end in LF and in nothing else. CR, VT, FF, FS, NEL, U+2028 and U+2029 are ordinary
  characters of a value (seen on 3.4.6 to 6.0.0), so ``str.splitlines`` is never used.
* What the server writes has been the same since 3.4: `Field.value` comes back to the byte.
* What the server reads is not what it writes; see ``formrequest``.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field as attribute
from functools import cached_property
from typing import (Any, Callable, ClassVar, Dict, List, NamedTuple, Optional, Pattern, Sequence,
                    Tuple, cast)

__all__ = ["Envelope", "Field", "Form", "Lines", "Shape", "Version", "version_of", "indent_of"]

Version = Tuple[int, ...]

#: ``RT/5.0.3+dfsg-3~deb12u6 200 Ok``: the version is any run of non-blanks (git checkouts say
#: ``3.4.HEAD``), the code three digits, the text is English and differs in case by endpoint.
HEAD = re.compile(r"RT/(\S+) (\d{3}) ([^\n]*)\Z")

#: A key at the start of a line. Custom fields' names hold blanks and colons; ``CF-…`` is 3.6's
#: spelling and every version's for users, queues and groups; digits are the transaction ids of a
#: short history; the empty key is what every version prints for a name in ``fields=`` that the
#: object lacks. No line that starts with ``#``, ``--`` or ``RT/`` is one.
KEY = re.compile(r"([A-Za-z][A-Za-z0-9_-]*|\d+||[Cc][Ff]\.\{.*?\}"
                 r"|[Cc](?:[Uu][Ss][Tt][Oo][Mm])?[Ff](?:[Ii][Ee][Ll][Dd])?-[^:]*)"
                 r":(?: (.*))?\Z", re.DOTALL)

#: ``queue/X/ticketcustomfields`` uses bare custom-field names as keys: cut at the last ``: ``.
NAMED = re.compile(r"(.*):(?: (.*))?\Z", re.DOTALL)

SEPARATOR = "--"

#: The ``--`` line that ends a form for sure: over others a comment can run.
SURE = f"\n\n{SEPARATOR}\n"

#: Bytes that were not UTF-8, as ``surrogateescape`` gives them.
ESCAPED = re.compile("[\udc80-\udcff]")

#: Inside a character class: what Perl's ``\\s`` matches in decoded text (not Python's: U+001C to
#: U+001F are none). VT is one from Perl 5.18 on.
PERL_BLANKS = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"

#: What marks the line at which RT's own reader stopped, in the echo of a 409.
ERROR_MARK = ">> "

#: A branch's HEAD is taken as later than every release of that branch.
_BRANCH_HEAD = 999


@dataclass(frozen=True)
class Field:
    """One key and its value.

    Attributes:
        key: as written (``Subject``, ``CF.{Severity}``, ``482``); may be empty.
        value: the text, lines parted by LF, exactly as RT held it. A list that RT wrapped over
            lines (watchers, links) still holds its ``,`` and LF: see `split_list`.
        listed: the line was ``Key:`` without the blank: RT's empty list.
        lineno: line of the body it came from, counted over the whole answer from 1; 0 if none.
        raw: key and value as bytes where they were not UTF-8 (3.x and 4.0 with bytes from a
            mail, binary attachments shown inline); None otherwise.
    """

    key: str
    value: str
    listed: bool = False
    lineno: int = attribute(default=0, compare=False)
    raw: Optional[Tuple[bytes, bytes]] = attribute(default=None, compare=False)


class Spanned(NamedTuple):
    """How the indents of a value's further lines are taken away.

    Attributes:
        place, key: of the value.
        swaps: what to replace by what, in this order.
    """

    place: int
    key: str
    swaps: Tuple[Tuple[str, str], ...]


class Shape:
    """What forms of one kind have in common: their keys, and how their values were laid out.

    Attributes:
        keys: as written, in order; no two alike but for case.
        index: place of each key, by the key in lower case.
        lists: keys that can stand without a value (`Field.listed`).
        commented: the form begins with a comment of one line.
        pattern: matches a whole form.
        groups: of the pattern, one for each key, and the one that takes part in this shape alone.
        more, more_groups, more_lists: the same for keys that groups are not named by.
        deep, deep_places: of keys whose values can span lines, with an indent that begins with
            the mark: by key and by place, what to replace by a line end.
        shallow: of those with another indent.
    """

    __slots__ = ("keys", "index", "lists", "commented", "pattern", "groups", "more",
                 "more_groups", "more_lists", "deep", "deep_places", "shallow")

    def __init__(self, keys: Tuple[str, ...], lists: Tuple[str, ...], commented: bool,
                 pattern: Pattern[str], groups: Tuple[int, ...], named: int,
                 deep: Tuple[Spanned, ...], shallow: Tuple[Spanned, ...]) -> None:
        self.keys = keys
        self.index = {key.lower(): place for place, key in enumerate(keys)}
        self.lists = lists
        self.commented = commented
        self.pattern = pattern
        self.groups = groups
        self.more = keys[named:]
        self.more_groups = groups[named:]
        self.more_lists = tuple(key for key in lists if key in self.more)
        self.deep = tuple((one.key, one.swaps[0][0]) for one in deep)
        self.deep_places = tuple((one.place, one.swaps[0][0]) for one in deep)
        self.shallow = shallow


class Lines:
    """Which line an offset of a text is on, told when asked: its line ends are counted once.

    Args:
        text: lines end in LF or in ``mark``.
        mark: stands for a line end and blanks.
        before: lines before the text.
        offset: bytes before the text.
        blanks: how many are behind a line end that a mark stands for.
    """

    __slots__ = ("text", "mark", "offset", "blanks", "_counts")

    _STEP = 1 << 16

    def __init__(self, text: str, mark: str, before: int = 0, offset: int = 0, blanks: int = 0
                 ) -> None:
        self.text = text
        self.mark = mark
        self.offset = offset
        self.blanks = blanks
        self._counts = [before]

    def ends(self, start: int, end: int) -> int:
        """How many line ends are between two offsets."""
        found = self.text.count("\n", start, end)
        return found + self.text.count(self.mark, start, end) if self.mark else found

    def number(self, offset: int) -> int:
        """The number of the line that the character at ``offset`` is on, from 1."""
        block = offset // self._STEP
        while len(self._counts) <= block:
            start = (len(self._counts) - 1) * self._STEP
            self._counts.append(self._counts[-1] + self.ends(start, start + self._STEP))
        return 1 + self._counts[block] + self.ends(block * self._STEP, offset)

    def place(self, offset: int) -> int:
        """Which byte of the whole begins what is at ``offset`` here."""
        before = self.text[:offset]
        size = len(before) if before.isascii() else len(before.encode("utf-8", "surrogateescape"))
        return self.offset + size + (self.blanks * before.count(self.mark) if self.mark else 0)


#: What a form was read as by its shape: the values (None: listed), and where the pattern matched.
Cut = Tuple[Shape, Sequence[Optional[str]], Lines, int]


class _Read:
    """A place for it beside a form's attributes, which are then made when asked for."""

    __slots__ = ("_cut",)
    _cut: Optional[Cut]


@dataclass(frozen=True)
class Form(_Read):
    """A block of fields, the unit between two ``--`` lines.

    Attributes:
        comment: the lines before the fields, ``#`` included; only the first is sure to start
            with one, as a localised message may itself have several lines.
        fields: in the order of the answer; that order is random in echoes and in long
            histories with ``fields=``. Of a form that was read by its shape they are made
            when first asked for: `get` and `as_dict` do without.
        error: of an echoed request that RT could not read: the line at which it stopped,
            marked ``>> ``, and the rest, verbatim.
        chomped: a comment alone that is followed by one line end less (RT's notes on what
            was done, as against what stands in place of an object).
    """

    # Factories leave no attribute of the class: what is not there yet goes to __getattr__.
    comment: Tuple[str, ...] = attribute(default_factory=tuple)
    fields: Tuple[Field, ...] = attribute(default_factory=tuple)
    error: Tuple[str, ...] = ()
    chomped: bool = False

    #: ``Form.keep(form, cut)`` makes ``Form.__new__(Form)`` a form read by its shape.
    keep: ClassVar[Callable[[Form, Cut], None]] = cast(Any, _Read)._cut.__set__

    def __getattr__(self, name: str) -> Any:
        if name == "_cut":
            return None
        cut = self._cut
        if cut is None or name not in ("comment", "fields"):
            raise AttributeError(name)
        made = _comment_of(*cut) if name == "comment" else _fields_of(*cut)
        self.__dict__[name] = made
        return made

    def __reduce__(self) -> Tuple[Any, ...]:
        return Form, (self.comment, self.fields, self.error, self.chomped)

    @cached_property
    def _values(self) -> Dict[str, List[str]]:
        values: Dict[str, List[str]] = {}
        for field in self.fields:
            values.setdefault(field.key.lower(), []).append(field.value)
        return values

    def get(self, key: str, default: Optional[str] = None) -> Optional[str]:
        """The first value under ``key``, case-insensitively; ``default`` if there is none."""
        cut = self._cut
        if cut is None:
            values = self._values.get(key.lower())
            return default if values is None else values[0]
        place = cut[0].index.get(key.lower())
        return default if place is None else cut[1][place] or ""

    def all(self, key: str) -> Tuple[str, ...]:
        """Every value under ``key``: several where a list held a value of several lines."""
        if self._cut is not None:
            value = self.get(key)
            return () if value is None else (value,)
        return tuple(self._values.get(key.lower(), ()))

    def keys(self) -> Tuple[str, ...]:
        """The keys as written, in order, repeated ones once."""
        cut = self._cut
        if cut is not None:
            return cut[0].keys
        return tuple(dict.fromkeys(field.key for field in self.fields))

    def items(self) -> List[Tuple[str, str]]:
        """Every key as written with its value, in order; makes no fields."""
        cut = self._cut
        if cut is None:
            return [(field.key, field.value) for field in self.fields]
        return [(key, value or "") for key, value in zip(cut[0].keys, cut[1])]

    def repeated(self) -> List[Field]:
        """Fields whose key an earlier one had, with others between: RT writes none."""
        if self._cut is not None:
            return []
        found, seen, last = [], set(), ""
        for field in self.fields:
            if field.key in seen and field.key != last:
                found.append(field)
            seen.add(field.key)
            last = field.key
        return found

    def holds(self, pattern: Pattern[str]) -> bool:
        """Whether a pattern is found in a key or a value; makes no fields."""
        cut = self._cut
        if cut is None:
            return any(pattern.search(field.key) or pattern.search(field.value)
                       for field in self.fields)
        return pattern.search("\n".join([*cut[0].keys, *filter(None, cut[1])])) is not None

    def as_dict(self) -> Dict[str, str]:
        """The values by key as written, in order; the first one of a repeated key."""
        cut = self._cut
        if cut is None:
            found: Dict[str, str] = {}
            for field in self.fields:
                found.setdefault(field.key, field.value)
            return found
        shape, values, _, _ = cut
        whole: Dict[str, Any] = dict(zip(shape.keys, values))
        for key in shape.lists:
            if whole[key] is None:
                whole[key] = ""
        return whole


def _comment_of(shape: Shape, values: Sequence[Optional[str]], lines: Lines, start: int
                ) -> Tuple[str, ...]:
    if not shape.commented:
        return ()
    return lines.text[start + 1:lines.text.index("\n", start + 1)],


def _fields_of(shape: Shape, values: Sequence[Optional[str]], lines: Lines, start: int
               ) -> Tuple[Field, ...]:
    match = shape.pattern.match(lines.text, start)
    assert match is not None, "it matched when the form was read"
    at, lineno = start, lines.number(start)
    if shape.commented:
        lineno, at = lineno + 1, lines.text.index("\n", start + 1)
    fields: List[Field] = []
    for group, key, value in zip(shape.groups, shape.keys, values):
        while lines.text[at] == "\n":
            lineno, at = lineno + 1, at + 1
        fields.append(Field(key, value or "", value is None, lineno))
        if value is None:
            at += len(key) + 1
        else:
            lineno, at = lineno + lines.ends(at, match.end(group)), match.end(group)
    return tuple(fields)


@dataclass(frozen=True)
class Envelope:
    """One status line and what it covers.

    Attributes:
        version: as printed (``4.4.6+dfsg-1.1+deb12u4``).
        code: RT's own status, which is not HTTP's: that one is 200 nearly always.
        text: ``Ok``, ``Syntax Error``, … English in every version.
        forms: empty for plain words (search results, a sentence) and where there is nothing.
        body: everything after the head as text, for answers that are no forms.
        tail: line ends after the last form's own; they depend on the endpoint and the version.
        blank: False for a bare status line (401 without a message, logout).
        raw_body: the body's bytes where they were not UTF-8, else None.
    """

    version: str
    code: int
    text: str = "Ok"
    forms: Tuple[Form, ...] = ()
    body: str = attribute(default_factory=str)
    tail: int = 1
    blank: bool = True
    raw_body: Optional[bytes] = attribute(default=None, compare=False)

    @staticmethod
    def of(head: Envelope, forms: Tuple[Form, ...], tail: int, content: bytes, start: int, end: int
           ) -> Envelope:
        """An envelope with this head, whose body is cut out of UTF-8 when it is asked for."""
        envelope = Envelope.__new__(Envelope)
        envelope.__dict__.update(version=head.version, code=head.code, text=head.text,
                                 forms=forms, tail=tail, _span=(content, start, end))
        return envelope

    def __getattr__(self, name: str) -> str:
        if name != "body" or "_span" not in self.__dict__:
            raise AttributeError(name)
        content, start, end = self.__dict__.pop("_span")
        body: str = content[start:end].decode("utf-8")
        self.__dict__["body"] = body
        return body

    def __reduce__(self) -> Tuple[Any, ...]:
        return Envelope, (self.version, self.code, self.text, self.forms, self.body, self.tail,
                          self.blank, self.raw_body)

    @property
    def version_tuple(self) -> Version:
        """The version for comparing; see `version_of`."""
        return version_of(self.version)


def version_of(text: str) -> Version:
    """The leading numbers of a version: ``4.4.6+dfsg-1.1+deb12u4`` gives ``(4, 4, 6)``.

    Distribution suffixes, release candidates and the like are dropped. A checkout's
    ``3.4.HEAD`` gives a last number above every release of its branch. A text without a leading
    number gives ``()``, which compares below everything.
    """
    numbers: List[int] = []
    for part in re.split(r"\.", text, maxsplit=3)[:3]:
        if part.upper().startswith("HEAD"):
            numbers.append(_BRANCH_HEAD)
            break
        digits = re.match(r"[0-9]{1,9}", part)
        if digits is None:
            break
        numbers.append(int(digits.group()))
        if digits.end() != len(part):
            break
    return tuple(numbers)


def indent_of(key: str) -> int:
    """Blanks that RT puts before the further lines of a value: under the first, or 4 if far."""
    width = len(key) + 2
    return 4 if width > 16 else width
