"""RT as objects: a thin face over any `Tracker`.

    rt = Resources(tracker)
    ticket = rt.tickets(42)          # no request yet
    ticket.subject                   # asked for at first use, then kept
    ticket.update(status="open")     # a Receipt; the next use shows what RT stored
"""
from __future__ import annotations

from typing import Any, Mapping, Optional, Type

from rtcompat.errors import UsageError
from rtcompat.model import (Article, ArticleClass, Asset, Catalog, CustomField, CustomRole, Group,
                            Queue, Ticket, User)
from rtcompat.resources.cache import Cache
from rtcompat.resources.collections import Collection, Found, Kind
from rtcompat.resources.handles import AttachmentHandle, Handle, RecordHandle, TicketHandle
from rtcompat.tracker import Tracker

__all__ = ["Resources", "Collection", "Found", "Handle", "RecordHandle", "TicketHandle",
           "AttachmentHandle", "Cache"]


def _words(one: str, many: str, *without: str) -> Mapping[str, str]:
    """The operations of a kind of record, as `Tracker` names them."""
    found = {"get": f"get_{one}", "search": f"search_{many}", "create": f"create_{one}",
             "edit": f"edit_{one}", "delete": f"disable_{one}", "history": f"get_{one}_history"}
    return {word: name for word, name in found.items() if word not in without}


_TICKETS = Kind("ticket", Ticket, "Ticket/Display.html?id={id}",
                {"get": "get_ticket", "search": "search_tickets", "create": "create_ticket",
                 "edit": "edit_ticket"}, query="id > 0", merges=True)
_USERS = Kind("user", User, "User/Summary.html?id={id}", _words("user", "users"))
_GROUPS = Kind("group", Group, "Group/Summary.html?id={id}", _words("group", "groups"))
_QUEUES = Kind("queue", Queue, "Admin/Queues/Modify.html?id={id}", _words("queue", "queues"))
_ASSETS = Kind("asset", Asset, "Asset/Display.html?id={id}",
               {**_words("asset", "assets"), "delete": "delete_asset"})
_CATALOGS = Kind("catalog", Catalog, "Admin/Assets/Catalogs/Modify.html?id={id}",
                 _words("catalog", "catalogs"))
_ARTICLES = Kind("article", Article, "Articles/Article/Display.html?id={id}",
                 {**_words("article", "articles"), "delete": "delete_article"})
_CLASSES = Kind("class", ArticleClass, "Admin/Articles/Classes/Modify.html?id={id}",
                _words("class", "classes"))
_CUSTOM_FIELDS = Kind("custom field", CustomField, "Admin/CustomFields/Modify.html?id={id}",
                      _words("custom_field", "custom_fields", "history"))
_CUSTOM_ROLES = Kind("custom role", CustomRole, "Admin/CustomRoles/Modify.html?id={id}",
                     _words("custom_role", "custom_roles", "create", "edit", "delete", "history"))


class Resources:
    """The collections of one server.

    A record is kept once, whatever it is called by, and a write through one of its handles is seen
    through all. RT does not say which ticket a merged number stands for, so that a write to one
    ticket forgets all; a write by a name forgets its whole collection where the receipt tells no
    number (``read_back=False``, a refusal, a lost answer). What other collections keep stays: the
    queue's name in a ticket, after the queue was renamed.

    Args:
        tracker: a client, an archive, a sandbox. It is kept and not closed.
        cache_size: records kept a collection: -1 for any number, 0 for none.
        cache_age: seconds for which a record counts without asking; None for ever, 0 to ask each
            time (a ticket, and over REST2 a user, group, queue or catalog that was read by itself,
            by the question whether it changed).
    """

    def __init__(self, tracker: Tracker, *, cache_size: int = 1000,
                 cache_age: Optional[float] = None) -> None:
        if not isinstance(tracker, Tracker):
            raise UsageError("objects stand on a Tracker, such as connect gives; what AsyncClient "
                             "gives is awaited", argument="tracker")
        if isinstance(cache_size, bool) or not isinstance(cache_size, int) or cache_size < -1:
            raise UsageError(f"cache_size is a number from 0 on, or -1 for any, not {cache_size!r}",
                             argument="cache_size")
        self.tracker = tracker

        def plain(kind: Kind) -> Collection[Any, RecordHandle[Any]]:
            made: Type[RecordHandle[Any]] = RecordHandle
            return Collection(tracker, kind, made, Cache(cache_size, cache_age))
        self.tickets: Collection[Ticket, TicketHandle] = Collection(
            tracker, _TICKETS, TicketHandle, Cache(cache_size, cache_age))
        self.users = plain(_USERS)
        self.groups = plain(_GROUPS)
        self.queues = plain(_QUEUES)
        self.assets = plain(_ASSETS)
        self.catalogs = plain(_CATALOGS)
        self.articles = plain(_ARTICLES)
        self.classes = plain(_CLASSES)
        self.custom_fields = plain(_CUSTOM_FIELDS)
        self.custom_roles = plain(_CUSTOM_ROLES)

    def __repr__(self) -> str:
        return f"<objects of {self.tracker.server().url}>"
