"""`rtcompat.tracker.server`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from rtcompat.aio.source import AsyncSource
from rtcompat.model import System, User

__all__ = ["AsyncServerOperations"]


class AsyncServerOperations(AsyncSource):
    """The server, and who asks."""

    async def whoami(self) -> User:
        """The user who asks. See `Tracker.whoami`."""
        result: User = await self._carried("whoami", locals())
        return result

    async def get_system(self) -> System:
        """RT's own account of itself: version and plugins. See `Tracker.get_system`."""
        result: System = await self._carried("get_system", locals())
        return result
