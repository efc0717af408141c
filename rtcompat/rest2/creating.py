"""Creating tickets over REST2: once, then read back, as RT drops what it does not like."""
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from rtcompat import fields, limits
from rtcompat import receipt as receipts
from rtcompat.errors import InvalidValue, NotFound, PermissionDenied, Refused, Unsupported
from rtcompat.exchange import Operation, Request, Response
from rtcompat.model import NewAttachment, Receipt
from rtcompat.rest2 import filevalues, read, write
from rtcompat.rest2.answers import message_of, read_json
from rtcompat.rest2.context import Context, FieldKind
from rtcompat.rest2.editing import (ROLES, by_name, edit, held_attributes, known_zone,
                                    segment, set_right, spelt_alike, values_of)
from rtcompat.rest2.logins import owner_sent, with_numbers
from rtcompat.rest2.outcomes import once, unreadable
from rtcompat.rest2.paging import all_items, collection
from rtcompat.rest2.tickets import Found, find_ticket
from rtcompat.rest2.values import NOBODY, read_number

__all__ = ["create", "planned", "composed", "read_new", "would_find", "fields_of_queue"]


def fields_of_queue(context: Context, queue: Any, about: str) -> Operation[Dict[str, FieldKind]]:
    """Custom fields of a queue's tickets by name. Requests: 1 once a queue and login, 2 for a
    queue by name."""
    key = str(queue)
    known = context.queue_fields(key)
    if known is not None:
        return known
    try:
        raw = read_json((yield Request("GET", f"queue/{segment(key)}", about=about)))
        items = yield from all_items(collection(
            f"queue/{read_number(raw.get('id'))}/customfields", (),
            (("fields", "Name,Type,MaxValues"),), about))
    except (PermissionDenied, NotFound):
        return {}
    kinds = read.field_kinds(list(items))
    context.learn_queue_fields(key, kinds)
    return kinds


def create(context: Context, queue: Any, given: Mapping[str, Any], content: str,
           content_type: str, attachments: Sequence[NewAttachment],
           read_back: bool) -> Operation[Receipt]:
    """See `Tracker.create_ticket`."""
    wanted = planned(context, queue, given, content, content_type, attachments)
    about = f"create a ticket in queue {queue}"
    wanted, custom, body = yield from composed(context, wanted, content, content_type, about)
    request = Request("POST", "ticket", effect="write-once", about=about,
                      **write.carrying(body, attachments, "create_ticket"))
    response = yield from once(request, would_find(wanted.get("subject", "")))
    if response.status == 403:
        yield from _refused_queue(queue, response, about)
    number = read_number(read_json(response).get("id"))
    flat = by_name(wanted)
    if not read_back:
        return receipts.unverified(flat, via="rest2", id=number)
    return (yield from read_new(context, number, flat, custom, request))


def planned(context: Context, queue: Any, given: Mapping[str, Any], content: str,
            content_type: str, attachments: Sequence[NewAttachment]) -> Dict[str, Any]:
    """The wanted values of a new ticket, checked. Raises: UsageError, Unsupported."""
    wanted = limits.checked(fields.TICKET, {**given, "queue": queue})
    limits.checked_message(content, content_type, attachments)
    if attachments and context.before(5, 0, 1):
        raise Unsupported("RT takes files with a new ticket since 5.0.1", operation="create_ticket",
                          argument="attachments", protocol="rest2",
                          advice="create it, then comment with the files")
    if wanted.get("custom_roles") and context.before(5, 0, 2):
        raise Unsupported("RT takes custom roles with a new ticket since 5.0.2",
                          operation="create_ticket", argument="custom_roles", protocol="rest2")
    return wanted


def composed(context: Context, wanted: Mapping[str, Any], content: str, content_type: str,
             about: str) -> Operation[Tuple[Dict[str, Any], Dict[str, Any], Dict[str, Any]]]:
    """The wanted values with the names that RT shows, the custom fields to send, and the body."""
    wanted = yield from with_numbers(context, wanted, ROLES)
    body = write.columns(fields.TICKET, wanted)
    if "owner" in wanted:
        body["Owner"] = yield from owner_sent(context, wanted["owner"])
    body.update(write.message(content, content_type))
    for row in fields.TICKET:
        if row.kind == "people" and wanted.get(row.name) and row.rest2:
            body[row.rest2] = write.people(wanted[row.name])
    roles = wanted.get("custom_roles") or {}
    if roles:
        body["CustomRoles"] = {name: write.people(people) for name, people in roles.items()}
    found, custom = yield from _create_fields(context, wanted["queue"], wanted, about)
    if custom:
        body["CustomFields"] = custom
    return found, custom, body


def _create_fields(context: Context, queue: Any, wanted: Mapping[str, Any],
                   about: str) -> Operation[Tuple[Dict[str, Any], Dict[str, Any]]]:
    """The wanted values with the names that RT shows, and the body's custom fields.

    Raises: InvalidValue for a field that the queue does not show: RT would make the ticket and
        pass over it. Where the queue itself is hidden from us, RT judges the names.
    """
    given = wanted.get("custom_fields") or {}
    if not given:
        return dict(wanted), {}
    kinds = yield from fields_of_queue(context, queue, about)
    if kinds or context.queue_fields(str(queue)) is not None:
        given = filevalues.settled(write.custom_names(given, kinds, "the queue"), kinds, {})
    if any(name in kinds and kinds[name].type == "DateTime" for name in given):
        yield from known_zone(context)
    custom: Dict[str, Any] = {}
    for name, texts in given.items():
        if texts:
            kind = kinds.get(name)
            custom[str(kind.id) if kind else name] = write.custom_value(context, kind, texts, name)
    return {**wanted, "custom_fields": given}, custom


def would_find(subject: str) -> str:
    """TicketSQL for a ticket that may have been made just now. A day back, as RT reads dates in
    a zone of its own."""
    day = datetime.now(timezone.utc) - timedelta(days=1)
    text = subject.replace("\\", "\\\\").replace("'", "\\'")
    return f"Subject = '{text}' AND Creator = '__CurrentUser__' AND Created > '{day:%Y-%m-%d}'"


def _refused_queue(queue: Any, refused: Response, about: str) -> Operation[None]:
    """A refused creation: RT says the same for a queue that does not exist (5.0.3, 5.0.5)."""
    response = yield Request("GET", f"queue/{segment(str(queue))}", about=about)
    if response.status == 404:
        raise NotFound(f"there is no queue {queue!r}", code=404, server=response.server or None,
                       request=response.request.line)
    if response.status in (200, 403):
        said = message_of(refused)
        raise PermissionDenied(
            f"we may not create tickets in the queue {queue!r}", code=403,
            server=refused.server or None, request=refused.request.line,
            messages=(said,) if said else (),
            advice="or there is no such queue" if response.status == 403 else None)


def _defaults(flat: Mapping[str, Any]) -> Dict[str, Any]:
    """What a new ticket holds by itself: no change where that was wanted, and what RT leaves where
    it dropped a wanted value without a word."""
    found: Dict[str, Any] = {}
    for name, value in flat.items():
        if isinstance(value, tuple):
            found[name] = ()
        elif name == "owner":
            found[name] = NOBODY
        elif name in ("starts", "started", "due", "resolved", "sla"):
            found[name] = None
        elif name == "subject":
            found[name] = ""
        elif name in ("time_estimated", "time_worked", "time_left"):
            found[name] = 0
    return found


def _roles_again(context: Context, number: int, wanted: Mapping[str, Any]) -> Operation[None]:
    """Set custom roles that were dropped: a worker of RT that has served no page since a role was
    made does not know it (5.0.3 on); the next one may."""
    roles = {name[len("custom_roles["):-1]: people for name, people in wanted.items()
             if name.startswith("custom_roles[")}
    try:
        yield from edit(context, number, {"custom_roles": roles}, True)
    except Refused:
        return  # the reading that follows decides


def read_new(context: Context, number: int, flat: Dict[str, Any], sent: Dict[str, Any],
             request: Request, seen: Optional[Found] = None) -> Operation[Receipt]:
    """The receipt of a new ticket.

    Args:
        sent: the body's custom fields. seen: the ticket as it was read already.
    Raises: InvalidValue with the receipt where a wanted value was dropped.
    """
    about = f"read back ticket {number}"
    held: List[Found] = []

    def again() -> Operation[Mapping[str, Any]]:
        found = yield from find_ticket(context, number, held_attributes(flat), about)
        held[:] = [found]
        return values_of(found.ticket, flat)

    if seen is not None:
        held[:] = [seen]
        after: Mapping[str, Any] = values_of(seen.ticket, flat)
    else:
        after = yield from unreadable(again())
    wanted = spelt_alike(flat, held[0]) if held else flat
    before = _defaults(wanted)
    decided = receipts.decide(wanted, before, after, via="rest2", id=number)
    if held and any(name.startswith("custom_roles[") for name in decided.refused):
        yield from _roles_again(context, number, wanted)
        after = yield from unreadable(again())
        wanted = spelt_alike(flat, held[0])
        decided = receipts.decide(wanted, before, after, via="rest2", id=number)
    decided = yield from set_right(context, sent, decided, wanted, before, held, again, number,
                                   about)
    if receipts.failed(decided, wanted):
        raise InvalidValue(receipts.created_without(number, decided, wanted), code=201,
                           receipt=decided, request=request.line, messages=decided.messages,
                           advice=receipts.EDIT_IT.format(number))
    return decided
