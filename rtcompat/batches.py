"""Many items in one call: checked before anything is sent, sent in slices, each told by itself.

A request that carries many items may fail as a whole after a part of it is done. What then is
still to be done is found out by reading (each protocol's business); here is what both do with it:
the first of those left may be what made RT fail, so it goes alone, and the others together again.
"""
from __future__ import annotations

from dataclasses import dataclass, fields
from typing import (Any, Callable, Dict, Generic, List, Mapping, Optional, Protocol, Sequence, Set,
                    Tuple, TypeVar, Union)

from rtcompat.errors import NotAuthenticated, RTError, TransportError, Unsupported, UsageError
from rtcompat.exchange import Operation, Request, Response
from rtcompat.limits import positive_id
from rtcompat.model import Outcome

__all__ = ["SLICE", "Item", "given_of", "checked", "distinct", "named", "sliced", "outcomes",
           "one_by_one", "in_slices", "as_outcome", "Merging", "side_by_side"]

#: Items a request.
SLICE = 100
#: How often a slice is sent again without what may have made RT fail; then one by one.
_ROUNDS = 3
#: After these nothing more is tried.
_ENDS = (TransportError, NotAuthenticated)

T = TypeVar("T")
R = TypeVar("R")


@dataclass
class Item(Generic[T]):
    """An item on its way.

    Attributes:
        place: its place in the batch. given: the arguments of the single operation.
        plan: what checking it gave. id: its ticket, None while there is none.
        outcome: what became of it, None while it is open.
    """

    place: int
    given: Mapping[str, Any]
    plan: T
    id: Optional[int] = None
    outcome: Optional[Outcome[Any]] = None

    def succeed(self, result: Any) -> None:
        self.outcome = Outcome(self.id, result)

    def fail(self, error: RTError) -> None:
        receipt = getattr(error, "receipt", None)
        if self.id is None and receipt is not None:
            self.id = receipt.id  # it was created, if not as wanted
        self.outcome = Outcome(self.id, error=error)


def given_of(one: Any) -> Dict[str, Any]:
    """The fields of an item as arguments of the single operation."""
    return {field.name: getattr(one, field.name) for field in fields(one)}


def named(error: RTError, argument: str, place: int) -> RTError:
    """The same error about an item, which it names."""
    inner = getattr(error, "argument", None)
    where = f"{argument}[{place}]" + (f".{inner}" if inner else "")
    what = f"{argument}[{place}]: {error.what}"
    if isinstance(error, Unsupported):
        return Unsupported(what, operation=error.operation, argument=where,
                           protocol=error.protocol, advice=error.advice)
    return UsageError(what, argument=where, advice=error.advice)


def checked(given: Sequence[Any], argument: str,
            check: Callable[[Mapping[str, Any]], T]) -> List[Item[T]]:
    """The items, each checked.

    Raises: UsageError, Unsupported naming the first that cannot be right.
    """
    items: List[Item[T]] = []
    for place, one in enumerate(given):
        arguments = given_of(one)
        try:
            number = positive_id(arguments["ticket_id"], "ticket_id") \
                if "ticket_id" in arguments else None
            items.append(Item(place, arguments, check(arguments), number))
        except (UsageError, Unsupported) as error:
            raise named(error, argument, place) from error
    return items


def distinct(items: Sequence[Item[Any]], argument: str) -> None:
    """Raises: UsageError for a ticket that is named twice: its receipts could not be told apart."""
    seen: Dict[Optional[int], int] = {}
    for item in items:
        if item.id in seen:
            raise UsageError(f"{argument}[{item.place}]: ticket {item.id} is named twice, at "
                             f"{argument}[{seen[item.id]}] before",
                             argument=f"{argument}[{item.place}].ticket_id")
        seen[item.id] = item.place


def sliced(items: Sequence[R], size: int = SLICE) -> List[Sequence[R]]:
    return [items[start:start + size] for start in range(0, len(items), size)]


def outcomes(items: Sequence[Item[Any]]) -> Tuple[Outcome[Any], ...]:
    """What became of each, in the order given."""
    found = [item.outcome for item in sorted(items, key=lambda one: one.place)]
    assert all(one is not None for one in found), "an item was left open"
    return tuple(one for one in found if one is not None)


def as_outcome(number: int, read: Operation[R]) -> Operation[Outcome[R]]:
    """What a read of one ticket gives or raises; what ends everything is raised."""
    try:
        return Outcome(number, (yield from read))
    except _ENDS:
        raise
    except RTError as error:
        return Outcome(number, error=error)


def one_by_one(items: Sequence[Item[T]], act: Callable[[Item[T]], Operation[Any]],
               every: Sequence[Item[T]]) -> Operation[None]:
    """Each by the single operation.

    Args:
        every: the whole batch: while nothing of it was done, what ends everything is raised.
    """
    for item in items:
        if item.outcome is not None:
            continue
        try:
            item.succeed((yield from act(item)))
        except _ENDS as error:
            _give_up(error, every)
            return
        except RTError as error:
            item.fail(error)


def in_slices(items: Sequence[Item[T]],
              send: Callable[[Sequence[Item[T]]], Operation[Sequence[Item[T]]]],
              act: Callable[[Item[T]], Operation[Any]],
              every: Sequence[Item[T]]) -> Operation[None]:
    """A request for each slice, and what RT failed over alone.

    Args:
        send: sends some; gives those of which a reading showed that nothing was done, in order,
            the others have their outcome.
        act: the single operation.
    """
    for some in sliced(items):
        left = [item for item in some if item.outcome is None]
        rounds = 0
        while left and rounds < _ROUNDS:
            try:
                left = list((yield from send(left)))
            except _ENDS as error:
                _give_up(error, every)
                return
            if left:
                yield from one_by_one(left[:1], act, every)
                left = [item for item in left if item.outcome is None]
            rounds += 1
        yield from one_by_one(left, act, every)


def _give_up(error: RTError, every: Sequence[Item[Any]]) -> None:
    """Nothing more is sent: those that are open hold the error. It is raised where none is done."""
    if all(item.outcome is None for item in every):
        raise error
    for item in every:
        if item.outcome is None:
            item.fail(error)


# -- operations side by side ----------------------------------------------------------------------

class Merging(Protocol):
    """How requests of one kind become one."""

    def key(self, request: Request) -> Optional[Tuple[Any, ...]]:
        """What requests must share to go together; None for one that goes alone."""

    def merged(self, requests: Sequence[Request]) -> Request:
        """One request for all of them."""

    def split(self, response: Response, requests: Sequence[Request]
              ) -> Optional[Sequence[Union[Response, RTError]]]:
        """The answer that each would have had; None where that cannot be told."""


class _Running(Generic[T]):
    """One operation on its way: the request that it waits with, or its end."""

    def __init__(self, item: Item[T], operation: Operation[Any]) -> None:
        self.item = item
        self.operation = operation
        self.request: Optional[Request] = None
        #: Keys of what was sent for it together with others: the second time it goes alone.
        self.sent: Set[Tuple[Any, ...]] = set()

    def go_on(self, given: Union[Response, RTError, None]) -> None:
        """To the next request or to the end."""
        self.request = None
        try:
            if isinstance(given, RTError):
                self.request = self.operation.throw(given)
            elif given is None:
                self.request = next(self.operation)
            else:
                self.request = self.operation.send(given)
        except StopIteration as stop:
            self.item.succeed(stop.value)
        except RTError as error:
            self.item.fail(error)


def side_by_side(items: Sequence[Item[T]], start: Callable[[Item[T]], Operation[Any]],
                 merging: Merging, argument: str, size: int = SLICE) -> Operation[None]:
    """Run an operation an item, all of them at once, and send together what can go together.

    What an operation asks beside that is asked at once, so that what is learnt by it once a login
    is not asked by the next one. A write that comes a second time, after its answer was lost and
    nothing of it was done, goes alone: it may be what made RT fail.

    Raises: UsageError and Unsupported naming the item, while nothing was written;
        TransportError and NotAuthenticated, while nothing is done.
    """
    running = [_Running(item, start(item)) for item in items]
    written = False
    for one in running:
        one.go_on(None)
        yield from _alone(one, merging)
    while True:
        waiting = [one for one in running if one.request is not None]
        if not written:
            _misused(running, argument)
        groups = _groups(waiting, merging, size)
        if not groups:
            return
        written = written or any(group[0].request is not None
                                 and group[0].request.effect != "read" for group in groups)
        for group in groups:
            yield from _merged(group, merging)
            ended = next((one.item.outcome.error for one in group if one.item.outcome is not None
                          and isinstance(one.item.outcome.error, _ENDS)), None)
            if ended is not None:
                _end(ended, running)
                return


def _end(error: RTError, running: Sequence[_Running[Any]]) -> None:
    """Nothing more is sent."""
    for one in running:
        one.operation.close()
    if not any(one.item.outcome is not None and one.item.outcome.ok for one in running):
        raise error
    for one in running:
        if one.item.outcome is None:
            one.item.fail(error)


def _misused(running: Sequence[_Running[Any]], argument: str) -> None:
    for one in running:
        error = one.item.outcome.error if one.item.outcome is not None else None
        if isinstance(error, (UsageError, Unsupported)):
            for other in running:
                other.operation.close()
            raise named(error, argument, one.item.place) from error


def _may_go(one: _Running[Any], merging: Merging) -> Optional[Tuple[Any, ...]]:
    """The key by which its request goes with others; None where it goes alone."""
    if one.request is None:
        return None
    key = merging.key(one.request)
    if key is not None and one.request.effect != "read" and key in one.sent:
        return None
    return key


def _alone(one: _Running[Any], merging: Merging) -> Operation[None]:
    """Answer what an operation asks until it waits with what can go with others."""
    while one.request is not None and _may_go(one, merging) is None:
        try:
            given: Union[Response, RTError] = yield one.request
        except RTError as error:
            given = error
        one.go_on(given)


def _groups(waiting: Sequence[_Running[T]], merging: Merging,
            size: int) -> List[Sequence[_Running[T]]]:
    by_key: Dict[Tuple[Any, ...], List[_Running[T]]] = {}
    for one in waiting:
        key = _may_go(one, merging)
        if key is not None:
            by_key.setdefault(key, []).append(one)
    return [some for group in by_key.values() for some in sliced(group, size)]


def _merged(group: Sequence[_Running[Any]], merging: Merging) -> Operation[None]:
    """Send a group's requests as one, and hand each its part of the answer.

    A read whose answer cannot be taken apart, or that fails as a whole, is asked one by one.
    """
    requests = [one.request for one in group if one.request is not None]
    for one in group:
        key = _may_go(one, merging)
        if key is not None:
            one.sent.add(key)
    reading = all(request.effect == "read" for request in requests)
    parts: Optional[Sequence[Union[Response, RTError]]] = None
    if len(requests) > 1:
        try:
            parts = merging.split((yield merging.merged(requests)), requests)
        except RTError as error:
            if not reading or isinstance(error, _ENDS):
                parts = [error for _ in requests]
    if parts is None:
        collected: List[Union[Response, RTError]] = []
        for request in requests:
            try:
                collected.append((yield request))
            except RTError as error:
                collected.append(error)
        parts = collected
    for one, part in zip(group, parts):
        one.go_on(part)
        yield from _alone(one, merging)
