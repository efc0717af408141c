"""What an evaluation may ask beyond the tickets themselves, and what it is told for each."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Callable, FrozenSet, Iterable, Optional, Tuple, Union

from rtcompat.model import Attachment, Links, Transaction, User

__all__ = ["Known", "Setting", "Row", "ACTIVE", "INACTIVE"]

#: RT's default lifecycle: what ``Status = '__Active__'`` and ``'__Inactive__'`` stand for.
ACTIVE = frozenset(("new", "open", "stalled"))
INACTIVE = frozenset(("resolved", "rejected", "deleted"))


def _links(ticket_id: int) -> Optional[Links]:
    return None


def _history(ticket_id: int) -> Optional[Iterable[Transaction]]:
    return None


def _content(attachment: Attachment) -> Optional[str]:
    return None


def _queue_id(name: str) -> Optional[int]:
    return None


def _user(who: Union[str, int]) -> Optional[User]:
    return None


@dataclass(frozen=True)
class Known:
    """Functions that tell what is not in a ticket; None from any of them: it is not known.

    They are called for queries that need them, and again for every ticket: what is expensive is
    for the function to keep.

    Attributes:
        links: by a ticket's id.
        history: its transactions by a ticket's id, with their attachments.
        content: the text of an attachment; "" where it is no text.
        queue_id: the number of a queue, by name, for ``Queue = 3``.
        user: by login, address or number.
        active, inactive: statuses, in small letters, that ``__Active__`` and ``__Inactive__``
            stand for. A status in neither is not known.
    """

    links: Callable[[int], Optional[Links]] = _links
    history: Callable[[int], Optional[Iterable[Transaction]]] = _history
    content: Callable[[Attachment], Optional[str]] = _content
    queue_id: Callable[[str], Optional[int]] = _queue_id
    user: Callable[[Union[str, int]], Optional[User]] = _user
    active: FrozenSet[str] = ACTIVE
    inactive: FrozenSet[str] = INACTIVE


#: An entry of the history with one of its attachments, if any: RT's joined tables hold one row of
#: these each, and what a query says of the history must hold in one row.
Row = Tuple[Transaction, Optional[Attachment]]


@dataclass(frozen=True)
class Setting:
    """What a query is read by.

    Attributes:
        now: aware.
        zone: name of the time zone in which dates are read.
        login: whose ``__CurrentUser__`` is, "" where nobody is.
        user: their record, None where it is not known.
    """

    now: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    zone: str = "UTC"
    login: str = ""
    user: Optional[User] = None
    known: Known = field(default_factory=Known)
