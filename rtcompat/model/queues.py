"""Queues."""
from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Mapping, Tuple

from rtcompat.model.marks import EMPTY, NOT_LOADED
from rtcompat.model.tickets import Watcher

__all__ = ["Queue"]


@dataclass(frozen=True)
class Queue:
    """A queue. Texts are "" when unset.

    Attributes:
        lifecycle, sort_order, subject_tag: NOT_LOADED over REST 1.0.
        cc, admin_cc: who watches all of its tickets; NOT_LOADED over REST 1.0 and in lists.
        custom_fields: the queue's own values, by name.
        etag: number of the newest transaction that we may see, as text, where the queue was read
            by itself over REST2; NOT_LOADED elsewhere. Not compared.
    """

    id: int
    name: str = NOT_LOADED
    description: str = NOT_LOADED
    correspond_address: str = NOT_LOADED
    comment_address: str = NOT_LOADED
    disabled: bool = NOT_LOADED
    sla_disabled: bool = NOT_LOADED
    lifecycle: str = NOT_LOADED
    sort_order: int = NOT_LOADED
    subject_tag: str = NOT_LOADED
    cc: Tuple[Watcher, ...] = NOT_LOADED
    admin_cc: Tuple[Watcher, ...] = NOT_LOADED
    custom_fields: Mapping[str, Tuple[str, ...]] = NOT_LOADED
    etag: str = attribute(default=NOT_LOADED, compare=False)
    other_fields: Mapping[str, str] = attribute(default=EMPTY, compare=False)
