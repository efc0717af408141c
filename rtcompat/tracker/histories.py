"""Transactions and attachments of a ticket. The contract of each operation."""
from __future__ import annotations

from pathlib import Path
from typing import Iterable, Optional, Tuple, Union

from rtcompat.model import Attachment, Transaction
from rtcompat.tracker.source import Listing, Source

__all__ = ["HistoryOperations"]


class HistoryOperations(Source):
    """Transactions and attachments of a ticket."""

    def get_history(self, ticket_id: int, *, content: bool = True,
                    types: Optional[Iterable[str]] = None,
                    custom_fields: bool = False) -> Listing[Transaction]:
        """The ticket's transactions, oldest first.

        Args:
            content: also bodies and attachments; without, those attributes hold NOT_LOADED.
            types: RT's words (``Comment``, ``Correspond``, ``Set`` …); only these.
            custom_fields: also the custom fields of the transactions themselves, in the same
                requests (REST2 only).
        Raises: NotFound, PermissionDenied (RT itself answers an empty list).
        Requests: content=False 1/1+; content=False, over 200 transactions 1/3+; text 1/3+; HTML
            2/3+; over 200 transactions 1/9+; of some types 1/3+; of a type that is not there
            1/2+. REST2: 1 per 100 transactions, and for these 1 per 100 parts and 1 per 100 texts;
            the ``+`` on 5.0.3, not on 5.0.7 and later.
        Source: REST 1.0 ``ticket/N/history?format=l``, ``ticket/N/attachments``; REST2
            ``POST /ticket/N/history``, ``POST /attachments``.
        """
        return self._listed("get_history", locals())

    def get_transaction(self, transaction_id: int, *,
                        ticket_id: Optional[int] = None,
                        custom_fields: bool = False) -> Transaction:
        """One transaction with contents and attachments.

        Args:
            ticket_id: when given, a transaction of another ticket is NotFound (RT does not look).
            custom_fields: also its own custom fields, in the same request (REST2 only).
        Requests: without a message 2/2; with text 2/3; with HTML 3/3; with ticket_id, without a
            message 1/2; with ticket_id, with text 1/3; with ticket_id, with HTML 2/3.
        Source: REST 1.0 ``transaction/T`` (3.6.4), ``ticket/N/history/id/T``; REST2
            ``POST /transactions`` (``GET /transaction/T`` crashes for links before 5.0.5).
        """
        result: Transaction = self._carried("get_transaction", locals())
        return result

    def get_attachments(self, ticket_id: int) -> Tuple[Attachment, ...]:
        """All parts of the ticket's messages by id, without headers and content.

        Raises: NotFound, PermissionDenied.
        Requests: 1/1+; over 100 parts 1/2+.
        Source: REST 1.0 ``ticket/N/attachments``; REST2 ``GET /ticket/N/attachments``.
        """
        result: Tuple[Attachment, ...] = self._carried("get_attachments", locals())
        return result

    def get_attachment(self, attachment_id: int, *,
                       ticket_id: Optional[int] = None) -> Attachment:
        """One part with its headers, without its content.

        Args:
            ticket_id: when given, an attachment of another ticket is NotFound (RT does not look).
        Requests: 1/1; with ticket_id 1/1; the outermost part 1/2; the outermost part, with
            ticket_id 1/2. REST2: asking for a parent crashes RT where there is none.
        Source: REST 1.0 ``attachment/A`` (4.0.12) or ``ticket/N/attachments/A``; REST2
            ``POST /attachments``.
        """
        result: Attachment = self._carried("get_attachment", locals())
        return result

    def read_attachment(self, attachment_id: int, *, ticket_id: Optional[int] = None) -> bytes:
        """The content: the bytes that were sent to RT, text in its original charset.

        Requests: 1/1; with ticket_id 2/2; empty 2/1; empty, with ticket_id 3/2; before 4.4.5 2/-;
            before 4.4.5, with ticket_id 2/-. Before 4.4.5 and 5.0.2 REST 1.0 does not keep final
            newlines, so the form is read as well.
        Source: REST 1.0 ``…/attachments/A/content``; REST2 ``GET /attachment/A``.
        """
        result: bytes = self._carried("read_attachment", locals())
        return result

    def save_attachment(self, attachment_id: int, path: Union[str, Path], *,
                        ticket_id: Optional[int] = None) -> int:
        """Stream the content into a file; the file appears only when it is whole.

        Returns: bytes written.
        Requests: as `read_attachment`; memory is bounded.
        """
        result: int = self._carried("save_attachment", locals())
        return result
