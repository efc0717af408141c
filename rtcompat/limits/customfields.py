"""What custom fields may apply to."""
from __future__ import annotations

from typing import Mapping, Optional

from rtcompat.errors import UsageError
from rtcompat.model import LOOKUP_TYPES

__all__ = ["checked_lookup_type"]

#: By the kind of record that holds others: what their fields apply to.
_HELD: Mapping[str, str] = {"queue": "RT::Queue-RT::Ticket", "catalog": "RT::Catalog-RT::Asset",
                            "class": "RT::Class-RT::Article"}


def checked_lookup_type(kind: str, lookup_type: Optional[str]) -> str:
    """What the fields of a queue, catalog or class shall apply to: those it holds, or itself.

    Raises: UsageError.
    """
    if kind not in _HELD:
        raise UsageError(f"kind is one of {', '.join(_HELD)}", argument="kind")
    wanted = _HELD[kind] if lookup_type is None else lookup_type
    if wanted not in LOOKUP_TYPES or wanted.split("-")[0] != _HELD[kind].split("-")[0]:
        raise UsageError(f"{lookup_type!r} is nothing that fields of a {kind} apply to",
                         argument="lookup_type")
    return wanted
