"""What a message carries."""
from __future__ import annotations

from typing import Any

from rtcompat.errors import UsageError
from rtcompat.limits.files import checked_attachment
from rtcompat.limits.values import checked_minutes, checked_text

__all__ = ["checked_message"]


def checked_message(content: Any, content_type: Any, attachments: Any,
                    time_worked: Any = 0) -> None:
    """Check what a new ticket, a reply or a comment carries.

    Raises: UsageError for a text that is exactly ``0`` (every RT takes it for none), a content
        type other than plain text and HTML, a file name that RT would change.
    """
    text = checked_text(content, "content")
    if "\r" in text:
        raise UsageError("content holds a carriage return, which RT does not keep: end lines with "
                         "a line feed alone", argument="content")
    if text.strip("\n") == "0":
        raise UsageError("content is exactly '0', which RT takes for no text", argument="content")
    if text and not text.strip():
        raise UsageError("content holds nothing but blanks", argument="content",
                         advice="give it a text, or none at all")
    if content_type not in ("text/plain", "text/html"):
        raise UsageError("content_type is text/plain or text/html", argument="content_type")
    checked_minutes(time_worked, "time_worked")
    if not isinstance(attachments, (list, tuple)):
        raise UsageError("attachments is a list of NewAttachment records", argument="attachments")
    for one in attachments:
        checked_attachment(one)
