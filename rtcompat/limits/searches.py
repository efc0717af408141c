"""What a search is asked with."""
from __future__ import annotations

import re
from typing import Any, Tuple

from rtcompat.errors import UsageError
from rtcompat.limits.values import checked_text

__all__ = ["checked_query", "checked_order"]

_ORDER = re.compile(r"(-?)([A-Za-z][^\r\n]*)\Z")


def checked_query(query: Any) -> str:
    """TicketSQL that may be sent. Raises: UsageError for none: RT finds nothing by it and says
    nothing, so that a variable that was not set looks like no tickets."""
    text = checked_text(query, "query")
    if not text.strip():
        raise UsageError("query is empty; 'id > 0' finds all tickets", argument="query")
    return text


def checked_order(order: Any) -> Tuple[str, bool]:
    """(field, whether descending) of an order. Raises: UsageError for what names no field."""
    found = _ORDER.match(order) if isinstance(order, str) else None
    if found is None:
        raise UsageError(f"order names a field of TicketSQL, with a minus before it for "
                         f"descending (-Created), not {order!r}", argument="order")
    return found.group(2), bool(found.group(1))
