"""What `save` needs of a live server, and what both protocols' savers share."""
from __future__ import annotations

import re
import threading
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import (Callable, Dict, Iterable, Iterator, Mapping, Optional, Protocol, Sequence,
                    Set, Tuple, TypeVar, Union)
from urllib.parse import quote, unquote

from rtcompat.archive.folder import Store
from rtcompat.archive.manifest import Entry, Origin
from rtcompat.conditions import Condition
from rtcompat.exchange import Request, Response
from rtcompat.model import (Attachment, CustomField, Links, Member, Outcome, Queue, ServerInfo,
                            Ticket, Transaction, User)
from rtcompat.ticketsql import Query

__all__ = ["AT_ONCE", "Live", "Once", "asked_of", "attachments_of", "entry_of", "moment_of",
           "segment", "server_time", "shown_attachments", "unsegmented"]

T = TypeVar("T", covariant=True)
#: Attachments whose forms are asked for at once.
AT_ONCE = 100


class Listed(Protocol[T]):
    """An iterator, as `tracker.Listing` is one."""

    def __iter__(self) -> Iterator[T]: ...


class Live(Protocol):
    """A live server: `client.Client`, of which `save` uses these."""

    def exchange(self, protocol: str, request: Request) -> Response: ...

    def server(self) -> ServerInfo: ...

    def whoami(self) -> User: ...

    def get_ticket(self, ticket_id: int) -> Ticket: ...

    def search_tickets(self, query: Union[str, Query], *, order: Optional[str] = None,
                       fields: Optional[Iterable[str]] = None,
                       snapshot: bool = False) -> Listed[Ticket]: ...

    def get_tickets(self, ticket_ids: Iterable[int]) -> Listed[Outcome[Ticket]]: ...

    def get_histories(self, ticket_ids: Iterable[int], *, content: bool = True
                      ) -> Listed[Outcome[Tuple[Transaction, ...]]]: ...

    def search_attachments(self, conditions: Iterable[Condition] = (), *,
                           order: Optional[str] = None) -> Listed[Attachment]: ...

    def get_attachment(self, attachment_id: int, *,
                       ticket_id: Optional[int] = None) -> Attachment: ...

    def save_attachment(self, attachment_id: int, path: Union[str, Path], *,
                        ticket_id: Optional[int] = None) -> int: ...

    def get_links(self, ticket_id: int) -> Links: ...

    def get_queue(self, queue: Union[str, int]) -> Queue: ...

    def get_user(self, user: Union[str, int]) -> User: ...

    def get_group_members(self, group: Union[str, int], *, recursive: bool = False,
                          kind: Optional[str] = None) -> Listed[Member]: ...

    def get_applied_custom_fields(self, kind: str, record: Union[str, int], *,
                                  lookup_type: Optional[str] = None
                                  ) -> Sequence[CustomField]: ...


def server_time(headers: Mapping[str, str]) -> datetime:
    """When an answer was given, by the server's clock; by ours where it does not say."""
    try:
        told = parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError, IndexError):
        told = datetime.now(timezone.utc)
    return told.replace(tzinfo=told.tzinfo or timezone.utc).astimezone(timezone.utc)


def moment_of(text: str) -> datetime:
    """The moment of an entry's ``time``; long ago for what is none, so that it is asked again."""
    try:
        found = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        found = datetime(1971, 1, 1)
    return found.replace(tzinfo=timezone.utc)


def asked_of(request: Request) -> str:
    """A request of ours for the manifest: none holds a secret."""
    pairs = [*request.query, *(request.form or ())]
    shown = "&".join(f"{name}={value}" for name, value in pairs)
    return f"{request.method} REST/1.0/{request.path}" + (f"?{shown}" if shown else "")


def entry_of(origin: Origin, file: str, request: Request, when: datetime, *, address: str = "",
             status: int = 200, ticket: Optional[int] = None,
             last_updated: Optional[str] = None) -> Entry:
    """The entry of an answer; `Store.keep` adds what it knows of the file."""
    return Entry(file, asked_of(request), address or request.path, "", 0, status,
                 when.strftime("%Y-%m-%dT%H:%M:%SZ"), origin.protocol != "rest1", origin.server,
                 origin.version, origin.user, origin.timezone, origin.timezone_exact, ticket,
                 last_updated)


def segment(name: str) -> str:
    """A name as a part of a path, in an address and on disk."""
    return quote(name, safe="") if name.strip(".") else name.replace(".", "%2E")


def unsegmented(place: str) -> str:
    """The name of a record, of ``queue/Sup%2Fport``."""
    return unquote(place.partition("/")[2])


def shown_attachments(store: Store) -> Set[int]:
    """The attachments whose forms are saved, by number."""
    return {number for one in store.entries() if one.file.startswith("show/attachments-")
            for number in attachments_of(one)}


def attachments_of(entry: Entry) -> Iterator[int]:
    """The attachments that an answer of several forms was asked for, by number."""
    return map(int, re.findall(r"\d+", entry.address.rpartition("/")[2]))


class Once:
    """Does for a record what is done once a run; who comes meanwhile waits, so that what names
    the record is not told as saved before the record is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: Dict[str, threading.Lock] = {}
        self._done: Set[str] = set()

    def act(self, place: str, act: Callable[[str], None]) -> None:
        """Call ``act(place)``, unless that was done; an error counts as done."""
        with self._lock:
            lock = self._locks.setdefault(place, threading.Lock())
        with lock:
            if place not in self._done:
                try:
                    act(place)
                finally:
                    self._done.add(place)
