"""Whether a record is still as it was read, over REST 1.0."""
from __future__ import annotations

from typing import Any, Callable, Mapping

from rtcompat import conflicts
from rtcompat.errors import NotFound, PermissionDenied, Unsupported
from rtcompat.exchange import Operation
from rtcompat.model import Group, Queue, Record, Ticket, User
from rtcompat.rest1 import read as reading
from rtcompat.rest1.groups import Groups
from rtcompat.rest1.tickets import Tickets

__all__ = ["Current"]

_LAST_CHANGE = tuple(key for name, key in reading.TICKET_KEYS.items()
                     if name in conflicts.LAST_CHANGE)


class Current(Groups, Tickets):
    """The operation on a record as it was read."""

    def is_current(self, record: Record) -> Operation[bool]:
        """See `Tracker.is_current`: RT 1.0 tells when a ticket was last changed, not by whom.
        Another record is read.

        Requests: 1; for another user 1 more, once a login.
        """
        read = conflicts.as_read(record)
        if isinstance(read, Ticket):
            return (yield from self._by_last_change(read))
        readers: Mapping[type, Callable[[int], Operation[Any]]] = {
            User: self.get_user, Queue: self.get_queue, Group: self.get_group}
        if type(read) not in readers:
            raise Unsupported(f"REST 1.0 does not know the {type(read).__name__} that it could "
                              "compare", operation="is_current", argument="record",
                              protocol="rest1", advice="REST2 could")
        try:
            now: Record = yield from readers[type(read)](read.id)
        except (NotFound, PermissionDenied):
            return False
        return conflicts.unchanged(read, now)

    def _by_last_change(self, read: Ticket) -> Operation[bool]:
        page = yield from self._slice([read.id], _LAST_CHANGE, frozenset(conflicts.LAST_CHANGE))
        now = next((one for one in page if one.id == read.id), None)
        return now is not None and conflicts.last_changed_alike(read, now)
