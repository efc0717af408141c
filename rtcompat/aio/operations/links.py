"""`rtcompat.tracker.links`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from rtcompat.aio.source import AsyncSource
from rtcompat.model import KEEP, Links, Receipt
from rtcompat.tracker.source import LinkChanges

__all__ = ["AsyncLinkOperations"]


class AsyncLinkOperations(AsyncSource):
    """Links between tickets and to what lies outside."""

    async def get_links(self, ticket_id: int) -> Links:
        """The ticket's links in all six directions. See `Tracker.get_links`."""
        result: Links = await self._carried("get_links", locals())
        return result

    async def edit_links(self, ticket_id: int, *, add: LinkChanges = KEEP,
                         remove: LinkChanges = KEEP, replace: LinkChanges = KEEP,
                         read_back: bool = True) -> Receipt:
        """Add and remove links, or replace whole directions. See `Tracker.edit_links`."""
        result: Receipt = await self._carried("edit_links", locals())
        return result
