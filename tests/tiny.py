"""A small archive made of records: tickets with histories, files, links and custom fields.

The answers are those of an RT 4.4.6 whose user lives in New York: a ticket's dates are local and
without a zone, a transaction's are in UTC.
"""
from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Dict, List, Tuple
from zoneinfo import ZoneInfo

from rtcompat.model import (Attachment, CustomField, FrozenMap, Link, Links, Ticket, Transaction,
                            Watcher)
from rtcompat.rest1 import compose

__all__ = ["ZONE", "content_of", "tiny"]

VERSION = "4.4.6"
ZONE = ZoneInfo("America/New_York")
_BEGIN = datetime(2023, 1, 2, 7, 30, tzinfo=timezone.utc)
_DATE = re.compile(rb"(?m)^((?:Created|LastUpdated|Due): )(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$")


def content_of(ticket: int) -> bytes:
    """What the file of a ticket holds."""
    return bytes(range(256)) + b"of ticket %d\n" % ticket


def _ticket(number: int) -> Ticket:
    begin = _BEGIN + timedelta(days=11 * number)
    return Ticket(
        number, "General", "Nobody", "alice", "bob", f"Ticket {number}: Größe", "open", number, 0,
        90, (Watcher(f"r{number}@example.org"),), (), (), begin, None, None,
        begin + timedelta(days=9), None, None, begin + timedelta(hours=5), 0, 30, 0, None,
        FrozenMap({"Tags": ("one", f"two, {number}"), "Severity": ("high",), "Empty": ()}))


def _parts(number: int) -> Tuple[Attachment, ...]:
    """The body and the file of a ticket's first message."""
    begin = _BEGIN + timedelta(days=11 * number)
    body = Attachment(1000 + 2 * number, number, 100 + number, None, None, "text/plain", 6, "", "",
                      (("Content-Type", "text/plain"),), "alice", begin)
    size = len(content_of(number))
    file = replace(body, id=1001 + 2 * number, filename="file.bin", size=size,
                   content_type="application/octet-stream",
                   headers=(("Content-Type", "application/octet-stream"),
                            ("Content-Length", str(size))))
    return body, file


def _history(number: int) -> Tuple[Transaction, ...]:
    begin = _BEGIN + timedelta(days=11 * number)
    return (Transaction(100 + number, number, "Create", "", "", "", "", 0, "alice", begin,
                        "Ticket created by alice", f"text {number % 10}", None, _parts(number)),
            Transaction(5000 + number, number, "Set", "Priority", "0", str(number), "", 30, "bob",
                        begin + timedelta(hours=5), "Priority changed", None, None, ()))


def _local(answer: bytes) -> bytes:
    """A ticket's dates as a user sees them who lives in the zone."""
    def said(found: "re.Match[bytes]") -> bytes:
        when = datetime.strptime(found.group(2).decode(), "%Y-%m-%dT%H:%M:%SZ").replace(
            tzinfo=timezone.utc).astimezone(ZONE)
        return found.group(1) + when.strftime("%a %b %d %H:%M:%S %Y").encode()
    return _DATE.sub(said, answer)


def _answers(number: int) -> Dict[str, bytes]:
    """By address what RT answered about a ticket."""
    texts = {1000 + 2 * number: f"text {number % 10}"}
    parts = _parts(number)
    known = {name: CustomField(0, name, "Freeform", single)
             for name, single in (("Tags", False), ("Severity", True), ("Empty", True))}
    found = {
        "show": _local(compose.answer(VERSION, (compose.ticket(
            _ticket(number), known=known),))),
        "history": compose.answer(VERSION, compose.history(_history(number), texts)),
        "attachments": compose.answer(VERSION, compose.attachment_list(number, parts, texts)),
        "links/show": compose.answer(VERSION, (compose.links(number, Links(
            refers_to=(Link("url", 0, "https://example.org/x"),))),))}
    for part in parts:
        text = texts.get(part.id)
        place = f"attachments/{part.id}"
        found[place] = compose.answer(VERSION, (compose.attachment(part, text),))
        content = content_of(number) if text is None else text.encode()
        found[f"{place}/content"] = compose.content_head(VERSION) + content
    return found


def tiny(folder: Path, tickets: int = 6) -> List[int]:
    """Write the archive, a file an answer at its address; gives the tickets' numbers.

    There is a refused ticket besides, 999.
    """
    for number in range(1, tickets + 1):
        for address, content in _answers(number).items():
            place = folder / "ticket" / str(number) / f"{address}.txt"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    fields = [CustomField(0, name, "Freeform", single, description="")
              for name, single in (("Tags", False), ("Severity", True), ("Empty", True))]
    place = folder / "queue" / "General" / "ticketcustomfields.txt"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(compose.answer(VERSION, (compose.custom_fields(1, fields),)))
    (folder / "ticket" / "999").mkdir(parents=True, exist_ok=True)
    (folder / "ticket" / "999" / "show.txt").write_bytes(
        compose.refusal(VERSION, "Ticket 999 does not exist."))
    return list(range(1, tickets + 1))
