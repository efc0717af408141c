"""Every operation of `Tracker`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from rtcompat.aio.operations.articles import AsyncArticleOperations
from rtcompat.aio.operations.assets import AsyncAssetOperations
from rtcompat.aio.operations.bulk import AsyncBulkOperations
from rtcompat.aio.operations.composed import AsyncComposed
from rtcompat.aio.operations.current import AsyncCurrentOperations
from rtcompat.aio.operations.customfields import AsyncCustomFieldOperations
from rtcompat.aio.operations.entries import AsyncEntryOperations
from rtcompat.aio.operations.groups import AsyncGroupOperations
from rtcompat.aio.operations.histories import AsyncHistoryOperations
from rtcompat.aio.operations.links import AsyncLinkOperations
from rtcompat.aio.operations.memberships import AsyncMembershipOperations
from rtcompat.aio.operations.messages import AsyncMessageOperations
from rtcompat.aio.operations.queues import AsyncQueueOperations
from rtcompat.aio.operations.searches import AsyncSearchOperations
from rtcompat.aio.operations.server import AsyncServerOperations
from rtcompat.aio.operations.tickets import AsyncTicketOperations
from rtcompat.aio.operations.users import AsyncUserOperations

__all__ = ["AsyncOperations"]


class AsyncOperations(AsyncComposed, AsyncServerOperations, AsyncTicketOperations,
                      AsyncCurrentOperations, AsyncMessageOperations, AsyncHistoryOperations,
                      AsyncLinkOperations, AsyncUserOperations, AsyncGroupOperations,
                      AsyncMembershipOperations, AsyncBulkOperations, AsyncQueueOperations,
                      AsyncCustomFieldOperations, AsyncAssetOperations, AsyncArticleOperations,
                      AsyncSearchOperations, AsyncEntryOperations):
    """Every operation, a class a subject; what each promises stands in `Tracker`."""
