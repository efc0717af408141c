"""What RT 3.6 and 3.8 answer otherwise than 4.0 about the same tickets; all else must be equal.

A row that no answer needs, or a version in it that no answer needs, fails the test.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Set, Tuple

from tests.farm.farm import VERSIONS
from tests.farm.reading import Reading

__all__ = ["Difference", "DIFFERENCES", "RECORD", "differing", "row_for"]

#: In place of a field's name: the record is there in some versions only.
RECORD = "(record)"
_OLD = ("3.6.11", "3.8.17")
_NEWEST = VERSIONS[-1]


@dataclass(frozen=True)
class Difference:
    """One field that versions answer differently.

    Attributes:
        record, field: as `reading` names them.
        versions: those that differ from the newest.
        tickets: whose records; () for every one.
        section: of rest1.md. reason: what RT does there.
    """

    record: str
    field: str
    versions: Tuple[str, ...]
    tickets: Tuple[int, ...]
    section: str
    reason: str


DIFFERENCES: Tuple[Difference, ...] = (
    Difference("Ticket", "started", _OLD, (1, 2, 5, 6), "4.1",
               "3.x leaves Started unset when a correspondence opens the ticket"),
    Difference("Ticket", "requestors", ("3.6.11",), (12,), "3.2",
               "a comma list of requestors on create keeps the first"),
    Difference("Ticket", "custom_fields", ("3.6.11",), (4,), "2.4",
               "3.6 joins values without quoting; the kinds of fields were not recorded"),
    Difference("Ticket", "changes", _OLD, (1, 2, 4, 7, 8, 9, 10), "4.4",
               "which transactions RT records of links, merges, watchers and custom fields"),
    Difference("Message", "content", _OLD, (5,), "6",
               "no Content-Type key before 4.0.14: HTML was stored as plain text"),
    Difference("Message", "html", _OLD, (5,), "6",
               "no Content-Type key before 4.0.14: HTML was stored as plain text"),
    Difference("Message", "attachments", _OLD, (1, 5, 6), "6, 3.8, Seen besides",
               "types before 4.0.14, file names outside ASCII, files with a new ticket"),
    Difference("Message", RECORD, (_NEWEST,), (6,), "Seen besides",
               "a file name outside Latin-1 dies from 4.0 to 4.2.17, and its comment with it"),
    Difference("Attachment", RECORD, VERSIONS, (6,), "6, Seen besides",
               "no files with a new ticket before 4.0.14; a comment that died in 4.0"),
    Difference("Attachment", "headers", _OLD, (), "4.5",
               "RT's own headers: Content-Length in 3.6, X-RT-Interface from 4.0 on"),
    Difference("Attachment", "filename", _OLD, (1, 6), "Seen besides",
               "names outside ASCII are stored as \\xHH by 3.x, as U+FFFD by 4.0 over REST"),
    Difference("Attachment", "content_type", _OLD, (5, 6), "6",
               "no Content-Type key before 4.0.14; 3.6 does not tell types of files apart"),
    Difference("Attachment", "subject", _OLD, (6,), "4.5",
               "a message of one part carries the subject itself"),
    Difference("Attachment", "content", _OLD, (6,), "3.6",
               "message/rfc822 is put together again from 4.0 on"),
    Difference("User", "privileged", ("3.6.11",), (), "4.2", "shown from 3.8 on"),
    Difference("User", "disabled", ("3.6.11",), (), "4.2", "shown from 3.8 on"),
)

_MISSING = object()


def differing(readings: Mapping[str, Reading]) -> Dict[Tuple[str, Any, str], Set[str]]:
    """By (record, key, field) the versions that do not answer as the newest does."""
    found: Dict[Tuple[str, Any, str], Set[str]] = {}
    names: List[Tuple[str, Any, str]] = list(dict.fromkeys(
        name for version in VERSIONS for name in readings[version]))
    present = {version: {name[:2] for name in reading} for version, reading in readings.items()}
    for name in names:
        without = {version for version in VERSIONS if name[:2] not in present[version]}
        if without:
            found[name[0], name[1], RECORD] = without
            continue
        newest = readings[_NEWEST].get(name, _MISSING)
        odd = {version for version in VERSIONS
               if readings[version].get(name, _MISSING) != newest}
        if odd:
            found[name] = odd
    return found


def row_for(record: str, key: Any, field: str) -> List[Difference]:
    """The rows that speak of this field of this record."""
    ticket = key[0] if isinstance(key, tuple) else key
    return [row for row in DIFFERENCES if (row.record, row.field) == (record, field)
            and (not row.tickets or ticket in row.tickets)]
