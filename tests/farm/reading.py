"""What `Rest1` reads of a farm, made comparable: numbers and moments that depend on the run are
replaced by what they mean."""
from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any, Dict, List, Tuple

from rtcompat.errors import Refused, Unsupported
from rtcompat.exchange import run
from rtcompat.model import Attachment, Transaction
from rtcompat.rest1.operations import Context, Rest1
from tests.farm.farm import Farm

__all__ = ["Reading", "read_farm", "TICKETS"]

#: Every ticket of the farms; 9 was merged into 10, 11 is deleted.
TICKETS = tuple(range(1, 13))
#: Types of transactions that carry a message; scrips record mails at other moments per version.
MESSAGES = ("Create", "Comment", "Correspond")
#: Left out of the recordings for its size.
_TOO_LARGE = ("big.bin",)
#: (record, key, field) -> value.
Reading = Dict[Tuple[str, Any, str], Any]


def read_farm(farm: Farm) -> Reading:
    """Tickets, links, messages with their files, other changes, attachments' heads and contents,
    users and queues, as administrator."""
    client = Rest1(Context(version=farm.version, user="root", timezone="UTC"))
    found: Reading = {}
    for number in TICKETS:
        _keep(found, "Ticket", number, _attempt(farm, client.get_ticket(number)))
        _keep(found, "Links", number, _attempt(farm, client.get_links(number)))
        page = run(client.get_history(number), farm.send)
        _messages(found, farm, client, number,
                  [one for one in page.items if one.type in MESSAGES])
        changes = sorted((one.type, one.field or "") for one in page.items
                         if one.type not in MESSAGES and not one.type.endswith("EmailRecord"))
        found["Ticket", number, "changes"] = changes
    for user in ("alice",):  # recorded with its empty fields
        _keep(found, "User", user, _attempt(farm, client.get_user(user)))
    for queue in ("General", 3):
        _keep(found, "Queue", queue, _attempt(farm, client.get_queue(queue)))
    return found


def _attempt(farm: Farm, operation: Any) -> Any:
    try:
        return run(operation, farm.send)
    except (Refused, Unsupported) as error:
        return type(error).__name__


def _meaning(value: Any) -> Any:
    """Moments differ by run: whether there is one is what counts."""
    return "a moment" if isinstance(value, datetime) else value


def _keep(found: Reading, record: str, key: Any, value: Any) -> None:
    if isinstance(value, str):
        found[record, key, "refused"] = value
        return
    for field in fields(value):
        if field.compare:
            found[record, key, field.name] = _meaning(getattr(value, field.name))


def _label(message: Transaction) -> str:
    """What a message is known by in every version: its text, or the name of its file."""
    named = [part.filename for part in message.attachments if part.filename]
    return (message.content or message.html or "".join(named))[:40]


def _messages(found: Reading, farm: Farm, client: Rest1, ticket: int,
              messages: List[Transaction]) -> None:
    for message in messages:
        key = (ticket, _label(message))
        for name in ("type", "creator", "content", "html", "data", "time_taken"):
            found["Message", key, name] = getattr(message, name)
        found["Message", key, "attachments"] = tuple(
            (part.filename, part.content_type) for part in message.attachments)
        count: Dict[str, int] = {}
        for part in message.attachments:
            kind = part.content_type.split("/")[0] if part.filename is None else "file"
            count[kind] = count.get(kind, 0) + 1
            if part.filename not in _TOO_LARGE:
                _part(found, farm, client, (*key, kind, count[kind]), part)


def _part(found: Reading, farm: Farm, client: Rest1, key: Tuple[int, str, str, int],
          part: Attachment) -> None:
    head = _attempt(farm, client.get_attachment(part.id, ticket_id=key[0]))
    if isinstance(head, str):
        found["Attachment", key, "refused"] = head
        return
    assert head.transaction_id == part.transaction_id
    found["Attachment", key, "headers"] = tuple(sorted(name.lower() for name, _ in head.headers))
    for name in ("filename", "content_type", "subject", "created"):
        found["Attachment", key, name] = _meaning(getattr(head, name))
    found["Attachment", key, "content"] = _attempt(
        farm, client.read_attachment(part.id, ticket_id=key[0]))
