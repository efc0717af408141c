"""One attachment: its headers, its content as bytes, its content as a file."""
from __future__ import annotations

from pathlib import Path
from typing import Optional, Tuple, Union

from rtcompat.errors import ProtocolError, Unsupported
from rtcompat.exchange import FileSink, Operation, Request
from rtcompat.limits import positive_id
from rtcompat.model import NOT_LOADED, Attachment
from rtcompat.rest1 import read
from rtcompat.rest1.answers import read_answer, withheld
from rtcompat.rest1.asking import denied
from rtcompat.rest1.forms import Form
from rtcompat.rest1.histories import Histories
from rtcompat.rest1.sink import ContentSink, content_of

__all__ = ["Attachments"]

#: All but the content.
_HEAD = ("Subject", "Creator", "Created", "Transaction", "Parent", "MessageId", "Filename",
         "ContentType", "ContentEncoding", "Headers")


class Attachments(Histories):
    """Operations on single attachments."""

    def _exact(self) -> bool:
        """Whether ``/content`` gives exact bytes: since 4.4.5 and 5.0.2."""
        if not self._at_least(4, 4, 5):
            return False
        release = self._context.release
        return release is None or not (5, 0) <= release < (5, 0, 2)

    def _path(self, attachment_id: int, ticket_id: Optional[int]) -> str:
        """The address of an attachment; before 4.0.12 it needs a ticket, any that exists.

        Raises: Unsupported where the server needs a ticket and none was given.
        """
        if self._at_least(4, 0, 12):
            return f"attachment/{attachment_id}"
        if ticket_id is None:
            raise Unsupported("RT before 4.0.12 shows an attachment with its ticket only",
                              operation="get_attachment", argument="ticket_id", protocol="rest1",
                              advice="give ticket_id")
        return f"ticket/{ticket_id}/attachments/{attachment_id}"

    def _checked(self, attachment_id: int, ticket_id: Optional[int]) -> Operation[int]:
        number = positive_id(attachment_id, "attachment_id")
        if ticket_id is not None:
            yield from self._must_belong(number, positive_id(ticket_id, "ticket_id"))
        return number

    def get_attachment(self, attachment_id: int, *,
                       ticket_id: Optional[int] = None) -> Operation[Attachment]:
        """See `Tracker.get_attachment`.

        Requests: 1; with ticket_id 2.
        """
        number = yield from self._checked(attachment_id, ticket_id)
        form = yield from self._head(number, ticket_id, _HEAD)
        return read.attachment(form, ticket_id=NOT_LOADED if ticket_id is None else ticket_id)

    def _head(self, number: int, ticket_id: Optional[int], keys: Tuple[str, ...]
              ) -> Operation[Form]:
        """An attachment's form with these fields (Created and Creator always).

        Raises: NotFound, PermissionDenied (a form of empty values).
        """
        path = self._path(number, ticket_id)
        fields = ",".join(dict.fromkeys(keys + ("Creator", "Created")))
        answer = yield from self._ask(Request("GET", path, query=(("fields", fields),),
                                              about=f"read attachment {number}"))
        form = answer.form()
        if withheld(form):
            raise denied(answer, f"attachment {number}")
        return form

    # -- content ------------------------------------------------------------------------------

    def read_attachment(self, attachment_id: int, *,
                        ticket_id: Optional[int] = None) -> Operation[bytes]:
        """See `Tracker.read_attachment`. A container (``multipart/*``) has no content: b"".

        Requests: 1; with ticket_id 2; one more for an empty content, which is also how RT says
            no. Where RT does not keep final line ends (before 4.4.5, 5.0.2) 1 more for text, 3
            for all else (2 with ticket_id).
        """
        number = yield from self._checked(attachment_id, ticket_id)
        request = Request("GET", f"{self._path(number, ticket_id)}/content",
                          about=f"read the content of attachment {number}")
        response = yield request
        content = content_of(response.content) if response.status == 200 else None
        if content is None:
            self._foreign(read_answer(response, plain=True))
            return (yield from self._nothing(number, ticket_id))
        if content.startswith(b"# ") and len(content) < 100:
            # perhaps RT's sentence that there is no such attachment, perhaps a text that reads so
            yield from self._head(number, ticket_id, ("ContentType",))
        if self._exact():
            return content
        ends = yield from self._line_ends(number, ticket_id)
        return content.rstrip(b"\n") + b"\n" * ends

    def _nothing(self, number: int, ticket_id: Optional[int]) -> Operation[bytes]:
        """What an empty answer stands for: no right, no content, or a text that is exactly ``0``.

        Raises: NotFound, PermissionDenied.
        """
        form = yield from self._head(number, ticket_id, ("ContentType", "Content"))
        zero = (form.get("ContentType") or "").lower().startswith("text/") \
            and form.get("Content") == "0"
        return b"0" if zero else b""

    @staticmethod
    def _foreign(envelopes: Tuple[object, ...]) -> None:
        if envelopes:
            raise ProtocolError("the content of an attachment was expected, and this came: "
                                f"{envelopes[0]!r:.200}")

    def _line_ends(self, number: int, ticket_id: Optional[int]) -> Operation[int]:
        """How many line ends the content has at its end, by the form that shows it.

        Requests: 1 for text; for all else 2, or 3 without ticket_id, as only the ticket's form
            shows what is no text.
        """
        form = yield from self._head(number, ticket_id, ("ContentType", "Transaction", "Content"))
        if not (form.get("ContentType") or "").lower().startswith("text/"):
            ticket = ticket_id
            if ticket is None:
                ticket = yield from self._ticket_of_transaction(
                    int(form.get("Transaction") or 0))
            answer = yield from self._get(f"ticket/{ticket}/attachments/{number}",
                                          (("fields", "Content"),),
                                          about=f"see how attachment {number} ends")
            form = answer.form()
        text = form.get("Content") or ""
        return len(text) - len(text.rstrip("\n"))

    def save_attachment(self, attachment_id: int, path: Union[str, Path], *,
                        ticket_id: Optional[int] = None) -> Operation[int]:
        """See `Tracker.save_attachment`.

        Requests: as `read_attachment`. Memory is bounded, but before 4.4.5 and 5.0.2, where one
            answer more shows the content as a whole.
        """
        number = yield from self._checked(attachment_id, ticket_id)
        ends: Optional[int] = None
        if not self._exact():
            ends = yield from self._line_ends(number, ticket_id)
        target = FileSink(path)
        sink = ContentSink(target, line_ends=ends)
        response = yield Request("GET", f"{self._path(number, ticket_id)}/content", sink=sink,
                                 about=f"save attachment {number}")
        if not response.sunk:
            self._foreign(read_answer(response, plain=True))
        if sink.refused is not None:
            yield from self._head(number, ticket_id, ("ContentType",))
            return self._save_sentence(sink, target)
        if sink.empty or not response.sunk:
            target.write((yield from self._nothing(number, ticket_id)))
            target.finish()
        return target.size

    @staticmethod
    def _save_sentence(sink: ContentSink, target: FileSink) -> int:
        """Save a content that reads like RT's own refusal; the attachment is known to exist.

        Raises: ProtocolError for what is no answer of REST 1.0.
        """
        content = content_of(sink.refused or b"")
        if content is None:
            raise ProtocolError("the content of an attachment was expected, not this",
                                body=(sink.refused or b"")[:2000].decode("utf-8", "replace"))
        target.open()
        target.write(content)
        target.finish()
        return target.size
