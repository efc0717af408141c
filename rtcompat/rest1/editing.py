"""Tickets made, changed, deleted, merged, taken."""
from __future__ import annotations

from typing import Any, Callable, Dict, Mapping, Optional, Sequence, Tuple, Union

from rtcompat import fields, limits
from rtcompat.errors import InvalidValue, NotFound, PermissionDenied, Unsupported
from rtcompat.exchange import Operation, Request
from rtcompat.model import KEEP, CustomField, NewAttachment, Receipt, Ticket
from rtcompat.rest1 import read, write
from rtcompat.rest1.answers import created_id
from rtcompat.rest1.asking import Answer, segment, show
from rtcompat.rest1.writing import State, Writing
from rtcompat.tracker import CustomValues, Date, People

__all__ = ["Editing"]

_ROLES = "REST 1.0 knows no custom roles"
_SINGLE = ("REST 1.0 replaces whole lists of watchers, and does not show groups and people "
           "without an address in them")
_WATCHERS = ("requestors", "cc", "admin_cc")


class Editing(Writing):
    """Operations that write tickets."""

    # -- create -------------------------------------------------------------------------------

    def create_ticket(self, queue: Union[str, int], *, subject: str = "", content: str = "",
                      content_type: str = "text/plain",
                      requestors: People = KEEP, cc: People = KEEP, admin_cc: People = KEEP,
                      owner: str = KEEP, status: str = KEEP, priority: int = KEEP,
                      initial_priority: int = KEEP, final_priority: int = KEEP,
                      starts: Date = KEEP, started: Date = KEEP, due: Date = KEEP,
                      resolved: Date = KEEP, time_estimated: int = KEEP, time_worked: int = KEEP,
                      time_left: int = KEEP, sla: str = KEEP,
                      custom_fields: CustomValues = KEEP,
                      custom_roles: Mapping[str, People] = KEEP,
                      attachments: Sequence[NewAttachment] = (),
                      read_back: bool = True) -> Operation[Receipt]:
        """See `Tracker.create_ticket`.

        Requests: 1, and 1 to read back; once a login and queue those that dates and custom
            fields need (`get_ticket`); 1 more when refused, to say why.
        """
        wanted = limits.checked(fields.TICKET, locals())
        limits.checked_message(content, content_type, attachments)
        if "custom_roles" in wanted:
            raise Unsupported(_ROLES, operation="create_ticket", argument="custom_roles",
                              protocol="rest1", advice="use REST2")
        self._lacking("create_ticket", fields.TICKET, wanted)
        wanted["queue"] = yield from self._queue_name(wanted["queue"])
        pairs = yield from self._ticket_pairs(wanted, wanted["queue"], (), creating=True)
        pairs += self._message(content, content_type, attachments)
        query = (f"Subject = {write.quoted(subject)} AND "
                 f"Queue = {write.quoted(str(wanted['queue']))}")
        answer = yield from self._once(self._form_request(
            "ticket/new", pairs, effect="write-once", files=attachments,
            about=f"create a ticket in {wanted['queue']}"), query)
        number = created_id(answer.envelopes, "Ticket")
        if number is None:
            yield from self._not_made(answer, wanted)
        return (yield from self._made_ticket(answer, number or 0, wanted, read_back))

    def _message(self, content: str, content_type: str,
                 attachments: Sequence[NewAttachment]) -> write.Pairs:
        """The keys of a message.

        Raises: Unsupported for HTML or files on a server that has no key for them.
        """
        if not self._at_least(4, 0, 14):
            if content_type != "text/plain":
                raise Unsupported("RT before 4.0.14 takes plain text only over REST 1.0",
                                  operation="create_ticket", argument="content_type",
                                  protocol="rest1")
            if attachments:
                raise Unsupported("RT before 4.0.14 takes no files with a new ticket; comment "
                                  "with them", operation="create_ticket",
                                  argument="attachments", protocol="rest1")
        pairs: write.Pairs = []
        if content:
            pairs.append(("Text", content))
        if content_type != "text/plain":
            pairs.append(("Content-Type", content_type))
        return pairs

    def _not_made(self, answer: Answer, wanted: State) -> Operation[None]:
        """Raise for a ticket that was not made: RT's reason is localised, the queue is looked at.
        """
        refused = answer.refusal()
        said = {"messages": answer.messages, "code": answer.code,
                "server": answer.response.server, "request": answer.response.request.line}
        queue = wanted["queue"]
        seen = yield from self._ask(Request("GET", f"queue/{segment(str(queue))}/show",
                                            about=f"look whether the queue {queue} is there"))
        found = seen.refusal()
        if isinstance(found, NotFound):
            raise NotFound(f"there is no queue {queue!r}", **said)  # type: ignore[arg-type]
        hidden = not any(form.get("Name") for form in seen.forms)
        if hidden or isinstance(refused, PermissionDenied) or "status" not in wanted:
            # but for the rights, RT refuses a new ticket for its status alone
            if answer.code != 409 and not self._no_attachment(answer):
                raise PermissionDenied(f"we may not create tickets in {queue}",
                                       **said)  # type: ignore[arg-type]
        raise InvalidValue("RT did not create the ticket", **said)  # type: ignore[arg-type]

    @staticmethod
    def _no_attachment(answer: Answer) -> bool:
        return any(line.startswith("No attachment for ") for line in answer.messages)

    def _made_ticket(self, answer: Answer, number: int, wanted: State,
                     read_back: bool) -> Operation[Receipt]:
        """The receipt of a new ticket.

        Raises: InvalidValue holding it, when a wanted value was dropped.
        """
        after: State = {}
        if read_back:
            after = yield from self._state(lambda: self.get_ticket(number), wanted)
        state = write.wanted_state(wanted)
        before = {name: write.NEW_TICKET.get(name, () if "[" in name else "") for name in state
                  if name in write.NEW_TICKET or "[" in name}
        before = {name: value for name, value in before.items() if name in after}
        done = self._receipt(state, before, after, answer, number)
        # a new ticket has no value to leave alone: what is as wanted was made so
        if done.refused:
            raise self._refused(done, answer, None)
        return done

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
                    read_back: bool = True) -> Operation[Receipt]:
        """See `Tracker.edit_ticket`.

        Requests: 1, and 2 to decide the receipt; once a login and queue those that dates and
            custom fields need (`get_ticket`). With ``read_back=False`` custom fields cost the
            first of the two, as their kind depends on the ticket's queue.
        """
        given = dict(locals())
        number = limits.positive_id(ticket_id, "ticket_id")
        wanted = limits.checked(fields.TICKET, given)
        self._only_whole_lists(given, wanted, complete_watchers)
        self._nothing_given(wanted, "edit_ticket")
        self._lacking("edit_ticket", fields.TICKET, wanted)
        if "queue" in wanted:
            wanted["queue"] = yield from self._queue_name(wanted["queue"])
        before: Optional[Ticket] = None
        if read_back or wanted.get("custom_fields"):
            before = yield from self._seen_ticket(number)
        place = before.queue if before is not None else ""
        shown = tuple(before.custom_fields) if before is not None else ()
        pairs = yield from self._ticket_pairs(wanted, place, shown, creating=False)
        state = write.wanted_state(wanted)
        was = write.state_of(before, wanted) if before is not None and read_back else {}
        request = self._form_request(f"ticket/{number}/edit", pairs, effect="write",
                                     about=f"edit ticket {number}")
        return (yield from self._change(
            request, state, was, lambda: self._state(lambda: self.get_ticket(number), wanted),
            number=number, read_back=read_back))

    @staticmethod
    def _only_whole_lists(given: Mapping[str, Any], wanted: State, complete: bool) -> None:
        """Refuse what would take watchers away that REST 1.0 does not show.

        Raises: Unsupported.
        """
        for name in _WATCHERS:
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
            raise Unsupported(_ROLES, operation="edit_ticket", argument="custom_roles",
                              protocol="rest1", advice="use REST2")

    def _seen_ticket(self, number: int) -> Operation[Optional[Ticket]]:
        """The ticket, or None where we may not see it (perhaps we may edit it)."""
        try:
            return (yield from self.get_ticket(number))
        except PermissionDenied as refused:
            if refused.code == 302:
                raise  # no rights are asked: RT sends this user away from every address
            return None

    def _ticket_pairs(self, wanted: Dict[str, Any], queue: str, shown: Sequence[str], *,
                      creating: bool) -> Operation[write.Pairs]:
        """The form of a ticket; asks for the queue's custom fields and the zone if it has to.

        Canonises the names of custom fields in ``wanted``.
        """
        known: Mapping[str, CustomField] = {}
        if wanted.get("custom_fields"):
            known = yield from self._queue_fields(str(queue), shown)
            wanted["custom_fields"] = write.custom_names(wanted, known, shown)
        clock = self._context.clock
        if write.has_dates(wanted, known):
            clock = yield from self._clock_now()
        return write.ticket(wanted, clock=clock, release=self._context.release, known=known,
                            creating=creating)

    def _queue_name(self, queue: Union[str, int]) -> Operation[str]:
        """A queue's name, which is what tickets show of it.

        Requests: 0 for a name, 1 for a number, once.
        Raises: NotFound for a number that does not exist.
        """
        if isinstance(queue, str):
            return queue
        name = self._context.queue_name(queue)
        if name is None:
            answer = yield from self._get(f"queue/{queue}/show", (("fields", "Name"),),
                                          about=f"ask for the name of queue {queue}")
            name = answer.form().get("Name") or ""
            if name:
                self._context.saw_queue(queue, name)
        return name or str(queue)

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
        if number == into:
            raise InvalidValue("a ticket cannot be merged into itself")
        if not self._at_least(3, 6):
            raise Unsupported("RT before 3.6 cannot merge over REST 1.0",
                              operation="merge_ticket", protocol="rest1")

        before, survivor = yield from self._survivors(number, into)
        if survivor == number:
            raise InvalidValue(f"ticket {into} is merged into ticket {number} already")

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
