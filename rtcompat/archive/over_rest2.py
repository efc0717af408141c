"""Saving over REST2: answers of REST 1.0, written from records so that they read equal.

Custom roles, who changed a ticket last and whatever else REST 1.0's forms have no place for is
not saved, so that a dump reads the same whichever protocol it was saved over.
"""
from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import (Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Set, Tuple)

from rtcompat.archive.draft import named
from rtcompat.archive.folder import Store
from rtcompat.archive.live import (AT_ONCE, Live, Once, entry_of, segment, server_time,
                                   shown_attachments, unsegmented)
from rtcompat.archive.manifest import Entry, Origin
from rtcompat.archive.outcome import ENDS, Failure, Failures
from rtcompat.archive.verifying import not_given
from rtcompat.conditions import where
from rtcompat.errors import (NotFound, PermissionDenied, ProtocolError, Refused, RTError,
                             Unsupported)
from rtcompat.exchange import Request
from rtcompat.model import NOT_LOADED, Attachment, CustomField, Queue, Ticket, Transaction
from rtcompat.rest1 import compose

__all__ = ["OverRest2"]

#: About one thing, which does not keep the rest from being saved.
_ABOUT_ONE = (Refused, Unsupported, ProtocolError)
_CHUNK = 1 << 20


class OverRest2:
    """Saves what RT would have answered over REST 1.0.

    Args:
        client: who asks. store: where it goes.
    Requests: 1, for the server's clock.
    """

    #: Tickets a task: they share requests.
    slice = 20

    def __init__(self, client: Live, store: Store) -> None:
        self._client = client
        self._store = store
        info = client.server()
        self._version = info.version
        self._origin = Origin("rest2", info.url, info.version, info.user, "UTC", True)
        hello = client.exchange("rest2", Request("GET", "rt", about="look at the server's clock"))
        self._began = server_time(hello.headers)
        self._counted = time.monotonic()
        self._lock = threading.Lock()
        self._shown = shown_attachments(store)
        self._once_each = Once()
        self._queues: Dict[str, Optional[Queue]] = {}
        self._fields: Dict[str, Mapping[str, CustomField]] = {}
        self._members: Dict[int, Tuple[str, ...]] = {}
        self._unknown: Set[int] = set()

    def _now(self) -> datetime:
        """The server's time."""
        return self._began + timedelta(seconds=int(time.monotonic() - self._counted))

    # -- the search ---------------------------------------------------------------------------

    def found(self, query: str) -> Tuple[Tuple[int, ...], bytes, Entry]:
        """The tickets by number, the answer that lists them, and its entry."""
        when = self._now()
        numbers = tuple(sorted({one.id for one in self._client.search_tickets(query, fields=())}))
        request = Request("POST", "search/ticket", form=(("query", query), ("format", "i")))
        return (numbers, compose.ids(self._version, "ticket", numbers),
                entry_of(self._origin, "", request, when))

    def prepare(self, number: int) -> None:
        """Find out who we are. Requests: 0; 1 where the login is not known."""
        if self._origin.user is None:
            self._origin = replace(self._origin, user=self._client.whoami().name)

    # -- tickets ------------------------------------------------------------------------------

    def tickets(self, numbers: Tuple[int, ...]) -> List[Failure]:
        """Save these; what ends everything is raised."""
        self._store.go_on()
        when = self._now()
        failures = Failures(self._store)
        tickets: Dict[int, Ticket] = {}
        histories: Dict[int, Tuple[Transaction, ...]] = {}
        for number, one in zip(numbers, self._client.get_tickets(numbers)):
            if one.result is not None:
                tickets[number] = one.result
            elif one.error is not None:
                failures.ticket = number
                self._refused(number, one.error, when)
                failures.add(Failure(f"ticket/{number}", _ended(one.error)))
        for number, several in zip(tickets, self._client.get_histories(tuple(tickets))):
            if several.result is not None:
                histories[number] = several.result
            elif several.error is not None:
                failures.ticket = number
                failures.add(Failure(f"ticket/{number}", _ended(several.error)))
        heads = self._heads(histories)
        for number, history in histories.items():
            failures.ticket = number
            try:
                self._ticket(number, tickets[number], history, heads, when, failures)
            except ENDS:
                raise
            except RTError as error:
                failures.add(Failure(f"ticket/{number}", error))
        return failures.found

    def again(self, what: str, ticket: Optional[int], sizes: Sequence[str]) -> List[Failure]:
        """Ask for a queue, a user, a group or the content of an attachment that failed before.

        Args:
            what: ``queue/General``, ``user/alice``, ``group/12``, ``attachment/7``.
            ticket, sizes: the attachment's ticket, and its sizes as `verifying.sizes_in` gives.
        """
        failures = Failures(self._store, ticket)
        kind, _, name = what.partition("/")
        if kind == "queue":
            self._once(what, partial(self._queue, unsegmented(what)), failures)
        elif kind == "user":
            self._once(what, partial(self._user, unsegmented(what)), failures)
        elif kind == "group":
            self._group(int(name), failures)
        elif ticket is not None:
            self._content_or_not(ticket, int(name), sizes, failures)
        return failures.found

    def _ticket(self, number: int, ticket: Ticket, history: Tuple[Transaction, ...],
                heads: Mapping[int, Attachment], when: datetime,
                failures: Failures) -> None:
        self._store.go_on()
        texts = _texts(history)
        queue, known = self._people(ticket, history, failures)
        links = compose.links(ticket.id, self._client.get_links(number))
        self._attachments(number, history, heads, texts, failures)
        parts = sorted((part for one in history for part in one.attachments),
                       key=lambda part: part.id)
        shown = compose.ticket(ticket, known=known, members=self._groups(ticket, failures),
                               with_sla=queue is None or not queue.sla_disabled)
        content = compose.answer(
            self._version, compose.history(history, texts),
            (shown, *compose.attachment_list(ticket.id, parts, texts), links))
        request = Request("POST", "show", form=(
            *(("id", f"ticket/{number}{part}")
              for part in ("", "/history", "/attachments", "/links")), ("format", "l")))
        self._store.put(content, entry_of(
            self._origin, f"ticket/{number}/show", request, when,
            address=f"ticket/{number}/show", ticket=number,
            last_updated=shown.get("LastUpdated")), looked=True)

    def _refused(self, number: int, error: RTError, when: datetime) -> None:
        """Say of a ticket that is not shown what REST 1.0 does, unless it was saved before."""
        file = f"ticket/{number}/show"
        known = self._store.get(file)
        if known is not None and known.last_updated is not None:
            return
        if isinstance(error, NotFound):
            sentence = f"Ticket {number} does not exist."
        elif isinstance(error, PermissionDenied):
            sentence = f"You are not allowed to display ticket {number}."
        else:
            return
        self._store.put(compose.refusal(self._version, sentence), entry_of(
            self._origin, file, Request("GET", file), when, ticket=number), looked=True)

    def _groups(self, ticket: Ticket, failures: Failures) -> Mapping[int, Tuple[str, ...]]:
        """The addresses of the members of the groups that watch a ticket, by the group's number.

        Requests: 3 and 1 more for each group below, once a group.
        """
        watching = (*ticket.requestors, *ticket.cc, *ticket.admin_cc)
        for number in {who.id for who in watching if who.kind == "group" and who.id}:
            if number not in self._members:
                self._group(number, failures)
            if number in self._unknown:
                self._store.concern(f"group/{number}", ticket.id)
        return self._members

    def _group(self, number: int, failures: Failures) -> None:
        found: Tuple[str, ...] = ()
        try:
            found = tuple(one.email for one in self._client.get_group_members(
                number, recursive=True, kind="user") if one.email)
        except _ABOUT_ONE as error:
            failures.add(Failure(f"group/{number}", _ended(error)))
            self._unknown.add(number)
        self._members[number] = found

    # -- attachments --------------------------------------------------------------------------

    def _heads(self, histories: Mapping[int, Sequence[Transaction]]) -> Dict[int, Attachment]:
        """The attachments that are not saved yet, by number, with headers and parents.

        Requests: 1 per 100, and 1 or 2 for each part of a message of several levels.
        """
        transactions = [one for several in histories.values() for one in several]
        wanted = sorted({part.id for one in transactions for part in one.attachments
                         if part.id not in self._shown})
        found: Dict[int, Attachment] = {}
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start:start + AT_ONCE]
            for part in self._client.search_attachments([where("id", "IN", some)]):
                found[part.id] = part
        for one in transactions:
            ids = [part.id for part in one.attachments]
            for part in one.attachments:
                if part.id in found:
                    found[part.id] = self._with_parent(found[part.id], one.attachments, ids)
        return found

    def _with_parent(self, part: Attachment, siblings: Tuple[Attachment, ...],
                     ids: List[int]) -> Attachment:
        """RT makes a container before what is in it (RT::Attachment, 3.4 to 6.0): the first part
        of a message is the outermost, and where it is the only container, it holds the others."""
        if part.id == min(ids):
            return replace(part, parent_id=None)
        containers = [one.id for one in siblings if _is_container(one)]
        if containers == [min(ids)]:
            return replace(part, parent_id=min(ids))
        return replace(part, parent_id=self._client.get_attachment(part.id).parent_id)

    def _attachments(self, number: int, history: Sequence[Transaction],
                     heads: Mapping[int, Attachment], texts: Mapping[int, str],
                     failures: Failures) -> None:
        for part in sorted((one for each in history for one in each.attachments),
                           key=lambda one: one.id):
            if not _is_multipart(part):
                text, size = texts.get(part.id), part.size
                sizes = (f"{len(text)}b",) if text else (f"{size}b",) \
                    if isinstance(size, int) else ()
                self._content_or_not(number, part.id, sizes, failures)
        new = sorted(part.id for one in history for part in one.attachments if part.id in heads)
        if not new:
            return
        forms = tuple(compose.attachment(heads[one], texts.get(one)) for one in new)
        address = f"attachment/{','.join(map(str, new))}"
        self._store.put(compose.answer(self._version, forms), entry_of(
            self._origin, f"show/attachments-{new[0]}",
            Request("POST", "show", form=(("id", address),)), self._now(), address=address,
            ticket=number), looked=True)
        with self._lock:
            self._shown.update(new)

    def _content_or_not(self, number: int, attachment: int, sizes: Sequence[str],
                        failures: Failures) -> None:
        try:
            self._content(number, attachment, sizes)
        except _ABOUT_ONE as error:
            failures.add(Failure(f"attachment/{attachment}", _ended(error)))

    def _content(self, number: int, attachment: int, sizes: Sequence[str]) -> None:
        """A content, by way of a file: it is never whole in memory."""
        file = f"attachment/{attachment}/content"
        if self._store.get(file) is not None:
            return
        request = Request("GET", file)
        draft = self._store.draft()
        bare = draft.path.with_suffix(".content")
        try:
            with named(bare):
                size = self._client.save_attachment(attachment, bare)
            wrong = None if size else not_given(b"", sizes)
            if wrong is not None:
                raise ProtocolError(wrong)
            if size:
                draft.write(compose.content_head(self._version))
                with open(bare, "rb") as source:
                    for chunk in iter(lambda: source.read(_CHUNK), b""):
                        draft.write(chunk)
        except BaseException:
            draft.drop()
            raise
        finally:
            bare.unlink(missing_ok=True)
        self._store.keep(draft, entry_of(self._origin, file, request, self._now(),
                                         ticket=number), looked=True)

    # -- queues and users ---------------------------------------------------------------------

    def _people(self, ticket: Ticket, history: Iterable[Transaction], failures: Failures
                ) -> Tuple[Optional[Queue], Mapping[str, CustomField]]:
        """Save the queue and the users that a ticket names; gives the queue and the custom fields
        of its tickets."""
        if ticket.queue:
            place = f"queue/{segment(ticket.queue)}"
            self._once(place, partial(self._queue, ticket.queue), failures)
            if ticket.queue not in self._fields:
                self._store.concern(place, ticket.id)
        logins = {ticket.owner, ticket.creator, *(one.creator for one in history)}
        for login in sorted(one for one in logins if one):
            place = f"user/{segment(login)}"
            if self._store.get(f"{place}/show") is None:
                self._once(place, partial(self._user, login), failures)
        return self._queues.get(ticket.queue), self._fields.get(ticket.queue, {})

    def _once(self, place: str, act: Callable[[str], None], failures: Failures) -> None:
        """Do for a record what is done once a run."""
        try:
            self._once_each.act(place, act)
        except ENDS:
            raise
        except RTError as error:
            failures.add(Failure(place, error))

    def _queue(self, name: str, place: str) -> None:
        found = self._client.get_queue(name)
        several = tuple(self._client.get_applied_custom_fields("queue", found.id))
        self._put(f"{place}/show", compose.answer(self._version, (compose.queue(found),)))
        self._put(f"{place}/ticketcustomfields", compose.answer(
            self._version, (compose.custom_fields(found.id, several),)))
        self._queues[name] = found
        self._fields[name] = {one.name: one for one in several}

    def _user(self, login: str, place: str) -> None:
        found = self._client.get_user(login)
        self._put(f"{place}/show", compose.answer(self._version, (compose.user(found),)))

    def _put(self, file: str, content: bytes) -> None:
        request = Request("GET", file, query=(("format", "l"),))
        self._store.put(content, entry_of(self._origin, file, request, self._now()), looked=True)


def _ended(error: RTError) -> RTError:
    """The error of one thing; what ends everything is raised."""
    if isinstance(error, ENDS):
        raise error
    return error


def _texts(history: Iterable[Transaction]) -> Dict[int, str]:
    """By attachment the texts of messages' bodies: the first part without a name of each kind."""
    found: Dict[int, str] = {}
    for one in history:
        for kind, text in (("text/plain", one.content), ("text/html", one.html)):
            first = next((part for part in one.attachments if part.filename is None
                          and part.content_type.lower() == kind), None)
            if first is not None and text is not None and text is not NOT_LOADED:
                found[first.id] = text
    return found


def _is_multipart(part: Attachment) -> bool:
    return part.content_type.lower().startswith("multipart/")


def _is_container(part: Attachment) -> bool:
    return _is_multipart(part) or part.content_type.lower().startswith("message/")
