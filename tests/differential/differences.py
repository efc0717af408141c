"""The one table of what REST 1.0 and REST2 cannot show alike; every other field is compared.

A row that is never needed fails the test: then the field is equal everywhere and must be compared.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple

__all__ = ["Difference", "DIFFERENCES", "ALL"]

ALL: Tuple[str, ...] = ("root", "alice", "gerda", "yorick")


@dataclass(frozen=True)
class Difference:
    """One excused field.

    Attributes:
        record: kind of record (``Ticket``, ``Transaction``, ``Attachment``, ``Content`` …).
        field: its attribute (``bytes`` for a content).
        protocol: the one that does not tell.
        users: whose reading differs.
        where: names of seeded tickets (or users) concerned; () for every record.
        reason: why it cannot be equal. shown: how RT shows it there.
    """

    record: str
    field: str
    protocol: str
    users: Tuple[str, ...]
    where: Tuple[str, ...]
    reason: str
    shown: str


DIFFERENCES: Tuple[Difference, ...] = (
    Difference("Ticket", "last_updated_by", "rest1", ALL, (), "REST 1.0's form lacks it",
               "no LastUpdatedBy line in ticket/N/show"),
    Difference("Ticket", "custom_roles", "rest1", ALL, (), "REST 1.0 knows no custom roles",
               "no line in ticket/N/show"),
    Difference("Ticket", "requestors", "rest1", ALL, ("groupwatch",),
               "groups and people without an address", "groups as their members; others left out"),
    Difference("Ticket", "cc", "rest1", ALL, ("groupwatch",),
               "groups and people without an address", "groups as their members; others left out"),
    Difference("Ticket", "admin_cc", "rest1", ALL, ("groupwatch",),
               "groups and people without an address", "groups as their members; others left out"),
    Difference("Attachment", "size", "rest1", ALL, (),
               "REST 1.0 counts characters and rounds", "(text/plain / 1.5k)"),
    Difference("AttachmentHead", "creator", "rest1", ALL, (),
               "REST 1.0 prints a user's number", "Creator: 14"),
    Difference("AttachmentHead", "size", "rest1", ALL, (),
               "REST 1.0's form lacks it", "no line in attachment/A"),
    Difference("Content", "value", "rest2", ("root", "gerda"), ("message/rfc822",),
               "REST2 does not hand out a parsed mail inside a mail", "Content is null"),
    Difference("Queue", "lifecycle", "rest1", ALL, (), "REST 1.0's form lacks it", "no line"),
    Difference("Queue", "sort_order", "rest1", ALL, (), "REST 1.0's form lacks it", "no line"),
    Difference("Queue", "subject_tag", "rest1", ALL, (), "REST 1.0's form lacks it", "no line"),
    Difference("TransactionAttachment", "size", "rest1", ALL, (),
               "REST 1.0 counts characters and rounds", "A: NAME (1.5k)"),
    Difference("User", "nick_name", "rest2", ("alice", "gerda", "yorick"), (),
               "other users' fields shown by only one protocol", "REST2's summary lacks it"),
    Difference("User", "organization", "rest2", ("alice", "gerda", "yorick"), (),
               "other users' fields shown by only one protocol", "REST2's summary lacks it"),
    Difference("User", "disabled", "rest2", ("alice", "gerda", "yorick"), (),
               "other users' fields shown by only one protocol", "REST2's summary lacks it"),
    *(Difference("User", name, "rest2", ("alice", "gerda", "yorick"), (),
                 "other users' fields shown by only one protocol", "REST2's summary lacks it")
      for name in ("gecos", "city", "country", "lang")),
    Difference("User", "custom_fields", "rest2", ("alice", "gerda", "yorick"), (),
               "other users' fields shown by only one protocol", "REST2's summary lacks it"),
    Difference("User", "timezone", "rest1", ALL, (), "REST 1.0's form lacks it", "no line"),
)
