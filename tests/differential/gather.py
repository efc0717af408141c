"""Everything that a user can read of a bench server through one protocol."""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Dict, Iterable, Mapping, Tuple

from rtcompat.errors import Refused, Unsupported
from rtcompat.tracker import Tracker
from tests.bench.bench import Server
from tests.differential.compare import Reading

__all__ = ["read_everything", "seed_names", "LIGHT_TICKETS"]

#: Enough for the servers that differ from another one only in their settings.
LIGHT_TICKETS = 12


def seed_names(server: Server) -> Dict[Tuple[str, Any], Tuple[str, ...]]:
    """By (kind of record, key): the seed's names of the ticket, queue or user it belongs to."""
    names: Dict[Tuple[str, Any], Tuple[str, ...]] = {}
    for name, number in server.ids["tickets"].items():
        for kind in ("Ticket", "Links", "History"):
            names[kind, number] = (name,)
    for name, number in server.ids["users"].items():
        names["User", name] = (name,)
    for name, number in server.ids["attachments"].items():
        names["Content", number] = (f"file {name}",)
    return names


def _attempt(act: Callable[[], Any]) -> Any:
    """The result, or the class of the refusal: refusals must be alike, too."""
    try:
        return act()
    except (Refused, Unsupported) as error:
        return type(error).__name__


def read_everything(tracker: Tracker, server: Server, tickets: Iterable[int],
                    names: Dict[Tuple[str, Any], Tuple[str, ...]], *,
                    contents: bool = True) -> Reading:
    """Tickets, histories, attachments with headers and bytes, links, users and queues.

    Args:
        names: completed with the seed's name of the ticket for each transaction and attachment.
        contents: also each attachment's headers and bytes.
    """
    wanted = tuple(tickets)
    found: Dict[str, Dict[Any, Any]] = {kind: {} for kind in (
        "Ticket", "Transaction", "TransactionAttachment", "Attachment", "AttachmentHead",
        "Content", "Links", "User", "Queue")}
    for number in wanted:
        found["Ticket"][number] = _attempt(lambda: tracker.get_ticket(number))
        found["Links"][number] = _attempt(lambda: tracker.get_links(number))
        _history(tracker, number, found, names)
        _attachments(tracker, number, found, names, contents)
    for queue in tracker.get_queues():
        found["Queue"][queue.id] = queue
    for name in server.ids["users"]:
        found["User"][name] = _attempt(lambda: tracker.get_user(name))
    return found


def _history(tracker: Tracker, number: int, found: Mapping[str, Dict[Any, Any]],
             names: Dict[Tuple[str, Any], Tuple[str, ...]]) -> None:
    listed = _attempt(lambda: list(tracker.get_history(number)))
    if isinstance(listed, str):
        found["Transaction"][f"of {number}"] = listed
        return
    for transaction in listed:
        names["Transaction", transaction.id] = names.get(("Ticket", number), ())
        ids = tuple(one.id for one in transaction.attachments)
        found["Transaction"][transaction.id] = replace(transaction, attachments=ids)
        for one in transaction.attachments:
            names["TransactionAttachment", one.id] = names.get(("Ticket", number), ())
            found["TransactionAttachment"][one.id] = one


def _attachments(tracker: Tracker, number: int, found: Mapping[str, Dict[Any, Any]],
                 names: Dict[Tuple[str, Any], Tuple[str, ...]], contents: bool) -> None:
    listed = _attempt(lambda: tracker.get_attachments(number))
    if isinstance(listed, str):
        found["Attachment"][f"of {number}"] = listed
        return
    for each in listed:
        for kind in ("Attachment", "AttachmentHead", "Content"):
            names[kind, each.id] = (names.get((kind, each.id), ()) + (each.content_type,)
                                    + names.get(("Ticket", number), ()))
        found["Attachment"][each.id] = each
        if contents:
            found["AttachmentHead"][each.id] = _attempt(lambda: tracker.get_attachment(each.id))
            found["Content"][each.id] = _attempt(lambda: tracker.read_attachment(each.id))
