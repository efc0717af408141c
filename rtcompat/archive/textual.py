"""The charset of an answer, and what is odd about its bytes."""
from __future__ import annotations

import re
from typing import List, NamedTuple, Optional, Sequence, Set, Tuple

from rtcompat import charset
from rtcompat.archive.answers import Problem
from rtcompat.archive.cutting import Piece
from rtcompat.archive.mojibake import looks_twice_encoded, repaired_form
from rtcompat.rest1.forms import Form
from rtcompat.rest1.formshapes import Shapes

__all__ = ["SHOWN", "Reading", "Told", "declared_in", "problem_at", "read_charset"]

#: What is said once a file.
Told = Set[str]

#: Bytes shown of what is odd.
SHOWN = 200


class Reading(NamedTuple):
    """What is the same for all answers of a file.

    Attributes:
        file, in_place: as of `Answer`.
        address: what the name hints at.
        repair: put right what was encoded twice.
        told: what was said already.
        shapes: of the forms of a long answer, whose pieces are read one after the other.
        charset: what bytes that are not UTF-8 are, as far as that is known.
        columns: of the table that is being read, for the further pieces of a long one.
    """

    file: str
    address: str
    in_place: bool
    repair: bool
    told: Told
    shapes: Optional[Shapes] = None
    charset: Optional[str] = None
    columns: Optional[List[str]] = None


def problem_at(piece: Piece, reading: Reading, line: int, what: str, raw: bytes = b"", *,
               cut: bool = False) -> Problem:
    """A problem at a line of the piece, counted from 0."""
    return Problem(reading.file, piece.line + line, what, raw[:SHOWN], cut=cut)


def read_charset(piece: Piece, reading: Reading, forms: Tuple[Form, ...]
                 ) -> Tuple[str, Tuple[Form, ...], Tuple[Problem, ...]]:
    """The codec, the forms (put right if that is asked for), and what is odd about the bytes."""
    raw = piece.raw
    problems: Tuple[Problem, ...] = ()
    if b"\0" in raw:
        problems += (problem_at(piece, reading, raw.count(b"\n", 0, raw.find(b"\0")),
                                "holds NUL bytes"),)
    if raw.isascii():
        return "utf-8", forms, problems
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        name, what = _guessed(raw, reading.charset or declared_in(piece.headers))
        line = raw.count(b"\n", 0, error.start)
        return name, forms, problems + (problem_at(piece, reading, line, what,
                                                   raw[max(0, error.start - 40):][:80]),)
    if looks_twice_encoded(raw):
        forms, more = _twice(piece, reading, forms)
        problems += more
    return "utf-8", forms, problems


_NOT_ASCII_LINE = re.compile(rb"^[^\n\x80-\xff]*[\x80-\xff][^\n]*", re.MULTILINE)


def declared_in(headers: Sequence[Tuple[str, str]]) -> Optional[str]:
    """The charset that saved HTTP headers tell (3.x sends errors as ISO 8859-1)."""
    for name, value in headers:
        if name.lower() == "content-type":
            found = _CHARSET.search(value)
            return None if found is None else found.group(1)
    return None


_CHARSET = re.compile(r";\s*charset=[\"']?([^\s;\"']+)", re.IGNORECASE)


def _guessed(raw: bytes, declared: Optional[str]) -> Tuple[str, str]:
    """The charset of the lines that are not UTF-8, and what to say of it."""
    bad, good = [], False
    for line in _NOT_ASCII_LINE.findall(raw):
        try:
            line.decode("utf-8")
            good = True
        except UnicodeDecodeError:
            bad.append(line)
    name = charset.decode(b"\n".join(bad), declared).charset
    lines = "a line is" if len(bad) == 1 else f"{len(bad)} lines are"
    mixed = "; others are UTF-8: mixed charsets" if good else ""
    return name, f"{lines} not UTF-8, read as {name}{mixed}"


def _twice(piece: Piece, reading: Reading, forms: Tuple[Form, ...]
           ) -> Tuple[Tuple[Form, ...], Tuple[Problem, ...]]:
    """Forms put right if asked for, and a problem a field that was encoded twice."""
    problems: List[Problem] = []
    mended = []
    for form in forms:
        right, wrong = repaired_form(form)
        mended.append(right)
        for field in wrong:
            problems.append(problem_at(
                piece, reading, max(0, field.lineno - 1), f"{field.key} was UTF-8 and was encoded "
                "again" + (", put right" if reading.repair else ""), field.value.encode("utf-8")))
    return (tuple(mended) if reading.repair else forms), tuple(problems)
