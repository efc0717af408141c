"""Saved searches."""
from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import datetime
from typing import Mapping, Optional, Tuple

from rtcompat.model.marks import EMPTY, NOT_LOADED

__all__ = ["SavedSearch"]


@dataclass(frozen=True)
class SavedSearch:
    """A search that somebody saved in RT's query builder.

    Attributes:
        name: as RT lists it; of the searches that RT brings (``My Tickets``) without ``Search -``.
        description: of the searches that RT brings, their title with places for numbers
            (``[_1] highest priority tickets I own``); else "".
        type: what it finds: ``Ticket``, ``Asset``, ``Transaction``, ``Chart``, …
        query: TicketSQL, or what the type has in its place.
        order: RT's fields that its results are ordered by, ``-`` before a descending one.
        format: RT's description of the columns shown.
        per_page: rows a page in RT's pages, None where it does not say.
    """

    id: int
    name: str = NOT_LOADED
    description: str = NOT_LOADED
    type: str = NOT_LOADED
    query: str = NOT_LOADED
    order: Tuple[str, ...] = NOT_LOADED
    format: str = NOT_LOADED
    per_page: Optional[int] = NOT_LOADED
    creator: str = NOT_LOADED
    created: datetime = NOT_LOADED
    last_updated_by: str = NOT_LOADED
    last_updated: datetime = NOT_LOADED
    other_fields: Mapping[str, str] = attribute(default=EMPTY, compare=False)
