"""Whether a ticket is still as it was read, without reading it again."""
from __future__ import annotations

from rtcompat.exchange import Operation, Request
from rtcompat.model import NOT_LOADED, Ticket
from rtcompat.rest2 import tickets
from rtcompat.rest2.answers import read_json
from rtcompat.rest2.context import Context

__all__ = ["is_current"]


def is_current(context: Context, ticket: Ticket) -> Operation[bool]:
    """See `Tracker.is_current`: by the ETag that the ticket carries, else by its last change.

    Requests: 1.
    """
    if ticket.etag is not NOT_LOADED and ticket.etag:
        response = yield Request("HEAD", f"ticket/{ticket.id}",
                                 headers=(("If-None-Match", f'"{ticket.etag}"'),),
                                 about=f"see whether ticket {ticket.id} changed")
        if response.status == 304:
            return True
        if response.status == 200:
            return False
        read_json(response)
    page = yield from tickets.search(context, f"id = {ticket.id}", None,
                                     ("last_updated", "last_updated_by"), False, None)
    if not page.items:
        # merged, deleted, or out of our sight: reading it tells which
        return False
    now = page.items[0]
    # Who changed it last is not told by REST 1.0.
    same_hand = ticket.last_updated_by in (NOT_LOADED, now.last_updated_by)
    return same_hand and now.last_updated == ticket.last_updated
