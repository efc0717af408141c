"""`rtcompat.tracker.messages`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from typing import Sequence

from rtcompat.aio.source import AsyncSource
from rtcompat.model import KEEP, NewAttachment, Receipt
from rtcompat.tracker.source import CustomValues, People

__all__ = ["AsyncMessageOperations"]


class AsyncMessageOperations(AsyncSource):
    """Replies, comments and time worked."""

    async def reply(self, ticket_id: int, content: str = "", *, content_type: str = "text/plain",
                    cc: People = (), bcc: People = (), time_worked: int = 0, status: str = KEEP,
                    attachments: Sequence[NewAttachment] = (),
                    transaction_custom_fields: CustomValues = KEEP) -> Receipt:
        """Reply to the requestors (RT's correspond), once. See `Tracker.reply`."""
        result: Receipt = await self._carried("reply", locals())
        return result

    async def comment(self, ticket_id: int, content: str = "", *, content_type: str = "text/plain",
                      cc: People = (), bcc: People = (), time_worked: int = 0, status: str = KEEP,
                      attachments: Sequence[NewAttachment] = (),
                      transaction_custom_fields: CustomValues = KEEP) -> Receipt:
        """Comment, once: what requestors do not see. See `Tracker.comment`."""
        result: Receipt = await self._carried("comment", locals())
        return result

    async def add_time(self, ticket_id: int, minutes: int, *, comment: str = "") -> Receipt:
        """See `Tracker.add_time`."""
        result: Receipt = await self._carried("add_time", locals())
        return result
