"""What tickets can be searched by: our names, RT's words for them, and what each may be asked.

Left out, as RT would find more than was asked: a custom role, which RT passes over where it does
not know it (4.4.6 to 5.0.10); the opposite of a comparison with a detail of people or with a text
of the history, which RT finds where any other person or part fits.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Dict, FrozenSet, Mapping, Tuple

from rtcompat import fields
from rtcompat.errors import UsageError
from rtcompat.ticketsql.quoting import is_digits

__all__ = ["Field", "FIELDS", "SUFFIXES", "field_of", "kind_of_word", "misread"]

#: By suffix of a filter: RT's operator, and whether its opposite is meant.
SUFFIXES: Mapping[str, Tuple[str, bool]] = {
    "": ("=", False), "not": ("=", True), "in": ("=", False), "notin": ("=", True),
    "gt": (">", False), "ge": (">=", False), "lt": ("<", False), "le": ("<=", False),
    "like": ("LIKE", False), "notlike": ("LIKE", True),
    "startswith": ("STARTSWITH", False), "endswith": ("ENDSWITH", False),
    "is_null": ("IS", False)}
_EQUAL = frozenset(("", "in"))
_UNEQUAL = frozenset(("not", "notin"))
_ORDER = frozenset(("gt", "ge", "lt", "le"))
_PARTS = frozenset(("like", "startswith", "endswith"))
_NULL = frozenset(("is_null",))
_EXACT = _EQUAL | _UNEQUAL
#: By kind: the suffixes that RT answers as they read.
_ALLOWED: Mapping[str, FrozenSet[str]] = {
    "text": _EXACT | _PARTS | _NULL | {"notlike"},
    "number": _EXACT | _ORDER | _NULL,
    "date": _EXACT | _ORDER | _NULL,
    "queue": _EXACT | {"like", "notlike"},
    "login": _EXACT,
    "people": _EXACT | _PARTS | _NULL,
    "who": _EXACT | _PARTS,
    "detail": _EQUAL | _PARTS,
    "person": _EXACT,
    "cf": _EXACT | _ORDER | _PARTS | _NULL | {"notlike"},
    "link": _EXACT | _NULL,
    "body": frozenset(("like",)),
    "file": _EQUAL | _PARTS,
}


@dataclass(frozen=True)
class Field:
    """Something that tickets are searched by.

    Attributes:
        name: ours, without the suffix.
        key: RT's word; "" for custom fields, whose word is their name.
        kind: see `_ALLOWED`: ``who`` is the address or login of people, ``detail`` another column
            of theirs, ``person`` their number, ``body`` and ``file`` parts of the history.
    """

    name: str
    key: str
    kind: str

    @property
    def allowed(self) -> FrozenSet[str]:
        """The suffixes it takes."""
        return _ALLOWED[self.kind]


def _ticket_fields() -> Dict[str, Field]:
    kinds = {"minutes": "number", "optional": "text"}
    found = {row.name: Field(row.name, row.rt, kinds.get(row.kind, row.kind))
             for row in fields.TICKET if row.kind not in ("custom_fields", "custom_roles")}
    found["owner"] = Field("owner", "Owner", "people")
    found["watchers"] = Field("watchers", "Watcher", "people")
    for name, (key, _, _) in fields.LINKS.items():
        found[name] = Field(name, "HasMember" if name == "members" else key, "link")
    found["cf"] = Field("cf", "", "cf")
    found["content"] = Field("content", "Content", "body")
    found["filename"] = Field("filename", "Filename", "file")
    found["content_type"] = Field("content_type", "ContentType", "file")
    return found


#: By our name.
FIELDS: Mapping[str, Field] = _ticket_fields()
#: Columns of people that RT searches tickets by (RT::Tickets, 4.4.6 to 5.0.10).
_DETAILS: Mapping[str, str] = {
    "email": "EmailAddress", "name": "Name", "real_name": "RealName", "nick_name": "Nickname",
    "organization": "Organization", "address1": "Address1", "address2": "Address2",
    "city": "City", "state": "State", "zip": "Zip", "country": "Country",
    "work_phone": "WorkPhone", "home_phone": "HomePhone", "mobile_phone": "MobilePhone",
    "pager_phone": "PagerPhone", "id": "id"}
_ROLES = "a custom role that RT does not know finds every ticket; write it into a template"


def field_of(filter_name: str) -> Tuple[Field, str]:
    """The field and the suffix that a filter's name says: ``requestors__city__like``.

    Raises: UsageError for names that mean nothing, and for what RT would answer wrongly.
    """
    head, *rest = filter_name.split("__")
    if head == "custom_roles":
        raise UsageError(f"{filter_name}: {_ROLES}", argument=filter_name)
    field = FIELDS.get(head)
    if field is None:
        raise UsageError(f"tickets are not searched by {head!r}; by {', '.join(sorted(FIELDS))}",
                         argument=filter_name)
    if rest and field.kind == "people" and rest[0] in _DETAILS:
        detail = rest.pop(0)
        kind = {"id": "person", "email": "who", "name": "who"}.get(detail, "detail")
        field = Field(f"{head}__{detail}", f"{field.key}.{_DETAILS[detail]}", kind)
    suffix = "__".join(rest)
    if suffix not in field.allowed or (rest and not suffix):
        known = ", ".join(f"__{one}" for one in sorted(field.allowed) if one)
        raise UsageError(f"{filter_name}: {field.name} takes no __{suffix}; it takes {known}"
                         if rest else f"{filter_name}: {field.name} takes {known}",
                         argument=filter_name)
    return field, suffix


#: By word of RT's that no filter has, in lower case: its kind; a group is named as a login is.
_FURTHER: Mapping[str, str] = {
    **dict.fromkeys(("linked", "linkedto", "linkedfrom", "dependenton"), "link"),
    **dict.fromkeys(("requestors", "queuecc", "queueadmincc", "queuewatcher", "customrole"),
                    "people"),
    **dict.fromkeys(("updatedby", "ownergroup", "requestorgroup", "ccgroup", "adminccgroup",
                     "watchergroup"), "login"),
    **dict.fromkeys(("updated", "transactiondate"), "date"),
    **dict.fromkeys(("cf", "customfield", "customfieldvalue", "queuecf", "txncf",
                     "transactioncf"), "cf")}
_WORDS: Mapping[str, str] = {
    **{field.key.lower(): field.kind for field in FIELDS.values()}, **_FURTHER}


def kind_of_word(word: str) -> str:
    """The kind of what stands on the left side of a condition in a template; "" if not known."""
    main, _, detail = word.partition(".")
    kind = _WORDS.get(main.lower(), "")
    if main.lower() == "customrole":
        detail = re.sub(r".*\}\.?", "", detail)
    if kind in ("people", "date") and detail:
        return {"id": "person", "EmailAddress": "who", "Name": "who"}.get(detail, "detail")
    return kind


def misread(kind: str, value: object) -> str:
    """Why a text or a number, compared for equality or by order with a field of this kind, is not
    to RT what it was given for; "" where it is."""
    if kind in ("number", "person"):
        right = not isinstance(value, str) or re.fullmatch(r"[+-]?[0-9]+", value)
        return "" if right else f"{value!r} is no whole number"
    if kind == "date":
        return f"{value!r} is no datetime with a time zone"
    if kind not in ("queue", "login", "people", "who", "link"):
        return ""
    if isinstance(value, int):
        return f"{value!r} is the number of none" if kind == "who" or value <= 0 else ""
    if not isinstance(value, str) or kind == "link" and re.fullmatch(r"0*[1-9][0-9]*", value):
        return ""
    nothing = ("", "null", "0") if kind == "link" else ("",)
    if is_digits(value) or value.strip().lower() in nothing:
        return f"RT takes {value!r} for a number, or for nothing: give a number as an int"
    return ""
