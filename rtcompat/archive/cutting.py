"""A stream of bytes -> the answers in it, told apart in one pass and in bounded memory.

The rules, in this order:

1. HTTP's headers (``curl -i``, ``wget --save-headers``) begin an answer, and with a
   Content-Length that fits they say where it ends.
2. A status line at the start of a line begins an answer. RT indents what looks like one inside a
   value. One HTTP answer of several envelopes (``show`` of several histories) therefore gives
   several answers, as bytes do not tell it from several saved after each other.
3. The empty envelope that RT 3.4 puts behind every long history belongs to that history.
4. A status line within a line begins an answer where one can stand there: behind a content or a
   list of a search of a version that adds no line end to it, if the version is the same; behind
   an answer that was cut, if an object, a list or a message of RT follows; behind a refusal in
   words, to which RT up to 4.2.1 adds no line end; and behind a byte order
   mark, as files have it that were joined. So do HTTP's headers, if a status line follows.
5. What stands before the first status line, or in a file without any, is an answer of its own;
   a long one is cut before forms that begin others, as far as ``loose`` tells them apart.

A content that holds a status line at the start of a line is cut there, unless rule 1 or the
file's name tells how long it is.
"""
from __future__ import annotations

import re
from typing import Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple

from rtcompat.archive.chunks import CHUNK_MARK, Chunks, Oddity
from rtcompat.archive.loose import begins_form, borders, is_table
from rtcompat.archive.manners import SAMPLE, STATUS, Beginning, foreign_from, is_list, manner_of
from rtcompat.archive.streams import CHUNK
from rtcompat.rest1.forms import version_of

__all__ = ["LONG", "Oddity", "Piece", "cut"]

#: Answers longer than this come in pieces.
LONG = 1 << 20

_MARK = b"\xef\xbb\xbf"

#: A status line, and HTTP's headers, are not looked for beyond this.
_LINE, _HEADERS = 1 << 10, 1 << 16

_HTTP = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})[^\n]*\n((?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*)"
                   rb"\r?\n")
_HTTP_LINE = re.compile(rb"HTTP/\d(?:\.\d)? \d{3}(?: [^\n]{0,200})?\n[!-9;-~]+:")
#: The same within a line, where an answer was cut: whole, and RT's behind it.
_HTTP_WITHIN = re.compile(
    rb"HTTP/\d(?:\.\d)? \d{3}[^\n]{0,200}\n(?:[!-9;-~]{1,100}:[^\n]{0,1000}\n){1,64}\r?\n"
    rb"RT/\S{1,100} \d{3} ")

#: What can follow a status line that stands within a line.
_SAID = re.compile(rb"\r?\n(?:id: \S|# (?:\d+/\d+ \(|[A-Z][a-z]+ )|\d+: |id\t"
                   rb"|(?:ticket|user|queue|group)/\d+\r?\n)")
#: The same with the words that RT has for it, and an empty line behind.
_STATUS_WITHIN = re.compile(
    rb"RT/(\d[^\s/]{0,99}) \d{3} (?:Ok|Bad [Rr]equest|Credentials required|Permission denied"
    rb"|Forbidden|Ticket not found|Syntax Error|Error|Server Error)\r?\n(?=\r?\n)")
#: The same behind a refusal in words, which up to 4.2.1 ends without a line end.
_STATUS_BEHIND = re.compile(
    _STATUS_WITHIN.pattern.replace(rb"(?=\r?\n)", rb"(?=\r?\n|\Z|RT/\S{1,100} \d{3} )"))
#: What stands behind every status line: an empty line or, of those without a body, what is next.
_AFTER = re.compile(rb"\r?\n|\Z|RT/\S{1,100} \d{3} |HTTP/\d"
                    # where whoever saved them took empty lines out
                    rb"|id: (?:ticket|user|queue|group)/\d|# \S")
#: One that has no body, unless an empty line follows.
_LOGIN = re.compile(rb"RT/\S{1,100} 401 Credentials required\r?\n")
_EMPTY34 = re.compile(rb"(?:\r?\n){2}(?!\r?\n)")
_BETWEEN = re.compile(rb"(?:[ \t\r]{0,8}\n){1,64}(?=HTTP/\d|RT/\S{1,100} \d{3} )")

_CONTENT_EXACT = ((4, 4, 5), (5, 0, 2))
_SEARCH_TAIL_SINCE = (4, 2, 2)


class Piece(NamedTuple):
    """An answer, or a part of a long one.

    Attributes:
        raw: its bytes, without HTTP's headers and without the marks of a chunked body.
        offset: of its first byte in the stream.
        line: where it begins, from 1.
        manner: ``forms``, ``lines``, ``words`` or ``raw``: how a long one is cut; empty for a
            short one, see `rtcompat.archive.manners.manner_of`.
        continued: it goes on where the one before it ended.
        ended: it is the last of its answer.
        status: of HTTP; None without headers.
        headers: of HTTP, by lower-case name.
        oddities: what was met on the way.
        in_place: ``raw`` stands like that in the stream.
        cut: the next answer begins in the middle of its last line.
    """

    raw: bytes
    offset: int
    line: int
    manner: str = ""
    continued: bool = False
    ended: bool = True
    status: Optional[int] = None
    headers: Tuple[Tuple[str, str], ...] = ()
    oddities: Tuple[Oddity, ...] = ()
    in_place: bool = True
    cut: bool = False


def cut(read: Callable[[int], bytes], *, content: bool = False, size: int = CHUNK
        ) -> Iterator[Piece]:
    """The answers of a stream, in order.

    Args:
        read: gives at most so many bytes, none at the end.
        content: it is one attachment's content, which is not looked into.
        size: bytes to ask for at a time.
    """
    return _Cutter(read, content, size).pieces()


class _Cutter:
    """One pass over a stream: ``buffer[start:]`` is what belongs to no piece yet."""

    def __init__(self, read: Callable[[int], bytes], content: bool, size: int) -> None:
        self.read = read
        self.content = content
        self.size = size
        self.buffer = b""
        self.start = 0
        self.ended = False
        self.offset = 0
        self.line = 1
        self.version: Optional[bytes] = None
        self.history34 = False
        self.http: Optional[int] = None
        self.joined34: Optional[int] = None
        self.enclosed = self.refused = False
        self.beginning = Beginning()
        #: Of the answer that is being cut: how, and whether a piece of it was given already.
        self.manner = ""
        self.continued = False

    # -- the stream ---------------------------------------------------------------------------

    def fill(self) -> bool:
        """More bytes into the buffer; what was taken leaves it. False at the end."""
        if self.ended:
            return False
        pending = self.buffer[self.start:]
        # as much again as there is: a form of any length is copied a few times only
        wanted = max(self.size, len(pending))
        parts = [pending]
        while wanted > 0:
            more = self.read(wanted)
            if not more:
                self.ended = True
                break
            parts.append(more)
            wanted -= len(more)
        self.buffer = b"".join(parts)
        self.start = 0
        self.http = None
        return len(parts) > 1

    def have(self, size: int) -> bool:
        """Whether that many bytes are left, looking ahead as far as needed."""
        while len(self.buffer) - self.start < size:
            if not self.fill():
                return False
        return True

    def take(self, size: int) -> bytes:
        """The next bytes, which then belong to somebody."""
        taken = self.buffer[self.start:self.start + size]
        self.start += len(taken)
        self.offset += len(taken)
        self.line += taken.count(b"\n")
        return taken

    # -- answers ------------------------------------------------------------------------------

    def pieces(self) -> Iterator[Piece]:
        oddities: List[Oddity] = []
        self.have(8)
        self._skip_mark(oddities)
        if not self.have(1):
            yield Piece(b"", self.offset, 1, oddities=tuple(oddities))
        while self.have(1):
            self.have(_LINE)
            self._skip_mark(oddities)
            first = True
            for piece in self._answer():
                if first and oddities:
                    piece = piece._replace(oddities=(*oddities, *piece.oddities))
                    oddities.clear()
                first = False
                yield piece

    def _skip_mark(self, oddities: List[Oddity]) -> None:
        """A byte order mark, which files have at their beginning, also those that were joined."""
        if self.buffer.startswith(_MARK, self.start) and (
                not self.content or self.buffer.startswith((b"RT/", b"HTTP/"), self.start + 3)):
            oddities.append(Oddity(self.line, "begins with a byte order mark", self.take(3)))

    def _answer(self) -> Iterator[Piece]:
        status: Optional[int] = None
        headers: Dict[str, str] = {}
        if not self.content:
            blank = _BETWEEN.match(self.buffer, self.start)
            if blank is not None:
                self.take(blank.end() - blank.start())
                self.have(_LINE)
        if self.buffer.startswith(b"HTTP/", self.start):
            self.have(_HEADERS)
            match = _HTTP.match(self.buffer, self.start)
            if match is not None and (not self.content
                                      or self.buffer.startswith(b"RT/", match.end())):
                status, headers = int(match.group(1)), _headers(match.group(2))
                self.take(match.end() - match.start())
                self.have(_LINE)
        chunked = self._chunked(headers)
        if chunked:
            yield from self._of_chunks(status, headers)
        elif status is not None:
            for piece in self._body(None if self.content else _length(headers), True):
                yield piece._replace(status=status, headers=tuple(headers.items()))
        else:
            yield from self._body(None, False)

    def _chunked(self, headers: Mapping[str, str]) -> bool:
        if self.content:
            return False
        match = CHUNK_MARK.match(self.buffer, self.start)
        if match is None:
            return False
        if "chunked" in headers.get("transfer-encoding", ""):
            return True
        return self.buffer.startswith(b"RT/", match.end())

    def _of_chunks(self, status: Optional[int], headers: Dict[str, str]) -> Iterator[Piece]:
        line, offset = self.line, self.offset
        chunks = Chunks(self)
        odd = Oddity(line, "saved as it was sent, in chunks: their marks were taken out",
                     self.buffer[self.start:self.start + 20])
        for piece in cut(chunks.read, size=self.size):
            oddities = (odd, *piece.oddities)
            if piece.ended and chunks.broken is not None:
                oddities += (chunks.broken,)
            yield piece._replace(offset=offset + piece.offset, line=line + piece.line,
                                 in_place=False, oddities=oddities, status=status,
                                 headers=tuple(headers.items()))

    def _body(self, length: Optional[int], http: bool) -> Iterator[Piece]:
        """An answer from its status line, or without one, to where the next begins."""
        match = STATUS.match(self.buffer, self.start)
        self.version = None if match is None else match.group(1)
        self.refused = match is not None and match.group(2) >= b"400"
        begins = 0 if match is None else match.end() - match.start()
        self.history34 = (self.version is not None and self.version.startswith(b"3.4")
                          and self.buffer.startswith(b"# 1/", self.start + begins + 1))
        self.joined34, self.beginning = None, Beginning()
        if not http and match is not None and _LOGIN.match(match.group()) is not None \
                and not self.content and _AFTER.match(self.buffer, match.end()) is None:
            line, offset = self.line, self.offset
            yield Piece(self.take(begins), offset, line)
            return
        # from 3.6 on RT sends no empty envelope before another: a content that is an answer
        self.enclosed = (http and self.version is not None and not self.version.startswith(b"3.4")
                         and STATUS.match(self.buffer, self.start + begins + 1) is not None)
        oddities: Tuple[Oddity, ...] = ()
        if http and _HTTP_LINE.match(self.buffer, self.start):
            yield Piece(b"", self.offset, self.line)
            return
        if length is not None and self._fits(length):
            yield from self._of_length(length)
            return
        if length is not None and length <= LONG:
            oddities = (Oddity(self.line, f"Content-Length says {length} bytes, which does not "
                               "fit: cut short, or changed since"),)
        for piece in self._until_next(begins):
            yield piece._replace(oddities=oddities + piece.oddities) if oddities else piece
            oddities = ()

    def _fits(self, length: int) -> bool:
        """Whether an answer of that length ends where one can end."""
        if length > LONG:
            # not looked ahead so far: forms tell by themselves where they end
            self.have(LONG)
            return manner_of(self.buffer[self.start:self.start + SAMPLE]) == "raw"
        self.have(length + _LINE)
        end = self.start + length
        if end > len(self.buffer):
            return False
        rest = self.buffer[end:end + _LINE]
        return not rest.strip() or re.match(rb"\s*(?:HTTP/\d|RT/\S+ \d{3})", rest) is not None

    def _of_length(self, length: int) -> Iterator[Piece]:
        left = length
        continued = False
        while left or not continued:
            whole = self.have(min(left, LONG))
            line, offset = self.line, self.offset
            raw = self.take(min(left, LONG))
            left -= len(raw)
            odd: Tuple[Oddity, ...] = ()
            if not whole:
                odd = (Oddity(line, f"Content-Length says {length} bytes, {left} are missing"),)
                left = 0
            long = continued or left > 0
            yield Piece(raw, offset, line, "raw" if long else "", continued, not left,
                        oddities=odd)
            continued = True
        self.have(8)
        rest = self.buffer[self.start:]
        if self.ended and len(rest) < 8 and not rest.strip():
            self.take(len(rest))  # line ends that a recorder put behind the last answer

    # -- where the next begins ----------------------------------------------------------------

    def _until_next(self, begins: int) -> Iterator[Piece]:
        self.manner = "raw" if self.content else ""
        self.continued = False
        looked = begins
        loose = self.version is None and not self.content and not is_table(
            self.buffer[self.start:self.start + _LINE])
        while True:
            found, within = (None, False) if self.content else self._next(looked)
            pending = len(self.buffer) - self.start
            if found is not None or self.ended:
                end = self.start + pending if found is None else found
                if loose and self.continued:
                    yield from self._apart(end, ended=True)
                yield self._piece(end, True, within)
                return
            # a mark can lie across the border of two chunks
            looked = max(begins, pending - _LINE)
            sample = self.buffer[self.start:self.start + _LINE]
            if pending > (LONG >> 3 if is_list(self.manner, sample) else LONG) + _LINE:
                before = self.offset
                yield from self._of_long(loose, begins)
                if self.offset > before:
                    looked, begins = max(0, looked - (self.offset - before)), 0
            self.fill()

    def _piece(self, end: int, ended: bool, within: bool = False) -> Piece:
        line, offset = self.line, self.offset
        raw = self.take(end - self.start)
        return Piece(raw, offset, line, self.manner, self.continued, ended, cut=within)

    def _next(self, looked: int) -> Tuple[Optional[int], bool]:
        """Where the next answer begins, and whether within a line; None if not in the buffer."""
        buffer = self.buffer
        place = self.start + looked
        http = self._next_http(max(place - 1, self.start))
        stop = len(buffer) if http is None else http
        if self.enclosed:
            place = stop
        while True:
            place = buffer.find(b"RT/", place, stop)
            if place < 0:
                return http, http is not None and buffer[http - 1] != 10
            if len(buffer) - place < _LINE and not self.ended:
                return None, False
            if place > self.start:
                if buffer[place - 1] != 10:
                    if self._marked(place):
                        return place - 3, buffer[place - 4] != 10
                    if self._within(place):
                        return place, True
                elif self._begins(place):
                    return place, False
            place += 3

    def _marked(self, place: int) -> bool:
        """Whether a byte order mark and a status line begin a file that was joined to another."""
        return (place > self.start + 3 and self.buffer.startswith(_MARK, place - 3)
                and self._begins(place))

    def _begins(self, place: int) -> bool:
        """Rules 2 and 3."""
        match = STATUS.match(self.buffer, place)
        if match is None:
            return False
        return _LOGIN.match(match.group()) is not None or (
            _AFTER.match(self.buffer, match.end()) is not None
            and not self._empty34(place, match.end()))

    def _next_http(self, place: int) -> Optional[int]:
        """Where HTTP's headers begin next; looked for once in what is in the buffer."""
        if self.http is None or self.http < place or self.http == self.start:
            self.http = self._find_http(place) or len(self.buffer)
        return None if self.http == len(self.buffer) else self.http

    def _find_http(self, place: int) -> Optional[int]:
        buffer = self.buffer
        while True:
            place = buffer.find(b"HTTP/", place + 1)
            if place < 0:
                return None
            begins = _HTTP_LINE if buffer[place - 1] == 10 else _HTTP_WITHIN
            if begins.match(buffer, place):
                return place

    def _empty34(self, place: int, end: int) -> bool:
        """The empty envelope that 3.4 puts behind a long history."""
        if not self.history34 or not _EMPTY34.match(self.buffer, end):
            return False
        where = self.offset + place - self.start
        if self.joined34 is None:
            self.joined34 = where
        return self.joined34 == where

    def _within(self, place: int) -> bool:
        """Rule 4."""
        buffer = self.buffer
        if self.refused and _STATUS_BEHIND.match(buffer, place) is not None \
                and self.beginning.manner(buffer, self.start, place) == "raw":
            return True
        match = _STATUS_WITHIN.match(buffer, place)
        if match is None:
            return False
        manner = self.manner or self.beginning.manner(buffer, self.start, place)
        line = buffer.rfind(b"\n", self.start, place) + 1
        if buffer[line:line + 1] in (b" ", b"\t"):
            return False
        said = _SAID.match(buffer, match.end()) is not None
        if manner == "forms" or self.version is None or match.group(1) != self.version:
            return said and manner != "raw"
        version = version_of(self.version.decode("latin-1"))
        if manner == "raw":
            return version >= _CONTENT_EXACT[0] and not (5,) <= version < _CONTENT_EXACT[1]
        return manner == "lines" and (said or version < _SEARCH_TAIL_SINCE)

    # -- long ones ----------------------------------------------------------------------------

    def _of_long(self, loose: bool, begins: int) -> Iterator[Piece]:
        """What can be given of an answer that goes on behind the buffer."""
        end = len(self.buffer) - _LINE
        if loose:
            end = self.buffer.rfind(b"\n", self.start, end) + 1 or end
            yield from self._apart(end, ended=False)
            if len(self.buffer) - self.start <= LONG + _LINE:
                return
        self.manner = self.manner or self._how(loose)
        end, after = self._inner(end, begins)
        if end > self.start:
            yield self._piece(end, False)
            self.continued = True
        self.manner = after

    def _apart(self, end: int, ended: bool) -> Iterator[Piece]:
        """The end of an answer without a status line where a form begins another, and what has
        its end in the buffer behind that: those that follow are told apart by their reader."""
        places = borders(self.buffer[self.start:end], self.continued and self.manner == "forms")
        if not places:
            return
        origin = self.start
        if self.continued:
            if places[0]:
                yield self._piece(origin + places[0], True)
            self.continued = False
        self.manner = ""
        if not ended and origin + places[-1] > self.start:
            yield self._piece(origin + places[-1], True)

    def _how(self, loose: bool) -> str:
        """The manner of a long answer; without a form a text without a status line is words."""
        sample = self.buffer[self.start:self.start + SAMPLE]
        manner = manner_of(sample)
        if not loose or manner == "lines":
            return manner
        if begins_form(sample):
            return "forms"
        return "raw" if manner == "raw" else "words"

    def _inner(self, end: int, begins: int) -> Tuple[int, str]:
        """Where a long answer may be cut at best before ``end`` (its start if nowhere), and the
        manner of what follows."""
        if self.manner in ("raw", "words"):
            return end, self.manner
        if self.manner == "lines":
            return self.buffer.rfind(b"\n", self.start, end) + 1 or self.start, self.manner
        for mark in (b"\n--\n", b"\n--\r\n"):
            place = self.buffer.rfind(mark, self.start + 1, end)
            if place > 0:
                return place + 1, self.manner
        first = self.start + begins
        foreign = foreign_from(self.buffer[first:end])
        if foreign is None:
            return self.start, self.manner
        return first + foreign, "raw"


def _headers(block: bytes) -> Dict[str, str]:
    unfolded = re.sub(r"\r?\n[ \t]+", " ", block.decode("latin-1"))
    pairs = (line.partition(":") for line in unfolded.split("\n") if line.strip())
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _length(headers: Mapping[str, str]) -> Optional[int]:
    if "transfer-encoding" in headers or "content-encoding" in headers:
        return None
    told = headers.get("content-length", "")
    return int(told) if re.fullmatch(r"[0-9]{1,15}", told) else None
