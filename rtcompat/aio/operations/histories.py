"""`rtcompat.tracker.histories`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from pathlib import Path
from typing import Iterable, Optional, Tuple, Union

from rtcompat.aio.listing import AsyncListing
from rtcompat.aio.source import AsyncSource
from rtcompat.model import Attachment, Transaction

__all__ = ["AsyncHistoryOperations"]


class AsyncHistoryOperations(AsyncSource):
    """Transactions and attachments of a ticket."""

    def get_history(self, ticket_id: int, *, content: bool = True,
                    types: Optional[Iterable[str]] = None,
                    custom_fields: bool = False) -> AsyncListing[Transaction]:
        """The ticket's transactions, oldest first. See `Tracker.get_history`."""
        return self._listed("get_history", locals())

    async def get_transaction(self, transaction_id: int, *, ticket_id: Optional[int] = None,
                              custom_fields: bool = False) -> Transaction:
        """One transaction with contents and attachments. See `Tracker.get_transaction`."""
        result: Transaction = await self._carried("get_transaction", locals())
        return result

    async def get_attachments(self, ticket_id: int) -> Tuple[Attachment, ...]:
        """See `Tracker.get_attachments`."""
        result: Tuple[Attachment, ...] = await self._carried("get_attachments", locals())
        return result

    async def get_attachment(self, attachment_id: int, *,
                             ticket_id: Optional[int] = None) -> Attachment:
        """One part with its headers, without its content. See `Tracker.get_attachment`."""
        result: Attachment = await self._carried("get_attachment", locals())
        return result

    async def read_attachment(self, attachment_id: int, *,
                              ticket_id: Optional[int] = None) -> bytes:
        """See `Tracker.read_attachment`."""
        result: bytes = await self._carried("read_attachment", locals())
        return result

    async def save_attachment(self, attachment_id: int, path: Union[str, Path], *,
                              ticket_id: Optional[int] = None) -> int:
        """See `Tracker.save_attachment`."""
        result: int = await self._carried("save_attachment", locals())
        return result
