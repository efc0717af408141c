"""Tickets made."""
from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence, Tuple, Type, Union

from rtcompat import fields, limits
from rtcompat import receipt as receipts
from rtcompat.errors import InvalidValue, NotFound, PermissionDenied, Refused, Unsupported
from rtcompat.exchange import Operation, Request
from rtcompat.model import (KEEP, NOT_LOADED, CustomField, NewAttachment, Receipt, Ticket,
                            Watcher)
from rtcompat.rest1 import write
from rtcompat.rest1.answers import created_id
from rtcompat.rest1.asking import Answer, segment
from rtcompat.rest1.tickets import MISSING, UNREADABLE
from rtcompat.rest1.writing import State, Writing
from rtcompat.tracker import CustomValues, Date, People

__all__ = ["Creating"]

_ROLES = "REST 1.0 knows no custom roles"
#: TicketSQL's names of the roles.
_SEARCHED = {"requestors": "Requestor", "cc": "Cc", "admin_cc": "AdminCc"}


class Creating(Writing):
    """Operations that make tickets, and what editing shares with them."""

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
        yield from self._known_people(wanted)
        pairs = yield from self._ticket_pairs(wanted, wanted["queue"], {}, creating=True)
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
        write.check_charsets(attachments, self._context.release)
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

        def said(kind: Type[Refused], what: str) -> Refused:
            return kind(what, messages=answer.messages, code=answer.code,
                        server=answer.response.server, request=answer.response.request.line)

        queue = wanted["queue"]
        seen = yield from self._ask(Request("GET", f"queue/{segment(str(queue))}/show",
                                            about=f"look whether the queue {queue} is there"))
        found = seen.refusal()
        if isinstance(found, NotFound):
            raise said(NotFound, f"there is no queue {queue!r}")
        hidden = not any(form.get("Name") for form in seen.forms)
        if hidden or isinstance(refused, PermissionDenied) or "status" not in wanted:
            # but for the rights, RT refuses a new ticket for its status alone
            if answer.code != 409 and not self._no_attachment(answer):
                raise said(PermissionDenied, f"we may not create tickets in {queue}")
        raise said(InvalidValue, "RT did not create the ticket")

    @staticmethod
    def _no_attachment(answer: Answer) -> bool:
        return any(line.startswith("No attachment for ") for line in answer.messages)

    def _made_ticket(self, answer: Answer, number: int, wanted: State,
                     read_back: bool) -> Operation[Receipt]:
        """The receipt of a new ticket.

        Raises: InvalidValue holding it, when a wanted value was dropped.
        """
        after: State = {}
        people: State = {}
        if read_back:
            people = self._shown_people(wanted)
            after = yield from self._ticket_now(number, wanted, people)
        state = {**write.wanted_state(wanted), **people}
        # RT's default is no change where it was wanted, and else a wanted value that was dropped
        before = {name: write.new_ticket(name) for name, now in after.items()
                  if write.new_ticket(name) == now}
        done = self._receipt(state, before, after, answer, number)
        if receipts.failed(done, state):
            raise InvalidValue(
                receipts.created_without(number, done, state),
                advice=receipts.EDIT_IT.format(number), messages=done.messages, receipt=done,
                code=answer.code,
                server=answer.response.server, request=answer.response.request.line)
        return done

    def _ticket_pairs(self, wanted: Dict[str, Any], queue: str,
                      held: Mapping[str, Tuple[str, ...]], *,
                      creating: bool) -> Operation[write.Pairs]:
        """The form of a ticket; asks for the queue's custom fields and the zone if it has to.

        Canonises the names of custom fields in ``wanted``.

        Args:
            held: the custom fields that the ticket shows; those that hold what is wanted are not
                in the form.
        """
        known: Mapping[str, CustomField] = {}
        if wanted.get("custom_fields"):
            known = yield from self._queue_fields(str(queue), held)
            if creating and known is MISSING:
                raise NotFound(f"there is no queue {queue!r}")
            wanted["custom_fields"] = write.custom_names(wanted, known, tuple(held))
            if known is not UNREADABLE or held:
                self._must_be_shown(wanted["custom_fields"], (*known, *held), queue)
        sent = yield from self._known_owner(wanted)
        if "custom_fields" in wanted:
            sent = {**sent, "custom_fields": write.to_send(wanted["custom_fields"], held, known)}
        clock = self._context.clock
        dated = write.has_dates(sent, known)
        if dated:
            clock = yield from self._writing_clock()
        try:
            return write.ticket(sent, clock=clock, release=self._context.release, known=known,
                                creating=creating)
        except Unsupported:
            narrowed = (yield from self._clock_of_now()) if dated else clock
            if narrowed == clock:
                raise
        return write.ticket(sent, clock=narrowed, release=self._context.release, known=known,
                            creating=creating)

    def _must_be_shown(self, wanted: Mapping[str, Any], shown: Sequence[str], queue: str) -> None:
        """Refuse custom fields that are not there: RT would do the rest of the request.

        Raises: InvalidValue.
        """
        if not self._at_least(3, 8, 2) and not shown:
            return  # no list to look at
        missing = [name for name in wanted if name not in shown]
        if missing:
            names = ", ".join(map(repr, shown))
            raise InvalidValue(f"the queue {queue} shows no custom field {missing[0]!r}",
                               advice=f"those it shows: {names}" if names else
                               "it shows none at all, perhaps for want of the right to see them")

    def _ticket_now(self, number: int, wanted: State, people: State) -> Operation[State]:
        """The wanted fields of a ticket as they are now.

        Args:
            people: from `_shown_people`: lists that REST 1.0 does not show whole are left out.
        Requests: 1, and as `_not_shown`.
        """
        seen: List[Ticket] = []

        def reading() -> Operation[Ticket]:
            seen.append((yield from self.get_ticket(number)))
            return seen[-1]
        now = yield from self._state(reading, wanted)
        if now and now.get("sla", "") is None:
            answer = yield from self._get(f"ticket/{number}/show", (("fields", "SLA"),),
                                          about=f"look whether ticket {number} shows an SLA")
            if answer.form().get("SLA") is None:
                del now["sla"]  # a queue without service levels does not show what is stored
        for role, listed in people.items():
            if now and listed is not None:
                now[role] = yield from self._not_shown(seen[-1], role, now[role], listed)
        return {name: value for name, value in now.items() if people.get(name, ()) is not None}

    def _not_shown(self, ticket: Ticket, role: str, shown: Tuple[Watcher, ...],
                   wanted: Tuple[Watcher, ...]) -> Operation[Any]:
        """The watchers of a role with those among the wanted that RT does not show: disabled ones.

        RT stores them, and finds the ticket by their addresses (4.4.4 to 5.0.10); an address that
        it refused is found by nothing. NOT_LOADED for a deleted ticket, which no search finds.
        Requests: 1 for each wanted address that is not shown.
        """
        emails = {(who.email or "").casefold() for who in shown}
        missing = [who for who in wanted if (who.email or "").casefold() not in emails]
        if missing and ticket.status == "deleted":
            return NOT_LOADED
        found = list(shown)
        for who in missing:
            held = yield from self._search_ids(
                f"id = {ticket.id} AND {_SEARCHED[role]}.EmailAddress = "
                + write.quoted(who.email or ""), None)
            if held:
                found.append(who)
        return tuple(sorted(found, key=lambda one: one.email or ""))

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
