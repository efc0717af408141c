"""Tickets changed, deleted, merged, taken."""
from __future__ import annotations

from typing import Any, Callable, Mapping, Optional, Tuple, Union

from rtcompat import fields, limits
from rtcompat.errors import (InvalidValue, NotFound, PermissionDenied, ProtocolError,
                             Unsupported)
from rtcompat.exchange import Operation, Request
from rtcompat.model import KEEP, NOT_LOADED, Receipt, Ticket
from rtcompat.rest1 import read, write
from rtcompat.rest1.asking import show
from rtcompat.rest1.guarding import Guard, Guarding
from rtcompat.rest1.writing import State
from rtcompat.tracker import CustomValues, Date, People

__all__ = ["Editing"]

_SINGLE = ("REST 1.0 replaces whole lists of watchers, and does not show groups and people "
           "without an address in them")


class Editing(Guarding):
    """Operations that change tickets."""

    # -- edit ---------------------------------------------------------------------------------

    def edit_ticket(self, ticket_id: int, *, queue: Union[str, int] = KEEP, owner: str = KEEP,
                    subject: str = KEEP, status: str = KEEP, priority: int = KEEP,
                    initial_priority: int = KEEP, final_priority: int = KEEP,
                    requestors: People = KEEP, cc: People = KEEP, admin_cc: People = KEEP,
                    add_requestors: People = (), remove_requestors: People = (),
                    add_cc: People = (), remove_cc: People = (),
                    add_admin_cc: People = (), remove_admin_cc: People = (),
                    complete_watchers: bool = False,
                    starts: Date = KEEP, started: Date = KEEP, due: Date = KEEP,
                    resolved: Date = KEEP, told: Date = KEEP, time_estimated: int = KEEP,
                    time_worked: int = KEEP, time_left: int = KEEP, sla: str = KEEP,
                    custom_fields: CustomValues = KEEP,
                    custom_roles: Mapping[str, People] = KEEP,
                    if_unchanged: Optional[Ticket] = None,
                    read_back: bool = True) -> Operation[Receipt]:
        """See `Tracker.edit_ticket`.

        Requests: 1, and 2 to decide the receipt; once a login and queue those that dates and
            custom fields need (`get_ticket`). With ``read_back=False`` custom fields cost the
            first of the two, as their kind depends on the ticket's queue. ``if_unchanged`` costs
            2 more.
        """
        given = dict(locals())
        number = limits.positive_id(ticket_id, "ticket_id")
        wanted = limits.checked(fields.TICKET, given)
        self._only_whole_lists(given, wanted, complete_watchers)
        self._nothing_given(wanted, "edit_ticket")
        self._lacking("edit_ticket", fields.TICKET, wanted)
        if "queue" in wanted:
            wanted["queue"] = yield from self._queue_there(wanted["queue"])
        before: Optional[Ticket] = None
        guard: Optional[Guard] = None
        if if_unchanged is not None:
            guard = yield from self._opened(number, if_unchanged, wanted)
            before = guard.ticket
        elif read_back or wanted.get("custom_fields"):
            before = yield from self._seen_ticket(number, bool(wanted.get("custom_fields")))
        place = before.queue if before is not None and before.queue is not NOT_LOADED else ""
        held = before.custom_fields if before is not None else {}
        yield from self._known_people(wanted)
        pairs = yield from self._ticket_pairs(wanted, place, held, creating=False)
        shown_people = self._shown_people(wanted) if read_back else {}
        was = write.state_of(before, wanted) if before is not None and read_back else {}
        state = {**write.wanted_state(wanted), **shown_people}
        if not pairs:  # custom fields that hold what is wanted: RT has nothing to do
            return self._receipt(state, was, was, None, number)
        request = self._form_request(f"ticket/{number}/edit", pairs, effect="write",
                                     about=f"edit ticket {number}")
        witness = None
        if guard is not None:
            witness = self._witness(guard, state, write.state_of(guard.ticket, wanted))
        return (yield from self._change(
            request, state, was, lambda: self._ticket_now(number, wanted, shown_people),
            number=number, read_back=read_back, witness=witness))

    @staticmethod
    def _only_whole_lists(given: Mapping[str, Any], wanted: State, complete: bool) -> None:
        """Refuse what would take watchers away that REST 1.0 does not show.

        Raises: Unsupported.
        """
        for name in write.WATCHERS:
            for argument in (f"add_{name}", f"remove_{name}"):
                if tuple(given[argument] or ()):
                    raise Unsupported(_SINGLE, operation="edit_ticket", argument=argument,
                                      protocol="rest1", advice="use REST2, or give the complete "
                                      "list with complete_watchers=True")
            if name in wanted and not complete:
                raise Unsupported(_SINGLE, operation="edit_ticket", argument=name,
                                  protocol="rest1", advice="use REST2, or say that the list is "
                                  "complete, groups by id included: complete_watchers=True")
        if "custom_roles" in wanted:
            raise Unsupported("REST 1.0 knows no custom roles", operation="edit_ticket",
                              argument="custom_roles", protocol="rest1", advice="use REST2")

    def _queue_there(self, queue: Union[str, int]) -> Operation[str]:
        """As `_queue_name`, for a ticket that is to move there. Raises: InvalidValue, as RT does
        of a name that does not exist."""
        try:
            return (yield from self._queue_name(queue))
        except NotFound as missing:
            raise InvalidValue(f"there is no queue {queue!r}", messages=missing.messages,
                               code=missing.code, server=missing.server,
                               request=missing.request) from missing

    def _seen_ticket(self, number: int, needed: bool) -> Operation[Optional[Ticket]]:
        """The ticket, or None where we may not see it (perhaps we may edit it).

        Args:
            needed: what is to be sent depends on it.
        Raises: NotFound; PermissionDenied where it is needed.
        """
        try:
            return (yield from self.get_ticket(number))
        except PermissionDenied as refused:
            if needed or refused.code == 302:
                raise  # 302: no rights are asked, RT sends this user away from every address
            return None

    # -- delete, merge ------------------------------------------------------------------------

    def delete_ticket(self, ticket_id: int) -> Operation[Receipt]:
        """See `Tracker.delete_ticket`. The right DeleteTicket alone suffices since 4.0.2.

        Requests: 1, and 2 to decide the receipt.
        """
        number = limits.positive_id(ticket_id, "ticket_id")
        wanted = {"status": "deleted"}
        reading = self._ticket_state(number, wanted)
        before = yield from reading()
        request = self._form_request(f"ticket/{number}/edit", [("status", "deleted")],
                                     effect="write", about=f"delete ticket {number}")
        return (yield from self._change(request, wanted, before, reading, number=number,
                                        read_back=True))

    def _ticket_fields(self, number: int, wanted: State) -> Operation[State]:
        """Some fields of a ticket as printed, none of them a date.

        Raises: NotFound, PermissionDenied.
        """
        names = ",".join(row.rest1 for row in fields.TICKET if row.name in wanted and row.rest1)
        answer = yield from self._get(f"ticket/{number}/show", (("fields", names),),
                                      about=f"read ticket {number}")
        form = answer.form()
        return {row.name: form.get(row.rest1) or "" for row in fields.TICKET
                if row.name in wanted and row.rest1}

    def _ticket_state(self, number: int, wanted: State) -> Callable[[], Operation[State]]:
        """Reads some fields of a ticket, as often as called; nothing where we may not see it."""
        def reading() -> Operation[State]:
            try:
                return (yield from self._ticket_fields(number, wanted))
            except PermissionDenied:
                return {}
        return reading

    def merge_ticket(self, ticket_id: int, into_id: int) -> Operation[Receipt]:
        """See `Tracker.merge_ticket` (RT 3.6 and later).

        Requests: 1, and 2 to decide the receipt.
        """
        number = limits.positive_id(ticket_id, "ticket_id")
        into = limits.positive_id(into_id, "into_id")
        if not self._at_least(3, 6):
            raise Unsupported("RT before 3.6 cannot merge over REST 1.0",
                              operation="merge_ticket", protocol="rest1")

        before, survivor = yield from self._survivors(number, into)
        if survivor == number:
            what = "a ticket cannot be merged into itself" if number == into else \
                f"ticket {into} is merged into ticket {number} already"
            raise InvalidValue(what, receipt=Receipt(refused=("merge",), via="rest1", id=number),
                               request="POST show")

        def reading() -> Operation[State]:
            now, _ = yield from self._survivors(number, number)
            return {"merge": now}
        request = Request("POST", f"ticket/{number}/merge/{into}", effect="write",
                          about=f"merge ticket {number} into {into}")
        return (yield from self._change(request, {"merge": survivor}, {"merge": before}, reading,
                                        number=survivor, read_back=True))

    def _survivors(self, one: int, other: int) -> Operation[Tuple[int, int]]:
        """As which tickets these two answer: themselves, or what they were merged into.

        Raises: NotFound, PermissionDenied.
        """
        answer = yield from self._ask(show([f"ticket/{one}", f"ticket/{other}"],
                                           fields=("Status",),
                                           about=f"look at tickets {one} and {other}"))
        if answer.code >= 400:
            answer.checked()
        found = []
        for form in answer.forms:
            error = answer.form_refusal(form)
            if error is not None:
                raise error
            found.append(read.ticket_id(form))
        if not found:
            raise ProtocolError("RT shows neither ticket", status=answer.response.status,
                                server=answer.response.server,
                                request=answer.response.request.line)
        return found[0], found[-1]

    # -- owner --------------------------------------------------------------------------------

    def take_ticket(self, ticket_id: int) -> Operation[Receipt]:
        """See `Tracker.take_ticket`. Requests: 1, and 2 to decide the receipt."""
        return (yield from self._own(ticket_id, "take"))

    def untake_ticket(self, ticket_id: int) -> Operation[Receipt]:
        """See `Tracker.untake_ticket`. Requests: 1, and 2 to decide the receipt."""
        return (yield from self._own(ticket_id, "untake"))

    def steal_ticket(self, ticket_id: int) -> Operation[Receipt]:
        """See `Tracker.steal_ticket`. Requests: 1, and 2 to decide the receipt."""
        return (yield from self._own(ticket_id, "steal"))

    def _own(self, ticket_id: int, action: str) -> Operation[Receipt]:
        number = limits.positive_id(ticket_id, "ticket_id")
        if not self._at_least(3, 6):
            raise Unsupported(f"RT before 3.6 cannot {action} over REST 1.0; edit the owner",
                              operation=f"{action}_ticket", protocol="rest1")
        login = yield from self._login()
        wanted = {"owner": "Nobody" if action == "untake" else login}
        reading = self._ticket_state(number, wanted)
        before = yield from self._ticket_fields(number, wanted)
        request = self._form_request(f"ticket/{number}/take", [("Action", action)],
                                     effect="write", about=f"{action} ticket {number}")
        try:
            return (yield from self._change(request, wanted, before, reading, number=number,
                                            read_back=True))
        except InvalidValue as refused:
            if self._may_not(action, str(before["owner"]), login):
                raise PermissionDenied(
                    f"we may not {action} ticket {number}", messages=refused.messages,
                    code=refused.code, receipt=refused.receipt, server=refused.server,
                    request=refused.request) from refused
            raise

    @staticmethod
    def _may_not(action: str, owner: str, login: str) -> bool:
        """Whether a refusal is about rights: the owner was one from whom this can be done."""
        nobody, ours = owner == "Nobody", owner.casefold() == login.casefold()
        return {"take": nobody, "untake": ours, "steal": not (nobody or ours)}[action]
