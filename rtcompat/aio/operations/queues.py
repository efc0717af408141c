"""`rtcompat.tracker.queues`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from typing import Iterable, Optional, Union

from rtcompat.aio.listing import AsyncListing
from rtcompat.aio.source import AsyncSource
from rtcompat.conditions import Condition
from rtcompat.model import KEEP, Queue, Receipt, Transaction
from rtcompat.tracker.source import CustomValues, People

__all__ = ["AsyncQueueOperations"]


class AsyncQueueOperations(AsyncSource):
    """Queues."""

    async def get_queue(self, queue: Union[str, int]) -> Queue:
        """A queue by name or number. See `Tracker.get_queue`."""
        result: Queue = await self._carried("get_queue", locals())
        return result

    def get_queues(self) -> AsyncListing[Queue]:
        """All enabled queues that we may see, by id. See `Tracker.get_queues`."""
        return self._listed("get_queues", locals())

    async def create_queue(self, name: str, *, description: str = KEEP,
                           correspond_address: str = KEEP, comment_address: str = KEEP,
                           lifecycle: str = KEEP, sort_order: int = KEEP, subject_tag: str = KEEP,
                           custom_fields: CustomValues = KEEP, read_back: bool = True) -> Receipt:
        """Create a queue, once. See `Tracker.create_queue`."""
        result: Receipt = await self._carried("create_queue", locals())
        return result

    async def edit_queue(self, queue: Union[str, int], *, name: str = KEEP,
                         description: str = KEEP, correspond_address: str = KEEP,
                         comment_address: str = KEEP, disabled: bool = KEEP,
                         sla_disabled: bool = KEEP, lifecycle: str = KEEP, sort_order: int = KEEP,
                         subject_tag: str = KEEP, cc: People = KEEP, admin_cc: People = KEEP,
                         custom_fields: CustomValues = KEEP, read_back: bool = True) -> Receipt:
        """Change fields of a queue. See `Tracker.edit_queue`."""
        result: Receipt = await self._carried("edit_queue", locals())
        return result

    def search_queues(self, conditions: Iterable[Condition] = (), *, order: Optional[str] = None,
                      include_disabled: bool = False) -> AsyncListing[Queue]:
        """See `Tracker.search_queues`."""
        return self._listed("search_queues", locals())

    async def disable_queue(self, queue: Union[str, int]) -> Receipt:
        """See `Tracker.disable_queue`."""
        result: Receipt = await self._carried("disable_queue", locals())
        return result

    def get_queue_history(self, queue: Union[str, int]) -> AsyncListing[Transaction]:
        """See `Tracker.get_queue_history`."""
        return self._listed("get_queue_history", locals())
