"""One client for Request Tracker over REST 1.0 and REST2, with the same results from both."""
from __future__ import annotations

from rtcompat.aio import AsyncClient, AsyncListing, AsyncWatch, connect_async
from rtcompat.client import Client
from rtcompat.conditions import Condition, where, wild
from rtcompat.connecting import Probe, connect, probe
from rtcompat.errors import (Conflict, ConnectFailed, FormSyntaxError, InvalidQuery, InvalidValue,
                             NotAuthenticated, NotFound, OutcomeUnknown, PermissionDenied,
                             ProtocolError, Refused, RTError, ServerFailure, TimedOut, TLSFailed,
                             TransportError, Truncated, Unsupported, UsageError)
from rtcompat.exchange import WouldSend
from rtcompat.model import (KEEP, NOT_LOADED, Article, ArticleClass, Asset, Attachment, Catalog,
                            CustomField, CustomFieldFile, CustomFieldValue, CustomRole, Group,
                            Link, Links, Member, NewAttachment, NewMessage, NewTicket, Outcome,
                            Page, Queue, Receipt, SavedSearch, ServerInfo, System, Ticket,
                            TicketChange, Transaction, User, Watcher)
from rtcompat.resources import Resources
from rtcompat.ticketsql import Query, ticketsql
from rtcompat.tracker import Listing, Tracker
from rtcompat.watching import Change, Watch

__version__ = "0.1.0"

__all__ = [
    "Article", "ArticleClass", "Asset", "AsyncClient", "AsyncListing", "AsyncWatch",
    "Attachment", "Catalog", "Change", "Client", "Condition", "Conflict", "ConnectFailed",
    "CustomField", "CustomFieldFile", "CustomFieldValue", "CustomRole", "FormSyntaxError",
    "Group", "InvalidQuery", "InvalidValue", "KEEP", "Link", "Links", "Listing", "Member",
    "NOT_LOADED", "NewAttachment", "NewMessage", "NewTicket", "NotAuthenticated", "NotFound",
    "Outcome", "OutcomeUnknown", "Page", "PermissionDenied", "Probe", "ProtocolError", "Query",
    "Queue", "RTError", "Receipt", "Refused", "Resources", "SavedSearch", "ServerFailure",
    "ServerInfo", "System", "TLSFailed", "Ticket", "TicketChange", "TimedOut", "Tracker",
    "Transaction", "TransportError", "Truncated", "Unsupported", "UsageError", "User", "Watch",
    "Watcher", "WouldSend", "connect", "connect_async", "probe", "ticketsql", "where", "wild",
]
