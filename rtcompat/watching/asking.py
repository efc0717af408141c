"""What a watch asks for: the operations that it is made of, and time."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional, Tuple, Union

from rtcompat.ticketsql import Query

__all__ = ["Ask", "Histories", "Next", "Search", "Wait"]


@dataclass(frozen=True)
class Search:
    """`Tracker.search_tickets` of these arguments; ``order`` is empty for none. Answered by the
    listing."""

    query: Union[str, Query]
    order: str
    fields: Optional[Tuple[str, ...]]


@dataclass(frozen=True)
class Histories:
    """`Tracker.get_histories` of these arguments. Answered by the listing."""

    ids: Tuple[int, ...]
    content: bool


@dataclass(frozen=True)
class Next:
    """The next item of a listing that was an answer. Answered by the item, by None at its end."""

    listing: Any


@dataclass(frozen=True)
class Wait:
    """So many seconds. Answered by whether to go on then."""

    seconds: float


Ask = Union[Search, Histories, Next, Wait]
