"""The protocols: what each is called, where it stands, who carries its operations."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Mapping, Type, Union

from rtcompat.exchange import Response
from rtcompat.protocols.answers import Finding, read_rest1, read_rest2
from rtcompat.rest1 import login as rest1_login
from rtcompat.rest1.operations import Rest1
from rtcompat.rest2 import login as rest2_login
from rtcompat.rest2.operations import Rest2
from rtcompat.session import Manner

__all__ = ["PROTOCOLS", "Protocol"]


@dataclass(frozen=True)
class Protocol:
    """A protocol.

    Attributes:
        title: its name for people. base: its path below the site.
        operations: the class of its operations. manner: how one logs in.
        first: the path that detection asks. read: what its answer means.
    """

    name: str
    title: str
    base: str
    operations: Type[Union[Rest1, Rest2]]
    manner: Manner
    first: str
    read: Callable[[Response], Finding]


#: In the order of preference.
PROTOCOLS: Mapping[str, Protocol] = {
    "rest2": Protocol("rest2", "REST2", Rest2.BASE, Rest2, rest2_login.MANNER,
                      Rest2.BASE + "rt", read_rest2),
    "rest1": Protocol("rest1", "REST 1.0", Rest1.BASE, Rest1, rest1_login.MANNER,
                      Rest1.BASE, read_rest1),
}
