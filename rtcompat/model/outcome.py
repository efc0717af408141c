"""What operations give beside records: pages, receipts, what is known of a server."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, Mapping, Optional, Tuple, TypeVar

from rtcompat.errors import UsageError
from rtcompat.model.marks import EMPTY

__all__ = ["Page", "Receipt", "ServerInfo"]

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Part of a listing.

    Attributes:
        cursor: plain values (str, int, list, dict) to ask for the next page with; None at the end.
        total: number of items of the whole listing, or None where RT hides it.
    """

    items: Tuple[T, ...]
    cursor: Any = None
    total: Optional[int] = None


@dataclass(frozen=True)
class Receipt:
    """What a write did, decided from what was wanted, what was before and what is after.

    Attributes:
        messages: RT's sentences, in its language, in its order.
        changed: fields that now hold what was wanted and did not before.
        unchanged: fields that held it already.
        refused: fields that still hold what they held before, which is not what was wanted.
        altered: fields that hold a third value: that value by field. Lists of which RT refused a
            part are among them; the error that then is raised names them.
        unverified: fields that could not be, or were not to be, read afterwards.
        via: ``rest1`` or ``rest2``.
        id: number of what was created or written to, or None.
        transaction_id: of a reply or comment, where RT tells (REST2), else None.
    """

    messages: Tuple[str, ...] = ()
    changed: Tuple[str, ...] = ()
    unchanged: Tuple[str, ...] = ()
    altered: Mapping[str, Any] = EMPTY
    refused: Tuple[str, ...] = ()
    unverified: Tuple[str, ...] = ()
    via: str = ""
    id: Optional[int] = None
    transaction_id: Optional[int] = None


@dataclass(frozen=True)
class ServerInfo:
    """What is known of a server.

    Attributes:
        url: the site's base address, after redirects.
        version: RT's version as it says it (a distribution's suffix included).
        protocols: those that answer, of ``rest1`` and ``rest2``.
        protocol: the one in use.
        user: login of who asks, or None where it is not known.
        timezone: IANA name of the zone in which REST 1.0 prints our times, or None.
        timezone_exact: whether one zone is left.
        unsupported: operations that cannot be carried out here, with the reason.
        operations: the names of all; () where they are not known.
    """

    url: str
    version: str
    protocols: Tuple[str, ...]
    protocol: str
    user: Optional[str] = None
    timezone: Optional[str] = None
    timezone_exact: bool = True
    unsupported: Mapping[str, str] = EMPTY
    operations: Tuple[str, ...] = field(default=(), repr=False, compare=False)

    def supports(self, operation: str) -> bool:
        """Whether the operation (``merge_ticket``) can be carried out on this server.

        Raises: UsageError for a name that is no operation's.
        """
        if self.operations and operation not in self.operations:
            raise UsageError(f"there is no operation {operation!r}", argument="operation")
        return operation not in self.unsupported

    @property
    def version_tuple(self) -> Tuple[int, ...]:
        """The version's leading numbers, ``(5, 0, 3)``."""
        numbers = []
        for part in self.version.split("+")[0].split("."):
            digits = "".join(c for c in part if c.isdigit())
            if not digits:
                break
            numbers.append(int(digits))
        return tuple(numbers)
