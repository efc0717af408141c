"""Every operation of `Tracker`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from rtcompat.aio.operations.customfields import AsyncCustomFieldOperations
from rtcompat.aio.operations.histories import AsyncHistoryOperations
from rtcompat.aio.operations.links import AsyncLinkOperations
from rtcompat.aio.operations.messages import AsyncMessageOperations
from rtcompat.aio.operations.queues import AsyncQueueOperations
from rtcompat.aio.operations.server import AsyncServerOperations
from rtcompat.aio.operations.tickets import AsyncTicketOperations
from rtcompat.aio.operations.users import AsyncUserOperations

__all__ = ["AsyncOperations"]


class AsyncOperations(AsyncServerOperations, AsyncTicketOperations, AsyncMessageOperations,
                      AsyncHistoryOperations, AsyncLinkOperations, AsyncUserOperations,
                      AsyncQueueOperations, AsyncCustomFieldOperations):
    """Every operation, a class a subject; what each promises stands in `Tracker`."""
