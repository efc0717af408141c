"""The text of one answer -> its kind and its forms, by what it holds and where it is from."""
from __future__ import annotations

import re
from dataclasses import replace
from typing import List, NamedTuple, Optional, Sequence, Tuple

from rtcompat.archive.manners import begins_formed, lists_ids, manner_of
from rtcompat.errors import FormSyntaxError
from rtcompat.rest1.forms import Envelope, Form, parse, parse_forms
from rtcompat.rest1.formshapes import Shapes
from rtcompat.rest1.kinds import Kind, kind_of

__all__ = ["Read", "are_tickets", "ends_separated", "headless", "understood"]


class Read(NamedTuple):
    """What the bytes of an answer hold."""

    kind: Kind
    envelopes: Tuple[Envelope, ...]
    errors: List[FormSyntaxError]

    def forms(self) -> Tuple[Form, ...]:
        """The forms of all envelopes."""
        if len(self.envelopes) == 1:
            return self.envelopes[0].forms
        return tuple(form for envelope in self.envelopes for form in envelope.forms)


def understood(text: bytes, manner: str, address: str, declared: Optional[str]) -> Read:
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
        return Read(Kind.UNKNOWN, (), errors)
    if ends_separated(text):
        envelopes = (*envelopes[:-1], _without_last(envelopes[-1]))
    if len(envelopes) == 1 and _is_ticket(envelopes[0]):
        return Read(Kind.TICKET, envelopes, errors)
    hint = address
    if names:
        hint = "queue/0/customfields"
    elif search and are_tickets(envelopes):
        hint = "search/ticket"
    elif not _useful(hint, envelopes):
        hint = ""
    found = kind_of(envelopes, hint)
    if found is Kind.UNKNOWN and lists_ids(text):
        return Read(Kind.SEARCH_IDS, envelopes, [*errors, _behind_ids(text)])
    if errors and found in (Kind.UNKNOWN, Kind.SEVERAL) \
            and not _looks_formed(text, envelopes, errors):
        said: List[FormSyntaxError] = []
        words = parse(text, plain=True, declared=declared, problems=said)
        return Read(kind_of(words, hint), words, said)
    return Read(found, envelopes, errors)


#: A separator of forms at the end of a text, and where it is looked for.
_ENDS_SEPARATED = re.compile(rb"\n--\n+\Z")
_FEW = 16


def ends_separated(text: bytes) -> bool:
    """Whether nothing stands behind the last separator of forms."""
    return _ENDS_SEPARATED.search(text, max(0, len(text) - _FEW)) is not None


def _without_last(envelope: Envelope) -> Envelope:
    """Without the empty form that stands behind a separator at the end."""
    *before, last = envelope.forms or (None,)
    if last is None or last.fields or last.comment or last.error:
        return envelope
    return replace(envelope, forms=tuple(form for form in before if form is not None))


_FIELD = re.compile(rb"(?!RT/)[^\s#][^:\n]*:")


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


def are_tickets(envelopes: Sequence[Envelope]) -> bool:
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


#: Stands before a text without a status line while it is parsed.
_NO_HEAD = b"RT/0 200 Ok\n\n"
_NO_HEAD_LINES = 2


def headless(text: bytes, begins: int, as_kind: Kind, shapes: Optional[Shapes] = None,
             declared: Optional[str] = None) -> Read:
    """A text without a status line parsed; ``begins`` is the number of lines before it."""
    if not text.strip():
        return Read(as_kind, (), [])
    errors: List[FormSyntaxError] = []
    if not begins and text.startswith((b"id: ", b"# ")):
        try:  # forms that were read at once keep their lines only as long as none is moved
            forms = parse_forms(text.decode("utf-8"), tail=1, problems=errors,
                                shapes=shapes)
            return Read(as_kind, (Envelope("", 200, forms=forms),), errors)
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
    return Read(as_kind, envelopes, moved)


def _moved(form: Form, lines: int) -> Form:
    if not lines:
        return form
    return replace(form, fields=tuple(replace(field, lineno=field.lineno + lines)
                                      for field in form.fields))
