"""Edits of tickets that only count while nobody else changes the ticket, over REST 1.0.

REST 1.0 has no condition to send along: the ticket is compared just before the edit, and its
history afterwards tells who came between. RT says nothing to an edit that finds its value there
already (4.0.14 to 6.0), which is how another's equal change is told from ours.
"""
from __future__ import annotations

from typing import Any, Iterable, List, Mapping, NamedTuple, Optional, Tuple

from rtcompat import conflicts
from rtcompat.errors import PermissionDenied, ServerFailure
from rtcompat.exchange import Operation
from rtcompat.model import Receipt, Ticket, Transaction
from rtcompat.rest1 import read, write
from rtcompat.rest1.asking import Answer, show
from rtcompat.rest1.creating import Creating
from rtcompat.rest1.histories import COLUMNS
from rtcompat.rest1.writing import State, Witness

__all__ = ["Guard", "Guarding"]


class Guard(NamedTuple):
    """The ticket just before the edit, and its newest transaction before that."""

    ticket: Ticket
    mark: int


class Guarding(Creating):
    """What a guarded edit asks besides."""

    def _opened(self, number: int, if_unchanged: Any, wanted: State) -> Operation[Guard]:
        """The ticket as it is now, which holds what was given.

        Raises: Conflict; UsageError; what reading a ticket raises. Requests: 2.
        """
        given = conflicts.checked(if_unchanged, number)
        happened = yield from self._happened(number)
        now = yield from self.get_ticket(number)
        conflict = conflicts.changed_before(given, now, happened, write.wanted_state(wanted))
        if conflict is not None:
            raise conflict
        return Guard(now, max((one.id for one in happened), default=0))

    def _happened(self, number: int) -> Operation[List[Transaction]]:
        """The ticket's transactions; none where RT shows us none."""
        try:
            answer = yield from self._ask(show(
                (f"ticket/{number}/history",), fields=COLUMNS, long=True,
                about=f"see what happened on ticket {number}"))
        except ServerFailure:
            return []  # what RT does for a history of which we may see nothing (3.4 to 6.0)
        return [read.transaction(form) for form in answer.forms if form.get("Type") is not None]

    def _witness(self, guard: Guard, wanted: State, before: State) -> Witness:
        """Looks at what happened since the guard was made, and raises a Conflict. Requests: 1.

        Args:
            wanted, before: as a receipt compares them.
        """
        def witness(answer: Optional[Answer], after: State, receipt: Receipt) -> Operation[None]:
            try:
                happened = yield from self._happened(guard.ticket.id)
            except PermissionDenied:
                return  # moved to where we do not see it
            known = {*guard.ticket.custom_fields, *(name[14:-1] for name in wanted if "[" in name)}
            conflict = conflicts.changed_meanwhile(
                conflicts.Attempt(wanted, before, after, self._context.user, _did_nothing(answer),
                                  lambda name, one: _field_named(one, known) == name[14:-1],
                                  self._of_several(guard.ticket.queue, wanted)),
                [one for one in happened if one.id > guard.mark], receipt, guard.ticket.id)
            if conflict is not None:
                raise conflict
        return witness

    def _of_several(self, queue: str, wanted: Mapping[str, Any]) -> Tuple[str, ...]:
        """Names in the receipt of custom fields that take several values."""
        known = self._context.fields_of(queue) or {}
        return tuple(name for name in wanted if name.startswith("custom_fields[")
                     and name[14:-1] in known and known[name[14:-1]].single is False)


def _did_nothing(answer: Optional[Answer]) -> bool:
    return answer is not None and not answer.messages


def _field_named(one: Transaction, names: Iterable[str]) -> Optional[str]:
    """The custom field that a transaction changed, None for none of these.

    Its number is not known over REST 1.0, but RT's sentence names it and shows both values, in an
    order that the language decides; a name may also stand in a value or in another name.
    """
    if one.type != "CustomField":
        return None
    said = one.rt_description or ""
    within = sorted((name for name in names if name in said), key=len)
    shown = [value for value in (one.old_value, one.new_value) if value]
    beside = [name for name in within
              if all(value in said.replace(name, "", 1) for value in shown)]
    return next(reversed(beside or within), None)
