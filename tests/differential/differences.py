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
        record: kind of record (``Ticket``, ``Content`` …), of whatever operation; or of one
            (``User of search_users``).
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
    Difference("User of search_users", "privileged", "rest2", ("root",), (),
               "REST2's lists lack it", "users' fields in POST /users lack Privileged"),
    *(Difference(kind, name, "rest1", ("alice", "gerda", "yorick"), (),
                 "REST 1.0 lets only those search users who administer them",
                 "search/user: Permission denied")
      for kind, name in (("User of search_users", "presence"),
                         ("Numbers of search_users", "value"))),
    *(Difference("CustomField", name, "rest1", ALL, (), "REST 1.0 lists name, description, type",
                 "queue/N/ticketcustomfields: Due Date (): SingleValueDate")
      for name in ("id", "max_values", "pattern", "entry_hint", "sort_order", "unique_values",
                   "disabled")),
    Difference("Group", "domain", "rest1", ALL, (), "REST 1.0's form lacks it",
               "no line in group/N"),
    Difference("Group", "instance", "rest1", ALL, (), "REST 1.0's form lacks it",
               "no line in group/N"),
    Difference("Member", "id", "rest1", ALL, (), "REST 1.0 lists addresses, and groups by name",
               "Members: Alice Ordinary <alice@example.org>"),
    Difference("Member", "name", "rest1", ALL, (), "REST 1.0 lists addresses, and groups by name",
               "Members: Alice Ordinary <alice@example.org>"),
    Difference("System", "plugins", "rest1", ALL, (), "REST 1.0 tells the version alone",
               "RT/5.0.3 200 Ok"),
)
