"""The operations of the protocols in use, and what they know of the server and the user."""
from __future__ import annotations

from dataclasses import replace
from typing import Dict, Mapping, Optional, Tuple, Union

from rtcompat.model import ServerInfo
from rtcompat.rest1 import context as rest1_context
from rtcompat.rest1.operations import Rest1
from rtcompat.rest2 import context as rest2_context
from rtcompat.rest2.operations import Rest2

__all__ = ["Backends", "backends", "lacking", "learn_zone", "needs_zone", "unsupported_here",
           "with_zone"]


class Backends(Dict[str, Union[Rest1, Rest2]]):
    """The operations of each protocol that may be used, the preferred one first.

    Attributes:
        clock: what REST 1.0's operations know, the zone of its local times among it; None
            without REST 1.0.
    """

    clock: Optional[rest1_context.Context] = None


def backends(names: Tuple[str, ...], version: str, user: Optional[str],
             timezone: Optional[str]) -> Backends:
    """The operations of these protocols, with what is known of the server and the user."""
    made = Backends()
    for name in names:
        if name == "rest1":
            made.clock = rest1_context.Context(version=version, user=user, timezone=timezone)
            made[name] = Rest1(made.clock)
        else:
            made[name] = Rest2(rest2_context.Context(version=version, user=user,
                                                     timezone=timezone))
    return made


def lacking(made: Backends) -> Dict[str, Mapping[str, str]]:
    """What each protocol cannot do on this server, the preferred protocol first."""
    return {name: backend.UNSUPPORTED for name, backend in made.items()}


def unsupported_here(made: Backends) -> Dict[str, str]:
    """Whole operations that none of the protocols in use has on this server, with the reason."""
    reasons: Dict[str, str] = {}
    tables = list(lacking(made).values())
    for operation, reason in tables[0].items():
        if "(" not in operation and all(operation in table for table in tables):
            reasons[operation] = reason
    return reasons


def needs_zone(protocol: str, made: Backends) -> bool:
    """Whether REST 1.0 is about to be used, our zone is not known and REST2 can be asked for it."""
    return (protocol == "rest1" and "rest2" in made and made.clock is not None
            and made.clock.zone_name is None)


def learn_zone(made: Backends, zone: str) -> None:
    """Tell REST 1.0's operations the zone of our own user; "" leaves them to find it out."""
    if zone and made.clock is not None:
        made.clock.zone_name = zone


def with_zone(info: ServerInfo, made: Backends) -> ServerInfo:
    """The record with what is known by now of the zone in which REST 1.0 prints our times."""
    if made.clock is None:
        return info
    return replace(info, timezone=made.clock.zone_name, timezone_exact=made.clock.zone_exact)
