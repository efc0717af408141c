"""Custom fields."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

__all__ = ["CustomField"]


@dataclass(frozen=True)
class CustomField:
    """A custom field that applies to a queue's tickets.

    Attributes:
        single: True for one value, False for several, None where the server does not tell.
        type: RT's type word (``Freeform``, ``Select``, ``Text``, ``DateTime``, …) or None.
    """

    id: Optional[int]
    name: str
    type: Optional[str] = None
    single: Optional[bool] = None
