"""Saving over REST2: answers of REST 1.0 written from records."""
from __future__ import annotations

from typing import List, Tuple

from rtcompat.archive.live import Live
from rtcompat.archive.manifest import Entry, Store
from rtcompat.archive.outcome import Failure
from rtcompat.errors import Unsupported

__all__ = ["OverRest2"]


class OverRest2:
    slice = 50

    def __init__(self, client: Live, store: Store) -> None:
        raise Unsupported("REST2 comes next")

    def found(self, query: str) -> Tuple[Tuple[int, ...], bytes, Entry]:
        raise Unsupported("REST2 comes next")

    def prepare(self, number: int) -> None:
        raise Unsupported("REST2 comes next")

    def tickets(self, numbers: Tuple[int, ...]) -> List[Failure]:
        raise Unsupported("REST2 comes next")
