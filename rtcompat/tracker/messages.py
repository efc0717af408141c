"""Replies, comments and time worked. The contract of each operation."""
from __future__ import annotations

from typing import Sequence

from rtcompat.model import KEEP, NewAttachment, Receipt
from rtcompat.tracker.source import CustomValues, People, Source

__all__ = ["MessageOperations"]


class MessageOperations(Source):
    """Replies, comments and time worked."""

    def reply(self, ticket_id: int, content: str = "", *, content_type: str = "text/plain",
              cc: People = (), bcc: People = (), time_worked: int = 0, status: str = KEEP,
              attachments: Sequence[NewAttachment] = (),
              transaction_custom_fields: CustomValues = KEEP) -> Receipt:
        """Reply to the requestors (RT's correspond), once.

        Args:
            content: text, or HTML with content_type ``text/html``.
            cc, bcc: addresses that get this mail only (REST 1.0 only: a ``Cc`` key would replace
                the ticket's watchers over REST2).
            time_worked: minutes to add. status: set it with the reply.
            transaction_custom_fields: of the message itself, by name, as custom fields of a
                ticket (REST2 only). A datetime is read by RT in the user's zone; where that is
                the server's own, ``altered`` says what it stored.
        Returns:
            Receipt; ``transaction_id`` over REST2; ``status`` and
            ``transaction_custom_fields[Name]`` in changed, unchanged, altered or refused.
        Raises: UsageError for an empty reply; Unsupported over REST2 for a file whose name is not
            ASCII and whose charset is not UTF-8, by which RT would read the name;
            PermissionDenied, NotFound; InvalidValue with the receipt when the reply was recorded
            and the status or a custom field refused; a custom field that messages on the ticket
            do not have is refused before.
        Requests: 1/1; with files 1/1; with a status 3/3; with one-time recipients 1/-;
            with custom fields -/3; with custom fields and a status -/5.
        Source: REST 1.0 ``ticket/N/comment`` (RT 3.6 and later); REST2
            ``POST /ticket/N/correspond``.
        """
        result: Receipt = self._carried("reply", locals())
        return result

    def comment(self, ticket_id: int, content: str = "", *, content_type: str = "text/plain",
                cc: People = (), bcc: People = (), time_worked: int = 0, status: str = KEEP,
                attachments: Sequence[NewAttachment] = (),
                transaction_custom_fields: CustomValues = KEEP) -> Receipt:
        """Comment, once: what requestors do not see. Everything else as `reply`.

        Source: REST 1.0 ``ticket/N/comment``; REST2 ``POST /ticket/N/comment``.
        """
        result: Receipt = self._carried("comment", locals())
        return result

    def add_time(self, ticket_id: int, minutes: int, *, comment: str = "") -> Receipt:
        """Add minutes to the time worked, by a comment's time taken, which RT sums.

        Args:
            comment: its text; a short sentence of ours when empty (RT refuses an empty comment).
        Requests: 1/1.
        """
        result: Receipt = self._carried("add_time", locals())
        return result
