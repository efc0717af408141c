"""Users."""
from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Mapping, Tuple

from rtcompat.model.marks import EMPTY, NOT_LOADED

__all__ = ["User"]


@dataclass(frozen=True)
class User:
    """A user. Texts are "" when unset, NOT_LOADED where the caller may not see them.

    Attributes:
        name: the login.
        timezone: IANA name or "" for the server's own; NOT_LOADED over REST 1.0.
        etag: number of the newest transaction that we may see, as text, where the user was read
            by itself and whole over REST2; NOT_LOADED elsewhere. Not compared.
    """

    id: int
    name: str = NOT_LOADED
    email: str = NOT_LOADED
    real_name: str = NOT_LOADED
    nick_name: str = NOT_LOADED
    gecos: str = NOT_LOADED
    organization: str = NOT_LOADED
    address1: str = NOT_LOADED
    address2: str = NOT_LOADED
    city: str = NOT_LOADED
    state: str = NOT_LOADED
    zip: str = NOT_LOADED
    country: str = NOT_LOADED
    home_phone: str = NOT_LOADED
    work_phone: str = NOT_LOADED
    mobile_phone: str = NOT_LOADED
    pager_phone: str = NOT_LOADED
    contact_info: str = NOT_LOADED
    comments: str = NOT_LOADED
    signature: str = NOT_LOADED
    lang: str = NOT_LOADED
    timezone: str = NOT_LOADED
    privileged: bool = NOT_LOADED
    disabled: bool = NOT_LOADED
    custom_fields: Mapping[str, Tuple[str, ...]] = NOT_LOADED
    etag: str = attribute(default=NOT_LOADED, compare=False)
    other_fields: Mapping[str, str] = attribute(default=EMPTY, compare=False)
