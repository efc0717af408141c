"""Replies, comments and time worked over REST2."""
from __future__ import annotations

from typing import Mapping, Sequence, Tuple

from rtcompat.errors import Unsupported
from rtcompat.exchange import Operation
from rtcompat.model import KEEP, NewAttachment, Receipt
from rtcompat.rest2 import messages
from rtcompat.rest2.operations.bound import Bound
from rtcompat.tracker import CustomValues, People

__all__ = ["Messages"]

_ONE_TIME = "REST2 has no one-time recipients; a Cc key would replace the ticket's watchers"


class Messages(Bound):
    """Replies, comments and time worked over REST2: see `Tracker`."""

    LACKS: Mapping[str, str] = {
        "reply(cc)": _ONE_TIME, "reply(bcc)": _ONE_TIME,
        "comment(cc)": _ONE_TIME, "comment(bcc)": _ONE_TIME}
    SINCE: Mapping[str, Tuple[int, ...]] = {
        "reply(status)": (5, 0, 2), "comment(status)": (5, 0, 2),
        "reply(transaction_custom_fields)": (5, 0), "comment(transaction_custom_fields)": (5, 0)}

    def reply(self, ticket_id: int, content: str = "", *, content_type: str = "text/plain",
              cc: People = (), bcc: People = (), time_worked: int = 0, status: str = KEEP,
              attachments: Sequence[NewAttachment] = (),
              transaction_custom_fields: CustomValues = KEEP) -> Operation[Receipt]:
        _no_one_time("reply", cc, bcc)
        return messages.send(self._context, "reply", ticket_id, content, content_type,
                             time_worked, status, attachments, transaction_custom_fields)

    def comment(self, ticket_id: int, content: str = "", *, content_type: str = "text/plain",
                cc: People = (), bcc: People = (), time_worked: int = 0, status: str = KEEP,
                attachments: Sequence[NewAttachment] = (),
                transaction_custom_fields: CustomValues = KEEP) -> Operation[Receipt]:
        _no_one_time("comment", cc, bcc)
        return messages.send(self._context, "comment", ticket_id, content, content_type,
                             time_worked, status, attachments, transaction_custom_fields)

    def add_time(self, ticket_id: int, minutes: int, *, comment: str = "") -> Operation[Receipt]:
        return messages.add_time(self._context, ticket_id, minutes, comment)


def _no_one_time(operation: str, cc: People, bcc: People) -> None:
    for argument, given in (("cc", cc), ("bcc", bcc)):
        if given != ():
            raise Unsupported(_ONE_TIME, operation=operation, argument=argument,
                              protocol="rest2", advice="REST 1.0 could carry it")
