"""`rtcompat.tracker.current`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from rtcompat.aio.source import AsyncSource
from rtcompat.model import Record

__all__ = ["AsyncCurrentOperations"]


class AsyncCurrentOperations(AsyncSource):
    """Whether a record is still current."""

    async def is_current(self, record: Record) -> bool:
        """See `Tracker.is_current`."""
        result: bool = await self._carried("is_current", locals())
        return result
