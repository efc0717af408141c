"""Whether a record is still as it was read, without reading it again where RT can tell."""
from __future__ import annotations

from typing import Any, Callable, Mapping, Optional, Tuple, Union

from rtcompat.conflicts import LAST_CHANGE, last_changed_alike, unchanged
from rtcompat.errors import NotFound, PermissionDenied
from rtcompat.exchange import Operation, Request
from rtcompat.model import (NOT_LOADED, Article, ArticleClass, Asset, Catalog, CustomField,
                            CustomRole, Group, Queue, Record, Ticket, User)
from rtcompat.rest2 import articles, assets, customfields, groups, people, records, tickets
from rtcompat.rest2.answers import read_json
from rtcompat.rest2.context import Context

__all__ = ["is_current"]

#: Those of which RT's ETag moves with what they hold. That of an asset or article does, too, but
#: does not come with the collection by which they are read; of a class, a custom field and a
#: custom role it is the second of the last change (5.0.3 to 6.0).
_TAGGED: Tuple[Tuple[type, str], ...] = (
    (Ticket, "ticket"), (User, "user"), (Queue, "queue"), (Group, "group"), (Catalog, "catalog"))
#: Before, an RT of several processes may tell a record as it was, with the ETag that it has now:
#: its caches are not emptied between two requests (5.0.0 to 5.0.2).
_TRUE_ETAG = (5, 0, 3)
_READ: Mapping[type, Callable[[Any], Operation[Any]]] = {
    User: people.get_user, Queue: people.get_queue, Asset: assets.get,
    Group: lambda number: records.get(groups.GROUP, number), Catalog: assets.get_catalog,
    Article: articles.get, ArticleClass: articles.get_class, CustomField: customfields.get_field,
    CustomRole: customfields.get_role}


def is_current(context: Context, record: Record) -> Operation[bool]:
    """See `Tracker.is_current`: by the ETag that the record carries; else a ticket by its last
    change, another one by reading it.

    Requests: 1; where it is read as many as that takes.
    """
    if not context.before(*_TRUE_ETAG):
        told = yield from _by_etag(record)
        if told is not None:
            return told
    if isinstance(record, Ticket):
        return (yield from _by_last_change(context, record))
    who: Union[str, int] = record.id
    if isinstance(record, User) and record.timezone is NOT_LOADED:
        # What others than administrators see of a user tells no name: RT finds it by that.
        who = record.name or record.id
    try:
        now: Record = yield from _READ[type(record)](who)
    except (NotFound, PermissionDenied):
        return False
    return unchanged(record, now)


def _by_etag(record: Record) -> Operation[Optional[bool]]:
    """None for a record that carries none. Requests: 1, then 0."""
    name = next((name for kind, name in _TAGGED if isinstance(record, kind)), None)
    tag: Any = NOT_LOADED if name is None else getattr(record, "etag")
    if tag is NOT_LOADED or not tag:
        return None
    response = yield Request("HEAD", f"{name}/{record.id}",
                             headers=(("If-None-Match", f'"{tag}"'),),
                             about=f"see whether {name} {record.id} changed")
    if response.status == 304:
        return True
    if response.status not in (200, 403, 404):
        # Out of our sight or gone is a change, and has no body by which to tell who answers.
        read_json(response)
    return False


def _by_last_change(context: Context, ticket: Ticket) -> Operation[bool]:
    page = yield from tickets.search(context, f"id = {ticket.id}", None, LAST_CHANGE, False, None)
    if not page.items:
        # merged, deleted, or out of our sight: reading it tells which
        return False
    return last_changed_alike(ticket, page.items[0])
