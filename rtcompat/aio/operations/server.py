"""The server, and who asks. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from rtcompat.aio.source import AsyncSource
from rtcompat.model import User

__all__ = ["AsyncServerOperations"]


class AsyncServerOperations(AsyncSource):
    """The server, and who asks."""

    async def whoami(self) -> User:
        """The user who asks. See `Tracker.whoami`."""
        result: User = await self._carried("whoami", locals())
        return result
