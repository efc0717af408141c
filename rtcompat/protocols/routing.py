"""Which protocol carries an operation: decided before its first request, never after a failure."""
from __future__ import annotations

import inspect
from typing import Any, FrozenSet, List, Mapping, Optional, Tuple

from rtcompat.batches import given_of, named
from rtcompat.errors import Unsupported, UsageError
from rtcompat.limits import carried_by
from rtcompat.model import KEEP
from rtcompat.protocols.table import PROTOCOLS
from rtcompat.tracker import Tracker

__all__ = ["route"]


def _given(operation: str, arguments: Mapping[str, Any]) -> List[str]:
    """The arguments that a caller gave: those that differ from the contract's defaults."""
    defaults = inspect.signature(getattr(Tracker, operation)).parameters
    return [name for name, value in arguments.items()
            if name in defaults and value is not KEEP
            and not (type(value) is type(defaults[name].default)
                     and value == defaults[name].default)]


def _lacks(table: Mapping[str, str], operation: str,
           arguments: Mapping[str, Any]) -> Optional[str]:
    """The entry of an UNSUPPORTED table that this call meets, or None."""
    names = [operation] + [f"{operation}({name})" for name in _given(operation, arguments)]
    return next((name for name in names if name in table), None)


def route(operation: str, arguments: Mapping[str, Any],
          protocols: Mapping[str, Mapping[str, str]]) -> str:
    """The protocol that carries an operation with these arguments.

    Args:
        protocols: those that may be used, the preferred one first, each with what it cannot do on
            this server (its ``UNSUPPORTED``).
    Returns: the first that supports the operation and every argument given and keeps the values.
    Raises: Unsupported naming what cannot be carried and what could; UsageError where no
        protocol keeps a value.
    """
    if operation in _MANY:
        return _route_many(operation, arguments, protocols)
    carriers = carried_by(operation, arguments)
    if not carriers:
        raise UsageError("no protocol of RT keeps these values together: an empty file, or one in "
                         "another charset than UTF-8, goes over REST 1.0 only, leading empty "
                         "lines over REST2 only",
                         argument="attachments")
    for protocol, table in protocols.items():
        if protocol in carriers and _lacks(table, operation, arguments) is None:
            return protocol
    advice = _could(carriers, operation, arguments, protocols)
    for protocol, table in protocols.items():
        lacking = _lacks(table, operation, arguments)
        if lacking is not None:
            raise Unsupported(table[lacking], operation=operation, protocol=protocol,
                              argument=lacking[len(operation) + 1:-1] or None,
                              advice=_once(table[lacking], advice))
    title = PROTOCOLS[next(iter(protocols))].title
    raise UsageError(f"{title} would change this text or file on its way",
                     argument="content", advice=advice)


def _once(reason: str, advice: str) -> str:
    """The advice where the reason may have said already who could."""
    said = reason.rpartition("; ")[2].split(" ")[0]
    title = advice.partition(" could; it")[0]
    return advice.replace(" could; it is", " is", 1) if said == title else advice


#: An operation on many -> the argument that holds them, and the operation that each is one of.
_MANY: Mapping[str, Tuple[str, str]] = {
    "create_tickets": ("tickets", "create_ticket"), "edit_tickets": ("changes", "edit_ticket"),
    "reply_to_tickets": ("messages", "reply"), "comment_on_tickets": ("messages", "comment")}


def _route_many(operation: str, arguments: Mapping[str, Any],
                protocols: Mapping[str, Mapping[str, str]]) -> str:
    """The protocol that carries every item: each must go over the same.

    Raises: Unsupported, UsageError naming the first item that leaves none.
    """
    argument, single = _MANY[operation]
    able = {name: table for name, table in protocols.items() if operation not in table}
    if not able:
        name, table = next(iter(protocols.items()))
        raise Unsupported(table[operation], operation=operation, protocol=name)
    for place, one in enumerate(arguments[argument]):
        given = given_of(one)
        left = {name: table for name, table in able.items()
                if name in carried_by(single, given) and _lacks(table, single, given) is None}
        if not left:
            try:
                route(single, given, able)
            except (UsageError, Unsupported) as error:
                raise named(error, argument, place) from error
            raise Unsupported(f"{argument}[{place}] and the items before it cannot go over the "
                              "same protocol", operation=operation,
                              argument=f"{argument}[{place}]", advice="send them in two calls")
        able = left
    return next(iter(able))


def _could(carriers: FrozenSet[str], operation: str, arguments: Mapping[str, Any],
           protocols: Mapping[str, Mapping[str, str]]) -> str:
    able = [PROTOCOLS[name].title for name in PROTOCOLS
            if name in carriers and name not in protocols
            and _lacks(PROTOCOLS[name].operations.UNSUPPORTED, operation, arguments) is None]
    if able:
        return f"{' or '.join(able)} could; it is not open here, or not allowed by protocol="
    return "no single request of RT's can carry this: split it into two calls"
