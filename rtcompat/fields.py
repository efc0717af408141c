"""One row a field: our name, RT's name, its kind, and where the protocols spell it otherwise.

A new field is a row here and an attribute in `model`. Conversion is the business of each
protocol's ``values``; nothing here touches a value.
"""
from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Dict, Iterable, Literal, Mapping, Optional, Tuple

__all__ = ["FieldRow", "Kind", "TICKET", "TRANSACTION", "ATTACHMENT", "QUEUE", "USER", "LINKS",
           "CUSTOM_FIELD", "CUSTOM_FIELD_VALUE", "CUSTOM_ROLE", "ASSET",
           "CATALOG", "ARTICLE", "ARTICLE_CLASS", "SAVED_SEARCH", "by_name", "by_rest1", "by_rest2",
           "choices"]

#: number: int. text: str, "" when empty. optional: str or None when empty. login: a user's name.
#: queue: the name of a queue, catalog or class. people: tuple of Watcher. date: aware UTC datetime
#: or None. minutes: int. flag: bool. ticket, transaction, parent: the number of another record.
#: headers: pairs.
#: names: tuple of str. custom_fields, custom_roles: mappings. body: text taken from a part.
Kind = Literal["number", "text", "optional", "login", "queue", "people", "date", "minutes", "flag",
               "ticket", "transaction", "parent", "headers", "custom_fields", "custom_roles",
               "body", "attachments", "links", "composed", "names"]

_SAME = "="


@dataclass(frozen=True)
class FieldRow:
    """A field of a record.

    Attributes:
        name: ours, an attribute of the record in `model`.
        rt: RT's column or role.
        kind: see `Kind`.
        rest1: its key in REST 1.0's forms, None where they lack it.
        rest2: its key in REST2's JSON, None where it lacks it.
        rest1_create: its key in REST 1.0's form for a new record where that differs.
        create, edit: whether a new record may be given it, and an existing one.
        since: the RT version that brought it, or None for always.
        search: whether a collection of such records can be searched by it (a column of RT's).
    """

    name: str
    rt: str
    kind: Kind
    rest1: Optional[str] = _SAME
    rest2: Optional[str] = _SAME
    rest1_create: Optional[str] = None
    create: bool = False
    edit: bool = False
    since: Optional[Tuple[int, ...]] = None
    search: bool = False

    def __post_init__(self) -> None:
        for protocol in ("rest1", "rest2"):
            if getattr(self, protocol) == _SAME:
                object.__setattr__(self, protocol, self.rt)
        if self.rest1_create is None:
            object.__setattr__(self, "rest1_create", self.rest1)


def _both(name: str, rt: str, kind: Kind, rest1: Optional[str] = _SAME,
          rest2: Optional[str] = _SAME, rest1_create: Optional[str] = None,
          search: bool = False) -> FieldRow:
    return FieldRow(name, rt, kind, rest1, rest2, rest1_create, create=True, edit=True,
                    search=search)


TICKET: Tuple[FieldRow, ...] = (
    FieldRow("id", "id", "number"),
    _both("queue", "Queue", "queue"),
    _both("owner", "Owner", "login"),
    FieldRow("creator", "Creator", "login"),
    FieldRow("last_updated_by", "LastUpdatedBy", "login", rest1=None),
    _both("subject", "Subject", "text"),
    _both("status", "Status", "text"),
    _both("priority", "Priority", "number"),
    _both("initial_priority", "InitialPriority", "number"),
    _both("final_priority", "FinalPriority", "number"),
    _both("requestors", "Requestor", "people", rest1="Requestors", rest1_create="Requestor"),
    _both("cc", "Cc", "people"),
    _both("admin_cc", "AdminCc", "people"),
    FieldRow("created", "Created", "date"),
    _both("starts", "Starts", "date"),
    _both("started", "Started", "date"),
    _both("due", "Due", "date"),
    _both("resolved", "Resolved", "date"),
    FieldRow("told", "Told", "date", edit=True),
    FieldRow("last_updated", "LastUpdated", "date"),
    _both("time_estimated", "TimeEstimated", "minutes"),
    _both("time_worked", "TimeWorked", "minutes"),
    _both("time_left", "TimeLeft", "minutes"),
    FieldRow("sla", "SLA", "optional", create=True, edit=True, since=(4, 4)),
    FieldRow("custom_fields", "CustomFields", "custom_fields", rest1=None, create=True, edit=True),
    FieldRow("custom_roles", "CustomRoles", "custom_roles", rest1=None, create=True, edit=True),
)

TRANSACTION: Tuple[FieldRow, ...] = (
    FieldRow("id", "id", "number", search=True),
    FieldRow("ticket_id", "ObjectId", "ticket", rest1="Ticket", search=True),
    FieldRow("type", "Type", "text", search=True),
    FieldRow("field", "Field", "optional", search=True),
    FieldRow("old_value", "OldValue", "optional", search=True),
    FieldRow("new_value", "NewValue", "optional", search=True),
    FieldRow("data", "Data", "optional", search=True),
    FieldRow("time_taken", "TimeTaken", "minutes", search=True),
    FieldRow("creator", "Creator", "login", search=True),
    FieldRow("created", "Created", "date", search=True),
    FieldRow("description", "", "composed", rest1=None, rest2=None),
    FieldRow("content", "Content", "body", rest2=None),
    FieldRow("html", "", "body", rest1=None, rest2=None),
    FieldRow("rendered", "Content", "body", rest2=None),
    FieldRow("rt_description", "Description", "text", rest2=None),
    FieldRow("attachments", "Attachments", "attachments", rest2=None),
    FieldRow("custom_fields", "CustomFields", "custom_fields", rest1=None, rest2=None),
)

ATTACHMENT: Tuple[FieldRow, ...] = (
    FieldRow("id", "id", "number", search=True),
    FieldRow("ticket_id", "", "ticket", rest1=None, rest2=None),
    FieldRow("transaction_id", "TransactionId", "transaction", rest1="Transaction", search=True),
    FieldRow("parent_id", "Parent", "parent", search=True),
    FieldRow("filename", "Filename", "optional", search=True),
    FieldRow("content_type", "ContentType", "text", search=True),
    FieldRow("size", "ContentLength", "number", rest1=None),
    FieldRow("subject", "Subject", "optional", search=True),
    FieldRow("message_id", "MessageId", "optional", search=True),
    FieldRow("headers", "Headers", "headers", search=True),
    FieldRow("creator", "Creator", "login", rest1=None, search=True),
    FieldRow("created", "Created", "date", search=True),
)

QUEUE: Tuple[FieldRow, ...] = (
    FieldRow("id", "id", "number", search=True),
    _both("name", "Name", "text", search=True),
    _both("description", "Description", "text", search=True),
    _both("correspond_address", "CorrespondAddress", "text", search=True),
    _both("comment_address", "CommentAddress", "text", search=True),
    FieldRow("disabled", "Disabled", "flag", edit=True, since=(4, 2, 2), search=True),
    FieldRow("sla_disabled", "SLADisabled", "flag", edit=True, since=(4, 4), search=True),
    FieldRow("lifecycle", "Lifecycle", "text", rest1=None, create=True, edit=True, search=True),
    FieldRow("sort_order", "SortOrder", "number", rest1=None, create=True, edit=True, search=True),
    FieldRow("subject_tag", "SubjectTag", "text", rest1=None, create=True, edit=True, search=True),
    FieldRow("cc", "Cc", "people", rest1=None, create=True, edit=True),
    FieldRow("admin_cc", "AdminCc", "people", rest1=None, create=True, edit=True),
    FieldRow("custom_fields", "CustomFields", "custom_fields", rest1=None, create=True, edit=True),
)

#: Of the columns RT searches only those that everybody may see (`RT::User`, 4.4 to 5.0); the
#: number is none of them over REST2.
USER: Tuple[FieldRow, ...] = (
    FieldRow("id", "id", "number"),
    _both("name", "Name", "text", search=True),
    _both("email", "EmailAddress", "text", search=True),
    _both("real_name", "RealName", "text", search=True),
    _both("nick_name", "NickName", "text", search=True),
    _both("gecos", "Gecos", "text", search=True),
    _both("organization", "Organization", "text", search=True),
    _both("address1", "Address1", "text"),
    _both("address2", "Address2", "text"),
    _both("city", "City", "text", search=True),
    _both("state", "State", "text"),
    _both("zip", "Zip", "text"),
    _both("country", "Country", "text", search=True),
    _both("home_phone", "HomePhone", "text"),
    _both("work_phone", "WorkPhone", "text"),
    _both("mobile_phone", "MobilePhone", "text"),
    _both("pager_phone", "PagerPhone", "text"),
    _both("contact_info", "FreeformContactInfo", "text"),
    _both("comments", "Comments", "text"),
    _both("signature", "Signature", "text"),
    _both("lang", "Lang", "text", search=True),
    FieldRow("timezone", "Timezone", "text", rest1=None, create=True, edit=True, search=True),
    FieldRow("privileged", "Privileged", "flag", create=True, edit=True, since=(3, 8)),
    FieldRow("disabled", "Disabled", "flag", create=True, edit=True, since=(3, 8)),
    FieldRow("custom_fields", "CustomFields", "custom_fields", rest1=None, create=True, edit=True),
)

GROUP: Tuple[FieldRow, ...] = (
    FieldRow("id", "id", "number", search=True),
    _both("name", "Name", "text", search=True),
    _both("description", "Description", "text", search=True),
    FieldRow("domain", "Domain", "text", rest1=None),
    FieldRow("instance", "Instance", "number", rest1=None),
    FieldRow("disabled", "Disabled", "flag", edit=True, since=(4, 2, 2)),
    FieldRow("custom_fields", "CustomFields", "custom_fields", rest1=None, create=True, edit=True),
)

CUSTOM_FIELD: Tuple[FieldRow, ...] = (
    FieldRow("id", "id", "number", rest1=None, search=True),
    FieldRow("name", "Name", "text", rest1=None, create=True, edit=True, search=True),
    FieldRow("type", "Type", "text", rest1=None, create=True, edit=True, search=True),
    FieldRow("single", "", "flag", rest1=None, rest2=None),
    FieldRow("description", "Description", "text", rest1=None, create=True, edit=True,
             search=True),
    FieldRow("lookup_type", "LookupType", "text", rest1=None, create=True, edit=True, search=True),
    FieldRow("max_values", "MaxValues", "number", rest1=None, create=True, edit=True,
             search=True),
    FieldRow("pattern", "Pattern", "text", rest1=None, create=True, edit=True, search=True),
    FieldRow("entry_hint", "EntryHint", "text", rest1=None, create=True, edit=True, search=True),
    FieldRow("sort_order", "SortOrder", "number", rest1=None, create=True, edit=True,
             search=True),
    FieldRow("unique_values", "UniqueValues", "flag", rest1=None, create=True, edit=True,
             search=True),
    FieldRow("disabled", "Disabled", "flag", rest1=None, create=True, edit=True, search=True),
    FieldRow("values", "Values", "names", rest1=None),
)

CUSTOM_FIELD_VALUE: Tuple[FieldRow, ...] = (
    FieldRow("id", "id", "number", rest1=None),
    FieldRow("name", "Name", "text", rest1=None, create=True, edit=True),
    FieldRow("description", "Description", "text", rest1=None, create=True, edit=True),
    FieldRow("sort_order", "SortOrder", "number", rest1=None, create=True, edit=True),
    FieldRow("category", "Category", "text", rest1=None, create=True, edit=True),
)

CUSTOM_ROLE: Tuple[FieldRow, ...] = (
    FieldRow("id", "id", "number", rest1=None, search=True),
    FieldRow("name", "Name", "text", rest1=None, search=True),
    FieldRow("description", "Description", "text", rest1=None, search=True),
    FieldRow("max_values", "MaxValues", "number", rest1=None, search=True),
    FieldRow("single", "", "flag", rest1=None, rest2=None),
    FieldRow("entry_hint", "EntryHint", "text", rest1=None, search=True),
    FieldRow("disabled", "Disabled", "flag", rest1=None, search=True),
)


def _kept(created: bool = True) -> Tuple[FieldRow, ...]:
    """What RT keeps of every record by itself."""
    return (
        FieldRow("creator", "Creator", "login", rest1=None),
        FieldRow("created", "Created", "date", rest1=None, search=created),
        FieldRow("last_updated_by", "LastUpdatedBy", "login", rest1=None),
        FieldRow("last_updated", "LastUpdated", "date", rest1=None, search=created),
    )


def _only_rest2(name: str, rt: str, kind: Kind, search: bool = False, create: bool = True,
                edit: bool = True) -> FieldRow:
    return FieldRow(name, rt, kind, rest1=None, create=create, edit=edit, search=search)


ASSET: Tuple[FieldRow, ...] = (
    FieldRow("id", "id", "number", rest1=None, search=True),
    _only_rest2("name", "Name", "text", search=True),
    _only_rest2("description", "Description", "text", search=True),
    _only_rest2("catalog", "Catalog", "queue", search=True),
    _only_rest2("status", "Status", "text", search=True),
    _only_rest2("owner", "Owner", "login"),
    _only_rest2("held_by", "HeldBy", "people"),
    _only_rest2("contacts", "Contact", "people"),
    *_kept(),
    _only_rest2("custom_fields", "CustomFields", "custom_fields"),
)

CATALOG: Tuple[FieldRow, ...] = (
    FieldRow("id", "id", "number", rest1=None, search=True),
    _only_rest2("name", "Name", "text", search=True),
    _only_rest2("description", "Description", "text", search=True),
    _only_rest2("lifecycle", "Lifecycle", "text", search=True),
    _only_rest2("disabled", "Disabled", "flag", search=True),
    _only_rest2("held_by", "HeldBy", "people"),
    _only_rest2("contacts", "Contact", "people"),
    *_kept(),
)

ARTICLE: Tuple[FieldRow, ...] = (
    FieldRow("id", "id", "number", rest1=None, search=True),
    _only_rest2("name", "Name", "text", search=True),
    _only_rest2("summary", "Summary", "text", search=True),
    _only_rest2("class_name", "Class", "queue", search=True),
    _only_rest2("sort_order", "SortOrder", "number", search=True),
    _only_rest2("disabled", "Disabled", "flag", search=True, create=False),
    *_kept(),
    _only_rest2("custom_fields", "CustomFields", "custom_fields"),
)

ARTICLE_CLASS: Tuple[FieldRow, ...] = (
    FieldRow("id", "id", "number", rest1=None, search=True),
    _only_rest2("name", "Name", "text", search=True),
    _only_rest2("description", "Description", "text", search=True),
    _only_rest2("sort_order", "SortOrder", "number", search=True),
    _only_rest2("disabled", "Disabled", "flag", search=True, create=False),
    *_kept(),
)

SAVED_SEARCH: Tuple[FieldRow, ...] = (
    FieldRow("id", "id", "number", rest1=None),
    FieldRow("name", "Name", "text", rest1=None),
    FieldRow("description", "Description", "text", rest1=None),
    FieldRow("type", "Type", "text", rest1=None, rest2=None),
    FieldRow("query", "Query", "text", rest1=None, rest2=None),
    FieldRow("order", "OrderBy", "composed", rest1=None, rest2=None),
    FieldRow("format", "Format", "text", rest1=None, rest2=None),
    FieldRow("per_page", "RowsPerPage", "number", rest1=None, rest2=None),
    *_kept(created=False),
)

#: Directions of links: our name, REST 1.0's form key, REST2's key in a body, REST2's ``ref``.
LINKS: Mapping[str, Tuple[str, str, str]] = {
    "depends_on": ("DependsOn", "DependsOn", "depends-on"),
    "depended_on_by": ("DependedOnBy", "DependedOnBy", "depended-on-by"),
    "refers_to": ("RefersTo", "RefersTo", "refers-to"),
    "referred_to_by": ("ReferredToBy", "ReferredToBy", "referred-to-by"),
    "member_of": ("MemberOf", "MemberOf", "parent"),
    "members": ("Members", "Members", "child"),
}


def choices(wrong: object, known: Iterable[str]) -> str:
    """For an error: the names that there are, the one most like a wrong one first.

    Returns: ``did you mean 'email'? There are city, country, email``.
    """
    names = sorted(known)
    like = get_close_matches(str(wrong), names, 1)
    listed = ", ".join(names)
    return f"did you mean {like[0]!r}? There are {listed}" if like else f"there are {listed}"


def by_name(rows: Tuple[FieldRow, ...]) -> Dict[str, FieldRow]:
    """The rows by our name."""
    return {row.name: row for row in rows}


def by_rest1(rows: Tuple[FieldRow, ...]) -> Dict[str, FieldRow]:
    """The rows by REST 1.0's key, lower-cased (RT compares keys so), where there is one."""
    return {row.rest1.lower(): row for row in rows if row.rest1 is not None}


def by_rest2(rows: Tuple[FieldRow, ...]) -> Dict[str, FieldRow]:
    """The rows by REST2's key (case counts there), where there is one."""
    return {row.rest2: row for row in rows if row.rest2 is not None}
