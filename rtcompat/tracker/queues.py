"""Queues. The contract of each operation."""
from __future__ import annotations

from typing import Union

from rtcompat.model import KEEP, Queue, Receipt
from rtcompat.tracker.source import Listing, Source

__all__ = ["QueueOperations"]


class QueueOperations(Source):
    """Queues."""

    def get_queue(self, queue: Union[str, int]) -> Queue:
        """A queue by name or number.

        Raises: NotFound or PermissionDenied: RT hides which, so a queue that is not shown to us
            is NotFound by name and PermissionDenied by number, over both protocols. A number that
            no queue has is NotFound, but over REST2 PermissionDenied to users who may not see
            every queue: RT from 5.0.5 on does not tell them apart.
        Requests: 1/1; a name that the path cannot carry 2/2.
        Source: REST 1.0 ``queue/X``; REST2 ``GET /queue/X``.
        """
        result: Queue = self._carried("get_queue", locals())
        return result

    def get_queues(self) -> Listing[Queue]:
        """All enabled queues that we may see, by id.

        Requests: 2/1+. REST2: 1 per 100; REST 1.0: RT 4.2.2 and later.
        Source: REST 1.0 ``search/queue``, ``show``; REST2 ``GET /queues/all``.
        """
        return self._listed("get_queues", locals())

    def create_queue(self, name: str, *, description: str = KEEP, correspond_address: str = KEEP,
                     comment_address: str = KEEP, lifecycle: str = KEEP, sort_order: int = KEEP,
                     subject_tag: str = KEEP, read_back: bool = True) -> Receipt:
        """Create a queue, once. lifecycle, sort_order and subject_tag over REST2 only.

        Returns, Raises, Requests: as `create_user`.
        Source: REST 1.0 ``queue/new``; REST2 ``POST /queue``.
        """
        result: Receipt = self._carried("create_queue", locals())
        return result

    def edit_queue(self, queue: Union[str, int], *, name: str = KEEP, description: str = KEEP,
                   correspond_address: str = KEEP, comment_address: str = KEEP,
                   disabled: bool = KEEP, sla_disabled: bool = KEEP, lifecycle: str = KEEP,
                   sort_order: int = KEEP, subject_tag: str = KEEP,
                   read_back: bool = True) -> Receipt:
        """Change fields of a queue. As `edit_user`.

        Source: REST 1.0 ``queue/X/edit``; REST2 ``PUT /queue/X``.
        """
        result: Receipt = self._carried("edit_queue", locals())
        return result
