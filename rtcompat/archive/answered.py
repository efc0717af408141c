"""What an archive can be asked, answered from what it holds: one method an operation."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, FrozenSet, Iterable, List, Optional, Tuple, TypeVar, Union

from rtcompat import conflicts, fields
from rtcompat.archive.answers import Problem
from rtcompat.archive.contents import Contents
from rtcompat.archive.index import Index
from rtcompat.archive.matching import matching
from rtcompat.archive.records import Name, Records
from rtcompat.conditions import Condition
from rtcompat.errors import (NotFound, NotSaved, PermissionDenied, ProtocolError, RTError,
                             Unsupported, UsageError)
from rtcompat.exchange import FileSink
from rtcompat.fields import by_name
from rtcompat.limits import checked_query, positive_id
from rtcompat.model import (NOT_LOADED, Attachment, CustomField, Group, Links, Member, Outcome,
                            Page, Queue, Record, System, Ticket, Transaction, User)
from rtcompat.ticketsql import Query
from rtcompat.ticketsql.evaluating import found
from rtcompat.ticketsql.known import Known

__all__ = ["Answered"]

T = TypeVar("T")

#: Records a page, where each has to be read first.
_PAGE = 50
#: RT finds neither (``search/user``, 4.2.2 on).
_RTS_OWN = ("RT_System", "Nobody")
_LOOKUP_TYPES = ("RT::Queue-RT::Ticket", "RT::Queue")


class Answered:
    """The operations of `Tracker` that a dump can answer; listings give a `Page`.

    Args:
        user: login of who saved it, where a manifest tells.
        say: takes a problem that comes up.
    """

    def __init__(self, index: Index, records: Records, user: Optional[str],
                 say: Callable[[Problem], None]) -> None:
        self._index = index
        self._records = records
        self._user = user
        self._say = say
        self._contents = Contents(index, records, say)
        self._histories = self._contents.histories

    # -- who and what -------------------------------------------------------------------------

    def whoami(self) -> User:
        """Who saved the dump, where its manifest tells."""
        if self._user is None:
            raise Unsupported("a dump does not say who saved it", operation="whoami")
        return self._records.user(self._user)

    def get_system(self) -> System:
        """RT's version: the latest that answers name."""
        return System(self._index.version)

    def is_current(self, record: Record) -> bool:
        """Whether the archive holds the record as it was read: nothing changes in an archive."""
        read = conflicts.as_read(record)
        try:
            if isinstance(read, Ticket):
                now = self._records.ticket(read.id)
                return now.id == read.id and now.last_updated is not NOT_LOADED \
                    and now.last_updated == read.last_updated
            if isinstance(read, User):
                return conflicts.unchanged(read, self._records.user(read.id))
            if isinstance(read, Queue):
                return conflicts.unchanged(read, self._records.queue(read.id))
            if isinstance(read, Group):
                return conflicts.unchanged(read, self._records.group(read.id))
        except NotSaved:
            raise
        except (NotFound, PermissionDenied):
            return False
        raise Unsupported(f"an archive holds no {type(read).__name__}", operation="is_current",
                          argument="record")

    # -- tickets ------------------------------------------------------------------------------

    def get_ticket(self, ticket_id: int) -> Ticket:
        return self._records.ticket(positive_id(ticket_id, "ticket_id"))

    def get_tickets(self, ticket_ids: Iterable[int], *, cursor: Any = None
                    ) -> Page[Outcome[Ticket]]:
        return self._outcomes(ticket_ids, self._records.ticket, cursor)

    def search_tickets(self, query: Union[str, Query], *, order: Optional[str] = None,
                       fields: Optional[Iterable[str]] = None, snapshot: bool = False
                       ) -> Page[Ticket]:
        """Evaluated over every ticket that the dump holds; dates of a query are read in the zone
        in which those of the tickets are printed. Tickets of which only a history, attachments or
        links were saved are not found, and are a problem."""
        wanted = _wanted(fields)
        if isinstance(query, Query):
            zone = "UTC"
        else:
            zone = self._records.clocks.whole().name or "UTC"
            query = checked_query(query)
        result = found(query, self._records.tickets(), order=order, zone=zone, user=self._user,
                       known=self._known())
        self._records.tell_unshown()
        if result.undecided:
            names = sorted({name for one in result.undecided for name in one.fields})
            self._say(Problem("", 0, f"{query}: what was saved of {len(result.undecided)} tickets "
                              f"does not tell whether they fit ({', '.join(names)}): left out",
                              asked=True))
        for note in result.notes:
            self._say(Problem("", 0, f"{query}: {note}", asked=True))
        tickets = tuple(_only(one, wanted) for one in result.tickets)
        return Page(tickets, None, len(tickets))

    def _known(self) -> Known:
        return Known(links=lambda number: _or_none(lambda: self._records.links(number)),
                     history=lambda number: _or_none(lambda: self._histories.history(
                         number, content=True, types=None)),
                     content=self._searched,
                     queue_id=lambda name: self._index.names.get(f"queue/{name.casefold()}"),
                     user=lambda who: _or_none(lambda: self._records.user(who)))

    def _searched(self, attachment: Attachment) -> Optional[str]:
        """The text of an attachment; "" for what is no text."""
        if attachment.content_type and not attachment.content_type.lower().startswith("text"):
            return ""
        form = self._histories.form(attachment.id)
        shown = None if form is None else form.get("Content")
        return shown if shown is not None else self._contents.text(attachment.id)

    def _outcomes(self, ids: Iterable[int], read: Callable[[int], T], cursor: Any
                  ) -> Page[Outcome[T]]:
        every = tuple(ids)
        for number in every if cursor is None else ():
            positive_id(number, "ticket_ids")
        start = int(cursor or 0)
        page: List[Outcome[T]] = []
        for number in every[start:start + _PAGE]:
            try:
                page.append(Outcome(number, read(number)))
            except RTError as error:
                page.append(Outcome(number, error=error))
        more = start + _PAGE < len(every)
        return Page(tuple(page), start + _PAGE if more else None, len(every))

    # -- histories and attachments ------------------------------------------------------------

    def get_history(self, ticket_id: int, *, content: bool = True,
                    types: Optional[Iterable[str]] = None, custom_fields: bool = False
                    ) -> Page[Transaction]:
        if isinstance(types, str):
            raise UsageError("types is a list of RT's words", argument="types")
        number = positive_id(ticket_id, "ticket_id")
        wanted = None if types is None else frozenset(types)
        items = self._histories.history(number, content=content, types=wanted)
        return Page(items, None, len(items))

    def get_histories(self, ticket_ids: Iterable[int], *, content: bool = True,
                      cursor: Any = None) -> Page[Outcome[Tuple[Transaction, ...]]]:
        return self._outcomes(ticket_ids, lambda number: self._histories.history(
            number, content=content, types=None), cursor)

    def get_transaction(self, transaction_id: int, *, ticket_id: Optional[int] = None,
                        custom_fields: bool = False) -> Transaction:
        number = positive_id(transaction_id, "transaction_id")
        return self._histories.transaction(number, _ticket(ticket_id))

    def get_attachments(self, ticket_id: int) -> Tuple[Attachment, ...]:
        return self._histories.attachments(positive_id(ticket_id, "ticket_id"))

    def get_attachment(self, attachment_id: int, *, ticket_id: Optional[int] = None
                       ) -> Attachment:
        number = positive_id(attachment_id, "attachment_id")
        return self._histories.attachment(number, _ticket(ticket_id))

    def read_attachment(self, attachment_id: int, *, ticket_id: Optional[int] = None) -> bytes:
        return b"".join(self._pieces(attachment_id, ticket_id))

    def _pieces(self, attachment_id: int, ticket_id: Optional[int]) -> Iterable[bytes]:
        number = positive_id(attachment_id, "attachment_id")
        if ticket_id is not None:
            self._histories.must_belong(number, positive_id(ticket_id, "ticket_id"))
        return self._contents.pieces(number)

    def save_attachment(self, attachment_id: int, path: Union[str, Path], *,
                        ticket_id: Optional[int] = None) -> int:
        target = FileSink(path)
        pieces = self._pieces(attachment_id, ticket_id)
        try:
            target.open()
            for piece in pieces:
                target.write(piece)
        except BaseException:
            target.abandon()
            raise
        target.finish()
        return target.size

    def get_links(self, ticket_id: int) -> Links:
        return self._records.links(positive_id(ticket_id, "ticket_id"))

    # -- people, queues, fields ---------------------------------------------------------------

    def get_user(self, user: Name) -> User:
        return self._records.user(_named(user, "user"))

    def get_queue(self, queue: Name) -> Queue:
        return self._records.queue(_named(queue, "queue"))

    def get_queues(self) -> Page[Queue]:
        """The enabled queues that were saved."""
        return self.search_queues()

    def get_group(self, group: Name) -> Group:
        return self._records.group(_named(group, "group"))

    def get_group_members(self, group: Name, *, recursive: bool = False,
                          kind: Optional[str] = None) -> Page[Member]:
        if kind not in (None, "user", "group"):
            raise UsageError(f"kind is user, group or None, not {kind!r}", argument="kind")
        every = self._records.members(_named(group, "group"))
        found = tuple(one for one in every if kind in (None, one.kind))
        return Page(found, None, len(found))

    def search_users(self, conditions: Iterable[Condition] = (), *, order: Optional[str] = None,
                     include_disabled: bool = False) -> Page[User]:
        """Among those that were saved, without RT's own two."""
        every = [one for one in self._records.every("user") if one.name not in _RTS_OWN]
        return _page(matching(fields.USER, every, conditions, order, include_disabled))

    def search_queues(self, conditions: Iterable[Condition] = (), *,
                      order: Optional[str] = None, include_disabled: bool = False) -> Page[Queue]:
        """Among those that were saved."""
        return _page(matching(fields.QUEUE, self._records.every("queue"), conditions, order,
                              include_disabled))

    def search_groups(self, conditions: Iterable[Condition] = (), *,
                      order: Optional[str] = None, include_disabled: bool = False) -> Page[Group]:
        """Among those that were saved."""
        return _page(matching(fields.GROUP, self._records.every("group"), conditions, order,
                              include_disabled))

    def get_applied_custom_fields(self, kind: str, record: Name, *,
                                  lookup_type: Optional[str] = None) -> Tuple[CustomField, ...]:
        if kind not in ("queue", "catalog", "class"):
            raise UsageError("kind is one of queue, catalog, class", argument="kind")
        wanted = "RT::Queue-RT::Ticket" if lookup_type is None else lookup_type
        if kind != "queue" or wanted not in _LOOKUP_TYPES:
            raise Unsupported("REST 1.0 lists the fields of a queue and of its tickets only",
                              operation="get_applied_custom_fields")
        return self._records.applied(_named(record, "record"), wanted)


def _page(found: Tuple[T, ...]) -> Page[T]:
    return Page(found, None, len(found))


def _ticket(ticket_id: Optional[int]) -> Optional[int]:
    return None if ticket_id is None else positive_id(ticket_id, "ticket_id")


def _named(name: Name, argument: str) -> Name:
    """A name or number of a record, checked."""
    if isinstance(name, int):
        return positive_id(name, argument)
    if not isinstance(name, str) or not name.strip() or "\n" in name:
        raise UsageError(f"{name!r} names no {argument}", argument=argument)
    return name


def _or_none(read: Callable[[], T]) -> Optional[T]:
    """What is read, or None where the dump or RT does not tell, or what it tells is damaged: the
    search counts the ticket as undecided."""
    try:
        return read()
    except (NotFound, PermissionDenied, ProtocolError):
        return None


def _wanted(names: Optional[Iterable[str]]) -> Optional[FrozenSet[str]]:
    if names is None:
        return None
    if isinstance(names, str):
        raise UsageError("fields is a list of names", argument="fields")
    wanted = frozenset(names)
    unknown = wanted - set(by_name(fields.TICKET))
    if unknown:
        raise UsageError(f"no such field of a ticket: {', '.join(sorted(unknown))}",
                         argument="fields")
    return wanted


def _only(ticket: Ticket, wanted: Optional[FrozenSet[str]]) -> Ticket:
    """A ticket with what was asked for; the other attributes are NOT_LOADED."""
    ticket = replace(ticket, asked_id=ticket.id)
    if wanted is None:
        return ticket
    hidden = {name: NOT_LOADED for name in by_name(fields.TICKET)
              if name not in wanted and name != "id"}
    return replace(ticket, **hidden)
