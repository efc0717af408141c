"""Where answers lie, and reading them from there again: files on disk, or a spool for the others.

An index holds places, never answers: a place is one whole number, as there are as many of them as
a dump has objects. What came out of a container or a stream that cannot be sought in is kept in
one temporary file, which nothing else knows and which goes with the process.
"""
from __future__ import annotations

import re
import os
import tempfile
import threading
from collections import OrderedDict
from functools import lru_cache
from typing import IO, BinaryIO, Iterator, List, NamedTuple, Optional, Tuple

from rtcompat.archive.answering import Reading, answer_of
from rtcompat.archive.answers import Answer
from rtcompat.archive.cutting import Piece
from rtcompat.archive.tables import columns_in, rows
from rtcompat.charset import decode
from rtcompat.errors import RTError
from rtcompat.rest1.forms import Field, Form, Version, version_of
from rtcompat.rest1.kinds import Kind

__all__ = ["LISTS", "Extent", "Place", "Store", "number_of", "place_of"]

#: A form of an answer: the answer's number and the form's in it, by `place_of`.
Place = int

#: Searches that list no forms: each line is made a form of what it tells.
LISTS = frozenset((Kind.SEARCH_IDS, Kind.SEARCH_LINES, Kind.SEARCH_TABLE))

_FORMS = 1 << 21
#: Files kept open, and bytes of answers whose forms are kept.
_OPEN = 32
_KEPT = 4 << 20
#: Answers from so many bytes on are not read for one form of theirs.
_LONG = 1 << 15
_SEPARATOR = b"\n--\n"
#: The line of a form that has its number; those of values are indented.
_NUMBERED = b"\nid: "


class Extent(NamedTuple):
    """An answer, or a piece of one.

    Attributes:
        file, line, path, charset, kind, version, continued: as of `Answer`.
        spooled: it lies in the spool, not in ``file``.
        offset, length: where its bytes are, in the file or in the spool.
        forms: how many forms it has.
    """

    file: str
    line: int
    kind: Kind
    version: Optional[str]
    path: str
    charset: str
    continued: bool
    spooled: bool
    offset: int
    length: int
    forms: int

    @property
    def release(self) -> Optional[Version]:
        """The version's numbers; None where no status line told it."""
        return None if self.version is None else _release(self.version)


@lru_cache(maxsize=64)
def _release(version: str) -> Version:
    return version_of(version)


def place_of(extent: int, form: int = 0) -> Place:
    """The place of a form of an answer."""
    return extent * _FORMS + form


def number_of(place: Place) -> int:
    """The number of the answer that a place is in."""
    return place // _FORMS


def _read_at(file: IO[bytes], offset: int, length: int) -> bytes:
    """Bytes from a place. The file's own place stays, as forked processes share that."""
    if not hasattr(os, "pread"):  # Windows, which forks nothing
        file.seek(offset)
        return file.read(length)
    file.flush()  # what is new in the spool
    found = bytearray()
    while len(found) < length:
        piece = os.pread(file.fileno(), length - len(found), offset + len(found))
        if not piece:
            break
        found += piece
    return bytes(found)


class Store:
    """The answers of a dump by number, read from their places. Safe to use from several threads.
    """

    def __init__(self) -> None:
        self.extents: List[Extent] = []
        self._lock = threading.RLock()
        self._spool: Optional[IO[bytes]] = None
        self._files: "OrderedDict[str, BinaryIO]" = OrderedDict()
        self._kept: "OrderedDict[int, Tuple[Form, ...]]" = OrderedDict()
        self._bytes = 0
        self._last = -1
        self.closed = False

    def keep(self, answer: Answer) -> int:
        """Take note of an answer; gives its number. Its bytes are not held."""
        with self._lock:
            offset, spooled = answer.offset, False
            if not answer.in_place:
                offset, spooled = self._spooled(answer.raw), True
            self.extents.append(Extent(
                answer.file, answer.line, answer.kind, answer.version, answer.path,
                answer.charset, answer.continued, spooled, offset, len(answer.raw),
                len(answer.forms)))
            return len(self.extents) - 1

    def extent(self, place: Place) -> Extent:
        """The answer that a place is in."""
        return self.extents[place // _FORMS]

    def form(self, place: Place) -> Form:
        """The form at a place.

        Raises: RTError where the file has changed since it was opened.
        """
        number, form = divmod(place, _FORMS)
        with self._lock:
            if number not in self._kept and number != self._last:
                self._last = number
                alone = self._alone(number, form)
                if alone is not None:
                    return alone
        forms = self.forms(number)
        if form >= len(forms):
            raise self._changed(self.extents[number])
        return forms[form]

    def _alone(self, number: int, form: int) -> Optional[Form]:
        """A form of a long answer read without the others; None where it cannot be cut out.

        Forms next to each other are asked for in one go, and then all are read: see `form`.
        """
        extent = self.extents[number]
        if extent.length < _LONG or extent.kind in LISTS or extent.charset != "utf-8" \
                or form + 1 >= extent.forms:
            return None
        raw = self.raw(number)
        if raw.count(_SEPARATOR) != extent.forms - 1:
            return None  # several envelopes
        start = 0
        for _ in range(form):
            start = raw.index(_SEPARATOR, start) + len(_SEPARATOR)
        if raw.count(_NUMBERED, 0, start) != form:
            return None  # a separator was lost before it
        # as it would stand at the end of an answer
        piece = raw[start:raw.index(_SEPARATOR, start)] + b"\n"
        found = _forms(extent._replace(continued=extent.continued or form > 0), piece)
        return found[0] if len(found) == 1 else None

    def forms(self, number: int) -> Tuple[Form, ...]:
        """All forms of an answer; those of the last ones are kept."""
        with self._lock:
            known = self._kept.get(number)
            if known is not None:
                self._kept.move_to_end(number)
                return known
            extent = self.extents[number]
            found = _forms(extent, self.raw(number), self._columns(number))
            self._kept[number] = found
            self._bytes += extent.length
            while self._bytes > _KEPT and len(self._kept) > 1:
                dropped, _ = self._kept.popitem(last=False)
                self._bytes -= self.extents[dropped].length
            return found

    def _columns(self, number: int) -> Tuple[str, ...]:
        """Of a table that this piece of an answer goes on with."""
        if not self.extents[number].continued or self.extents[number].kind is not Kind.SEARCH_TABLE:
            return ()
        while self.extents[number].continued:
            number -= 1
        return columns_in(decode(self.part(number, 0, min(self.extents[number].length, _LONG))
                                 ).text)

    def raw(self, number: int) -> bytes:
        """The bytes of an answer as they were found.

        Raises: RTError where the file is gone or shorter than it was.
        """
        extent = self.extents[number]
        return self.part(number, 0, extent.length)

    def part(self, number: int, start: int, length: int) -> bytes:
        """Some of an answer's bytes: so that a long content need not be held whole."""
        extent = self.extents[number]
        with self._lock:
            if self.closed:
                raise RTError("the archive is closed")
            file = self._spool if extent.spooled else self._open(extent.file)
            if file is None:
                raise self._changed(extent)
            found = _read_at(file, extent.offset + start, length)
        if len(found) != length:
            raise self._changed(extent)
        return found

    def close(self) -> None:
        """Close the files; the spool is gone. May be called twice."""
        with self._lock:
            self.closed = True
            for file in self._files.values():
                file.close()
            self._files.clear()
            self._kept.clear()
            if self._spool is not None:
                self._spool.close()
                self._spool = None

    def _changed(self, extent: Extent) -> RTError:
        return RTError(f"{extent.file} is not as it was when the archive was opened")

    def _open(self, name: str) -> Optional[BinaryIO]:
        file = self._files.get(name)
        if file is not None:
            self._files.move_to_end(name)
            return file
        try:
            file = open(name, "rb")
        except OSError:
            return None  # gone since; the caller says so
        self._files[name] = file
        if len(self._files) > _OPEN:
            _, oldest = self._files.popitem(last=False)
            oldest.close()
        return file

    def _spooled(self, raw: bytes) -> int:
        if self._spool is None:
            self._spool = tempfile.TemporaryFile(prefix="rtcompat-archive-")
        offset = self._spool.seek(0, 2)
        self._spool.write(raw)
        return offset


# -- bytes to forms again -----------------------------------------------------------------------

def _forms(extent: Extent, raw: bytes, columns: Tuple[str, ...] = ()) -> Tuple[Form, ...]:
    """The forms of an answer as they were when it was read first."""
    if extent.kind is Kind.SEARCH_TABLE:
        return tuple(_of_table(extent, raw, columns))
    if extent.kind in LISTS:
        return tuple(_lines(extent, raw))
    before = None
    if extent.continued:
        before = Answer(extent.kind, extent.version, (), b"", extent.file, extent.line)
    piece = Piece(raw, 0, extent.line, continued=extent.continued)
    reading = Reading(extent.file, extent.path, True, False, set(),
                      charset=None if extent.charset == "utf-8" else extent.charset or None)
    return tuple(form for answer in answer_of(piece, reading, before) for form in answer.forms)


_LINE = re.compile(r"(\d{1,18}): ?(.*)\Z")
_ID = re.compile(r"((?:ticket|user|queue|group)/\d{1,18})\s*\Z")


def _of_table(extent: Extent, raw: bytes, columns: Tuple[str, ...]) -> Iterator[Form]:
    """A form for each row of a table, of what is certain of it."""
    for row in rows(decode(raw).text, columns):
        if row.number:
            yield Form(fields=(Field("id", f"{_listed(extent)}/{row.number}"), *(
                Field(key, cell) for key, cell in row.cells)))


def _listed(extent: Extent) -> str:
    """Of what a search lists."""
    record = re.match(r"search/(ticket|user|queue|group)", extent.path)
    return "ticket" if record is None else record.group(1)


def _lines(extent: Extent, raw: bytes) -> Iterator[Form]:
    """A form for each line of a search that lists ids or lines."""
    kind = _listed(extent)
    label = "Subject" if kind == "ticket" else "Name"
    for line in decode(raw).text.split("\n"):
        line = line.rstrip("\r")
        found = _LINE.match(line)
        named = _ID.match(line)
        if found is not None:
            yield Form(fields=(Field("id", f"{kind}/{found.group(1)}"),
                               Field(label, found.group(2))))
        elif named is not None:
            yield Form(fields=(Field("id", named.group(1)),))
