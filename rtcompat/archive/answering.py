"""The bytes of one answer -> its kind, its forms, and what is odd about it."""
from __future__ import annotations

import re
from dataclasses import replace
from typing import Iterator, List, NamedTuple, Optional, Sequence, Tuple

from rtcompat.archive.addressing import address_in
from rtcompat.archive.answers import Answer, Problem
from rtcompat.archive.cutting import Piece
from rtcompat.archive.foreign import problems_of, without_foreign
from rtcompat.archive.loose import parts
from rtcompat.archive.manners import STATUS, begins_formed, lists_ids, manner_of
from rtcompat.archive.naming import names_content
from rtcompat.archive.textual import (SHOWN, Reading, Told, declared_in, problem_at,
                                      read_charset)
from rtcompat.archive.versions import infer_version, told as in_words
from rtcompat.errors import FormSyntaxError
from rtcompat.rest1.forms import Envelope, Form, parse, parse_forms, split_head
from rtcompat.rest1.formshapes import Shapes
from rtcompat.rest1.kinds import Kind, kind, kind_of

__all__ = ["Reading", "Told", "answer_of"]


class _Read(NamedTuple):
    """What the bytes of an answer hold."""

    kind: Kind
    envelopes: Tuple[Envelope, ...]
    errors: List[FormSyntaxError]

    def forms(self) -> Tuple[Form, ...]:
        """The forms of all envelopes."""
        if len(self.envelopes) == 1:
            return self.envelopes[0].forms
        return tuple(form for envelope in self.envelopes for form in envelope.forms)


#: Stands before a text without a status line while it is parsed.
_NO_HEAD = b"RT/0 200 Ok\n\n"
_NO_HEAD_LINES = 2


def answer_of(piece: Piece, reading: Reading, before: Optional[Answer] = None
              ) -> Iterator[Answer]:
    """The answers in a piece: one, unless it has no status line.

    Args:
        piece: of `rtcompat.archive.cutting.cut`.
        reading: of its file.
        before: the answer that it continues.
    """
    raw = piece.raw
    if before is not None:
        yield _continued(piece, reading, before)
    elif not raw or piece.status is not None and piece.status >= 300:
        found = kind(raw, status=piece.status or 200, headers=dict(piece.headers),
                     hint_path=reading.address)
        yield _made(piece, reading, _Read(found, (), []), ())
    elif STATUS.match(raw) is not None:
        yield _enveloped(piece, reading)
    else:
        yield from _loose(piece, reading)


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
    found = _understood(text, piece.manner, reading.address,
                        reading.charset or declared_in(piece.headers))
    unknown = found.kind is Kind.UNKNOWN or _is_within(piece, found.envelopes)
    if unknown and found.envelopes and found.envelopes[0].code == 200:
        odd += (problem_at(piece, reading, 0, "nothing that RT writes by itself: taken for the "
                           "content of an attachment"),)
        found = _Read(Kind.ATTACHMENT_CONTENT, _heads(text), [])
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


def _content(piece: Piece, reading: Reading, text: bytes) -> Tuple[_Read, Tuple[Problem, ...]]:
    """What is named as a content: it is one whatever it holds, as anybody may have written that,
    unless it is what RT itself says there (``attachment/N/content``,
    ``ticket/N/attachments/N/content``; 3.4 to 6.0)."""
    found = kind(text, hint_path=reading.address)
    if found in _NO_USER or found is Kind.LOGGED_OUT:
        return _Read(found, _heads(text), []), ()
    head = split_head(text)
    if found is not Kind.ATTACHMENT_CONTENT and head is not None \
            and _is_refusal(head[1], reading.address):
        return _understood(text, "forms", "", None), ()
    odd: Tuple[Problem, ...] = ()
    if head is not None and _FORMS.match(head[1]) is not None \
            and _OWN_ADDRESS.search(reading.file) is None:
        odd = (problem_at(piece, reading, 0, "a content that looks like an answer: as it is named "
                          "so, it is not taken for one"),)
    return _Read(Kind.ATTACHMENT_CONTENT, _heads(text), []), odd


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


_FIELD = re.compile(rb"(?!RT/)[^\s#][^:\n]*:")


def _is_within(piece: Piece, envelopes: Sequence[Envelope]) -> bool:
    """Whether an answer whose length HTTP tells is an envelope around one: from 3.6 on RT sends
    no empty one before another, so that it is a content."""
    return (piece.status is not None and len(envelopes) > 1 and not envelopes[0].forms
            and not envelopes[0].body.strip() and envelopes[0].version_tuple >= (3, 6))


def _heads(text: bytes) -> Tuple[Envelope, ...]:
    head = split_head(text[:1 << 10])
    return () if head is None else (head[0],)


def _understood(text: bytes, manner: str, address: str, declared: Optional[str]) -> _Read:
    """Kind and envelopes, by what is read and, where that is not enough, by the address."""
    names = _CUSTOM_FIELDS.match(text) is not None
    search = manner in ("", "forms") and _ends_as_search(text)
    text = _without_surplus(text)
    errors: List[FormSyntaxError] = []
    plain = manner == "raw" and not names
    try:
        envelopes = parse(text, names=names, search=search, plain=plain, declared=declared)
    except FormSyntaxError:
        plain = not manner and not names and manner_of(text) == "raw"
        envelopes = parse(text, names=names, search=search, plain=plain, declared=declared,
                          problems=errors)
    if not envelopes:
        return _Read(Kind.UNKNOWN, (), errors)
    if _ENDS_SEPARATED.search(text, max(0, len(text) - _FEW)) is not None:
        envelopes = (*envelopes[:-1], _without_last(envelopes[-1]))
    if len(envelopes) == 1 and _is_ticket(envelopes[0]):
        return _Read(Kind.TICKET, envelopes, errors)
    hint = address
    if names:
        hint = "queue/0/customfields"
    elif search and _are_tickets(envelopes):
        hint = "search/ticket"
    elif not _useful(hint, envelopes):
        hint = ""
    found = kind_of(envelopes, hint)
    if found is Kind.UNKNOWN and lists_ids(text):
        return _Read(Kind.SEARCH_IDS, envelopes, [*errors, _behind_ids(text)])
    if errors and found in (Kind.UNKNOWN, Kind.SEVERAL) \
            and not _looks_formed(text, envelopes, errors):
        said: List[FormSyntaxError] = []
        words = parse(text, plain=True, declared=declared, problems=said)
        return _Read(kind_of(words, hint), words, said)
    return _Read(found, envelopes, errors)


#: A separator of forms at the end of a text, and where it is looked for.
_ENDS_SEPARATED = re.compile(rb"\n--\n+\Z")
_FEW = 16


def _without_last(envelope: Envelope) -> Envelope:
    """Without the empty form that stands behind a separator at the end."""
    *before, last = envelope.forms or (None,)
    if last is None or last.fields or last.comment or last.error:
        return envelope
    return replace(envelope, forms=tuple(form for form in before if form is not None))


def _without_surplus(text: bytes) -> bytes:
    """Without the empty lines that whoever joined answers put between them: RT sets off by an
    empty line what ends in a line end, so that after another value they are none of its own."""
    bare = text.rstrip(b"\n")
    if len(text) - len(bare) <= 2:
        return text
    begin = bare.rfind(b"\n") + 1
    set_off = begin < 2 or bare[begin - 2:begin] == b"\n\n"
    if set_off or not _FIELD.match(bare, begin):
        return text
    return bare + b"\n\n"


def _is_ticket(envelope: Envelope) -> bool:
    """Whether it is what most answers of a dump are, without asking for all else."""
    if envelope.code != 200 or len(envelope.forms) != 1:
        return False
    form = envelope.forms[0]
    if form.comment or form.error or _TICKET.match(form.get("id") or "") is None:
        return False
    return bool(form.get("Queue") or form.get("Creator"))


_TICKET = re.compile(r"ticket/\d+\Z")
_COUNTED = re.compile(r"# \d+/\d+ \((?:.*/)?total\)\Z")


def _useful(address: str, envelopes: Sequence[Envelope]) -> bool:
    """Whether an address may decide: what has an id is known by it."""
    if not address.startswith("search/"):
        return False
    forms = envelopes[0].forms
    if forms and forms[0].comment and _COUNTED.match(forms[0].comment[0]) is not None:
        return False  # a history
    return not forms or len(forms) > 1 or forms[0].get("id") is not None


def _are_tickets(envelopes: Sequence[Envelope]) -> bool:
    forms = envelopes[0].forms
    return len(forms) > 1 and all(re.match(r"(?:ticket|user|queue|group)/\d+\Z",
                                           form.get("id") or "") for form in forms)


def _behind_ids(text: bytes) -> FormSyntaxError:
    """That something stands behind a list of ids."""
    place = text.index(b"\n\n\n", text.index(b"\n\n") + 2) + 3
    line = text[place:].lstrip(b"\n").partition(b"\n")[0]
    number = text.count(b"\n", 0, text.index(line, place)) + 1
    return FormSyntaxError("stands behind a list of ids, and is none", lineno=number,
                           line=line[:2000].decode("utf-8", "replace"))


def _looks_formed(text: bytes, envelopes: Sequence[Envelope], errors: Sequence[FormSyntaxError]
                  ) -> bool:
    if begins_formed(text):
        return True
    fields = sum(len(form.items()) for envelope in envelopes for form in envelope.forms)
    return fields > 2 * len(errors)


#: ``queue/X/ticketcustomfields``: names of any characters, without values or with their type.
_CUSTOM_FIELDS = re.compile(
    rb"RT/\S+ 200 [^\n]*\n\n+id: (?:queue|group)/\d+\n"
    rb"(?!(?:Name|Description|CorrespondAddress|CommentAddress|Disabled|SLADisabled|InitialPriority"
    rb"|FinalPriority|DefaultDueIn|Members|CF-[^\n]*):)"
    rb"(?:(?:[^\n]+ \([^\n]*\): (?:[A-Z][A-Za-z]*(?: \[[^\n]*\])?)?\n)+|(?:[^\n]+: \n)+)\n*\Z")


def _ends_as_search(text: bytes) -> bool:
    """Whether several forms end as those of a search do, and no ``show`` does.

    From 4.2.2 on two more line ends follow, before none. A value of several lines at the end
    looks the same; then nothing tells.
    """
    if b"\n--\n" not in text:
        return False
    last = text.rstrip(b"\n")
    if last[last.rfind(b"\n") + 1:][:1] in (b" ", b""):
        return False
    return len(text) - len(last) in (1, 3)


#: A status line and an empty line.
_EMPTIED = re.compile(rb"[^\n]*\n\n\Z")


def _cut_short(piece: Piece, text: bytes, found: _Read, reading: Reading) -> Tuple[Problem, ...]:
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
    if forms and _ENDS_SEPARATED.search(text, max(0, len(text) - _FEW)) is not None:
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
        found = _Read(before.kind, (), [])
        if before.forms:
            odd = (problem_at(piece, reading, 0, "goes on as none of RT's forms do: read no "
                              "further", piece.raw[:SHOWN]),)
    else:
        text, odd = _line_ends(piece.raw, piece, reading)
        match = _SEPARATOR.match(text)
        inner = text if match is None else text[match.end():]
        begins = 0 if match is None else text.count(b"\n", 0, match.end())
        found = _headless(inner, begins, before.kind, reading.shapes,
                          reading.charset or declared_in(before.headers))
    answer = _made(piece, reading, found, odd)
    return replace(answer, kind=before.kind, version=before.version, code=before.code,
                   path=before.path, continued=True, status=before.status,
                   headers=before.headers)


def _headless(text: bytes, begins: int, as_kind: Kind, shapes: Optional[Shapes] = None,
              declared: Optional[str] = None) -> _Read:
    """A text without a status line parsed; ``begins`` is the number of lines before it."""
    if not text.strip():
        return _Read(as_kind, (), [])
    errors: List[FormSyntaxError] = []
    if not begins and text.startswith((b"id: ", b"# ")):
        try:  # forms that were read at once keep their lines only as long as none is moved
            forms = parse_forms(text.decode("utf-8"), tail=1, problems=errors,
                                shapes=shapes)
            return _Read(as_kind, (Envelope("", 200, forms=forms),), errors)
        except UnicodeDecodeError:
            pass  # the bytes are parsed below, field by field
    parsed = parse(_NO_HEAD + text, problems=errors, search=False, shapes=shapes,
                   declared=declared)
    shift = begins - _NO_HEAD_LINES
    envelopes = tuple(replace(envelope, forms=tuple(_moved(form, shift)
                                                    for form in envelope.forms))
                      for envelope in parsed)
    moved = [FormSyntaxError(error.what, lineno=(error.lineno or 0) + shift, line=error.line,
                             source=error.source) for error in errors]
    return _Read(as_kind, envelopes, moved)


def _moved(form: Form, lines: int) -> Form:
    if not lines:
        return form
    return replace(form, fields=tuple(replace(field, lineno=field.lineno + lines)
                                      for field in form.fields))


# -- without a status line -------------------------------------------------------------------------

def _loose(piece: Piece, reading: Reading) -> Iterator[Answer]:
    raw = piece.raw
    if names_content(reading.address):
        yield _made(piece, reading, _Read(Kind.ATTACHMENT_CONTENT, (), []), ())
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
        return _made(piece, reading, _Read(found, (), []), odd)
    if _PRINTED_ATTACHMENTS.match(text) is not None:
        odd += (problem_at(piece, reading, 0, "a list of attachments as rt prints it: of which "
                           "ticket, it does not say", text[:SHOWN]),)
        return _made(piece, reading, _Read(Kind.UNKNOWN, (), []), odd)
    read = _headless(text, 0, Kind.UNKNOWN)
    hint = "search/ticket" if reading.address.startswith("search/") \
        or _are_tickets(read.envelopes) else ""
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


def _made(piece: Piece, reading: Reading, found: _Read, odd: Tuple[Problem, ...]) -> Answer:
    """The answer, with the problems of its piece, its text and its charset."""
    file, line = reading.file, piece.line
    problems = odd
    if piece.oddities:
        problems = tuple(Problem(file, each.line, each.what, each.raw[:SHOWN])
                         for each in piece.oddities) + problems
    problems += problems_of(found.errors, piece, reading)
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
