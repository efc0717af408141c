"""One attachment: its headers, its content as bytes, its content as a file."""
from __future__ import annotations

from pathlib import Path
from typing import Optional, Tuple, Union

from rtcompat.errors import NotFound, ProtocolError, Unsupported
from rtcompat.exchange import FileSink, Operation, Request
from rtcompat.limits import positive_id
from rtcompat.model import Attachment
from rtcompat.rest1 import read
from rtcompat.rest1.answers import read_answer, withheld
from rtcompat.rest1.asking import denied
from rtcompat.rest1.forms import Form
from rtcompat.rest1.histories import Histories
from rtcompat.rest1.sink import ContentSink, content_of
from rtcompat.rest1.values import read_number

__all__ = ["Attachments"]

#: All but the content.
_HEAD = ("Subject", "Creator", "Created", "Transaction", "Parent", "MessageId", "Filename",
         "ContentType", "ContentEncoding", "Headers")
#: What tells how a content ends.
_SHOWN = ("ContentType", "Content")


def _line_ends(form: Form) -> int:
    """How many line ends the content that a form shows has at its end."""
    text = form.get("Content") or ""
    return len(text) - len(text.rstrip("\n"))


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

    def get_attachment(self, attachment_id: int, *,
                       ticket_id: Optional[int] = None) -> Operation[Attachment]:
        """See `Tracker.get_attachment`.

        Requests: 1.
        """
        number = positive_id(attachment_id, "attachment_id")
        if ticket_id is None:
            form = yield from self._head(number, None, _HEAD)
            return read.attachment(form)
        ticket = positive_id(ticket_id, "ticket_id")
        form = yield from self._belonging(number, ticket, self._path(number, ticket), _HEAD)
        return read.attachment(form, ticket_id=ticket)

    def _head(self, number: int, ticket_id: Optional[int], keys: Tuple[str, ...], *,
              shown: bool = False) -> Operation[Form]:
        """An attachment's form with these fields (Created and Creator always).

        Args:
            shown: by the ticket's address, which shows a content that is no text, too.
        Raises: NotFound, PermissionDenied (a form of empty values).
        """
        path = self._path(number, ticket_id)
        if shown:
            path = f"ticket/{ticket_id}/attachments/{number}"
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

        Requests: 1, and 1 for a ticket_id; 1 more for an empty content, which is also how RT says
            no. Before 4.4.5 and 5.0.2, which do not keep final line ends: 2.
        """
        number = positive_id(attachment_id, "attachment_id")
        shown = yield from self._before_content(number, ticket_id)
        request = Request("GET", f"{self._path(number, ticket_id)}/content",
                          about=f"read the content of attachment {number}")
        response = yield request
        content = content_of(response.content) if response.status == 200 else None
        if content is None:
            self._foreign(read_answer(response, plain=True))
            return (yield from self._nothing(number, ticket_id, shown))
        if shown is not None:
            return content.rstrip(b"\n") + b"\n" * _line_ends(shown)
        if content.startswith(b"# ") and len(content) < 100:
            # perhaps RT's sentence that there is no such attachment, perhaps a text that reads so
            yield from self._head(number, ticket_id, ("ContentType",))
        return content

    def _before_content(self, number: int, ticket_id: Optional[int]) -> Operation[Optional[Form]]:
        """Check that the ticket has the attachment; the form that shows the content, where it is
        needed to know how that ends.

        Requests: 0; with ticket_id 1; before 4.4.5 and 5.0.2 1 with or without.
        """
        ticket = None if ticket_id is None else positive_id(ticket_id, "ticket_id")
        if self._exact():
            if ticket is not None:
                yield from self._belonging(number, ticket, self._path(number, ticket), ())
            return None
        if ticket is None:
            self._path(number, None)  # raises where RT wants a ticket
            return (yield from self._shown_anywhere(number))
        return (yield from self._belonging(
            number, ticket, f"ticket/{ticket}/attachments/{number}", _SHOWN))

    def _shown_anywhere(self, number: int) -> Operation[Form]:
        """The form that shows a content that is no text, too: a ticket's. RT does not look whose
        attachment it is, so any ticket that exists will do, and the first one nearly always does.

        Raises: NotFound, PermissionDenied.
        """
        try:
            return (yield from self._head(number, 1, _SHOWN, shown=True))
        except NotFound:
            form = yield from self._head(number, None, ("Transaction",))
            ticket = yield from self._ticket_of_transaction(
                read_number(form.get("Transaction") or ""))
            return (yield from self._head(number, ticket, _SHOWN, shown=True))

    def _nothing(self, number: int, ticket_id: Optional[int], shown: Optional[Form]
                 ) -> Operation[bytes]:
        """What an empty answer stands for: no right, no content, or a text that is exactly ``0``.

        Raises: NotFound, PermissionDenied.
        """
        form = shown
        if form is None:
            form = yield from self._head(number, ticket_id, ("ContentType", "Content"))
        zero = (form.get("ContentType") or "").lower().startswith("text/") \
            and form.get("Content") == "0"
        return b"0" if zero else b""

    @staticmethod
    def _foreign(envelopes: Tuple[object, ...]) -> None:
        if envelopes:
            raise ProtocolError("the content of an attachment was expected, and this came: "
                                f"{envelopes[0]!r:.200}")

    def save_attachment(self, attachment_id: int, path: Union[str, Path], *,
                        ticket_id: Optional[int] = None) -> Operation[int]:
        """See `Tracker.save_attachment`.

        Requests: as `read_attachment`. Memory is bounded, but before 4.4.5 and 5.0.2, where one
            answer more shows the content as a whole.
        """
        number = positive_id(attachment_id, "attachment_id")
        shown = yield from self._before_content(number, ticket_id)
        target = FileSink(path)
        sink = ContentSink(target, line_ends=None if shown is None else _line_ends(shown))
        response = yield Request("GET", f"{self._path(number, ticket_id)}/content", sink=sink,
                                 about=f"save attachment {number}")
        if not response.sunk:
            self._foreign(read_answer(response, plain=True))
        if sink.refused is not None:
            if shown is None:
                yield from self._head(number, ticket_id, ("ContentType",))
            return self._save_sentence(sink, target)
        if sink.empty or not response.sunk:
            target.write((yield from self._nothing(number, ticket_id, shown)))
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
