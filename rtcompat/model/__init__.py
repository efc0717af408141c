"""Records in RT's terms: frozen, comparable, picklable, the same whatever they were read from.

What None, empty and `NOT_LOADED` mean, everywhere:

* ``NOT_LOADED``: it was not asked for, or this protocol does not transmit it.
* ``None``: RT has no value (a date that is not set, an attachment without a name).
* ``""``, ``()``: RT has an empty value.

Times are aware datetimes in UTC, durations integer minutes, sizes bytes.
"""
from __future__ import annotations

from rtcompat.model.bulk import NewMessage, NewTicket, Outcome, TicketChange
from rtcompat.model.articles import Article, ArticleClass
from rtcompat.model.assets import Asset, Catalog
from rtcompat.model.customfields import (LOOKUP_TYPES, CustomField, CustomFieldFile,
                                         CustomFieldValue, CustomRole)
from rtcompat.model.groups import Group, Member
from rtcompat.model.links import LINK_NAMES, Link, Links
from rtcompat.model.marks import EMPTY, KEEP, NOT_LOADED, FrozenMap
from rtcompat.model.messages import Attachment, NewAttachment, Transaction
from rtcompat.model.outcome import Page, Receipt, ServerInfo
from rtcompat.model.people import User
from rtcompat.model.queues import Queue
from rtcompat.model.records import Record
from rtcompat.model.searches import SavedSearch
from rtcompat.model.system import System
from rtcompat.model.tickets import Ticket, Watcher

__all__ = [
    "NOT_LOADED", "KEEP", "EMPTY", "FrozenMap", "Watcher", "Ticket", "Transaction", "Attachment",
    "NewAttachment", "Link", "Links", "Queue", "User", "Group", "Member", "System", "CustomField",
    "CustomFieldFile", "CustomFieldValue", "CustomRole", "LOOKUP_TYPES", "Page", "Receipt",
    "ServerInfo", "LINK_NAMES", "Asset", "Catalog", "Article", "ArticleClass", "SavedSearch",
    "NewTicket", "TicketChange", "NewMessage", "Outcome", "Record",
]
