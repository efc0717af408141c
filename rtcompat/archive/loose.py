"""Answers without status lines told apart: what ``rt show -l`` and ``rt ls`` print, and what
stands around it: prompts of a shell, headers of a mail.
"""
from __future__ import annotations

import re
from typing import Iterator, List, NamedTuple

__all__ = ["Part", "begins_form", "borders", "is_table", "parts"]


class Part(NamedTuple):
    """A stretch of a text: ``said`` by RT, or something around it."""

    start: int
    end: int
    said: bool


#: Lines with which forms, notes and refusals of RT begin.
_BEGINS = re.compile(
    rb"^(?:id: (?:(?:ticket|user|queue|group|attachment|transaction)/[^\n]+|\d+\r?)$"
    rb"|# (?:\d+/\d+ \([^\n]*total\)|Required: |(?:Ticket|User|Queue|Group|Attachment) [^\n]* "
    rb"(?:does not exist|created|updated)\.|You are not allowed to |Invalid attachment id: )"
    rb"[^\n]*$)", re.MULTILINE)

#: A whole text of lines as searches list them.
_LISTS = re.compile(rb"\s*(?:(?:\d+: [^\n]*|(?:ticket|user|queue|group)/\d+\r?)(?:\n+|\Z))+\Z"
                    rb"|\s*id\t[^\n]*\n|\s*No matching results\.\s*\Z")
_TABLE = re.compile(rb"\s*id\t[^\n]*\n")
_LIST_LINE = re.compile(rb"^(?:\d+: [^\n]*|(?:ticket|user|queue|group)/\d+\r?)\n", re.MULTILINE)

#: What RT prints before an id where ``fields=`` asked for it, and never a mail. What ends a custom
#: field's name is looked at ahead, so that a line matches in one way only.
_FIELDS_FIRST = re.compile(
    rb"(?:(?:(?:Queue|Owner|Creator|Subject|Status|(?:Initial|Final)?Priority|Requestors|Cc|AdminCc"
    rb"|Created|Starts|Started|Due|Resolved|Told|LastUpdated|Time\w+|Type|Ticket):"
    rb"|CF\.\{(?=[^\n]*\}:))[^\n]*\n)+\Z")
_SEPARATED = re.compile(rb"^--\r?\n", re.MULTILINE)


def parts(text: bytes) -> Iterator[Part]:
    """The answers in a text without status lines, and what stands between them.

    A form that begins with an id, where the form before it has one already and no ``--`` stands
    between them, begins an answer of its own. Nothing is left out: every byte is in one part.
    """
    if _LISTS.match(text) is not None:
        yield Part(0, len(text), True)
        return
    begins = [match.start() for match in _BEGINS.finditer(text)]
    if not begins:
        yield from _without_forms(text)
        return
    first = _first(text, begins)
    if first:
        yield Part(0, first, False)
    answer = first
    for begin in _others(text, begins):
        yield Part(answer, begin, True)
        answer = begin
    yield Part(answer, len(text), True)


def borders(text: bytes, separated: bool) -> List[int]:
    """Where in a part of a long text without status lines answers begin that are others than the
    one before: where `parts` of the whole cuts.

    Args:
        text: whole lines.
        separated: forms stand before it, and a ``--`` at its beginning.
    """
    begins = [match.start() for match in _BEGINS.finditer(text)]
    if not begins:
        return []
    others = list(_others(text, begins))
    return others if separated else [_first(text, begins), *others]


def begins_form(text: bytes) -> bool:
    """Whether a form begins in a text."""
    return _BEGINS.search(text) is not None


def is_table(text: bytes) -> bool:
    """Whether a text begins as a search's table, of which anything may be a cell."""
    return _TABLE.match(text) is not None


def _first(text: bytes, begins: List[int]) -> int:
    """Where the first answer begins; 0 if nothing else stands before it."""
    first = begins[0]
    alone = _FIELDS_FIRST.match(text, 0, first) is not None or not text[:first].strip()
    return 0 if alone else first


def _others(text: bytes, begins: List[int]) -> Iterator[int]:
    """Where the answers behind the first begin."""
    form, named = begins[0], text.startswith(b"id: ", begins[0])
    for begin in begins[1:]:
        identified = text.startswith(b"id: ", begin)
        if _SEPARATED.search(text, form, begin) is not None:
            named = identified
        elif identified and not named:
            named = True
        else:
            yield begin
            named = identified
        form = begin


def _without_forms(text: bytes) -> Iterator[Part]:
    """Lists behind a prompt, or nothing of RT's."""
    match = _LIST_LINE.search(text)
    if match is None or match.start() == 0 or _LISTS.match(text, match.start()) is None:
        yield Part(0, len(text), False)
        return
    yield Part(0, match.start(), False)
    yield Part(match.start(), len(text), True)
