"""Saving over REST 1.0: every answer as its bytes came."""
from __future__ import annotations

import io
import re
import threading
from dataclasses import replace
from typing import BinaryIO, Dict, Iterable, List, Optional, Sequence, Set, Tuple

from rtcompat.archive.draft import Draft
from rtcompat.archive.folder import Store
from rtcompat.archive.live import (AT_ONCE, Live, Once, entry_of, segment, server_time,
                                   shown_attachments, unsegmented)
from rtcompat.archive.manifest import Entry, Origin
from rtcompat.archive.outcome import ENDS, Failure, Failures
from rtcompat.archive.verifying import look, not_given, sizes_in
from rtcompat.errors import (FormSyntaxError, NotFound, ProtocolError, Refused, RTError,
                             ServerFailure)
from rtcompat.exchange import Request, Response
from rtcompat.rest1.answers import listed_ids, read_answer, refusal
from rtcompat.rest1.forms import Envelope, Form, parse, version_of
from rtcompat.rest1.read import parts_of

__all__ = ["OverRest1"]

_TICKET = re.compile(r"ticket/\d+\Z")
_LIST = re.compile(r"ticket/\d+/attachments\Z")
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
        self._store.go_on()
        return self._client.exchange("rest1", request)

    # -- the search ---------------------------------------------------------------------------

    def found(self, query: str) -> Tuple[Tuple[int, ...], bytes, Entry]:
        """The tickets by number, the answer that lists them, and its entry.

        Raises: InvalidQuery.
        """
        request = Request("POST", "search/ticket", form=(("query", query), ("format", "i")),
                          about="search tickets")
        response = self._ask(request)
        try:
            envelopes = read_answer(response)
        except FormSyntaxError:
            envelopes = ()  # `save` tells that it is not whole
        for one in envelopes:
            refused = refusal(one, response)
            if refused is not None:
                raise refused
        body = envelopes[0].body if envelopes else ""
        ids = listed_ids(body[:body.rfind("\n") + 1], "ticket")  # a number may be cut
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
        except ENDS:
            raise
        except RTError:
            pass  # the ticket itself is told of when it is saved
        info = self._client.server()
        self._origin = replace(self._origin, user=user, timezone=info.timezone,
                               timezone_exact=info.timezone_exact)

    # -- tickets ------------------------------------------------------------------------------

    def tickets(self, numbers: Tuple[int, ...]) -> List[Failure]:
        """Save these; what ends everything is raised."""
        failures = Failures(self._store)
        for number in numbers:
            failures.ticket = number
            try:
                self._ticket(number, failures)
            except ENDS:
                raise
            except RTError as error:
                failures.add(Failure(f"ticket/{number}", error))
        return failures.found

    def again(self, what: str, ticket: Optional[int], sizes: Sequence[str]) -> List[Failure]:
        """Ask for a queue, a user or the content of an attachment that failed before.

        Args:
            what: ``queue/General``, ``user/alice``, ``attachment/7``.
            ticket, sizes: the attachment's ticket, and its sizes as `verifying.sizes_in` gives.
        """
        failures = Failures(self._store, ticket)
        kind = what.partition("/")[0]
        if kind == "queue":
            self._queue(unsegmented(what), failures)
        elif kind == "user":
            self._once(what, ("show",), unsegmented(what), failures)
        elif ticket is not None:
            self._content_or_not(ticket, int(what.partition("/")[2]), sizes, failures)
        return failures.found

    def _ticket(self, number: int, failures: Failures) -> None:
        request = Request("POST", "show", form=(
            *((("id", f"ticket/{number}{part}")) for part, _ in _PARTS), ("format", "l")),
            about=f"save ticket {number}")
        try:
            response = self._ask(request)
            forms = self._whole(response, number)
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
            last_updated=ticket.get("LastUpdated")), looked=True)

    def _whole(self, response: Response, number: int) -> Tuple[Form, ...]:
        """The forms about a ticket.

        Raises: ProtocolError for an answer that is not whole.
        """
        forms = _forms(response)
        file = f"ticket/{number}/show"
        self._look(io.BytesIO(response.content), entry_of(
            self._origin, file, response.request, server_time(response.headers)))
        if len(response.request.form or ()) > len(_PARTS) and _lacks_links(forms):
            raise ProtocolError(f"{file}: the answer ends before the links: cut short",
                                request=response.request.line)
        return forms

    def _look(self, content: BinaryIO, entry: Entry) -> None:
        """Raises: ProtocolError for an answer that is not whole."""
        wrong = look(content.read, entry, self._store.folder / entry.file)
        if wrong is not None:
            raise ProtocolError(f"{wrong.what} (line {wrong.line})", request=entry.request)

    def _apart(self, number: int, failures: Failures
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
                every += self._whole(response, number)
                self._store.had(f"ticket/{number}{part}")
            except (ServerFailure, ProtocolError) as error:
                failures.add(Failure(f"ticket/{number}{part}", error))
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
                self._origin, file, request, server_time(response.headers), ticket=number),
                looked=True)
        raise said

    # -- attachments --------------------------------------------------------------------------

    def _attachments(self, number: int, forms: Sequence[Form], failures: Failures) -> None:
        """Save the forms and contents of a ticket's attachments that are not there yet."""
        sizes = sizes_in(forms)
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
        slices = [unshown[start:start + AT_ONCE] for start in range(0, len(unshown), AT_ONCE)]
        for some in slices:
            try:
                self._attachment_forms(number, some)
            except ProtocolError as error:
                failures.add(Failure(_forms_file(some), error))
        wanted = set(map(_forms_file, slices))
        for what, failed in self._store.failing.items():
            if what.startswith("show/") and number in failed.tickets and what not in wanted:
                self._store.had(what)  # of what the ticket does not list any more
        for one in sorted(listed):
            if not types.get(one, "").lower().startswith("multipart/"):
                self._content_or_not(number, one, sizes.get(one, ()), failures)

    def _content_or_not(self, number: int, attachment: int, sizes: Sequence[str],
                        failures: Failures) -> None:
        try:
            self._content(number, attachment, sizes)
        except ENDS:
            raise
        except (Refused, ProtocolError) as error:
            failures.add(Failure(f"attachment/{attachment}", error))

    def _attachment_forms(self, number: int, ids: List[int]) -> None:
        """By the address that shows a file's content in brief; before 4.4.5 and 5.0.2 by the
        ticket's, as the content in the form tells how it ends (see `Tracker.read_attachment`)."""
        place = "attachment" if self._exact() else f"ticket/{number}/attachments"
        address = f"{place}/{','.join(map(str, ids))}"
        # by a ticket's address RT takes one attachment each (seen on 4.4.4)
        asked = [address] if self._exact() else [f"{place}/{one}" for one in ids]
        request = Request("POST", "show", form=tuple(("id", one) for one in asked),
                          about=f"save attachments of ticket {number}")
        self._stream(request, _forms_file(ids), address, number)
        with self._lock:
            self._shown.update(ids)

    def _content(self, number: int, attachment: int, sizes: Sequence[str]) -> None:
        file = f"attachment/{attachment}/content"
        if self._store.get(file) is not None:
            return
        path = file if self._release >= (4, 0, 12) \
            else f"ticket/{number}/attachments/{attachment}/content"
        self._stream(Request("GET", path, about=f"save attachment {attachment}"), file, path,
                     number, sizes=sizes)

    def _exact(self) -> bool:
        return self._release >= (4, 4, 5) and not (5, 0) <= self._release < (5, 0, 2)

    def _stream(self, request: Request, file: str, address: str, number: int, *,
                sizes: Sequence[str] = ()) -> None:
        """Save an answer without holding it.

        Args:
            sizes: as RT lists them, of a content.
        Raises: ProtocolError for one that is not whole, which is not kept.
        """
        draft = self._store.draft()
        try:
            response = self._ask(replace(request, sink=draft))
            # raises for what is no answer of REST 1.0
            read_answer(replace(response, content=draft.head) if response.sunk else response,
                        plain=True)
            entry = entry_of(self._origin, file, request, server_time(response.headers),
                             address=address, ticket=number)
            self._look_into(draft, entry, sizes)
        except BaseException:
            draft.drop()
            raise
        self._store.keep(draft, entry, looked=True)

    def _look_into(self, draft: Draft, entry: Entry, sizes: Sequence[str]) -> None:
        if entry.file.endswith("/content"):  # may be anything and be long: its beginning tells
            self._look(io.BytesIO(draft.head), entry)
            wrong = not_given(draft.head, sizes)
            if wrong is not None:
                raise ProtocolError(wrong, request=entry.request)
            return
        draft.close()
        with open(draft.path, "rb") as file:
            self._look(file, entry)

    # -- queues and users ---------------------------------------------------------------------

    def _people(self, ticket: Form, forms: Iterable[Form], failures: Failures) -> None:
        """Save the queue and the users that a ticket names."""
        queue = ticket.get("Queue") or ""
        if queue:
            self._queue(queue, failures)
        logins = {ticket.get(key) or "" for key in _LOGINS}
        logins.update(form.get("Creator") or "" for form in forms if form.get("Type") is not None)
        for login in sorted(logins - {""}):
            if self._store.get(f"user/{segment(login)}/show") is None:
                self._once(f"user/{segment(login)}", ("show",), login, failures)

    def _queue(self, name: str, failures: Failures) -> None:
        self._once(f"queue/{segment(name)}", ("show", "ticketcustomfields")
                   if self._release >= (3, 8, 2) else ("show",), name, failures)

    def _once(self, place: str, attributes: Tuple[str, ...], name: str,
              failures: Failures) -> None:
        """Save a record that is met for the first time in this run."""
        def record(place: str) -> None:
            path = self._reached(place, name)
            for attribute in attributes:
                self._record(f"{place}/{attribute}", f"{path}/{attribute}")
            self._store.had(place)
        try:
            self._once_each.act(place, record)
        except ENDS:
            raise
        except RTError as error:
            failures.add(Failure(place, error))

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
        envelopes = _envelopes(response)
        known = self._store.get(file)
        refused = next((one for one in (refusal(each, response) for each in envelopes) if one),
                       None)
        entry = entry_of(self._origin, file, request, server_time(response.headers))
        if refused is None:
            self._look(io.BytesIO(response.content), entry)
        if refused is None or known is None:
            self._store.put(response.content, entry, looked=True)
        if refused is not None:
            raise refused


def _forms_file(ids: Sequence[int]) -> str:
    """Where the forms of attachments are kept."""
    return f"show/attachments-{ids[0]}"


def _envelopes(response: Response) -> Tuple[Envelope, ...]:
    """What an answer holds, an odd one, too: what is no field is left out."""
    if not read_answer(response, plain=True):
        return ()
    odd: List[FormSyntaxError] = []
    return parse(response.content, names=response.request.path.endswith("customfields"),
                 problems=odd)


def _forms(response: Response) -> Tuple[Form, ...]:
    return tuple(form for envelope in _envelopes(response) for form in envelope.forms)


def _lacks_links(forms: Iterable[Form]) -> bool:
    """Whether of a ticket that is shown the links, which are asked for last, are not: an answer
    cut behind a form ends as a whole one does. What is refused comes as a comment."""
    kept = [one for one in forms if one.get("Type") is None]
    return any(_TICKET.match(one.get("id") or "") for one in kept) and not any(
        one.comment or (one.get("id") or "").endswith("/links") for one in kept)
