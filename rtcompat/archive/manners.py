"""What stands behind a status line, from its beginning: forms, lines or anything else."""
from __future__ import annotations

import re
from typing import Callable, Optional

__all__ = ["STATUS", "Beginning", "begins_formed", "foreign_from", "is_list", "lists_ids",
           "manner_of"]

STATUS = re.compile(rb"RT/([^\s]{1,100}) (\d{3}) ([^\n]{0,200}?)\r?(?:\n|\Z)")

#: Bytes that are looked at.
SAMPLE = 1 << 16

#: A line of a list that a search gives, and the first lines of forms.
_LISTED = re.compile(rb"(?:\r?\n)*(?:\d+: [^\n]*|(?:ticket|user|queue|group)/\d+\r?|id\t[^\n]*)\n")
_FORMED = re.compile(rb"(?:\r?\n)*(?:#|--\r?\n|[A-Za-z0-9][\w-]*:|[Cc][Ff]\.\{)")
#: A line that is none of RT's forms.
_FOREIGN = re.compile(rb"^(?![ \t\r\n#]|--\r?$|[\w-]*:[ \r\n]|[Cc][Ff]|[Cc]ustom)[^\n]+", re.M)

#: Of a ticket. What ends a custom field's name is looked at ahead, so that a line matches in one
#: way only, however often it is tried.
_TICKET_KEYS = (
    rb"(?:(?:Queue|Owner|Creator|Subject|Status|(?:Initial|Final)?Priority|Requestors|(?:Admin)?Cc"
    rb"|Created|Starts|Started|Due|Resolved|Told|LastUpdated|Time(?:Estimated|Worked|Left)|SLA"
    rb"|C(?:ustom)?F(?:ield)?-[^\n:]*|):|CF\.\{(?=[^\n]*\}:))")
#: What only RT begins with, form, key and all: however much of something else follows.
_CERTAIN = re.compile(
    rb"(?:\r?\n)*(?:# \d+/\d+ \((?:[^\n]*/)?total\)\r?\n\r?\n"
    rb"|# (?:(?:Ticket|User|Queue|Group|Attachment) [^\n]* (?:does not exist|created|updated)\."
    rb"|Unknown object type: \w+|You are not allowed to [^\n]*|Invalid attachment id: \d+)"
    rb"\r?\n\r?\n"
    rb"|id: ticket/\d+/(?:links|attachments)\r?\n"
    rb"|id: ticket/\d+\r?\n(?:\r?\n)*" + _TICKET_KEYS
    + rb"|(?:" + _TICKET_KEYS + rb"[^\n]*\n){1,40}id: ticket/\d+\r?\n"
    rb"|id: (?:attachment/)?\d+\r?\n(?:\r?\n)*(?:Subject|Creator|Created|Transaction|Parent"
    rb"|MessageId|Filename|ContentType|ContentEncoding|Headers):"
    rb"|id: (?:transaction/)?\d+\r?\n(?:\r?\n)*(?:Ticket|TimeTaken|Type|Field|OldValue):"
    rb"|id: (?:user|queue|group)/[^\n]+\n(?:\r?\n)*(?:Name|Password|EmailAddress|RealName"
    rb"|Description|CorrespondAddress|CommentAddress|Disabled|Privileged|Members):)")
#: Ids as a search lists them, with the empty lines that RT puts behind them from 4.2.2 on.
_IDS = re.compile(rb"(?:\r?\n)*(?:(?:ticket|user|queue|group)/\d+\n)+\n\n")


def manner_of(text: bytes) -> str:
    """How an answer can be cut, from its beginning: ``forms``, ``lines`` or ``raw``."""
    return _manner(_body(text), _is_foreign)


def _manner(body: bytes, is_foreign: Callable[[bytes], bool]) -> str:
    if _LISTED.match(body) is not None:
        return "lines"
    if _FORMED.match(body) is None:
        return "raw" if body.strip() else "forms"
    return "raw" if is_foreign(body) and _CERTAIN.match(body) is None else "forms"


class Beginning:
    """The beginning of an answer, of which ever more is looked at, each line once."""

    def __init__(self) -> None:
        self._settled = ""
        self._lines = self._foreign = self._seen = 0

    def manner(self, buffer: bytes, start: int, place: int) -> str:
        """`manner_of` of what stands in the buffer from its start to a place, which never goes
        back."""
        if not self._settled:
            text = buffer[start:min(place, start + SAMPLE)]
            found = _manner(_body(text), self._is_foreign)
            if len(text) < SAMPLE:
                return found
            self._settled = found
        return self._settled

    def _is_foreign(self, body: bytes) -> bool:
        end = max(self._seen, body.rfind(b"\n") + 1)
        self._foreign += len(_FOREIGN.findall(body, self._seen, end))
        self._lines += body.count(b"\n", self._seen, end)
        self._seen = end
        return _too_many(self._foreign + len(_FOREIGN.findall(body, end)), self._lines)


def is_list(manner: str, text: bytes) -> bool:
    """Whether it is lines, each of which takes many times its size once it is read.

    Args:
        manner: as of `manner_of`; empty while it is not known.
    """
    return manner == "lines" or not manner and _LISTED.match(_body(text)) is not None


def begins_formed(text: bytes) -> bool:
    """Whether it begins as nothing but a form of RT does."""
    return _CERTAIN.match(_body(text)) is not None


def lists_ids(text: bytes) -> bool:
    """Whether it is a search's list of ids, perhaps with something behind it."""
    return _IDS.match(_body(text, len(text))) is not None


def foreign_from(text: bytes) -> Optional[int]:
    """Where forms end behind which comes nothing more of theirs; None if the end is theirs."""
    if not _is_foreign(text[-SAMPLE:]):
        return None
    match = _FOREIGN.search(text)
    return None if match is None else match.start()


def _body(text: bytes, size: int = SAMPLE) -> bytes:
    sample = text[:size]
    match = STATUS.match(sample)
    return sample[match.end():] if match is not None else sample


def _is_foreign(body: bytes) -> bool:
    """Whether lines that are none of RT's forms are no accident."""
    return _too_many(len(_FOREIGN.findall(body)), body.count(b"\n"))


def _too_many(foreign: int, lines: int) -> bool:
    return foreign > 8 and foreign * 8 > lines
