"""Replies, comments and time over REST2. Each is sent once and never again."""
from __future__ import annotations

from typing import Any, Dict, Mapping, NoReturn, Sequence

from rtcompat import fields, limits
from rtcompat.errors import (InvalidValue, NotFound, PermissionDenied, Unsupported, UsageError)
from rtcompat.exchange import Operation, Request, Response
from rtcompat.model import KEEP, NewAttachment, Receipt
from rtcompat.rest2 import read, write
from rtcompat.rest2.answers import message_of, number_at_end, read_messages, refuse
from rtcompat.rest2.context import Context
from rtcompat.rest2.outcomes import once, says_denied, unreadable
from rtcompat.rest2.tickets import find_ticket, record_of

__all__ = ["send", "add_time"]

#: Our operation's name -> RT's path and the action that a ticket's links offer.
_PATHS: Mapping[str, str] = {"reply": "correspond", "comment": "comment"}


def send(context: Context, operation: str, ticket_id: int, content: str, content_type: str,
         time_worked: int, status: str,
         attachments: Sequence[NewAttachment]) -> Operation[Receipt]:
    """Reply or comment; see `Tracker.reply`.

    Requests: 1, with a status 2 more to decide it.
    """
    limits.positive_id(ticket_id, "ticket_id")
    limits.checked_message(content, content_type, attachments, time_worked)
    wanted = limits.checked(fields.TICKET, {"status": status})
    if not content and not attachments:
        raise UsageError("an empty message: give content or a file", argument="content")
    if wanted and context.before(5, 0, 2):
        raise Unsupported("RT takes a status with a message since 5.0.2", operation=operation,
                          argument="status", protocol="rest2", advice="edit the ticket after it")
    body: Dict[str, Any] = write.message(content, content_type)
    if time_worked:
        body["TimeTaken"] = time_worked
    if wanted:
        body["Status"] = wanted["status"]
    request = Request("POST", f"ticket/{ticket_id}/{_PATHS[operation]}", effect="write-once",
                      about=f"{operation} to ticket {ticket_id}",
                      **write.carrying(body, attachments, operation))
    before: Any = KEEP
    if wanted:
        before = (yield from find_ticket(context, ticket_id, ("status",))).ticket.status
    response = yield from once(request, f"id = {ticket_id} AND LastUpdatedBy = '__CurrentUser__'")
    if response.status == 400:
        yield from _why_not(context, response, ticket_id, _PATHS[operation])
    messages = read_messages(response)
    recorded = Receipt(messages=messages, via="rest2", id=ticket_id,
                       transaction_id=number_at_end(response))
    if not wanted:
        return recorded
    return (yield from _with_status(context, request, recorded, before, wanted["status"]))


def _with_status(context: Context, request: Request, recorded: Receipt, before: str,
                 wanted: str) -> Operation[Receipt]:
    """The receipt of a message that was to set the status. RT may open a ticket by itself when it
    is replied to, so any other status than the wanted one is a refusal."""
    number = recorded.id or 0
    after = yield from unreadable(_status(context, number))
    now = after.get("status", KEEP)
    outcome = "unverified" if now is KEEP else "refused"
    if now is not KEEP and now.lower() == wanted.lower():
        outcome = "unchanged" if before == now else "changed"
    decided = Receipt(messages=recorded.messages, via="rest2", id=number,
                      transaction_id=recorded.transaction_id,
                      **{outcome: ("status",)})  # type: ignore[arg-type]
    if not decided.refused:
        return decided
    denied = yield from says_denied(context, recorded.messages[1:])
    make = PermissionDenied if denied else InvalidValue
    raise make("the message was recorded, and RT refused its status", code=201, receipt=decided,
               request=request.line, messages=recorded.messages)


def _status(context: Context, ticket_id: int) -> Operation[Mapping[str, Any]]:
    found = yield from find_ticket(context, ticket_id, ("status",))
    return {"status": found.ticket.status}


def _why_not(context: Context, response: Response, ticket_id: int,
             action: str) -> Operation[NoReturn]:
    """RT answers 400 for a missing ticket, for a missing right and for a bad message alike: the
    ticket tells which. Raises: NotFound, PermissionDenied, InvalidValue."""
    try:
        raw = yield from record_of(ticket_id, "see why the message was refused")
    except (NotFound, PermissionDenied) as error:
        error.messages = (message_of(response),)
        raise
    if not read.can(raw, action):
        raise PermissionDenied(f"RT does not allow to {action} on ticket {ticket_id}", code=400,
                               server=response.server or None, request=response.request.line,
                               messages=(message_of(response),))
    refuse(response)


def add_time(context: Context, ticket_id: int, minutes: int, comment: str) -> Operation[Receipt]:
    """See `Tracker.add_time`. RT sums what messages took, which a read and a write would not."""
    limits.checked(fields.TICKET, {"time_worked": minutes})
    if minutes == 0:
        raise UsageError("no minutes to add", argument="minutes")
    text = comment or f"{minutes} minutes worked."
    done = yield from send(context, "comment", ticket_id, text, "text/plain", minutes, KEEP, ())
    return Receipt(messages=done.messages, changed=("time_worked",), via="rest2", id=done.id,
                   transaction_id=done.transaction_id)
