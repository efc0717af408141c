"""Small dumps for tests: answers as RT prints them, in a folder."""
from __future__ import annotations

from pathlib import Path
from typing import Mapping, Sequence, Tuple, Union

from rtcompat.rest1.forms import Envelope, Field, Form, compose_answer

__all__ = ["TICKET", "Fields", "answer", "entry", "form", "ticket", "written"]

Fields = Mapping[str, str]

#: A ticket as ``ticket/7/show`` prints it, in New York.
TICKET = {
    "id": "ticket/7", "Queue": "General", "Owner": "Nobody", "Creator": "alice",
    "Subject": "printer", "Status": "open", "Priority": "1", "InitialPriority": "0",
    "FinalPriority": "0", "Requestors": "a@example.org", "Cc": "", "AdminCc": "",
    "Created": "Mon Jan 15 03:37:11 2024", "Starts": "Not set", "Started": "Not set",
    "Due": "Tue Jul 16 00:05:59 2024", "Resolved": "Not set", "Told": "Not set",
    "LastUpdated": "Mon Jan 15 03:37:11 2024", "TimeEstimated": "0", "TimeWorked": "90 minutes",
    "TimeLeft": "0",
}


def form(fields: Fields, comment: Tuple[str, ...] = ()) -> Form:
    """A form of these keys and values."""
    return Form(comment, tuple(Field(key, value) for key, value in fields.items()))


def answer(*forms: Form, version: str = "4.4.6") -> bytes:
    """The bytes of an answer of one envelope."""
    return compose_answer([Envelope(version, 200, "Ok", forms)])


def ticket(number: int = 7, **changed: str) -> Form:
    """A ticket's form, some of its values others."""
    return form({**TICKET, "id": f"ticket/{number}", **changed})


def entry(number: int, ticket_id: int = 7, *, total: int = 1, **changed: str) -> Form:
    """A transaction of a long history."""
    return form({"id": str(number), "Ticket": str(ticket_id), "TimeTaken": "0", "Type": "Create",
                 "Field": "", "OldValue": "", "NewValue": "", "Data": "",
                 "Description": "Ticket created by alice",
                 "Content": "This transaction appears to have no content", "Creator": "alice",
                 "Created": "2024-01-15 08:37:11", "Attachments": "", **changed},
                (f"# 1/{total} (id/{number}/total)",))


def written(folder: Path, files: Mapping[str, Union[bytes, Sequence[Form]]]) -> Path:
    """The folder with these files: their bytes, or the forms of an answer."""
    for name, content in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else answer(*content))
    return folder
