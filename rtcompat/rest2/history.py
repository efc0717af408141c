"""Transactions and attachments over REST2: by collections, whose columns are raw and whole.

``GET /transaction/N`` crashes for links and queue changes (before 5.0.5) and leaves values out,
so it is asked only to tell missing from forbidden.
"""
from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple, Union

from rtcompat.errors import (NotFound, PermissionDenied, ProtocolError,
                             UsageError)
from rtcompat.exchange import FileSink, Operation, Request, Response
from rtcompat.limits import positive_id
from rtcompat.model import NOT_LOADED, Attachment, Page, Transaction
from rtcompat.rest2 import read
from rtcompat.rest2.answers import read_json, refuse
from rtcompat.rest2.contents import no_content, original_of
from rtcompat.rest2.context import Context
from rtcompat.rest2.paging import all_items, collection, one_page
from rtcompat.rest2.sink import ContentSink
from rtcompat.rest2.values import read_id, read_number, read_text

__all__ = ["PART_FIELDS", "history", "joined", "transaction", "attachments", "attachment",
           "read_content", "save_content", "visible", "PART", "parts_of"]

#: What every list of parts carries.
PART = ("transaction_id", "filename", "content_type", "size")
PART_FIELDS = (("fields", "TransactionId,Filename,ContentType,ContentLength"),)
_HEAD = (*PART, "subject", "message_id", "headers", "creator", "created")
_HEAD_FIELDS = ("TransactionId,Filename,ContentType,ContentLength,Subject,MessageId,Headers,"
                "Creator,Created")
#: Ids in one condition: RT makes a SQL list of them.
_AT_ONCE = 100
_BODIES = ("text/plain", "text/html")


# -- history --------------------------------------------------------------------------------------

def history(ticket_id: int, content: bool, types: Optional[Iterable[str]], cursor: Any,
            custom_fields: bool = False) -> Operation[Page[Transaction]]:
    """One page of a ticket's history; see `Tracker.get_history`.

    Requests: 1, with contents 1 per 100 parts and 1 per 100 bodies more; 1 for the whole history
    where RT hides its end (5.0.5, Debian's 5.0.3); 1 where it is empty.
    """
    positive_id(ticket_id, "ticket_id")
    if isinstance(types, str):
        raise UsageError("types is a list of RT's words", argument="types")
    only = None if types is None else tuple(types)
    if cursor is not None:
        # An iterator of types was used up by the first page.
        only = None if cursor["types"] is None else tuple(cursor["types"])
    conditions = tuple(("Type", "=", one) for one in only or ())
    about = f"read the history of ticket {ticket_id}"
    if only == ():
        yield from visible(ticket_id, about)
        return Page((), None, 0)
    ask = collection(f"ticket/{ticket_id}/history", conditions,
                     _columns(read.TRANSACTION_FIELDS, custom_fields), about)
    page = yield from one_page(ask, cursor, lambda: visible(ticket_id, about))
    items = tuple(read.transaction(raw) for raw in page.items
                  if only is None or raw.get("Type") in only)
    if content and items:
        items = yield from _with_contents(items, about)
    following = None if page.cursor is None else {**page.cursor, "types": only}
    return Page(items, following, page.total)


def _columns(names: str, custom_fields: bool) -> Tuple[Tuple[str, str], ...]:
    """What to carry. Custom fields cost RT a look at each transaction: only who asks gets them."""
    if not custom_fields:
        return (("fields", names),)
    return (("fields", f"{names},CustomFields"), ("fields[CustomFields]", "Type"))


def visible(ticket_id: int, about: str) -> Operation[None]:
    """An empty list: RT answers so for a missing and for a forbidden ticket, too.

    Raises: NotFound, PermissionDenied. Requests: 1.
    """
    response = yield Request("HEAD", f"ticket/{ticket_id}", about=about)
    if response.status != 200:
        _refuse_head(response)


def _refuse_head(response: Response) -> None:
    """The error of a HEAD, which has no body to tell RT by."""
    known = {403: PermissionDenied, 404: NotFound}
    if response.status in known:
        raise known[response.status]("RT does not show this ticket", code=response.status,
                                     server=response.server or None,
                                     request=response.request.line)
    refuse(response)


def _with_contents(items: Tuple[Transaction, ...],
                   about: str) -> Operation[Tuple[Transaction, ...]]:
    """The transactions with their parts and the texts of their bodies.

    A part is visible when its transaction is, so that nothing is hidden among these.
    """
    return (yield from joined(items, (yield from parts_of([one.id for one in items], about)),
                              about))


def joined(items: Tuple[Transaction, ...], rows: Iterable[Mapping[str, Any]],
           about: str) -> Operation[Tuple[Transaction, ...]]:
    """The transactions with these parts, by id, and with the texts of their bodies.

    Requests: 1 per 100 texts.
    """
    parts: Dict[int, List[Attachment]] = {one.id: [] for one in items}
    owners = {one.id: one.ticket_id for one in items}
    for raw in rows:
        part = read.attachment(raw, PART)
        if part.transaction_id in parts:
            parts[part.transaction_id].append(
                replace(part, ticket_id=owners[part.transaction_id]))
    wanted = [body.id for several in parts.values() for body in _bodies(several).values()]
    texts = yield from _texts_of(wanted, about)
    return tuple(_completed(one, parts[one.id], texts) for one in items)


def _completed(one: Transaction, parts: List[Attachment],
               texts: Mapping[int, str]) -> Transaction:
    bodies = _bodies(parts)
    found = {kind: texts.get(part.id, "") for kind, part in bodies.items()}
    return replace(one, attachments=tuple(parts), content=found.get("text/plain"),
                   html=found.get("text/html"))


def _bodies(parts: List[Attachment]) -> Dict[str, Attachment]:
    """The first part without a name of plain text, and of HTML."""
    found: Dict[str, Attachment] = {}
    for part in parts:
        kind = part.content_type.lower()
        if part.filename is None and kind in _BODIES:
            found.setdefault(kind, part)
    return found


def _slices(numbers: List[int]) -> List[List[str]]:
    return [[str(number) for number in numbers[start:start + _AT_ONCE]]
            for start in range(0, len(numbers), _AT_ONCE)]


def parts_of(transactions: List[int], about: str) -> Operation[Tuple[Mapping[str, Any], ...]]:
    """The parts of visible transactions, by id. Requests: 1 per 100."""
    found: Tuple[Mapping[str, Any], ...] = ()
    for some in _slices(transactions):
        found += yield from _whole(("TransactionId", "IN", some), PART_FIELDS, about)
    return tuple(sorted(found, key=lambda raw: read_number(raw.get("id"))))


def _texts_of(numbers: List[int], about: str) -> Operation[Dict[int, str]]:
    """Contents of text parts as characters. Requests: 1 per 100."""
    found: Dict[int, str] = {}
    for some in _slices(numbers):
        for raw in (yield from _whole(("id", "IN", some), (("fields", "Content"),), about)):
            found[read_number(raw.get("id"))] = read_text(raw.get("Content"))
    return found


def _whole(condition: Tuple[str, str, Any], parameters: Tuple[Tuple[str, str], ...],
           about: str) -> Operation[Tuple[Mapping[str, Any], ...]]:
    """Rows that are all visible: a page that is not full is the last, whatever RT hides."""
    found: List[Mapping[str, Any]] = []
    while True:
        last = read_number(found[-1].get("id")) if found else 0
        conditions = (condition,) + ((("id", ">", str(last)),) if last else ())
        if condition[0] == "id" and last:
            left = [one for one in condition[2] if int(one) > last]
            conditions = (("id", "IN", left),)
        response = yield collection("attachments", conditions, parameters, about)(1, False)
        items = read_json(response).get("items") or []
        found += [one for one in items if read_number(one.get("id")) > last]
        if len(items) < _AT_ONCE:
            return tuple(found)
        if condition[0] == "id" and len(found) >= len(condition[2]):
            return tuple(found)


def transaction(transaction_id: int, ticket_id: Optional[int],
                custom_fields: bool = False) -> Operation[Transaction]:
    """See `Tracker.get_transaction`. Requests: at most 3."""
    positive_id(transaction_id, "transaction_id")
    about = f"read transaction {transaction_id}"
    path = "transactions"
    if ticket_id is not None:
        path = f"ticket/{positive_id(ticket_id, 'ticket_id')}/history"
    ask = collection(path, (("id", "=", str(transaction_id)),),
                     _columns(read.TRANSACTION_FIELDS + ",ObjectType", custom_fields), about)
    items = read_json((yield ask(1, False))).get("items") or []
    if not items:
        yield from _not_shown("transaction", transaction_id, ticket_id, about)
    if read_text(items[0].get("ObjectType")) != "RT::Ticket":
        raise NotFound(f"transaction {transaction_id} is not a ticket's")
    found = yield from _with_contents((read.transaction(items[0]),), about)
    return found[0]


def _not_shown(kind: str, number: int, ticket_id: Optional[int], about: str) -> Operation[None]:
    """Nothing came for one number: raise PermissionDenied or NotFound.

    RT answers 403 for what it hides; for what does not exist 500 with a message, as it cannot ask
    the rights of nothing (5.0.3 to 5.0.10).
    """
    if ticket_id is not None:
        yield from visible(ticket_id, about)
    response = yield Request("GET", f"{kind}/{number}", about=about)
    if response.status == 403:
        refuse(response)
    if response.status not in (200, 404, 500):
        refuse(response)
    where = "" if ticket_id is None else f" on ticket {ticket_id}"
    raise NotFound(f"there is no {kind} {number}{where}", code=response.status,
                   server=response.server or None, request=response.request.line)


# -- attachments ----------------------------------------------------------------------------------

def attachments(context: Context, ticket_id: int) -> Operation[Tuple[Attachment, ...]]:
    """See `Tracker.get_attachments`.

    Requests: 1 per 100; 1 more where RT hides the end, and 1 where there are none.
    """
    positive_id(ticket_id, "ticket_id")
    about = f"list the attachments of ticket {ticket_id}"
    if context.before(5, 0, 1):
        items = yield from _by_transactions(ticket_id, about)
    else:
        items = yield from all_items(collection(f"ticket/{ticket_id}/attachments", (),
                                                PART_FIELDS, about),
                                     lambda: visible(ticket_id, about))
    return tuple(read.attachment(raw, PART, ticket_id=ticket_id) for raw in items)


def _by_transactions(ticket_id: int, about: str) -> Operation[Tuple[Mapping[str, Any], ...]]:
    """Before 5.0.1 a ticket has no list of attachments: by its transactions."""
    listed = yield from all_items(collection(f"ticket/{ticket_id}/history", (), (), about),
                                  lambda: visible(ticket_id, about))
    return (yield from parts_of([read_number(one.get("id")) for one in listed], about))


def attachment(attachment_id: int, ticket_id: Optional[int]) -> Operation[Attachment]:
    """See `Tracker.get_attachment`.

    ``fields=Parent`` crashes RT for a part without a parent, so a part is first looked for among
    those that have one. Requests: 1, an outermost part 2.
    """
    positive_id(attachment_id, "attachment_id")
    about = f"read attachment {attachment_id}"
    path = "attachments"
    if ticket_id is not None:
        path = f"ticket/{positive_id(ticket_id, 'ticket_id')}/attachments"
    condition = ("id", "=", str(attachment_id))
    inner = collection(path, (condition, ("Parent", "!=", "0")),
                       (("fields", _HEAD_FIELDS + ",Parent"),), about)
    items = read_json((yield inner(1, False))).get("items") or []
    parent = read_id(items[0].get("Parent")) if items else None
    if not items:
        outer = collection(path, (condition,), (("fields", _HEAD_FIELDS),), about)
        items = read_json((yield outer(1, False))).get("items") or []
    if not items:
        yield from _not_shown("attachment", attachment_id, ticket_id, about)
    owner = NOT_LOADED if ticket_id is None else ticket_id
    return read.attachment(items[0], _HEAD, ticket_id=owner, parent_id=parent)


def _belongs(attachment_id: int, ticket_id: Optional[int], about: str) -> Operation[None]:
    """Raise NotFound unless the part is one of the ticket's: RT does not look. Requests: 1."""
    if ticket_id is None:
        return
    positive_id(ticket_id, "ticket_id")
    ask = collection(f"ticket/{ticket_id}/attachments", (("id", "=", str(attachment_id)),), (),
                     about)
    if not read_json((yield ask(1, False))).get("items"):
        yield from _not_shown("attachment", attachment_id, ticket_id, about)


def _missing(response: Response, attachment_id: int) -> None:
    """Raise what an answer without a content stands for; a missing attachment is a 500."""
    if response.status == 500 and response.content:
        raise NotFound(f"there is no attachment {attachment_id}", code=500,
                       server=response.server or None, request=response.request.line)
    if response.status != 200:
        refuse(response)


def read_content(context: Context, attachment_id: int,
                 ticket_id: Optional[int]) -> Operation[bytes]:
    """See `Tracker.read_attachment`. Requests: 1; with ticket_id 2."""
    positive_id(attachment_id, "attachment_id")
    about = f"read the content of attachment {attachment_id}"
    yield from _belongs(attachment_id, ticket_id, about)
    response = yield Request("GET", f"attachment/{attachment_id}", about=about)
    _missing(response, attachment_id)
    raw = read_json(response)
    content = raw.get("Content")
    if content is None:
        return no_content(read_text(raw.get("ContentType")), "read_attachment")
    original = original_of(raw.get("ContentType"), raw.get("Headers"))
    if context.before(5, 0, 1):
        stored = str(content).encode("utf-8" if original.is_text else "latin-1")
    else:
        try:
            stored = base64.b64decode("".join(str(content).split()), validate=True)
        except (binascii.Error, ValueError):
            raise ProtocolError("the content of the attachment is not base64",
                                status=200, request=response.request.line) from None
    return original.encode(stored, last=True)


def save_content(context: Context, attachment_id: int, path: Union[str, Path],
                 ticket_id: Optional[int]) -> Operation[int]:
    """See `Tracker.save_attachment`. Requests: 1; with ticket_id 2."""
    positive_id(attachment_id, "attachment_id")
    about = f"save the content of attachment {attachment_id}"
    yield from _belongs(attachment_id, ticket_id, about)
    target = FileSink(path)
    sink = ContentSink(target, plain=context.before(5, 0, 1))
    response = yield Request("GET", f"attachment/{attachment_id}", sink=sink, about=about)
    if not response.sunk:
        _missing(response, attachment_id)
        raise ProtocolError("the answer is not an attachment as RT writes it",
                            status=response.status, request=response.request.line)
    return target.size
