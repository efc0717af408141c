"""Replies, comments and time over REST2. Each is sent once and never again.

RT writes its sentences after a message without encoding them: a German user's arrive as Latin-1,
and a Japanese user's cannot be written, so that the worker dies after it has recorded the message
(5.0.3 to 5.0.10). When an answer is lost and the user's language is such a one, the history tells
whether the message is there, and further messages of this login go by ``/tickets/bulk``, which
writes properly and names no transaction.
"""
from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any, Dict, Mapping, NoReturn, Optional, Sequence, Tuple

from rtcompat import fields, limits
from rtcompat.errors import (InvalidValue, OutcomeUnknown, PermissionDenied, Unsupported,
                             UsageError)
from rtcompat.exchange import Operation, Request, Response
from rtcompat.model import KEEP, NewAttachment, Receipt
from rtcompat.rest2 import history, messagefields, read, write
from rtcompat.rest2.answers import (message_of, number_at_end, read_json, read_recorded, refuse)
from rtcompat.rest2.context import Context
from rtcompat.rest2.editing import segment
from rtcompat.rest2.outcomes import may_not, unreadable
from rtcompat.rest2.paging import collection
from rtcompat.rest2.tickets import find_ticket, record_of
from rtcompat.rest2.values import read_date, read_login

__all__ = ["PATHS", "TYPES", "send", "planned", "with_status", "add_time"]

#: Our operation's name -> RT's path and the action that a ticket's links offer.
PATHS: Mapping[str, str] = {"reply": "correspond", "comment": "comment"}
TYPES: Mapping[str, str] = {"reply": "Correspond", "comment": "Comment"}
#: Languages that RT speaks and Latin-1 writes.
_LATIN = frozenset(("", "en", "ca", "da", "de", "es", "et", "fi", "fr", "gl", "id", "is", "it",
                    "nb", "nl", "nn", "no", "oc", "pt", "sv"))
#: Clocks that show whole seconds, and a little.
_SLACK = timedelta(seconds=3)


def send(context: Context, operation: str, ticket_id: int, content: str, content_type: str,
         time_worked: int, status: str, attachments: Sequence[NewAttachment],
         transaction_custom_fields: Any = KEEP) -> Operation[Receipt]:
    """Reply or comment; see `Tracker.reply`.

    Requests: 1, with a status 2 more to decide it, with custom fields 2 more for them.
    """
    limits.positive_id(ticket_id, "ticket_id")
    given = messagefields.checked(transaction_custom_fields)
    wanted, body = planned(context, operation, content, content_type, time_worked, status,
                           attachments)
    own = yield from messagefields.composed(context, ticket_id, given)
    if own.sent:
        body["TxnCustomFields"] = dict(own.sent)
    before: Any = KEEP
    if wanted:
        # Who may reply need not see the ticket: then nothing is known of its status.
        before = (yield from unreadable(_status(context, ticket_id))).get("status", KEEP)
    request = _request(context, operation, ticket_id, body, attachments)
    recorded = yield from _recorded(context, request, operation, ticket_id, content)
    if own.values:
        recorded = yield from messagefields.read_back(recorded, own)
    if wanted:
        recorded = yield from with_status(context, request, recorded, before, wanted["status"])
    return messagefields.require(recorded, own, request)


def planned(context: Context, operation: str, content: str, content_type: str, time_worked: int,
            status: str, attachments: Sequence[NewAttachment]
            ) -> Tuple[Dict[str, Any], Dict[str, Any]]:
    """The wanted values and the body of a message, its files apart.

    Raises: UsageError, Unsupported.
    """
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
    return wanted, body


def _request(context: Context, operation: str, ticket_id: int, body: Mapping[str, Any],
             attachments: Sequence[NewAttachment]) -> Request:
    about = f"{operation} to ticket {ticket_id}"
    sent = write.carrying(body, attachments, operation)
    if context.speechless:
        files = {"Attachments": [_in_json(one) for one in attachments]} if attachments else {}
        return Request("POST", f"tickets/bulk/{PATHS[operation]}", effect="write-once",
                       json=[{"id": ticket_id, **body, **files}], about=about)
    return Request("POST", f"ticket/{ticket_id}/{PATHS[operation]}", effect="write-once",
                   about=about, **sent)


def _in_json(one: NewAttachment) -> Dict[str, str]:
    """A file in a JSON body. RT writes the name's characters as bytes: so they are sent."""
    content = one.content if isinstance(one.content, bytes) else one.content.read()
    return {"FileName": one.filename.encode("utf-8").decode("latin-1"),
            "FileType": one.content_type or "application/octet-stream",
            "FileContent": base64.b64encode(content).decode("ascii")}


def _recorded(context: Context, request: Request, operation: str, ticket_id: int,
              content: str) -> Operation[Receipt]:
    """Send the message. Raises: OutcomeUnknown with a query, and what `_why_not` raises."""
    begun = monotonic()
    try:
        response = yield request
        if response.status == 400:
            yield from _why_not(response, ticket_id, PATHS[operation])
        if context.speechless:
            return (yield from _of_bulk(response, ticket_id, PATHS[operation]))
        messages = read_recorded(response)
    except OutcomeUnknown as error:
        found = yield from _found(context, operation, ticket_id, content, begun)
        if found is None:
            error.query = f"id = {ticket_id} AND LastUpdatedBy = '__CurrentUser__'"
            raise
        return Receipt(via="rest2", id=ticket_id, transaction_id=found)
    return Receipt(messages=messages, via="rest2", id=ticket_id,
                   transaction_id=number_at_end(response))


def _of_bulk(response: Response, ticket_id: int, action: str) -> Operation[Receipt]:
    """The answer for one of many: its number and sentences, for a failure one sentence. Whether
    the message was recorded is told by what the ticket offers: RT checks nothing else."""
    said = read_recorded(response, first_of_many=True)
    raw = yield from record_of(ticket_id, "see whether the message was allowed")
    if not read.can(raw, action):
        raise PermissionDenied(f"RT does not allow to {action} on ticket {ticket_id}", code=201,
                               server=response.server or None, request=response.request.line,
                               messages=said)
    return Receipt(messages=said, via="rest2", id=ticket_id)


# -- a lost answer --------------------------------------------------------------------------------

def _found(context: Context, operation: str, ticket_id: int, content: str,
           begun: float) -> Operation[Optional[int]]:
    """Number of the transaction that a lost answer was about, None where it cannot be told.

    Only for users in whose language RT loses every such answer: for others a lost answer stays
    unknown, as a request that is still under way has left no trace yet.
    """
    if context.user is None or not (yield from _is_speechless(context, context.user)):
        return None
    context.speechless = True
    ask = collection(f"ticket/{ticket_id}/history", (("Type", "=", TYPES[operation]),),
                     (("fields", "Creator,Created"),), "look for the message")
    newest = ask(1, True)
    response = yield Request("POST", newest.path, about=newest.about, json=newest.json,
                             query=(*newest.query, ("fields", "Creator,Created")))
    since = _server_time(response)
    if since is None:
        return None
    since -= timedelta(seconds=monotonic() - begun) + _SLACK
    for raw in read_json(response).get("items") or ():
        created = read_date(raw.get("Created"))
        if created is None or created < since:
            return None
        if read_login(raw.get("Creator")).lower() == context.user.lower():
            one = yield from history.transaction(int(raw["id"]), None)
            if (one.content or one.html or "") == content:
                return one.id
    return None


def _is_speechless(context: Context, user: str) -> Operation[bool]:
    response = yield Request("GET", f"user/{segment(user)}", about="read the own language")
    language = str(read_json(response).get("Lang") or "")
    return language.lower().replace("-", "_").split("_")[0] not in _LATIN


def _server_time(response: Response) -> Any:
    """The server's clock, by which it dates transactions."""
    try:
        return parsedate_to_datetime(response.headers.get("date", ""))
    except (TypeError, ValueError):
        return None


# -- what came with it ----------------------------------------------------------------------------

def with_status(context: Context, request: Request, recorded: Receipt, before: str,
                wanted: str, now: Any = None) -> Operation[Receipt]:
    """The receipt of a message that was to set the status. RT may open a ticket by itself when it
    is replied to, so any other status than the wanted one is a refusal.

    Args:
        now: the status, where it was read already; None to read it.
    """
    number = recorded.id or 0
    if now is None:
        now = (yield from unreadable(_status(context, number))).get("status", KEEP)
    outcome = "unverified" if now is KEEP else "refused"
    if now is not KEEP and now.lower() == wanted.lower():
        outcome = "unchanged" if before == now else "changed"
    own: Dict[str, Any] = {outcome: ("status", *getattr(recorded, outcome))}
    decided = replace(recorded, **own)
    if outcome != "refused":
        return decided
    denied = yield from may_not(context, number, recorded.messages[1:])
    make = PermissionDenied if denied else InvalidValue
    raise make("the message was recorded, and RT refused its status", code=201, receipt=decided,
               request=request.line, messages=recorded.messages)


def _status(context: Context, ticket_id: int) -> Operation[Mapping[str, Any]]:
    found = yield from find_ticket(context, ticket_id, ("status",))
    return {"status": found.ticket.status}


def _why_not(response: Response, ticket_id: int, action: str) -> Operation[NoReturn]:
    """RT answers 400 for a missing ticket, for a missing right and for a bad message alike: the
    ticket tells which. Raises: NotFound, PermissionDenied, InvalidValue."""
    try:
        raw = yield from record_of(ticket_id, "see why the message was refused")
    except PermissionDenied as error:
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
