"""Transactions and attachments of all tickets, by search. The contract of each operation."""
from __future__ import annotations

from typing import Iterable, Optional, Union

from rtcompat.conditions import Condition
from rtcompat.model import Attachment, Transaction
from rtcompat.ticketsql import Query
from rtcompat.tracker.source import Listing, Source

__all__ = ["EntryOperations"]


class EntryOperations(Source):
    """Transactions and attachments of all tickets, by search: over REST2 only."""

    def search_transactions(self, conditions: Iterable[Condition] = (), *,
                            query: Union[str, Query, None] = None,
                            order: Optional[str] = None) -> Listing[Transaction]:
        """The tickets' transactions that all conditions hold for, or that TransactionSQL finds.

        Those of tickets that are merged into another stay their own: ``ticket_id`` is the number
        that the ticket had.

        Args:
            conditions: made by `conditions.where`, of the columns of `Transaction` (``ticket_id``,
                ``type``, ``creator`` …) and ``CustomField.{Name}`` of transactions (5.0.2). A
                creator is a login or a number.
            query: TransactionSQL instead, in which words of the tickets can be used
                (``TicketQueue = 'General' AND Type = 'Comment'``); a template of `ticketsql` puts
                values in.
            order: a field that conditions know, ``-`` before it for descending; None walks by id,
                and meets every transaction once while others are added.
        Returns: Listing of what `get_history` gives with ``content=False``; total is None where RT
            hides it.
        Raises: UsageError for a field that cannot be searched by, and for conditions and query
            together; NotFound for a creator or a custom field that is not there; InvalidQuery with
            RT's sentence; Unsupported for a query before 5.0.2.
        Requests: up to 100 -/1+; by a query -/1+; a creator by login -/2+. 1 per 100; for custom
            fields 1 more.
        Source: REST2 ``POST /transactions`` (1.00; TransactionSQL and custom fields 5.0.2).
        """
        return self._listed("search_transactions", locals())

    def search_attachments(self, conditions: Iterable[Condition] = (), *,
                           order: Optional[str] = None) -> Listing[Attachment]:
        """The parts of messages, containers and bodies included, that all conditions hold for.

        Args:
            conditions: made by `conditions.where`, of the columns of `Attachment`
                (``transaction_id``, ``filename``, ``content_type``, ``headers`` …; not ``size``).
                A creator is a login or a number; ``where("parent_id", "IS NULL")`` finds the
                outermost parts.
            order: as `search_transactions`.
        Returns: Listing of what `get_attachment` gives; ``ticket_id`` and ``parent_id`` are
            NOT_LOADED.
        Raises: UsageError for a field that cannot be searched by; NotFound for a creator that is
            not there.
        Requests: up to 100 -/1+; a creator by login -/2+. 1 per 100.
        Source: REST2 ``POST /attachments`` (1.00).
        """
        return self._listed("search_attachments", locals())
