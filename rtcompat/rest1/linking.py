"""Links of a ticket: read, added, removed, replaced."""
from __future__ import annotations

import re
from typing import Dict, List, Mapping, Optional, Tuple

from rtcompat import fields, limits
from rtcompat import receipt as receipts
from rtcompat.errors import InvalidValue, NotFound, PermissionDenied, UsageError
from rtcompat.exchange import Operation, Request
from rtcompat.model import KEEP, Link, Links, Receipt
from rtcompat.rest1 import read, values
from rtcompat.rest1.asking import Answer, show
from rtcompat.rest1.forms import Form
from rtcompat.rest1.messages import Messages
from rtcompat.rest1.writing import State
from rtcompat.tracker import LinkChanges

__all__ = ["Linking"]

_Uris = Dict[str, Dict[Link, str]]
_Ends = Dict[str, Tuple[Link, ...]]
_KEYS = {name: key for name, (key, _, _) in fields.LINKS.items()}


class Linking(Messages):
    """Operations on links."""

    def get_links(self, ticket_id: int) -> Operation[Links]:
        """See `Tracker.get_links`. The ticket is asked in the same answer, as a ticket that we
        may not see has no links to RT.

        Requests: 1.
        """
        form = yield from self._links_form(limits.positive_id(ticket_id, "ticket_id"))
        return read.links(form)

    def _links_form(self, ticket_id: int) -> Operation[Form]:
        """Raises: NotFound, PermissionDenied."""
        answer = yield from self._ask(show(
            (f"ticket/{ticket_id}", f"ticket/{ticket_id}/links"),
            fields=("Status", *_KEYS.values()), about=f"read the links of ticket {ticket_id}"))
        links = Form()
        if answer.code >= 400:
            answer.checked()
        for form in answer.forms:
            error = answer.form_refusal(form)
            if error is not None:
                raise error
            if (form.get("id") or "").endswith("/links"):
                links = form
        return links

    def edit_links(self, ticket_id: int, *, add: LinkChanges = KEEP, remove: LinkChanges = KEEP,
                   replace: LinkChanges = KEEP, read_back: bool = True) -> Operation[Receipt]:
        """See `Tracker.edit_links`. RT takes whole directions, so what is there is read first;
        links to what RT does not show (deleted tickets) stay.

        Requests: 2, and 1 to decide the receipt; before 4.4.3 one more for each link but one.
        """
        number = limits.positive_id(ticket_id, "ticket_id")
        added = limits.checked_links(add, "add")
        removed = limits.checked_links(remove, "remove")
        replaced = limits.checked_links(replace, "replace")
        both = set(replaced) & (set(added) | set(removed))
        if both:
            raise UsageError(f"{min(both)} stands in replace and in add or remove",
                             argument="replace")
        if not (added or removed or replaced):
            raise UsageError("edit_links was given nothing to change")
        form = yield from self._links_form(number)
        uris = read.link_uris(form)
        wanted = _wanted(uris, added, removed, replaced)
        before: State = {name: tuple(sorted(uris[name])) for name in wanted}
        reading = self._links_state(number, wanted)
        if self._at_least(4, 4, 3):
            request = self._links_request(number, wanted, uris)
            changing = self._change(request, dict(wanted), before, reading,
                                    number=number, read_back=read_back)
        else:
            changing = self._one_by_one(number, wanted, uris, before, read_back)
        try:
            return (yield from changing)
        except InvalidValue as refused:
            if not any("permission denied" in line.casefold() for line in refused.messages):
                raise
            raise PermissionDenied(f"we may not edit the links of ticket {number}",
                                   messages=refused.messages, code=refused.code,
                                   receipt=refused.receipt, server=refused.server,
                                   request=refused.request) from refused

    def _links_state(self, number: int, wanted: _Ends) -> "_Reader":
        return _Reader(self, number, tuple(wanted))

    def _links_request(self, number: int, wanted: Mapping[str, Tuple[Link, ...]],
                       uris: _Uris) -> Request:
        old = not self._at_least(4, 0, 6)
        organization = _organization(uris)
        pairs = [(_KEYS[name], ", ".join(
            values.write_link(end, uris[name].get(end), organization, old) for end in ends))
            for name, ends in wanted.items()]
        return self._form_request(f"ticket/{number}/links", pairs, effect="write",
                                  about=f"edit the links of ticket {number}")

    def _one_by_one(self, number: int, wanted: _Ends, uris: _Uris, before: State,
                    read_back: bool) -> Operation[Receipt]:
        """RT up to 4.4.2 carries out one addition or removal of a direction per request."""
        last: Optional[Answer] = None
        for name, ends in wanted.items():
            for step in _steps(tuple(uris[name]), ends):
                # a number that is linked already is no change
                last = yield from self._ask(self._links_request(number, {name: step}, uris))
        after: State = {}
        if read_back:
            after = yield from self._links_state(number, wanted)()
        done = self._receipt(dict(wanted), before, after, last, number)
        failed = receipts.failed(done, wanted, before)
        if failed:
            raise self._refused(done, last, last.refusal() if last else None, failed)
        return done


class _Reader:
    """Reads some directions of a ticket's links, as often as called."""

    def __init__(self, operations: Linking, number: int, names: Tuple[str, ...]) -> None:
        self._operations, self._number, self._names = operations, number, names

    def __call__(self) -> Operation[State]:
        """The links by direction; nothing where we may not see them."""
        try:
            links = yield from self._operations.get_links(self._number)
        except (PermissionDenied, NotFound):
            return {}
        return {name: getattr(links, name) for name in self._names}


def _wanted(uris: _Uris, added: Mapping[str, Tuple[Link, ...]],
            removed: Mapping[str, Tuple[Link, ...]],
            replaced: Mapping[str, Tuple[Link, ...]]) -> _Ends:
    """By direction the links that are to be there."""
    wanted = {name: tuple(sorted(set(ends))) for name, ends in replaced.items()}
    for name in fields.LINKS:
        if name in added or name in removed:
            ends = (set(uris[name]) | set(added.get(name, ()))) - set(removed.get(name, ()))
            wanted[name] = tuple(sorted(ends))
    return wanted


def _steps(current: Tuple[Link, ...], wanted: Tuple[Link, ...]) -> List[Tuple[Link, ...]]:
    """The lists to post one after the other, each with one change: removals first."""
    steps: List[Tuple[Link, ...]] = []
    now = list(current)
    for end in current:
        if end not in wanted:
            now.remove(end)
            steps.append(tuple(now))
    for end in wanted:
        if end not in now:
            now.append(end)
            steps.append(tuple(now))
    return steps


def _organization(uris: _Uris) -> Optional[str]:
    """The name in this RT's own URIs, from a link that is there."""
    for known in uris.values():
        for uri in known.values():
            found = re.match(r"fsck\.com-rt://([^/]+)/ticket/", uri)
            if found is not None:
                return found.group(1)
    return None
