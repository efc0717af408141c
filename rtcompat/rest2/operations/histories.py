"""Transactions and attachments over REST2."""
from __future__ import annotations

from pathlib import Path
from typing import Any, Iterable, Mapping, Optional, Tuple, Union

from rtcompat.exchange import Operation
from rtcompat.model import Attachment, Page, Transaction
from rtcompat.rest2 import history
from rtcompat.rest2.operations.bound import Bound

__all__ = ["Histories"]


class Histories(Bound):
    """Transactions and attachments over REST2: see `Tracker`."""

    SINCE: Mapping[str, Tuple[int, ...]] = {
        "get_history(custom_fields)": (5, 0), "get_transaction(custom_fields)": (5, 0)}

    def get_history(self, ticket_id: int, *, content: bool = True,
                    types: Optional[Iterable[str]] = None,
                    custom_fields: bool = False,
                    cursor: Any = None) -> Operation[Page[Transaction]]:
        return history.history(ticket_id, content, types, cursor, custom_fields)

    def get_transaction(self, transaction_id: int, *,
                        ticket_id: Optional[int] = None,
                        custom_fields: bool = False) -> Operation[Transaction]:
        return history.transaction(transaction_id, ticket_id, custom_fields)

    def get_attachments(self, ticket_id: int) -> Operation[Tuple[Attachment, ...]]:
        return history.attachments(self._context, ticket_id)

    def get_attachment(self, attachment_id: int, *,
                       ticket_id: Optional[int] = None) -> Operation[Attachment]:
        return history.attachment(attachment_id, ticket_id)

    def read_attachment(self, attachment_id: int, *,
                        ticket_id: Optional[int] = None) -> Operation[bytes]:
        return history.read_content(self._context, attachment_id, ticket_id)

    def save_attachment(self, attachment_id: int, path: Union[str, Path], *,
                        ticket_id: Optional[int] = None) -> Operation[int]:
        return history.save_content(self._context, attachment_id, path, ticket_id)
