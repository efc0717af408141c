"""What the awaited operations stand on."""
from __future__ import annotations

from typing import Any, Mapping

from rtcompat.aio.listing import AsyncListing

__all__ = ["AsyncSource"]


class AsyncSource:
    """Each operation hands its name and arguments to `_carried` or, for a listing, `_listed`."""

    async def _carried(self, operation: str, given: Mapping[str, Any]) -> Any:
        """The result of an operation; ``given`` are its arguments by name (and ``self``)."""
        raise NotImplementedError

    def _listed(self, operation: str, given: Mapping[str, Any]) -> AsyncListing[Any]:
        """The listing that an operation gives; nothing is asked yet."""
        raise NotImplementedError
