"""Which custom fields apply to a queue: all that REST 1.0 tells of them."""
from __future__ import annotations

from typing import Mapping, Optional, Tuple, Union

from rtcompat import limits
from rtcompat.errors import Unsupported
from rtcompat.exchange import Operation, Request
from rtcompat.model import CustomField
from rtcompat.rest1 import read
from rtcompat.rest1.forms import Form
from rtcompat.rest1.people import People

__all__ = ["CustomFields"]

#: What a queue's fields apply to, and the address that lists those.
_ADDRESSES: Mapping[str, str] = {"RT::Queue-RT::Ticket": "ticketcustomfields",
                                 "RT::Queue": "customfields"}


class CustomFields(People):
    """Operations on custom fields."""

    def get_applied_custom_fields(self, kind: str, record: Union[str, int], *,
                                  lookup_type: Optional[str] = None
                                  ) -> Operation[Tuple[CustomField, ...]]:
        """See `Tracker.get_applied_custom_fields`.

        Requests: 2; 1 more where a name or a description holds a parenthesis; a name of digits
            or with ``/`` or ``,`` 1 more.
        """
        wanted = limits.checked_lookup_type(kind, lookup_type)
        if kind != "queue" or wanted not in _ADDRESSES or not self._at_least(3, 8, 2):
            raise Unsupported("REST 1.0 lists the fields of a queue and of its tickets only, since "
                              "RT 3.8.2", operation="get_applied_custom_fields",
                              protocol="rest1", advice="REST2 could")
        place = yield from self._queue_place(record)
        form = yield from self._queue_form(place, isinstance(record, int))
        place = f"{form.get('id')}/{_ADDRESSES[wanted]}"
        listed = yield from self._field_form(place, True)
        names: Tuple[str, ...] = ()
        if any(key.count(" (") > 1 for key in listed.keys()):
            names = tuple((yield from self._field_form(place, False)).keys())
        found = read.definitions(listed, names, wanted)
        return tuple(found[name] for name in sorted(found))

    def _field_form(self, place: str, long: bool) -> Operation[Form]:
        """Its keys are names, in the long form each with its description behind it."""
        answer = yield from self._ask(Request(
            "GET", place, query=(("format", "l"),) if long else (), about=f"read {place}"))
        answer.checked()
        return answer.form()
