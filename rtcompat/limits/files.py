"""Files: what RT keeps of a name and of a content, and in which charset."""
from __future__ import annotations

import codecs
import re
from typing import Any

from rtcompat.errors import UsageError
from rtcompat.limits.values import checked_line
from rtcompat.model import NewAttachment

__all__ = ["checked_attachment", "is_empty", "recoded", "misnamed"]


def checked_attachment(one: Any) -> None:
    """A file that RT keeps as it is. Raises: UsageError."""
    if not isinstance(one, NewAttachment):
        raise UsageError("attachments are NewAttachment records", argument="attachments")
    name = checked_line(one.filename, "attachments")
    if not name or name == "0" or "/" in name or "\\" in name or name in (".", "..", "(Unnamed)"):
        raise UsageError(f"{name!r} is no file name that RT keeps: give a bare name",
                         argument="attachments")
    _attachment_type(one)
    if not isinstance(one.content, bytes) and not hasattr(one.content, "read"):
        raise UsageError(f"{name}: content is bytes or an open binary file, not "
                         f"{type(one.content).__name__}", argument="attachments")
    if "\n" in one.content_type or "\r" in one.content_type:
        raise UsageError("content_type of an attachment is one line", argument="attachments")


def _attachment_type(one: NewAttachment) -> None:
    """RT stores text in UTF-8: it mends what does not decode, and takes containers apart."""
    kind, _, parameters = one.content_type.lower().partition(";")
    if kind.strip().startswith(("multipart/", "message/")):
        raise UsageError(f"{one.filename}: RT takes {kind.strip()} apart; send it as "
                         "application/octet-stream", argument="attachments")
    if not kind.strip().startswith("text/") or not isinstance(one.content, bytes):
        return
    charset = _charset(parameters)
    try:
        if codecs.lookup(charset).name.startswith(("utf-16", "utf-32", "utf-7")):
            raise LookupError(charset)
        sound = "\0" not in one.content.decode(charset)
    except (LookupError, UnicodeDecodeError):
        sound = False
    if not sound:
        raise UsageError(f"{one.filename} is no text in {charset}: RT would change it on storing; "
                         "name its charset, or send it as application/octet-stream",
                         argument="attachments")


def is_empty(one: NewAttachment) -> bool:
    """Whether a file has no content."""
    if isinstance(one.content, bytes):
        return not one.content
    at = one.content.tell()
    end = one.content.seek(0, 2)
    one.content.seek(at)
    return end == at


def _charset(parameters: str) -> str:
    found = re.search(r"charset\s*=\s*\"?([^\s\";]+)", parameters.lower())
    return found.group(1) if found else "utf-8"


def recoded(one: NewAttachment) -> bool:
    """Whether a file is text whose bytes are others in UTF-8, in which RT keeps it. Of an open
    file that is not known, so that its charset decides."""
    kind, _, parameters = one.content_type.lower().partition(";")
    charset = _charset(parameters)
    if kind.strip() not in ("text/plain", "text/html") or _is_utf8(charset):
        return False
    if not isinstance(one.content, bytes):
        return True
    return one.content.decode(charset, "replace").encode("utf-8", "replace") != one.content


def misnamed(one: NewAttachment) -> bool:
    """Whether a file has a name that its charset is not the one of: names go in UTF-8."""
    return not one.filename.isascii() and not _is_utf8(_charset(one.content_type))


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name == "utf-8"
    except LookupError:
        return False
