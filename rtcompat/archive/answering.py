"""The bytes of one answer -> its kind, its forms, and what is odd about it."""
from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Iterator, Optional, Sequence, Tuple

from rtcompat.archive.addressing import address_in
from rtcompat.archive.answers import Answer, Problem
from rtcompat.archive.cutting import Oddity, Piece
from rtcompat.archive.foreign import problems_of, without_foreign
from rtcompat.archive.loose import parts
from rtcompat.archive.manners import STATUS
from rtcompat.archive.naming import names_content
from rtcompat.archive.streams import Reader, Unpacked, packing
from rtcompat.archive.tables import columns_in, rows
from rtcompat.archive.textual import (SHOWN, Reading, Told, declared_in, problem_at,
                                      read_charset)
from rtcompat.archive.understanding import (Read, are_tickets, ends_separated, headless,
                                            understood)
from rtcompat.archive.versions import infer_version, told as in_words
from rtcompat.charset import decode
from rtcompat.rest1.forms import Envelope, split_head
from rtcompat.rest1.kinds import Kind, kind, kind_of

__all__ = ["Reading", "Told", "answer_of"]


def answer_of(piece: Piece, reading: Reading, before: Optional[Answer] = None
              ) -> Iterator[Answer]:
    """The answers in a piece: one, unless it has no status line.

    Args:
        piece: of `rtcompat.archive.cutting.cut`.
        reading: of its file.
        before: the answer that it continues.
    """
    if before is None and _GZIPPED in piece.headers:
        piece = _unpacked(piece)
    raw = piece.raw
    if before is not None:
        yield _continued(piece, reading, before)
    elif not raw or piece.status is not None and piece.status >= 300:
        found = kind(raw, status=piece.status or 200, headers=dict(piece.headers),
                     hint_path=reading.address)
        yield _made(piece, reading, Read(found, (), []), ())
    elif STATUS.match(raw) is not None:
        yield _enveloped(piece, reading)
    else:
        yield from _loose(piece, reading)


_GZIPPED = ("content-encoding", "gzip")
#: An answer that unpacks to more is not held: it stays what it is, and a problem.
_LARGEST = 1 << 24


def _unpacked(piece: Piece) -> Piece:
    """The same with its body unpacked, where that was saved as HTTP sent it (``curl -i``)."""
    if packing(piece.raw) != "gzip":
        return piece
    packed = Reader(io.BytesIO(piece.raw).read, [])
    raw = Reader(Unpacked("gzip", packed).read, packed.damage).peek(_LARGEST + 1)
    if len(raw) > _LARGEST:
        return piece
    if packed.peek(1).strip():
        packed.damage.append("other bytes stand behind what is packed")
    odd = tuple(Oddity(piece.line, what) for what in packed.damage)
    return piece._replace(raw=raw, oddities=piece.oddities + odd, in_place=False)


# -- with a status line -------------------------------------------------------------------------

#: What forms of RT and its histories begin with: worth a word where a content does.
_FORMS = re.compile(
    rb"\n*(?:id: (?:ticket|user|queue|group)/\d+(?:/\w+)?\n|# \d+/\d+ \((?:[^\n]*/)?total\)\n\n"
    rb"|RT/\S{1,100} \d{3} )")


def _enveloped(piece: Piece, reading: Reading) -> Answer:
    text, odd = _line_ends(piece.raw, piece, reading)
    if names_content(reading.address):
        read, more = _content(piece, reading, text)
        return _made(piece, reading, read, odd + more)
    found = understood(text, piece.manner, reading.address,
                       reading.charset or declared_in(piece.headers))
    unknown = found.kind is Kind.UNKNOWN or _is_within(piece, found.envelopes)
    if unknown and found.envelopes and found.envelopes[0].code == 200:
        odd += (problem_at(piece, reading, 0, "nothing that RT writes by itself: taken for the "
                           "content of an attachment"),)
        found = Read(Kind.ATTACHMENT_CONTENT, _heads(text), [])
    elif found.kind is Kind.UNKNOWN:
        odd += (problem_at(piece, reading, 0, "nothing that RT is known to write",
                           text[:SHOWN]),)
    odd += _cut_short(piece, text, found, reading)
    if found.kind is Kind.NOTHING and not reading.address \
            and _LOGOUT.match(text) is not None \
            and found.envelopes[0].version_tuple >= (4, 2, 2):
        found = found._replace(kind=Kind.LOGGED_OUT)
    return _made(piece, reading, found, odd)


#: ``logout`` is a status line alone; with a line end or two of whoever joined answers it is none
#: of what RT from 4.2.2 on writes else: an empty search has three.
_LOGOUT = re.compile(rb"[^\n]*\n{2,3}\Z")


def _content(piece: Piece, reading: Reading, text: bytes) -> Tuple[Read, Tuple[Problem, ...]]:
    """What is named as a content: it is one whatever it holds, as anybody may have written that,
    unless it is what RT itself says there (``attachment/N/content``,
    ``ticket/N/attachments/N/content``; 3.4 to 6.0)."""
    found = kind(text, hint_path=reading.address)
    if found in _NO_USER or found is Kind.LOGGED_OUT:
        return Read(found, _heads(text), []), ()
    head = split_head(text)
    if found is not Kind.ATTACHMENT_CONTENT and head is not None \
            and _is_refusal(head[1], reading.address):
        return understood(text, "forms", "", None), ()
    odd: Tuple[Problem, ...] = ()
    if head is not None and _FORMS.match(head[1]) is not None \
            and _OWN_ADDRESS.search(reading.file) is None:
        odd = (problem_at(piece, reading, 0, "a content that looks like an answer: as it is named "
                          "so, it is not taken for one"),)
    return Read(Kind.ATTACHMENT_CONTENT, _heads(text), []), odd


#: A file that lies where RT has a content (as `save` and wget put it): its name is no guess.
_OWN_ADDRESS = re.compile(r"(?:\A|[/!])attachments?/\d+/content\Z")
_NO_USER = frozenset((Kind.CREDENTIALS_REQUIRED, Kind.WRONG_PASSWORD))
_SAID_OF = re.compile(rb"# (?:Invalid (attachment) id: (\d+)"
                      rb"|(Ticket|Attachment) (\d+) does not exist\."
                      rb"|You are not allowed to display (ticket) (\d+)\.?)\n\n\n\Z")


def _is_refusal(said: bytes, address: str) -> bool:
    """Whether it is what RT says instead of that content, with the end that it gives it."""
    match = _SAID_OF.match(said)
    if match is None:
        return False
    name, number = (each.decode("ascii").lower() for each in match.groups() if each is not None)
    return re.search(rf"\b{name}s?/{number}/", address) is not None


def _is_within(piece: Piece, envelopes: Sequence[Envelope]) -> bool:
    """Whether an answer whose length HTTP tells is an envelope around one: from 3.6 on RT sends
    no empty one before another, so that it is a content."""
    return (piece.status is not None and len(envelopes) > 1 and not envelopes[0].forms
            and not envelopes[0].body.strip() and envelopes[0].version_tuple >= (3, 6))


def _heads(text: bytes) -> Tuple[Envelope, ...]:
    head = split_head(text[:1 << 10])
    return () if head is None else (head[0],)


#: A status line and an empty line.
_EMPTIED = re.compile(rb"[^\n]*\n\n\Z")


def _cut_short(piece: Piece, text: bytes, found: Read, reading: Reading) -> Tuple[Problem, ...]:
    if not piece.ended or found.kind in (Kind.ATTACHMENT_CONTENT, Kind.UNKNOWN):
        return ()
    if not text.endswith(b"\n"):
        if found.envelopes and found.envelopes[0].code >= 400 and not found.forms():
            return ()  # up to 4.2.1 nothing follows a search's refusal
        what = "ends in the middle of a line: cut short"
        if _PART_OF_CHARACTER.search(text[-4:]) is not None:
            what = "ends in the middle of a character: cut short"
        return (problem_at(piece, reading, piece.raw.count(b"\n"), what, text[-SHOWN:],
                           cut=True),)
    if found.kind is Kind.NOTHING and _EMPTIED.match(text) is not None \
            and found.envelopes[0].version_tuple >= (4, 2, 2):
        return (problem_at(piece, reading, 0, "nothing behind the status line: a logout, or "
                           "cut short", cut=True),)
    forms = found.forms()
    if forms and ends_separated(text):
        return (problem_at(piece, reading, max(0, text.count(b"\n") - 1),
                           "ends behind a separator: cut between forms", cut=True),)
    if not forms or text.endswith(b"\n\n") or not found.envelopes or found.errors:
        return ()
    if found.kind in _SEARCHED and found.envelopes[0].version_tuple < (4, 2, 2):
        return ()
    if found.envelopes[0].version_tuple < (4, 2, 2) and (forms[0].get("id") or ""
                                                         ).startswith("ticket/"):
        return ()
    return (problem_at(piece, reading, max(0, text.count(b"\n") - 1),
                       "ends without the empty line that RT writes: perhaps cut short", cut=True),)


_SEARCHED = frozenset([Kind.SEARCH_FORMS, Kind.SEARCH_LINES, Kind.SEARCH_IDS, Kind.SEARCH_TABLE,
                       Kind.SEARCH_NONE])
_PART_OF_CHARACTER = re.compile(rb"(?:[\xc2-\xf4]|[\xe0-\xf4][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{2})"
                                rb"\Z")


# -- pieces of long answers -----------------------------------------------------------------------

_SEPARATOR = re.compile(rb"--\r?\n(?:\r?\n)?")


def _continued(piece: Piece, reading: Reading, before: Answer) -> Answer:
    odd: Tuple[Problem, ...] = ()
    if before.kind is Kind.ATTACHMENT_CONTENT or before.kind is not Kind.SEARCH_LINES \
            and piece.manner in ("raw", "words"):
        found = Read(before.kind, (), [])
        if before.forms:
            odd = (problem_at(piece, reading, 0, "goes on as none of RT's forms do: read no "
                              "further", piece.raw[:SHOWN]),)
    else:
        text, odd = _line_ends(piece.raw, piece, reading)
        match = _SEPARATOR.match(text)
        inner = text if match is None else text[match.end():]
        begins = 0 if match is None else text.count(b"\n", 0, match.end())
        found = headless(inner, begins, before.kind, reading.shapes,
                         reading.charset or declared_in(before.headers))
    answer = _made(piece, reading, found, odd)
    return replace(answer, kind=before.kind, version=before.version, code=before.code,
                   path=before.path, continued=True, status=before.status,
                   headers=before.headers)


# -- without a status line -------------------------------------------------------------------------

def _loose(piece: Piece, reading: Reading) -> Iterator[Answer]:
    raw = piece.raw
    if names_content(reading.address):
        yield _made(piece, reading, Read(Kind.ATTACHMENT_CONTENT, (), []), ())
        return
    line, offset, oddities = piece.line, piece.offset, piece.oddities
    divided = list(parts(raw))
    for part in divided:
        inner = raw if len(divided) == 1 else raw[part.start:part.end]
        own = piece._replace(raw=inner, offset=offset + part.start, line=line,
                             oddities=oddities, cut=piece.cut and part is divided[-1])
        line += inner.count(b"\n")
        oddities = ()
        yield _of_part(own, part.said, reading)


#: What ``rt show ticket/12/attachments`` prints: looks like a list of tickets.
_PRINTED_ATTACHMENTS = re.compile(
    rb"\s*(?:\d+: [^\n]*\([^()\n]* / [\d.]+[bk]\),?(?:\n+|\Z))+\Z")


def _of_part(piece: Piece, said: bool, reading: Reading) -> Answer:
    text, odd = _line_ends(piece.raw, piece, reading)
    if not said:
        found = kind(text, hint_path="")
        if found is Kind.MAIL_GATEWAY and not text.startswith((b"ok", b"not ok", b"temporary")):
            found = Kind.UNKNOWN
        if found is Kind.UNKNOWN:
            odd += (problem_at(piece, reading, 0, "nothing of RT's", text[:SHOWN]),)
        return _made(piece, reading, Read(found, (), []), odd)
    if _PRINTED_ATTACHMENTS.match(text) is not None:
        odd += (problem_at(piece, reading, 0, "a list of attachments as rt prints it: of which "
                           "ticket, it does not say", text[:SHOWN]),)
        return _made(piece, reading, Read(Kind.UNKNOWN, (), []), odd)
    read = headless(text, 0, Kind.UNKNOWN)
    hint = "search/ticket" if reading.address.startswith("search/") \
        or are_tickets(read.envelopes) else ""
    found = kind_of(read.envelopes, hint) if read.envelopes else Kind.UNKNOWN
    if "version" not in reading.told:
        reading.told.add("version")
        span = infer_version(read.forms())
        odd += (problem_at(piece, reading, 0, "no status line: RT's version is inferred to be "
                           + in_words(span)),)
    if found is Kind.UNKNOWN:
        odd += (problem_at(piece, reading, 0, "looks like RT's, and is nothing that is known",
                           text[:SHOWN]),)
    made = _made(piece, reading, read._replace(kind=found), odd)
    return replace(made, version=None, code=None)


# -- both ------------------------------------------------------------------------------------------

def _line_ends(raw: bytes, piece: Piece, reading: Reading) -> Tuple[bytes, Tuple[Problem, ...]]:
    """The text with the line ends that RT writes."""
    end = raw.find(b"\n")
    if end <= 0 or raw[end - 1] != 13:
        return raw, ()
    if not raw.startswith(b"RT/") and raw.count(b"\r\n") != raw.count(b"\n"):
        return raw, ()
    text = raw.replace(b"\r\n", b"\n")
    if "CRLF" in reading.told:
        return text, ()
    reading.told.add("CRLF")
    return text, (problem_at(piece, reading, 0, "lines end in CRLF, which RT does not write: "
                             "contents are no longer exact"),)


def _made(piece: Piece, reading: Reading, found: Read, odd: Tuple[Problem, ...]) -> Answer:
    """The answer, with the problems of its piece, its text and its charset."""
    file, line = reading.file, piece.line
    problems = odd
    if piece.oddities:
        problems = tuple(Problem(file, each.line, each.what, each.raw[:SHOWN])
                         for each in piece.oddities) + problems
    problems += problems_of(found.errors, piece, reading)
    if found.kind is Kind.SEARCH_TABLE:
        problems += _of_table(piece, reading)
    forms = found.forms()
    if found.kind is not Kind.CUSTOM_FIELDS:  # names, which may be alike
        forms, more = without_foreign(piece, reading, forms)
        problems += more
    name = ""
    if found.kind is not Kind.ATTACHMENT_CONTENT and (found.envelopes or found.kind
                                                      is not Kind.UNKNOWN):
        name, forms, more = read_charset(piece, reading, forms)
        problems += more
    head = found.envelopes[0] if found.envelopes else None
    if piece.cut:
        problems += (problem_at(piece, reading, piece.raw.count(b"\n"), "the next answer begins in "
                                "the middle of the last line"),)
    in_order = tuple(sorted(problems, key=lambda problem: problem.line))
    return Answer(found.kind, None if head is None else head.version, forms, piece.raw, file,
                  line, name, in_order, None if head is None else head.code,
                  address_in(found.kind, forms, reading.address), piece.continued, piece.offset,
                  reading.in_place and piece.in_place, piece.status, piece.headers)


def _of_table(piece: Piece, reading: Reading) -> Tuple[Problem, ...]:
    """The rows of which not all is certain."""
    text = decode(piece.raw).text
    if reading.columns is not None and not piece.continued:
        reading.columns[:] = columns_in(text)
    columns = reading.columns or () if piece.continued else ()
    return tuple(problem_at(piece, reading, row.line, row.odd, row.text.encode("utf-8"))
                 for row in rows(text, columns) if row.odd)
