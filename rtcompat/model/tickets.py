"""Tickets and who watches them."""
from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import datetime
from typing import FrozenSet, Mapping, Optional, Tuple

from rtcompat.model.customfields import CustomFieldFile
from rtcompat.model.marks import EMPTY, NOT_LOADED

__all__ = ["Watcher", "Ticket"]


@dataclass(frozen=True)
class Watcher:
    """Somebody in a role of a ticket.

    Attributes:
        email: address, or None for a group or a user without one. The only part compared.
        name: login or group name; None where RT does not tell (REST 1.0).
        kind: ``user`` or ``group``.
        id: the principal's number, or None where RT does not tell. A user who is written to a
            ticket is who the address says, or the login, and the number only where neither is
            known: another RT gave it to somebody else.
    """

    email: Optional[str]
    name: Optional[str] = attribute(default=None, compare=False)
    kind: str = attribute(default="user", compare=False)
    id: Optional[int] = attribute(default=None, compare=False)


@dataclass(frozen=True)
class Ticket:
    """A ticket. Dates are aware datetimes in UTC or None, times whole minutes.

    Attributes:
        id: number; for a merged ticket the survivor's.
        queue: name. owner, creator, last_updated_by: logins.
        requestors, cc, admin_cc: sorted by e-mail, without double entries. REST 1.0 shows groups
            as their members and leaves out people without an address.
        sla: name of the service level, or None; REST 1.0 shows none where the queue has SLA off.
        custom_fields: by name, each a tuple of str: date ``YYYY-MM-DD``, datetime
            ``YYYY-MM-DD HH:MM:SS`` in UTC, file: its name. A field without value holds ``()``.
        custom_field_files: of Image and Binary fields that hold something, by name, their files.
            NOT_LOADED over REST 1.0, and not compared.
        custom_roles: by name, each a tuple of watchers (NOT_LOADED over REST 1.0).
        times_exact: False when the zone of REST 1.0's local times left a doubt about one of them.
        undecided: names of custom fields that REST 1.0 did not let us tell single from multiple, or
            of which there are two: it shows the values of one.
        asked_id: the id that was asked for (differs from id for a merged ticket).
        etag: number of the newest transaction that we may see, as text, where RT told it with the
            record (REST2, of merged and deleted tickets); NOT_LOADED elsewhere. Not compared.
        other_fields: what RT said beside these, under RT's spelling, as text.
    """

    id: int
    queue: str = NOT_LOADED
    owner: str = NOT_LOADED
    creator: str = NOT_LOADED
    last_updated_by: str = NOT_LOADED
    subject: str = NOT_LOADED
    status: str = NOT_LOADED
    priority: int = NOT_LOADED
    initial_priority: int = NOT_LOADED
    final_priority: int = NOT_LOADED
    requestors: Tuple[Watcher, ...] = NOT_LOADED
    cc: Tuple[Watcher, ...] = NOT_LOADED
    admin_cc: Tuple[Watcher, ...] = NOT_LOADED
    created: datetime = NOT_LOADED
    starts: Optional[datetime] = NOT_LOADED
    started: Optional[datetime] = NOT_LOADED
    due: Optional[datetime] = NOT_LOADED
    resolved: Optional[datetime] = NOT_LOADED
    told: Optional[datetime] = NOT_LOADED
    last_updated: Optional[datetime] = NOT_LOADED
    time_estimated: int = NOT_LOADED
    time_worked: int = NOT_LOADED
    time_left: int = NOT_LOADED
    sla: Optional[str] = NOT_LOADED
    custom_fields: Mapping[str, Tuple[str, ...]] = NOT_LOADED
    custom_roles: Mapping[str, Tuple[Watcher, ...]] = NOT_LOADED
    custom_field_files: Mapping[str, Tuple[CustomFieldFile, ...]] = attribute(
        default=NOT_LOADED, compare=False)
    times_exact: bool = attribute(default=True, compare=False)
    undecided: FrozenSet[str] = attribute(default=frozenset(), compare=False)
    asked_id: int = attribute(default=0, compare=False)
    etag: str = attribute(default=NOT_LOADED, compare=False)
    other_fields: Mapping[str, str] = attribute(default=EMPTY, compare=False)
