"""Replies and comments: sent once, never again."""
from __future__ import annotations

from dataclasses import replace
from typing import Optional, Sequence

from rtcompat import fields, limits
from rtcompat.errors import InvalidValue, Unsupported, UsageError
from rtcompat.exchange import Operation
from rtcompat.model import EMPTY, KEEP, NewAttachment, Receipt
from rtcompat.rest1 import values, write
from rtcompat.rest1.editing import Editing
from rtcompat.tracker import CustomValues, People

__all__ = ["Messages"]


class Messages(Editing):
    """Operations that add a message to a ticket."""

    def reply(self, ticket_id: int, content: str = "", *, content_type: str = "text/plain",
              cc: People = (), bcc: People = (), time_worked: int = 0, status: str = KEEP,
              attachments: Sequence[NewAttachment] = (),
              transaction_custom_fields: CustomValues = KEEP) -> Operation[Receipt]:
        """See `Tracker.reply` (RT 3.6 and later).

        Requests: 1, and with a status 2 to decide it.
        """
        return (yield from self._say("reply", "correspond", ticket_id, content, content_type, cc,
                                     bcc, time_worked, status, attachments))

    def comment(self, ticket_id: int, content: str = "", *, content_type: str = "text/plain",
                cc: People = (), bcc: People = (), time_worked: int = 0, status: str = KEEP,
                attachments: Sequence[NewAttachment] = (),
                transaction_custom_fields: CustomValues = KEEP) -> Operation[Receipt]:
        """See `Tracker.comment`. Requests: 1, and with a status 2 to decide it."""
        return (yield from self._say("comment", "comment", ticket_id, content, content_type, cc,
                                     bcc, time_worked, status, attachments))

    def add_time(self, ticket_id: int, minutes: int, *, comment: str = "") -> Operation[Receipt]:
        """See `Tracker.add_time`. Requests: 1."""
        limits.checked(fields.TICKET, {"time_worked": minutes})
        if minutes == 0:
            raise UsageError("no minutes to add", argument="minutes")
        text = comment or f"{minutes} minutes worked."
        done = yield from self._say("add_time", "comment", ticket_id, text, "text/plain", (), (),
                                    minutes, KEEP, ())
        return replace(done, changed=("time_worked",))

    def _say(self, operation: str, action: str, ticket_id: int, content: str, content_type: str,
             cc: People, bcc: People, time_worked: int, status: str,
             attachments: Sequence[NewAttachment]) -> Operation[Receipt]:
        number = limits.positive_id(ticket_id, "ticket_id")
        pairs = self._said(operation, action, content, content_type, cc, bcc, time_worked,
                           attachments)
        wanted = {} if status is KEEP else {"status": self._checked_status(status)}
        reading = self._ticket_state(number, wanted)
        before = {}
        if wanted:
            before = yield from reading()
            pairs.append(("Status", status))
        request = self._form_request(f"ticket/{number}/comment", pairs, effect="write-once",
                                     files=attachments, about=f"{operation} on ticket {number}")
        answer = yield from self._once(request, f"id = {number}")
        if answer.code >= 400:
            answer.checked()
        after = {}
        if wanted:
            after = yield from reading()
        done = self._receipt(wanted, before, after, answer, number)
        if done.altered:
            # RT itself opens a new ticket that is replied to, whatever status it refuses
            done = replace(done, altered=EMPTY, refused=("status",))
        if done.refused:
            # the message was recorded; the status was not changed
            raise InvalidValue(f"the message was recorded, the status {status!r} refused",
                               messages=done.messages, receipt=done, code=answer.code,
                               server=answer.response.server,
                               request=answer.response.request.line)
        return done

    @staticmethod
    def _checked_status(status: str) -> str:
        if not isinstance(status, str) or not status.strip() or "\n" in status:
            raise UsageError(f"{status!r} is no status", argument="status")
        return status

    def _said(self, operation: str, action: str, content: str, content_type: str, cc: People,
              bcc: People, time_worked: int, attachments: Sequence[NewAttachment]) -> write.Pairs:
        """The form of a message.

        Raises: UsageError for an empty one; Unsupported.
        """
        limits.checked_message(content, content_type, attachments, time_worked)
        if not content and not attachments:
            raise UsageError(f"an empty {operation}: give a text or a file", argument="content")
        if not self._at_least(3, 6):
            raise Unsupported("RT before 3.6 cannot do this over REST 1.0", operation=operation,
                              protocol="rest1")
        if content_type != "text/plain" and not self._at_least(4, 0, 14):
            raise Unsupported("RT before 4.0.14 takes plain text only over REST 1.0",
                              operation=operation, argument="content_type", protocol="rest1")
        pairs: write.Pairs = [("Action", action)]
        if content:
            pairs.append(("Text", content))
        if content_type != "text/plain":
            pairs.append(("Content-Type", content_type))
        for key, people in (("Cc", cc), ("Bcc", bcc)):
            listed = self._addresses(people, key.lower())
            if listed is not None:
                pairs.append((key, listed))
        if time_worked:
            pairs.append(("TimeWorked", values.write_minutes(time_worked)))
        return pairs

    @staticmethod
    def _addresses(people: People, name: str) -> Optional[str]:
        """Addresses for this mail only.

        Raises: UsageError for somebody without an address.
        """
        listed = limits.checked_people(people, name)
        for who in listed:
            if who.email is None:
                raise UsageError(f"{name} takes addresses, not {who.name or who.id}",
                                 argument=name)
        return values.write_people(listed, name) if listed else None
