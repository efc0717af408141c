"""Many at once: what is to be done, item by item, and what became of each."""
from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import (Any, Generic, Iterable, Mapping, Optional, Sequence, Tuple, TypeVar, Union)

from rtcompat.errors import RTError, UsageError
from rtcompat.model.marks import KEEP
from rtcompat.model.messages import NewAttachment
from rtcompat.model.tickets import Watcher

__all__ = ["NewTicket", "TicketChange", "NewMessage", "Outcome"]

T = TypeVar("T")
_People = Iterable[Union[str, Watcher]]
_Values = Mapping[str, Union[str, Sequence[str], None]]


def _numbers(ticket_ids: Iterable[int]) -> Iterable[int]:
    """Raises: UsageError for what is no list."""
    if isinstance(ticket_ids, (str, bytes)) or not isinstance(ticket_ids, Iterable):
        raise UsageError("ticket_ids is a list of numbers", argument="ticket_ids")
    return ticket_ids


@dataclass(frozen=True)
class NewTicket:
    """A ticket to create: the arguments of ``create_ticket``."""

    queue: Union[str, int]
    subject: str = ""
    content: str = ""
    content_type: str = "text/plain"
    requestors: _People = KEEP
    cc: _People = KEEP
    admin_cc: _People = KEEP
    owner: str = KEEP
    status: str = KEEP
    priority: int = KEEP
    initial_priority: int = KEEP
    final_priority: int = KEEP
    starts: Optional[datetime] = KEEP
    started: Optional[datetime] = KEEP
    due: Optional[datetime] = KEEP
    resolved: Optional[datetime] = KEEP
    time_estimated: int = KEEP
    time_worked: int = KEEP
    time_left: int = KEEP
    sla: str = KEEP
    custom_fields: _Values = KEEP
    custom_roles: Mapping[str, _People] = KEEP
    attachments: Sequence[NewAttachment] = ()


@dataclass(frozen=True)
class TicketChange:
    """What to change of one ticket: the arguments of ``edit_ticket``."""

    ticket_id: int
    queue: Union[str, int] = KEEP
    owner: str = KEEP
    subject: str = KEEP
    status: str = KEEP
    priority: int = KEEP
    initial_priority: int = KEEP
    final_priority: int = KEEP
    requestors: _People = KEEP
    cc: _People = KEEP
    admin_cc: _People = KEEP
    add_requestors: _People = ()
    remove_requestors: _People = ()
    add_cc: _People = ()
    remove_cc: _People = ()
    add_admin_cc: _People = ()
    remove_admin_cc: _People = ()
    complete_watchers: bool = False
    starts: Optional[datetime] = KEEP
    started: Optional[datetime] = KEEP
    due: Optional[datetime] = KEEP
    resolved: Optional[datetime] = KEEP
    told: Optional[datetime] = KEEP
    time_estimated: int = KEEP
    time_worked: int = KEEP
    time_left: int = KEEP
    sla: str = KEEP
    custom_fields: _Values = KEEP
    custom_roles: Mapping[str, _People] = KEEP

    def for_each(self, ticket_ids: Iterable[int]) -> Tuple[TicketChange, ...]:
        """The same change for each of these tickets; its own ``ticket_id`` does not count."""
        return tuple(replace(self, ticket_id=number) for number in _numbers(ticket_ids))


@dataclass(frozen=True)
class NewMessage:
    """A reply or a comment to one ticket: the arguments of ``reply``."""

    ticket_id: int
    content: str = ""
    content_type: str = "text/plain"
    cc: _People = ()
    bcc: _People = ()
    time_worked: int = 0
    status: str = KEEP
    attachments: Sequence[NewAttachment] = ()
    transaction_custom_fields: _Values = KEEP

    def for_each(self, ticket_ids: Iterable[int]) -> Tuple[NewMessage, ...]:
        """The same message to each of these tickets; its own ``ticket_id`` does not count."""
        return tuple(replace(self, ticket_id=number) for number in _numbers(ticket_ids))


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What became of one item of many.

    Attributes:
        id: the ticket it was about, as it was asked for; the new ticket's; None where none is
            known.
        result: what the single operation would have returned, None where it would have raised.
        error: what it would have raised, None where it would not.
    """

    id: Optional[int]
    result: Optional[T] = None
    error: Optional[RTError] = None

    @property
    def ok(self) -> bool:
        """Whether there is a result."""
        return self.error is None

    def get(self) -> T:
        """The result; the error raised where there is one."""
        if self.error is not None:
            raise self.error
        result: Any = self.result
        found: T = result
        return found
