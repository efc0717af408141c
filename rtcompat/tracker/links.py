"""Links between tickets and to what lies outside. The contract of each operation."""
from __future__ import annotations

from rtcompat.model import KEEP, Links, Receipt
from rtcompat.tracker.source import LinkChanges, Source

__all__ = ["LinkOperations"]


class LinkOperations(Source):
    """Links between tickets and to what lies outside."""

    def get_links(self, ticket_id: int) -> Links:
        """The ticket's links in all six directions.

        Requests: 1/1.
        Source: REST 1.0 ``ticket/N/links``; REST2 ``_hyperlinks`` of the ticket.
        """
        result: Links = self._carried("get_links", locals())
        return result

    def edit_links(self, ticket_id: int, *, add: LinkChanges = KEEP, remove: LinkChanges = KEEP,
                   replace: LinkChanges = KEEP, read_back: bool = True) -> Receipt:
        """Add and remove links, or replace whole directions.

        Args:
            add, remove, replace: by direction (``depends_on``, ``refers_to`` …), ticket numbers
                and URLs. A direction named in replace may not stand in the other two.
        Returns: Receipt by direction.
        Raises: InvalidValue with the receipt when RT refused one (``altered`` where others of its
            direction were made; where one is to a ticket that does not exist, REST 1.0 makes none
            of them); UsageError. With ``read_back=False`` PermissionDenied is all that is told of
            a refusal over REST2, as by `edit_ticket`.
        Requests: 3/3; read_back=False 2/1; replaced, read_back=False 2/2. REST 1.0 before 4.4.3
            takes 2 more for each link but one.
        Source: REST 1.0 ``ticket/N/links``; REST2 ``PUT /ticket/N`` (5.0.1).
        """
        result: Receipt = self._carried("edit_links", locals())
        return result
