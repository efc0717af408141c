"""Whether a record is still current. The contract of the operation."""
from __future__ import annotations

from rtcompat.model import Record
from rtcompat.tracker.source import Source

__all__ = ["CurrentOperations"]


class CurrentOperations(Source):
    """Whether a record is still current."""

    def is_current(self, record: Record) -> bool:
        """Whether nothing happened to a record since it was read, as far as RT tells.

        Over REST2 (RT 5.0.3) a ticket, user, queue, group or catalog that carries its ``etag`` is
        asked for by that, with an answer of a few bytes. Else a ticket is compared by its last
        change and the names of its queue, owner and creator, and any other record is read and
        compared with all that it holds: assets, articles, classes, custom fields and custom roles
        always are.

        Args:
            record: as it was read: a ticket with ``last_updated`` or ``etag``, any other record
                with its number and what it holds.
        Returns:
            False for a change, and for a record that was merged, deleted or hidden from us
            meanwhile. By ``last_updated`` a second change within the second in which the ticket
            was read is not seen; by ``etag`` it is. An etag tells of what RT writes a transaction
            for: members of a group, too, and the comments on a ticket; not of rights, and not of
            what was written past RT. Nor does it tell that something was renamed which the record
            names: its queue, the logins of its owner and creator, its custom fields and roles, the
            names and addresses of who watches it. The last change of a ticket does not tell of
            renamed custom fields, roles and watchers, either. What only one protocol tells of a
            record is a change to the other, but for a ticket.
        Raises: UsageError for a record that holds nothing to compare; Unsupported over REST 1.0
            for other records than tickets, users, queues and groups.
        Requests: 1/1; a queue 1/1. Without an etag that is asked for, another record than a ticket
            takes what reading it does.
        Source: REST 1.0 ``show``; REST2 ``HEAD /ticket/N``, ``HEAD /user/X``, ``HEAD /queue/X``,
            ``HEAD /group/N``, ``HEAD /catalog/X`` with If-None-Match, else ``POST /tickets``, or
            what the record is read by.
        """
        result: bool = self._carried("is_current", locals())
        return result
