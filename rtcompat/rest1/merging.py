"""Requests for many tickets as one, and one answer as many: ``show`` and ``edit`` of REST 1.0.

Each ticket's part of the answer is given the shape that it has alone, so that the single
operations read it. Seen on RT 4.4.4 to 5.0.10.
"""
from __future__ import annotations

import re
from dataclasses import replace
from typing import Dict, List, NamedTuple, Optional, Sequence, Set, Tuple, Union

from rtcompat.errors import OutcomeUnknown, RTError
from rtcompat.exchange import Request, Response

__all__ = ["TicketForms", "TicketHistories"]

_Parts = Optional[Sequence[Union[Response, RTError]]]
_SHOW = re.compile(r"ticket/(\d+)/show\Z")
_EDIT = re.compile(r"ticket/(\d+)/edit\Z")
_HISTORY = re.compile(r"ticket/(\d+)/(history|attachments)\Z")
_HEAD = re.compile(rb"^RT/[^ \n]+ (\d{3}) [^\n]*\n\n?", re.MULTILINE)
#: Values of several lines are indented, so that only the end of a form stands at the margin.
_END_OF_FORM = re.compile(rb"^--\n\n?", re.MULTILINE)
_UPDATED = re.compile(rb"^# .*\b(\d+)\b.*$", re.MULTILINE)
_ID = re.compile(rb"^id: ticket/(\d+)[ \t]*$", re.MULTILINE)
_LIST_ID = re.compile(rb"^id: ticket/(\d+)/attachments[ \t]*$", re.MULTILINE)


class _Envelope(NamedTuple):
    """A status line with what follows it, up to the next."""

    head: bytes
    code: int
    body: bytes

    def forms(self) -> List[bytes]:
        return _END_OF_FORM.split(self.body)


def _envelopes(content: bytes) -> List[_Envelope]:
    heads = list(_HEAD.finditer(content))
    if not heads or heads[0].start():
        return []
    ends = [each.start() for each in heads[1:]] + [len(content)]
    return [_Envelope(head.group(), int(head.group(1)), content[head.end():end])
            for head, end in zip(heads, ends)]


def _number(pattern: "re.Pattern[str]", request: Request) -> int:
    found = pattern.match(request.path)
    return int(found.group(1)) if found else 0


def _listed(numbers: Sequence[int]) -> str:
    return ",".join(map(str, sorted(set(numbers))))


def _as_single(response: Response, request: Request, content: bytes) -> Response:
    base = response.request.path[:-len(response.request.path.rpartition("REST/1.0/")[2])]
    return replace(response, content=content,
                   request=replace(request, path=base + request.path))


class TicketForms:
    """``ticket/N/show`` by ``show``, and ``ticket/N/edit`` by ``edit`` with a form each."""

    def key(self, request: Request) -> Optional[Tuple[object, ...]]:
        if request.method == "GET" and _SHOW.match(request.path):
            return ("show", request.query)
        if request.method == "POST" and _EDIT.match(request.path) and not request.parts:
            return ("edit",)
        return None

    def merged(self, requests: Sequence[Request]) -> Request:
        if requests[0].method == "GET":
            numbers = [_number(_SHOW, one) for one in requests]
            return Request("POST", "show", form=(("id", f"ticket/{_listed(numbers)}"),
                                                 *requests[0].query),
                           about=f"read {len(requests)} tickets")
        forms = [f"id: ticket/{_number(_EDIT, one)}\n{dict(one.form or ())['content']}"
                 for one in requests]
        return Request("POST", "edit", form=(("content", "\n--\n".join(forms)),), effect="write",
                       about=f"edit {len(requests)} tickets")

    def split(self, response: Response, requests: Sequence[Request]) -> _Parts:
        envelopes = _envelopes(response.content)
        if requests[0].method == "GET":
            return _shown(response, envelopes, requests)
        if response.status != 200 or len(envelopes) != 1:
            # an exception's text, a proxy's page: what it means is said as for a single one
            return [_as_single(response, one, response.content) for one in requests]
        return _edited(response, envelopes[0], requests)


def _shown(response: Response, envelopes: Sequence[_Envelope],
           requests: Sequence[Request]) -> _Parts:
    """RT gives a form for each number, in the order of the numbers; for one that it does not show
    a comment in its place."""
    numbers = sorted({_number(_SHOW, one) for one in requests})
    forms = envelopes[0].forms() if len(envelopes) == 1 and envelopes[0].code == 200 else []
    if response.status != 200 or len(forms) != len(numbers):
        return None
    by_number = dict(zip(numbers, forms))
    return [_as_single(response, one, envelopes[0].head + by_number[_number(_SHOW, one)])
            for one in requests]


def _edited(response: Response, envelope: _Envelope, requests: Sequence[Request]) -> _Parts:
    """RT lists what went well in one block of comments, and then gives a form for each that did
    not, with the values that were sent if it came so far. Alone it says 409 to these, 400 to
    others. A merged ticket's line bears the number of the one that it was merged into; where each
    has a line, their order tells which."""
    numbers = [_number(_EDIT, one) for one in requests]
    version = envelope.head.split(b" ", 1)[0]
    answers: Dict[int, bytes] = {}
    updated: List["re.Match[bytes]"] = []
    for form in envelope.forms():
        shown = _ID.search(form)
        if shown is not None:
            answers[int(shown.group(1))] = version + b" 409 Syntax Error\n\n" + form
            continue
        lines = [line for line in _UPDATED.finditer(form)]
        if envelope.code >= 400 and len(lines) == 1 and not form.rstrip().endswith(b" updated."):
            answers.setdefault(int(lines[0].group(1)), version + b" 400 Bad Request\n\n"
                               + lines[0].group() + b"\n\n")
        else:
            updated += lines
    left = [number for number in numbers if number not in answers]
    for number, line in zip(_whose(left, [int(line.group(1)) for line in updated]), updated):
        answers.setdefault(number, version + b" 200 Ok\n\n" + line.group() + b"\n\n")
    if not set(answers) & set(numbers):
        # refused as a whole, before any form was looked at
        return [_as_single(response, one, response.content) for one in requests]
    lost = OutcomeUnknown("RT's answer does not tell of each ticket", server=response.server,
                          request=response.request.line)
    return [_as_single(response, one, answers[number]) if number in answers else lost
            for one, number in zip(requests, numbers)]


def _whose(numbers: List[int], told: List[int]) -> List[int]:
    """Whom lines are about: as they say, or where numbers of merged tickets stand in none of them
    and all others in their place, these."""
    in_place = len(numbers) == len(told) and all(
        number == one or number not in told for number, one in zip(numbers, told))
    return numbers if in_place else told


class TicketHistories(TicketForms):
    """Also ``ticket/N/history``, with ``ticket/N/attachments``, by one ``show``.

    Attributes:
        apart: tickets that were merged: the list of their attachments bears another's number.
    """

    def __init__(self) -> None:
        self.apart: Set[int] = set()

    def key(self, request: Request) -> Optional[Tuple[object, ...]]:
        if request.method == "GET":
            return super().key(request)
        if request.path != "show" or request.form is None:
            return None
        asked = [_HISTORY.match(value) for name, value in request.form if name == "id"]
        kinds = tuple(one.group(2) if one else "" for one in asked)
        known = kinds in (("history",), ("history", "attachments"))
        if not known or self._of(request) in self.apart:
            return None
        return (kinds, tuple(pair for pair in request.form if pair[0] != "id"))

    @staticmethod
    def _of(request: Request) -> int:
        for name, value in request.form or ():
            found = _HISTORY.match(value) if name == "id" else None
            if found is not None:
                return int(found.group(1))
        return 0

    def merged(self, requests: Sequence[Request]) -> Request:
        if requests[0].method == "GET":
            return super().merged(requests)
        listed = _listed([self._of(one) for one in requests])
        kinds = [value.rpartition("/")[2] for name, value in requests[0].form or ()
                 if name == "id"]
        rest = [pair for pair in requests[0].form or () if pair[0] != "id"]
        return Request("POST", "show", about=f"read the histories of {len(requests)} tickets",
                       form=(*(("id", f"ticket/{listed}/{kind}") for kind in kinds), *rest))

    def split(self, response: Response, requests: Sequence[Request]) -> _Parts:
        """Each history is an envelope of its own, in the order of the numbers; the lists of
        attachments follow in one."""
        if requests[0].method == "GET":
            return super().split(response, requests)
        numbers = sorted({self._of(one) for one in requests})
        envelopes = _envelopes(response.content)
        with_lists = any(value.endswith("/attachments") for _, value in requests[0].form or ())
        if response.status != 200 or any(one.code != 200 for one in envelopes) \
                or len(envelopes) != len(numbers) + with_lists:
            return None
        answers = {number: one.head + one.body for number, one in zip(numbers, envelopes)}
        if with_lists:
            last = envelopes[-1]
            for form in last.forms():
                found = _LIST_ID.search(form)
                if found is None or int(found.group(1)) not in answers:
                    return None
                answers[int(found.group(1))] += last.head + form
        return [_as_single(response, one, answers[self._of(one)]) for one in requests]
