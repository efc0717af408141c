"""Collections of one kind of record: by id without asking, searches, new ones, and a cache."""
from __future__ import annotations

import inspect
from dataclasses import dataclass, fields
from typing import Any, Callable, Generic, Iterator, Mapping, Optional, Tuple, Type, TypeVar

from rtcompat.errors import UsageError
from rtcompat.model import KEEP, NOT_LOADED, Receipt, Ticket
from rtcompat.resources.cache import Cache
from rtcompat.resources.handles import Handle, Key
from rtcompat.tracker import Listing, Tracker

__all__ = ["Collection", "Kind", "Found"]

R = TypeVar("R")
H = TypeVar("H", bound=Handle[Any])


@dataclass(frozen=True)
class Kind:
    """What a collection needs to know of its records.

    Attributes:
        name: in a word, for people. record: the dataclass. page: its page in RT's web interface.
        operations: our word -> the operation of `Tracker`: get, search, create, edit, delete,
            history; those that RT does not have are missing.
        query: what a search without conditions asks for; None for none.
        merges: whether a number may stand for another record. RT does not say to which one a
            write through it went.
    """

    name: str
    record: Type[Any]
    page: str
    operations: Mapping[str, str]
    query: Optional[str] = None
    merges: bool = False


class Found(Generic[H]):
    """Handles of what a search found, page after page; their records fill the cache.

    Attributes:
        total: how many RT says there are, None where it hides that.
    """

    def __init__(self, records: Listing[Any], make: Callable[[Any], H]) -> None:
        self._records = records
        self._make = make
        self.total = records.total

    def __iter__(self) -> Iterator[H]:
        return self

    def __next__(self) -> H:
        return self._make(next(self._records))


class Collection(Generic[R, H]):
    """The records of one kind on one server.

    Calling it with a number or a name gives a handle without a request; `get` asks at once.

    Args:
        tracker: carries out what is asked. kind: see `Kind`. handle: the class of its objects.
        cache: of records by number.
    """

    def __init__(self, tracker: Tracker, kind: Kind, handle: Type[H], cache: Cache[R]) -> None:
        self.tracker = tracker
        self.cache = cache
        self._kind = kind
        self._handle = handle
        self.names = frozenset(each.name for each in fields(kind.record))

    @property
    def kind(self) -> str:
        """What its records are, in a word."""
        return self._kind.name

    @property
    def server(self) -> str:
        """The server's address."""
        return self.tracker.server().url

    def __repr__(self) -> str:
        return f"<{self.kind} records of {self.server}>"

    def __call__(self, key: Key) -> H:
        """A handle, without a request."""
        if isinstance(key, bool) or not isinstance(key, (int, str)) or not key:
            raise UsageError(f"a {self.kind} is known by number or name, not by {key!r}")
        return self._handle(self, key)

    def get(self, key: Key) -> H:
        """A handle whose record is asked for now. Raises: NotFound, PermissionDenied."""
        found = self(key)
        self.read(key)
        return found

    def search(self, *conditions: Any, **options: Any) -> Found[H]:
        """What matches: TicketSQL for tickets (`ticketsql`), conditions made by `where` for
        other records, one after the other or as a list. The options are those of the tracker's
        search.

        Records that are not whole (``fields=``) are not kept.
        """
        operation = self._operation("search")
        one = conditions[0] if len(conditions) == 1 else None
        given = one if one is not None and (self._kind.query is not None
                                            or isinstance(one, (list, tuple))) \
            else conditions or self._kind.query or ()
        whole = options.get("fields") is None
        # A record of a page that was asked for before a write may be older than it.
        begun = self.cache.begin()
        return Found(self._bound(operation, (given,), options),
                     lambda record: self._met(record, whole, begun))

    def iter(self, **options: Any) -> Found[H]:
        """All that we may see."""
        return self.search(**options)

    def __iter__(self) -> Iterator[H]:
        return self.iter()

    def create(self, *given: Any, **fields: Any) -> H:
        """A new record: the arguments are those of the tracker's operation (`create_ticket` …).

        Returns: its handle; the next use asks for what RT stored.
        """
        receipt: Receipt = self._bound(self._operation("create"), given, fields)
        if receipt.id is None:
            raise UsageError(f"RT does not say which {self.kind} it created")
        return self(receipt.id)

    # -- for the handles ----------------------------------------------------------------------

    def read(self, key: Key, *, anew: bool = False) -> R:
        """The record: kept, or asked for. One that is too old is asked for again, by a question
        whether it changed where the server knows that."""
        if not anew:
            kept = self.cache.fresh(key)
            if kept is not None:
                return kept
            old: Any = self.cache.get(key)
            if old is not None and _cheap(old) and self.tracker.is_current(old):
                self.cache.confirm(key)
                known: R = old
                return known
        begun = self.cache.begin()
        found: Any = getattr(self.tracker, self._operation("get"))(key)
        self.cache.put(found.id, found, begun, name=key)
        record: R = found
        return record

    def age(self, key: Key) -> Optional[float]:
        """Seconds since the record was asked for; None when it is not kept."""
        return self.cache.age(key)

    def forget(self, key: Key) -> None:
        """Drop what is kept of a record, by whatever it goes."""
        self.cache.forget(key)

    def write(self, key: Key, act: Callable[[], Receipt], *, renames: bool = False) -> Receipt:
        """Write to a record and forget what is kept of it, whatever becomes of the write.

        All records are forgotten where it is not certain which one was written to: a name and no
        receipt with a number, a ticket (it may be merged, by anybody); and where it may be called
        now what another one was.
        """
        number: Optional[Key] = None
        try:
            receipt = act()
            number = receipt.id
        finally:
            if number is None and isinstance(key, int):
                number = key
            if number is None or renames or self._kind.merges:
                self.cache.clear()
            else:
                self.cache.forget(key)
                self.cache.forget(number)
        return receipt

    def edit(self, key: Key, changes: Mapping[str, Any]) -> Receipt:
        """Edit a record; the next use asks for what RT stored."""
        edit = self._prepared(self._operation("edit"), (key,), changes)
        return self.write(key, edit, renames="name" in changes)

    def call(self, word: str, key: Key) -> Any:
        """One of the kind's operations on one record."""
        return getattr(self.tracker, self._operation(word))(key)

    def weburl(self, handle: Handle[Any]) -> str:
        """Where people see a record in RT (paths of RT 4.4 to 5.0)."""
        return f"{self.server}/{self._kind.page.format(id=handle.id)}"

    # -- inside -------------------------------------------------------------------------------

    def _operation(self, word: str) -> str:
        found = self._kind.operations.get(word)
        if found is None:
            raise UsageError(f"RT has no way to {word} a {self.kind}", argument=word)
        return found

    def _bound(self, operation: str, given: Tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        """Call an operation; an argument that it does not have is refused by name."""
        return self._prepared(operation, given, named)()

    def _prepared(self, operation: str, given: Tuple[Any, ...],
                  named: Mapping[str, Any]) -> Callable[[], Any]:
        """A call of an operation whose arguments are those that it has."""
        act = getattr(self.tracker, operation)
        try:
            inspect.signature(getattr(Tracker, operation)).bind(self.tracker, *given, **named)
        except TypeError as error:
            raise UsageError(f"{operation}: {error}", argument=operation) from None
        wanted = {name: value for name, value in named.items() if value is not KEEP}
        return lambda: act(*given, **wanted)

    def _met(self, record: Any, whole: bool, begun: int) -> H:
        if whole and not any(getattr(record, name) is NOT_LOADED for name in self._needed):
            self.cache.put(record.id, record, begun)
        return self(record.id)

    @property
    def _needed(self) -> Tuple[str, ...]:
        """What a record from a listing must hold to stand for one that was asked for by itself."""
        return ("custom_fields",) if "custom_fields" in self.names else ("name",)


def _cheap(record: Any) -> bool:
    """Whether it is asked whether a record changed: what would be read for that is read anew."""
    return isinstance(record, Ticket) or getattr(record, "etag", NOT_LOADED) is not NOT_LOADED
