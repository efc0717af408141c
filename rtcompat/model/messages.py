"""Transactions and attachments."""
from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import datetime
from pathlib import Path
from typing import IO, Mapping, Optional, Tuple, Union

from rtcompat.model.marks import EMPTY, NOT_LOADED

__all__ = ["Attachment", "Transaction", "NewAttachment"]


@dataclass(frozen=True)
class Attachment:
    """A MIME part of a transaction, message bodies and multipart containers included.

    Attributes:
        filename: None when the part has no name.
        size: bytes as stored, or None where RT prints only a rounded number of characters.
        parent_id: the part that contains it, or None for the outermost.
        headers: pairs in RT's order, unfolded; values decoded to text.
        creator: login (NOT_LOADED over REST 1.0, which prints a number: see other_fields).
        message_id, subject: None when there is none.
    """

    id: int
    ticket_id: int = attribute(default=NOT_LOADED, compare=False)
    transaction_id: int = NOT_LOADED
    parent_id: Optional[int] = NOT_LOADED
    filename: Optional[str] = NOT_LOADED
    content_type: str = NOT_LOADED
    size: Optional[int] = NOT_LOADED
    subject: Optional[str] = NOT_LOADED
    message_id: Optional[str] = NOT_LOADED
    headers: Tuple[Tuple[str, str], ...] = NOT_LOADED
    creator: str = NOT_LOADED
    created: datetime = NOT_LOADED
    other_fields: Mapping[str, str] = attribute(default=EMPTY, compare=False)


@dataclass(frozen=True)
class Transaction:
    """An entry of a ticket's history.

    Attributes:
        type: RT's word (``Create``, ``Correspond``, ``Set``, …).
        field, old_value, new_value, data: RT's raw columns (ids, URIs); None when empty.
        time_taken: minutes.
        creator: login.
        description: our own English sentence made of the columns above.
        content: text of the first text/plain body part, or None when there is none.
        html: the first text/html body part as it is, or None.
        rendered: the text that REST 1.0's server made of an HTML-only body; not compared.
        rt_description: RT's own sentence in the user's language; NOT_LOADED over REST2.
        attachments: its parts, by id.
        custom_fields: its own, by name, as `Ticket.custom_fields`; only where they were asked for
            (REST2), and not compared.
    """

    id: int
    ticket_id: int
    type: str
    field: Optional[str] = NOT_LOADED
    old_value: Optional[str] = NOT_LOADED
    new_value: Optional[str] = NOT_LOADED
    data: Optional[str] = NOT_LOADED
    time_taken: int = NOT_LOADED
    creator: str = NOT_LOADED
    created: datetime = NOT_LOADED
    description: str = NOT_LOADED
    content: Optional[str] = NOT_LOADED
    html: Optional[str] = NOT_LOADED
    attachments: Tuple[Attachment, ...] = NOT_LOADED
    rendered: Optional[str] = attribute(default=NOT_LOADED, compare=False)
    rt_description: str = attribute(default=NOT_LOADED, compare=False)
    custom_fields: Mapping[str, Tuple[str, ...]] = attribute(default=NOT_LOADED, compare=False)
    other_fields: Mapping[str, str] = attribute(default=EMPTY, compare=False)


@dataclass(frozen=True)
class NewAttachment:
    """A file to send with a ticket, a reply or a comment.

    Attributes:
        filename: a bare name, without directories.
        content: bytes, or an open binary file that can be rewound; it is streamed.
        content_type: MIME type.
    """

    filename: str
    content: Union[bytes, IO[bytes]] = attribute(repr=False)
    content_type: str = "application/octet-stream"

    @classmethod
    def from_path(cls, path: Union[str, Path],
                  content_type: str = "application/octet-stream") -> NewAttachment:
        """The file at path, under its own name; it is read now."""
        place = Path(path)
        return cls(place.name, place.read_bytes(), content_type)
