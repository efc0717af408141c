"""Saving over REST 1.0: every answer as its bytes came."""
from __future__ import annotations

import re
import threading
from dataclasses import replace
from typing import Dict, Iterable, List, Optional, Set, Tuple
from urllib.parse import quote

from rtcompat.archive.live import Live, Once, entry_of, server_time, shown_attachments
from rtcompat.archive.manifest import Entry, Origin, Store
from rtcompat.archive.outcome import Failure, Failures
from rtcompat.errors import (ConnectFailed, NotAuthenticated, NotFound, Refused, RTError,
                             ServerFailure, TLSFailed)
from rtcompat.exchange import Request, Response
from rtcompat.rest1.answers import listed_ids, read_answer, refusal
from rtcompat.rest1.forms import Form, version_of
from rtcompat.rest1.read import parts_of

__all__ = ["OverRest1"]

_ENDS = (NotAuthenticated, ConnectFailed, TLSFailed)
_TICKET = re.compile(r"ticket/\d+\Z")
_LIST = re.compile(r"ticket/\d+/attachments\Z")
#: Attachments whose forms are asked for at once.
_AT_ONCE = 100
_LOGINS = ("Owner", "Creator")
#: The answers about a ticket: what is asked, and whether in the long format.
_PARTS = (("", False), ("/history", True), ("/attachments", False), ("/links", True))


class OverRest1:
    """Saves what RT answers over REST 1.0.

    Args:
        client: who asks. store: where it goes.
    Raises: Unsupported where the client does not use REST 1.0.
    Requests: 1, for the version.
    """

    #: Tickets a task.
    slice = 1

    def __init__(self, client: Live, store: Store) -> None:
        self._client = client
        self._store = store
        hello = self._ask(Request("GET", "", about="look for REST 1.0"))
        version = read_answer(hello)[0].version
        self._release = version_of(version)
        info = client.server()
        self._origin = Origin("rest1", info.url, version, info.user, None, False)
        self._lock = threading.Lock()
        self._once_each = Once()
        self._shown = shown_attachments(store)

    def _ask(self, request: Request) -> Response:
        return self._client.exchange("rest1", request)

    # -- the search ---------------------------------------------------------------------------

    def found(self, query: str) -> Tuple[Tuple[int, ...], bytes, Entry]:
        """The tickets by number, the answer that lists them, and its entry.

        Raises: InvalidQuery.
        """
        request = Request("POST", "search/ticket", form=(("query", query), ("format", "i")),
                          about="search tickets")
        response = self._ask(request)
        envelopes = read_answer(response)
        for one in envelopes:
            refused = refusal(one, response)
            if refused is not None:
                raise refused
        ids = listed_ids(envelopes[0].body if envelopes else "", "ticket")
        entry = entry_of(self._origin, "", request, server_time(response.headers))
        return tuple(sorted(set(ids))), response.content, entry

    def prepare(self, number: int) -> None:
        """Find out the zone in which RT prints our dates, and who we are.

        Requests: those of a first reading of a ticket; 1 or 2 where the login is not known.
        """
        user = self._origin.user
        try:
            self._client.get_ticket(number)
            if user is None:
                user = self._client.whoami().name
        except _ENDS:
            raise
        except RTError:
            pass  # the ticket itself is told of when it is saved
        info = self._client.server()
        self._origin = replace(self._origin, user=user, timezone=info.timezone,
                               timezone_exact=info.timezone_exact)

    # -- tickets ------------------------------------------------------------------------------

    def tickets(self, numbers: Tuple[int, ...]) -> List[Failure]:
        """Save these; what ends everything is raised."""
        failures: List[Failure] = Failures(self._store)
        for number in numbers:
            try:
                self._ticket(number, failures)
            except _ENDS:
                raise
            except RTError as error:
                failures.append(Failure(f"ticket/{number}", error))
        return failures

    def _ticket(self, number: int, failures: List[Failure]) -> None:
        request = Request("POST", "show", form=(
            *((("id", f"ticket/{number}{part}")) for part, _ in _PARTS), ("format", "l")),
            about=f"save ticket {number}")
        try:
            response = self._ask(request)
            forms = _forms(response)
            content = response.content
            for part, _ in _PARTS:
                self._store.had(f"ticket/{number}{part}")
        except ServerFailure:
            response, content, forms = self._apart(number, failures)
        ticket = next((one for one in forms if _TICKET.match(one.get("id") or "")), None)
        when = server_time(response.headers)
        if ticket is None:
            self._refused(number)
            return
        self._people(ticket, forms, failures)
        self._attachments(number, forms, failures)
        self._store.put(content, entry_of(
            self._origin, f"ticket/{number}/show", request, when,
            address=f"ticket/{number}/show", ticket=number,
            last_updated=ticket.get("LastUpdated")))

    def _apart(self, number: int, failures: List[Failure]
               ) -> Tuple[Response, bytes, Tuple[Form, ...]]:
        """RT crashes over a history of which nothing is shown to us: what else there is, asked
        one by one, one answer behind the other.

        Requests: 4.
        """
        content = b""
        every: List[Form] = []
        first: Optional[Response] = None
        for part, long in _PARTS:
            request = Request("GET", f"ticket/{number}{part or '/show'}",
                              query=(("format", "l"),) if long else (),
                              about=f"save ticket {number}")
            try:
                response = self._ask(request)
                every += _forms(response)
                self._store.had(f"ticket/{number}{part}")
            except ServerFailure as error:
                failures.append(Failure(f"ticket/{number}{part}", error))
                continue
            first = first or response
            content += response.content
        if first is None:
            raise NotFound(f"RT shows nothing of ticket {number}")
        return first, content, tuple(every)

    def _refused(self, number: int) -> None:
        """Keep what RT says of a ticket that it does not show, unless it was saved before.

        Raises: Refused.
        """
        request = Request("GET", f"ticket/{number}/show", about=f"save ticket {number}")
        response = self._ask(request)
        said: Optional[Refused] = None
        for one in read_answer(response):
            said = said or refusal(one, response)
        if said is None:
            raise NotFound(f"RT shows nothing of ticket {number}", request=request.line)
        file = f"ticket/{number}/show"
        known = self._store.get(file)
        if known is None or known.last_updated is None:
            self._store.put(response.content, entry_of(
                self._origin, file, request, server_time(response.headers), ticket=number))
        raise said

    # -- attachments --------------------------------------------------------------------------

    def _attachments(self, number: int, forms: Iterable[Form], failures: List[Failure]) -> None:
        """Save the forms and contents of a ticket's attachments that are not there yet."""
        types: Dict[int, str] = {}
        listed: Set[int] = set()
        for form in forms:
            if _LIST.match(form.get("id") or ""):
                types.update((line.id, line.content_type or "") for line in parts_of(form))
            elif form.get("Type") is not None:
                listed.update(line.id for line in parts_of(form))
        if self._release < (3, 8):  # its histories leave out the first of each transaction
            listed.update(types)
        with self._lock:
            unshown = sorted(listed - self._shown)
        for start in range(0, len(unshown), _AT_ONCE):
            self._attachment_forms(number, unshown[start:start + _AT_ONCE])
        for one in sorted(listed):
            if not types.get(one, "").lower().startswith("multipart/"):
                try:
                    self._content(number, one)
                except _ENDS:
                    raise
                except Refused as error:
                    failures.append(Failure(f"attachment/{one}", error))

    def _attachment_forms(self, number: int, ids: List[int]) -> None:
        """By the address that shows a file's content in brief; before 4.4.5 and 5.0.2 by the
        ticket's, as the content in the form tells how it ends (see `Tracker.read_attachment`)."""
        place = "attachment" if self._exact() else f"ticket/{number}/attachments"
        address = f"{place}/{','.join(map(str, ids))}"
        request = Request("POST", "show", form=(("id", address),),
                          about=f"save attachments of ticket {number}")
        self._stream(request, f"show/attachments-{ids[0]}", address, number)
        with self._lock:
            self._shown.update(ids)

    def _content(self, number: int, attachment: int) -> None:
        file = f"attachment/{attachment}/content"
        if self._store.get(file) is not None:
            return
        path = file if self._release >= (4, 0, 12) \
            else f"ticket/{number}/attachments/{attachment}/content"
        self._stream(Request("GET", path, about=f"save attachment {attachment}"), file, path,
                     number)

    def _exact(self) -> bool:
        return self._release >= (4, 4, 5) and not (5, 0) <= self._release < (5, 0, 2)

    def _stream(self, request: Request, file: str, address: str, number: int) -> None:
        """Save an answer that is not looked into, without holding it."""
        draft = self._store.draft()
        try:
            response = self._ask(replace(request, sink=draft))
            # raises for what is no answer of REST 1.0
            read_answer(replace(response, content=draft.head) if response.sunk else response,
                        plain=True)
        except BaseException:
            draft.drop()
            raise
        self._store.keep(draft, entry_of(self._origin, file, request,
                                         server_time(response.headers), address=address,
                                         ticket=number))

    # -- queues and users ---------------------------------------------------------------------

    def _people(self, ticket: Form, forms: Iterable[Form], failures: List[Failure]) -> None:
        """Save the queue and the users that a ticket names."""
        queue = ticket.get("Queue") or ""
        if queue:
            self._once(f"queue/{_segment(queue)}", ("show", "ticketcustomfields")
                       if self._release >= (3, 8, 2) else ("show",), queue, failures)
        logins = {ticket.get(key) or "" for key in _LOGINS}
        logins.update(form.get("Creator") or "" for form in forms if form.get("Type") is not None)
        for login in sorted(logins - {""}):
            if self._store.get(f"user/{_segment(login)}/show") is None:
                self._once(f"user/{_segment(login)}", ("show",), login, failures)

    def _once(self, place: str, attributes: Tuple[str, ...], name: str,
              failures: List[Failure]) -> None:
        """Save a record that is met for the first time in this run."""
        def record(place: str) -> None:
            path = self._reached(place, name)
            for attribute in attributes:
                self._record(f"{place}/{attribute}", f"{path}/{attribute}")
        try:
            self._once_each.act(place, record)
        except _ENDS:
            raise
        except RTError as error:
            failures.append(Failure(place, error))

    def _reached(self, place: str, name: str) -> str:
        """The path of a record; by number where RT would take its name for something else.

        Requests: 0; for a name of digits, or with a slash or a comma, those of reading it.
        """
        kind = place.partition("/")[0]
        if name.isdigit() or name in (".", "..", "new") or "/" in name or "," in name:
            found = self._client.get_user(name) if kind == "user" else \
                self._client.get_queue(name)
            return f"{kind}/{found.id}"
        return place

    def _record(self, file: str, path: str) -> None:
        request = Request("GET", path, query=(("format", "l"),), about=f"save {file}")
        response = self._ask(request)
        envelopes = read_answer(response)
        known = self._store.get(file)
        refused = next((one for one in (refusal(each, response) for each in envelopes) if one),
                       None)
        if refused is None or known is None:
            self._store.put(response.content, entry_of(self._origin, file, request,
                                                       server_time(response.headers)))
        if refused is not None:
            raise refused


def _segment(name: str) -> str:
    """A name as a part of a path, in an address and on disk."""
    return quote(name, safe="").replace(".", "%2E") if name.strip(".") == "" \
        else quote(name, safe="")


def _forms(response: Response) -> Tuple[Form, ...]:
    return tuple(form for envelope in read_answer(response) for form in envelope.forms)
