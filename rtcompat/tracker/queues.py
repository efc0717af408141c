"""Queues. The contract of each operation."""
from __future__ import annotations

from typing import Iterable, Optional, Union

from rtcompat.conditions import Condition
from rtcompat.model import KEEP, Queue, Receipt, Transaction
from rtcompat.tracker.source import CustomValues, Listing, People, Source

__all__ = ["QueueOperations"]


class QueueOperations(Source):
    """Queues."""

    def get_queue(self, queue: Union[str, int]) -> Queue:
        """A queue by name or number.

        Raises: NotFound or PermissionDenied: RT hides which, so a queue that is not shown to us
            is NotFound by name and PermissionDenied by number, over both protocols. A number that
            no queue has is NotFound, but over REST2 PermissionDenied to users who may not see
            every queue: RT from 5.0.5 on does not tell them apart.
        Requests: 1/1; a name that the path cannot carry 2/2; with watchers 1/2.
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
                     subject_tag: str = KEEP, custom_fields: CustomValues = KEEP,
                     read_back: bool = True) -> Receipt:
        """Create a queue, once. lifecycle, sort_order, subject_tag and custom_fields over REST2
        only. Its watchers are given by `edit_queue`: RT drops them here.

        Returns, Raises, Requests: as `create_user`.
        Source: REST 1.0 ``queue/new``; REST2 ``POST /queue``.
        """
        result: Receipt = self._carried("create_queue", locals())
        return result

    def edit_queue(self, queue: Union[str, int], *, name: str = KEEP, description: str = KEEP,
                   correspond_address: str = KEEP, comment_address: str = KEEP,
                   disabled: bool = KEEP, sla_disabled: bool = KEEP, lifecycle: str = KEEP,
                   sort_order: int = KEEP, subject_tag: str = KEEP, cc: People = KEEP,
                   admin_cc: People = KEEP, custom_fields: CustomValues = KEEP,
                   read_back: bool = True) -> Receipt:
        """Change fields of a queue. As `edit_user`.

        Args:
            cc, admin_cc: the complete lists of who watches it, groups by number or as records.
            lifecycle, sort_order, subject_tag, cc, admin_cc, custom_fields: over REST2 only.
        Requests: 3/3; read_back=False 1/1; a first watcher -/4; a first watcher,
            read_back=False -/1.
        Source: REST 1.0 ``queue/X/edit``; REST2 ``PUT /queue/X``.
        """
        result: Receipt = self._carried("edit_queue", locals())
        return result

    def search_queues(self, conditions: Iterable[Condition] = (), *, order: Optional[str] = None,
                      include_disabled: bool = False) -> Listing[Queue]:
        """The queues that we may see and that all conditions hold for, by id, without watchers.

        Args:
            conditions: made by `where`, over each field besides watchers and custom fields; over
                ``disabled`` disabled ones are searched, too. Over REST 1.0 not all of them
                together (one condition ``disabled`` finds the disabled ones).
            order: one of these, ``-`` before it for descending; what is changed meanwhile may be
                missed. REST2 only.
            include_disabled: disabled ones, too. REST2 only.
        Raises: UsageError for another field.
        Requests: 2/1+. REST2: 1 per 100; REST 1.0: 1 a condition and 1 per 100.
        Source: REST 1.0 ``search/queue`` (RT 4.2.2), ``show``; REST2 ``POST /queues``.
        """
        return self._listed("search_queues", locals())

    def disable_queue(self, queue: Union[str, int]) -> Receipt:
        """Disable a queue; ``edit_queue(…, disabled=False)`` enables it again.

        Returns, Raises: as `edit_queue`.
        Requests: 3/3.
        Source: REST 1.0 ``queue/X/edit`` (RT 4.2.2); REST2 ``PUT /queue/X``, as ``DELETE`` does.
        """
        result: Receipt = self._carried("disable_queue", locals())
        return result

    def get_queue_history(self, queue: Union[str, int]) -> Listing[Transaction]:
        """A queue's transactions that we may see, by id, without contents. REST2 only.

        Raises: as `get_queue`.
        Requests: -/1+. 1 per 100, 1 more where there are none.
        Source: REST2 ``GET /queue/X/history``.
        """
        return self._listed("get_queue_history", locals())
