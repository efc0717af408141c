"""Groups and who belongs to them."""
from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Mapping, Optional, Tuple

from rtcompat.model.marks import EMPTY, NOT_LOADED

__all__ = ["Group", "Member"]


@dataclass(frozen=True)
class Group:
    """A group. Texts are "" when unset.

    Attributes:
        domain: RT's word for what it is: ``UserDefined``, ``SystemInternal``, ``RT::Queue-Role``,
            …; NOT_LOADED over REST 1.0.
        instance: the number of what a role group belongs to, 0 for none; NOT_LOADED over REST 1.0
            and in lists.
        etag: number of the newest transaction that we may see, as text, where the group was read
            by itself over REST2; NOT_LOADED elsewhere. Not compared.
    """

    id: int
    name: str = NOT_LOADED
    description: str = NOT_LOADED
    domain: str = NOT_LOADED
    instance: int = NOT_LOADED
    disabled: bool = NOT_LOADED
    custom_fields: Mapping[str, Tuple[str, ...]] = NOT_LOADED
    etag: str = attribute(default=NOT_LOADED, compare=False)
    other_fields: Mapping[str, str] = attribute(default=EMPTY, compare=False)


@dataclass(frozen=True)
class Member:
    """A user or a group that belongs to a group.

    Attributes:
        kind: ``user`` or ``group``.
        id: its number; NOT_LOADED over REST 1.0.
        name: a user's login (NOT_LOADED over REST 1.0), a group's name.
        email: a user's address, None for none; None for a group.
    """

    kind: str
    id: int = NOT_LOADED
    name: str = NOT_LOADED
    email: Optional[str] = NOT_LOADED
