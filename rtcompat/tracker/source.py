"""What the contract stands on: the listing, the types of arguments, the default body."""
from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import (Any, Callable, Generic, Iterable, Mapping, NoReturn, Optional, Sequence,
                    TypeVar, Union)

from rtcompat.errors import Unsupported
from rtcompat.model import NewAttachment, Page, Watcher

__all__ = ["CustomValues", "Date", "LinkChanges", "Listing", "People", "Source"]

T = TypeVar("T")

#: People of a role: e-mail addresses, logins, or watchers as a record holds them.
People = Iterable[Union[str, Watcher]]
#: Custom fields by name: one text, several texts, or None / () to clear. A date is `YYYY-MM-DD`,
#: a datetime `YYYY-MM-DD HH:MM:SS` in UTC. A new file for an Image or Binary field of a ticket is a
#: `NewAttachment` (REST2 only), one that is there its name.
CustomValues = Mapping[str, Union[str, NewAttachment, Sequence[Union[str, NewAttachment]], None]]
#: A date to store: an aware datetime (any zone), or None to unset it.
Date = Optional[datetime]
#: By direction (`model.LINK_NAMES`): ticket numbers and URLs.
LinkChanges = Mapping[str, Iterable[Union[int, str]]]


class Listing(Generic[T]):
    """An iterator over a listing that asks for page after page.

    A page that fails raises from ``next``; the one after it asks for that page again, so that
    nothing is passed over.

    Args:
        first: the first page.
        ask: gives the page of a cursor.
    """

    def __init__(self, first: Page[T], ask: Callable[[Any], Page[T]]) -> None:
        self._items = deque(first.items)
        self._cursor = first.cursor
        self._total = first.total
        self._ask = ask

    def __iter__(self) -> Listing[T]:
        return self

    def __next__(self) -> T:
        while not self._items:
            if self._cursor is None:
                raise StopIteration
            page = self._ask(self._cursor)
            self._items.extend(page.items)
            self._cursor = page.cursor
        return self._items.popleft()

    @property
    def total(self) -> Optional[int]:
        """How many items RT says there are, or None where it hides that."""
        return self._total


class Source:
    """What carries operations out. Each operation hands its name and arguments to `_carried` or,
    for a listing, to `_listed`; the bodies here only say that it cannot be done."""

    #: operation, or ``operation(argument)`` -> reason: what this source cannot do.
    UNSUPPORTED: Mapping[str, str] = {}

    def _unsupported(self, operation: str) -> NoReturn:
        raise Unsupported(self.UNSUPPORTED.get(operation, "this source cannot do it"),
                          operation=operation)

    def _carried(self, operation: str, given: Mapping[str, Any]) -> Any:
        """The result of an operation; ``given`` are its arguments by name (and ``self``)."""
        self._unsupported(operation)

    def _listed(self, operation: str, given: Mapping[str, Any]) -> Listing[Any]:
        """The listing that an operation gives, its first page asked for now."""
        self._unsupported(operation)
