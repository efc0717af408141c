"""Whether a record is still current, over REST2."""
from __future__ import annotations

from rtcompat import conflicts
from rtcompat.exchange import Operation
from rtcompat.model import Record
from rtcompat.rest2 import current
from rtcompat.rest2.operations.bound import Bound

__all__ = ["Current"]


class Current(Bound):
    """Whether a record is still current, over REST2: see `Tracker`."""

    def is_current(self, record: Record) -> Operation[bool]:
        return current.is_current(self._context, conflicts.as_read(record))
