"""Tickets, links, people and queues put together from what a dump holds of them.

Read by the same functions as a live server's answers, so that they are equal to its records. What
an answer would have to tell that was not saved is NOT_LOADED; where nothing was, `NotSaved`.
"""
from __future__ import annotations

from dataclasses import fields as attributes
from dataclasses import replace
from typing import Any, Callable, Dict, FrozenSet, Iterator, List, Mapping, Optional, Tuple, Union

from rtcompat import fields
from rtcompat.archive.answers import Problem
from rtcompat.archive.clock import Clocks
from rtcompat.archive.index import Index, shown
from rtcompat.archive.places import Place, number_of
from rtcompat.archive.unshown import problem_of, unshown
from rtcompat.conflicts import held
from rtcompat.errors import NotSaved, PermissionDenied, ProtocolError, Refused
from rtcompat.exchange import Request, Response
from rtcompat.model import NOT_LOADED, CustomField, Group, Links, Member, Queue, Ticket, User
from rtcompat.rest1 import read
from rtcompat.rest1.answers import refusal, withheld
from rtcompat.rest1.forms import Field, Form, custom_field_name, parse

__all__ = ["Records"]

#: RT shows these of everybody; the rest to oneself and to those with AdminUsers (4.4 and 5.0).
_SEEN_BY_ALL = frozenset(("id", "name", "email", "real_name", "nick_name", "organization", "lang",
                          "gecos", "city", "country", "disabled", "privileged", "custom_fields"))
_TICKET_NAMES: Mapping[str, str] = {key.lower(): name for name, key in read.TICKET_KEYS.items()}

Name = Union[str, int]


class Records:
    """Reads records from their places.

    Args:
        say: takes a problem that comes up.
        owns: tells of which tickets is to be said that they were not saved themselves.
    """

    def __init__(self, index: Index, clocks: Clocks, say: Callable[[Problem], None],
                 owns: Callable[[int], bool] = lambda ticket: True) -> None:
        self.index = index
        self.clocks = clocks
        self.say = say
        self._store = index.store
        self._definitions: Dict[str, Mapping[str, CustomField]] = {}
        self._administers: Optional[bool] = None
        self._owns = owns
        self._unshown: Optional[Dict[int, Place]] = None

    # -- what RT refused ----------------------------------------------------------------------

    def refused(self, *addresses: str) -> None:
        """Raise what RT said of any of these addresses, where it said no."""
        for address in addresses:
            place = self.index.refusals.get(address)
            if place is not None:
                raise self._refusal(address, place)

    def _refusal(self, address: str, place: Place) -> Refused:
        extent = self._store.extent(place)
        request = Request("GET", f"REST/1.0/{address}")
        response = Response(200, {}, b"", request)
        form = self._store.form(place) if self._store.forms(number_of(place)) else None
        if form is not None and not form.fields:
            error = refusal(form, response)
            if error is not None:
                return error
        if form is not None and withheld(form):
            return PermissionDenied(f"we may not see {address}", request=request.line)
        raw = self._store.raw(number_of(place))
        for envelope in parse(raw, plain=True, problems=[]):
            error = refusal(envelope, response)
            if error is not None:
                return error
        text = raw[:300].decode("utf-8", "replace").strip()
        return Refused(f"RT did not show {address}: {extent.kind.value}", messages=(
            text.split("\n")[0],), request=request.line)

    # -- tickets ------------------------------------------------------------------------------

    def ticket(self, ticket_id: int) -> Ticket:
        """A ticket.

        Raises: NotFound, PermissionDenied as RT said; NotSaved.
        """
        number = self.survivor(ticket_id)
        found = self._ticket(number)
        if found is not None and held(found):  # a list of numbers tells nothing of it
            return replace(found, asked_id=ticket_id)
        self.refused(f"ticket/{ticket_id}", f"ticket/{number}")
        raise NotSaved(f"ticket/{ticket_id}/show was not saved")

    def survivor(self, ticket_id: int) -> int:
        """The ticket that answers to a number: another one after a merge.

        What has a form of its own answers for itself: a file may have a wrong name.
        """
        seen = {ticket_id}
        while ticket_id not in self.index.tickets and ticket_id in self.index.survivors:
            ticket_id = self.index.survivors[ticket_id]
            if ticket_id in seen:
                break
            seen.add(ticket_id)
        return ticket_id

    def tickets(self) -> Iterator[Ticket]:
        """Every ticket of which anything is known, in the order in which they lie."""
        by_place = sorted(self.index.tickets.items(), key=lambda each: each[1][-1])
        for number, _ in by_place:
            found = self._ticket(number)
            if found is not None:
                yield found

    def unshown(self) -> Dict[int, Place]:
        """By number the tickets of which only a history, attachments or links were saved."""
        if self._unshown is None:
            self._unshown = unshown(self.index, self.survivor, self._owns)
        return self._unshown

    def tell_unshown(self) -> None:
        """Make a problem of them, where there are any: they are missing among the tickets."""
        if self.unshown():
            self.say(problem_of(self.index, self.unshown()))

    def _ticket(self, number: int) -> Optional[Ticket]:
        """The newest form of a ticket that has all its fields; else what all together tell."""
        places = self.index.tickets.get(number, ())
        forms = [(place, self._store.form(place)) for place in places]
        whole = [self._read(place, form, None) for place, form in forms if shown(form)]
        if whole:
            newest = whole[0]
            for one in whole[1:]:
                if not _older(one, newest):
                    newest = one
            return newest
        merged: Optional[Ticket] = None
        for place, form in forms:
            part = self._read(place, form, _named(form))
            merged = part if merged is None else _together(merged, part)
        return merged

    def _read(self, place: Place, form: Form, wanted: Optional[FrozenSet[str]]) -> Ticket:
        extent = self._store.extent(place)
        known = self._fields_of(form) if read.needs_definitions(form) else None
        clock = self.clocks.of(extent)
        try:
            return read.ticket(form, clock, known=known, release=extent.release, wanted=wanted)
        except ProtocolError:
            sound, unread = self._sound(place, form)
        names = frozenset(_TICKET_NAMES.values()) | {"custom_fields"} if wanted is None else wanted
        return read.ticket(sound, clock, known=known, release=extent.release,
                           wanted=names - unread)

    def _sound(self, place: Place, form: Form) -> Tuple[Form, FrozenSet[str]]:
        """A ticket's form without the fields that cannot be read (RT on SQLite stores any text in
        a column of numbers), and their names; each becomes a problem."""
        extent = self._store.extent(place)
        identity = [field for field in form.fields if field.key.lower() == "id"]
        kept: List[Field] = []
        unread: List[str] = []
        for field in form.fields:
            try:
                read.ticket(Form(fields=(*identity, field)), self.clocks.of(extent))
                kept.append(field)
            except ProtocolError as error:
                self.say(Problem(extent.file, extent.line, f"ticket {read.ticket_id(form)}: "
                                 f"{field.key} is left out: {error.what}"))
                unread.append(_TICKET_NAMES[field.key.lower()])
        return Form(fields=tuple(kept)), frozenset(unread)

    def _fields_of(self, form: Form) -> Mapping[str, CustomField]:
        """The custom fields of a ticket's queue, as far as they were saved."""
        queue = form.get("Queue") or ""
        known = self._definitions.get(queue)
        if known is None:
            number = self.index.names.get(f"queue/{queue.casefold()}")
            names = [name for name in map(custom_field_name, form.keys()) if name]
            known = {} if number is None else self.definitions(number, names)
            self._definitions[queue] = known
        return known

    def definitions(self, queue: int, names: List[str]) -> Dict[str, CustomField]:
        """The custom fields of a queue's tickets; none where they were not saved.

        Args:
            names: those known from a ticket.
        """
        found: Dict[str, CustomField] = {}
        for place in self.index.fields.get(queue, ()):
            found.update(read.definitions(self._store.form(place), names))
        return found

    def applied(self, queue: Name, lookup_type: str) -> Tuple[CustomField, ...]:
        """The custom fields of a queue or of its tickets, by name.

        Raises: as `queue`; NotSaved.
        """
        own = lookup_type == "RT::Queue"
        number = self._numbered("queue", queue)
        places = (self.index.own_fields if own else self.index.fields).get(number or 0)
        address = "customfields" if own else "ticketcustomfields"
        if not places:
            self.refused(f"queue/{queue}/{address}", f"queue/{queue}")
            raise NotSaved(f"queue/{queue}/{address} was not saved")
        forms = [self._store.form(place) for place in places]
        # the short answer has the names without descriptions
        names = [field.key for form in forms for field in form.fields if not field.value]
        found: Dict[str, CustomField] = {}
        for form in forms:
            found.update(read.definitions(form, names, lookup_type))
        if not found and any(len(form.fields) > 1 for form in forms):
            raise NotSaved(f"queue/{queue}/{address}?format=l was not saved")
        return tuple(found[name] for name in sorted(found))

    def links(self, ticket_id: int) -> Links:
        """A ticket's links. Raises: as `ticket`."""
        number = self.survivor(ticket_id)
        self.visible(ticket_id)
        for one in (ticket_id, number):
            places = self.index.links.get(one)
            if places:
                return read.links(self._store.form(places[-1]))
        self.refused(f"ticket/{ticket_id}/links")
        raise NotSaved(f"ticket/{ticket_id}/links was not saved")

    def visible(self, ticket_id: int) -> None:
        """Raise what RT said of a ticket that it did not show."""
        number = self.survivor(ticket_id)
        addresses = (f"ticket/{ticket_id}", f"ticket/{number}")
        if any(one in self.index.refusals for one in addresses):
            found = self._ticket(number)
            if found is None or not held(found):
                self.refused(*addresses)

    # -- people and queues --------------------------------------------------------------------

    def user(self, user: Name) -> User:
        """A user by login, address or number."""
        number = self._numbered("user", user)
        form = self._record("user", user, number)
        return read.user(form, hidden=self._hidden(form))

    def _hidden(self, form: Form) -> FrozenSet[str]:
        """Attributes that RT printed as empty, perhaps because who asked may not see them.

        Nothing is hidden from who sees such a thing of two users: one may be himself.
        """
        if self._administers is None:
            seen = 0
            for places in self.index.records["user"].values():
                seen += _tells(self._store.form(places[-1]))
                if seen > 1:
                    break
            self._administers = seen > 1
        if self._administers or _tells(form):
            return frozenset()
        return frozenset(row.name for row in fields.USER) - _SEEN_BY_ALL

    def queue(self, queue: Name) -> Queue:
        """A queue by name or number."""
        number = self._numbered("queue", queue)
        form = self._record("queue", queue, number)
        if withheld(form) or not form.get("Name"):
            raise PermissionDenied(f"we may not see queue/{queue}")
        return read.queue(form)

    def group(self, group: Name) -> Group:
        """A group by name or number."""
        return read.group(self._record("group", group, self._numbered("group", group)))

    def members(self, group: Name) -> Tuple[Member, ...]:
        """Who belongs to a group."""
        form = self._record("group", group, self._numbered("group", group))
        if form.get("Members") is None:
            raise NotSaved(f"group/{group}?fields=Members was not saved")
        return read.members(form)

    def every(self, kind: str) -> Iterator[Any]:
        """All users, queues or groups that were saved, by number."""
        reading: Mapping[str, Callable[[Name], Any]] = {
            "user": self.user, "queue": self.queue, "group": self.group}
        for number in sorted(self.index.records[kind]):
            try:
                yield reading[kind](number)
            except PermissionDenied:
                continue  # a form of empty values: a record that who asked may not see

    def _numbered(self, kind: str, name: Name) -> Optional[int]:
        if isinstance(name, int):
            return name
        found = self.index.names.get(f"{kind}/{name.casefold()}")
        if found is None and kind == "user" and "@" in name:
            found = self.index.names.get(f"address/{name.casefold()}")
        return found

    def _record(self, kind: str, name: Name, number: Optional[int]) -> Form:
        """The newest form of a record that tells the most.

        Raises: NotFound as RT said; NotSaved.
        """
        places = () if number is None else self.index.records[kind].get(number, ())
        if not places:
            self.refused(f"{kind}/{name}")
            raise NotSaved(f"{kind}/{name} was not saved")
        forms = [self._store.form(place) for place in places]
        most = max(len(form.fields) for form in forms)
        return [form for form in forms if len(form.fields) == most][-1]


def _older(one: Ticket, other: Ticket) -> bool:
    """Whether a ticket was saved before another copy of it, as far as its last change tells."""
    return bool(one.last_updated and other.last_updated
                and one.last_updated < other.last_updated)


def _named(form: Form) -> FrozenSet[str]:
    """The attributes that a form with some fields tells."""
    found = {_TICKET_NAMES[key.lower()] for key in form.keys() if key.lower() in _TICKET_NAMES}
    if any(custom_field_name(key) is not None for key in form.keys()):
        found.add("custom_fields")
    return frozenset(found)


def _together(before: Ticket, after: Ticket) -> Ticket:
    """What two partial readings of a ticket tell, the later one first."""
    told = {each.name: getattr(after, each.name) for each in attributes(after)
            if getattr(after, each.name) is not NOT_LOADED}
    told["undecided"] = before.undecided | after.undecided
    told["times_exact"] = before.times_exact and after.times_exact
    return replace(before, **told)


def _tells(form: Form) -> bool:
    """Whether a user's form shows what RT does not show to everybody."""
    return any(field.value and row.name not in _SEEN_BY_ALL
               for field in form.fields for row in fields.USER
               if row.rest1 is not None and row.rest1.lower() == field.key.lower())
