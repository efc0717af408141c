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
from typing import Dict, List, Optional, Tuple

__all__ = ["Envelope", "Field", "Form", "Version", "version_of", "indent_of"]

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


@dataclass(frozen=True)
class Form:
    """A block of fields, the unit between two ``--`` lines.

    Attributes:
        comment: the lines before the fields, ``#`` included; only the first is sure to start
            with one, as a localised message may itself have several lines.
        fields: in the order of the answer; that order is random in echoes and in long
            histories with ``fields=``.
        error: of an echoed request that RT could not read: the line at which it stopped,
            marked ``>> ``, and the rest, verbatim.
        chomped: a comment alone that is followed by one line end less (RT's notes on what
            was done, as against what stands in place of an object).
    """

    comment: Tuple[str, ...] = ()
    fields: Tuple[Field, ...] = ()
    error: Tuple[str, ...] = ()
    chomped: bool = False

    @cached_property
    def _values(self) -> Dict[str, List[str]]:
        values: Dict[str, List[str]] = {}
        for field in self.fields:
            values.setdefault(field.key.lower(), []).append(field.value)
        return values

    def get(self, key: str, default: Optional[str] = None) -> Optional[str]:
        """The first value under ``key``, case-insensitively; ``default`` if there is none."""
        values = self._values.get(key.lower())
        return default if values is None else values[0]

    def all(self, key: str) -> Tuple[str, ...]:
        """Every value under ``key``: several where a list held a value of several lines."""
        return tuple(self._values.get(key.lower(), ()))

    def keys(self) -> Tuple[str, ...]:
        """The keys as written, in order, repeated ones once."""
        return tuple(dict.fromkeys(field.key for field in self.fields))


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
    body: str = ""
    tail: int = 1
    blank: bool = True
    raw_body: Optional[bytes] = attribute(default=None, compare=False)

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
