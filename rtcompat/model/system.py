"""What a server says of itself."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

from rtcompat.model.marks import NOT_LOADED

__all__ = ["System"]


@dataclass(frozen=True)
class System:
    """RT's own account of itself.

    Attributes:
        version: as RT says it, a distribution's suffix included.
        plugins: their names, sorted; None where RT hides them from us (5.0.5 and later show them
            to superusers), NOT_LOADED over REST 1.0.
    """

    version: str
    plugins: Optional[Tuple[str, ...]] = NOT_LOADED
