"""Assets and the catalogs that hold them."""
from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import datetime
from typing import Mapping, Tuple

from rtcompat.model.marks import EMPTY, NOT_LOADED
from rtcompat.model.tickets import Watcher

__all__ = ["Asset", "Catalog"]


@dataclass(frozen=True)
class Asset:
    """An asset. Texts are "" when unset.

    Attributes:
        catalog: the catalog's name; NOT_LOADED for one who may not see the catalog.
        owner, creator, last_updated_by: logins; an owner of ``Nobody`` is none.
        held_by, contacts: as `Ticket.cc`.
        custom_fields: values by name; a file is its name.
    """

    id: int
    name: str = NOT_LOADED
    description: str = NOT_LOADED
    catalog: str = NOT_LOADED
    status: str = NOT_LOADED
    owner: str = NOT_LOADED
    held_by: Tuple[Watcher, ...] = NOT_LOADED
    contacts: Tuple[Watcher, ...] = NOT_LOADED
    creator: str = NOT_LOADED
    created: datetime = NOT_LOADED
    last_updated_by: str = NOT_LOADED
    last_updated: datetime = NOT_LOADED
    custom_fields: Mapping[str, Tuple[str, ...]] = NOT_LOADED
    other_fields: Mapping[str, str] = attribute(default=EMPTY, compare=False)


@dataclass(frozen=True)
class Catalog:
    """A catalog: what a queue is to tickets. Texts are "" when unset.

    Attributes:
        held_by, contacts: those of all its assets; NOT_LOADED in a listing.
        etag: number of the newest transaction that we may see, as text, where the catalog was
            read by itself; NOT_LOADED elsewhere. Not compared.
    """

    id: int
    name: str = NOT_LOADED
    description: str = NOT_LOADED
    lifecycle: str = NOT_LOADED
    disabled: bool = NOT_LOADED
    held_by: Tuple[Watcher, ...] = NOT_LOADED
    contacts: Tuple[Watcher, ...] = NOT_LOADED
    creator: str = NOT_LOADED
    created: datetime = NOT_LOADED
    last_updated_by: str = NOT_LOADED
    last_updated: datetime = NOT_LOADED
    etag: str = attribute(default=NOT_LOADED, compare=False)
    other_fields: Mapping[str, str] = attribute(default=EMPTY, compare=False)
