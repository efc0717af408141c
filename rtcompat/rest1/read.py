"""REST 1.0's forms to records, driven by `fields` and `values`. No requests.

RT prints an unset column as an empty one, so what a form holds is never None without a reason:
only kinds that know an unset value (dates, `optional`) give None.
"""
from __future__ import annotations

import re
from typing import (Any, Callable, Container, Dict, FrozenSet, Iterable, List, Mapping, Optional,
                    Set, Tuple)

from rtcompat import fields
from rtcompat.describe import describe
from rtcompat.errors import ProtocolError
from rtcompat.model import (NOT_LOADED, Attachment, CustomField, FrozenMap, Group, Links, Member,
                            Queue, Ticket, Transaction, User)
from rtcompat.rest1 import values
from rtcompat.rest1.dates import read_utc
from rtcompat.rest1.forms import (AttachmentLine, Form, custom_field_name, parse_attachment_list,
                                  split_custom_values)
from rtcompat.rest1.zones import Clock

__all__ = ["ticket", "ticket_id", "ticket_dates", "needs_definitions", "definitions", "links",
           "link_uris", "transaction", "parts_of", "attachment", "attachment_list", "user",
           "queue", "group", "members", "TICKET_KEYS"]

_TICKET = fields.by_rest1(fields.TICKET)
#: What ``fields=`` may ask of a ticket, by our name.
TICKET_KEYS: Mapping[str, str] = {row.name: row.rest1 for row in fields.TICKET if row.rest1}
_DATES = tuple(row.rest1 for row in fields.TICKET if row.kind == "date" and row.rest1)


def _shown(value: str) -> Any:
    """The name of a queue, which RT prints as empty to who may not see it."""
    return value or NOT_LOADED


_READ: Mapping[str, Callable[[str], Any]] = {
    "number": values.read_number, "text": values.read_text, "optional": values.read_optional,
    "login": values.read_text, "queue": _shown, "people": values.read_people,
    "minutes": values.read_minutes, "flag": values.read_flag, "ticket": values.read_number,
    "transaction": values.read_number, "date": read_utc, "headers": values.read_headers,
}


# -- tickets ----------------------------------------------------------------------------------

def ticket_id(form: Form) -> int:
    """The number in ``id: ticket/7``: the survivor's for a merged ticket.

    Raises: ProtocolError for a form that is no ticket.
    """
    value = form.get("id") or ""
    if not value.startswith("ticket/"):
        raise ProtocolError(f"a ticket was expected, and this came: {value!r}")
    return values.read_id(value)


def ticket_dates(form: Form) -> Tuple[str, ...]:
    """The dates of a ticket as printed, unset ones left out."""
    printed = (form.get(key) for key in _DATES)
    return tuple(text for text in printed if text and any(c.isdigit() for c in text))


#: What one custom field's single value and a list of its values may both hold.
_LISTED = re.compile(r"[,\n'\"\\]")


def needs_definitions(form: Form) -> bool:
    """Whether some custom field's value means one thing for single and another for many."""
    return any(custom_field_name(key) is not None and _LISTED.search(value)
               for key, value in form.items())


def ticket(form: Form, clock: Clock, *, known: Optional[Mapping[str, CustomField]] = None,
           release: Optional[Tuple[int, ...]] = None, asked_id: int = 0,
           wanted: Optional[FrozenSet[str]] = None) -> Ticket:
    """A ticket from ``ticket/N/show``.

    Args:
        clock: in which zone and language its dates are printed.
        known: the queue's custom fields by name; None where RT was not asked.
        release: the server's version, as it decides how values are quoted.
        wanted: attributes that were asked for; the others hold NOT_LOADED. None: all.
    """
    number = ticket_id(form)
    found: Dict[str, Any] = {}
    other: Dict[str, str] = {}
    exact = True
    for key, value in form.items():
        row = _TICKET.get(key.lower())
        if row is None:
            if key and custom_field_name(key) is None:
                other[key] = value
        elif row.name == "id" or (wanted is not None and row.name not in wanted):
            continue
        elif row.kind == "date":
            moment = clock.moment(value)
            found[row.name], exact = moment.utc, exact and moment.exact
        else:
            found[row.name] = _READ[row.kind](value)
    custom, undecided = _custom_fields(form, known, release)
    if wanted is None or "custom_fields" in wanted:
        found["custom_fields"] = FrozenMap(custom)
    if "sla" not in found and (wanted is None or "sla" in wanted):
        found["sla"] = None  # RT leaves the line out where the queue has no service levels
    return Ticket(number, asked_id=asked_id or number, times_exact=exact,
                  undecided=frozenset(undecided), other_fields=FrozenMap(other), **found)


def _custom_fields(form: Form, known: Optional[Mapping[str, CustomField]],
                   release: Optional[Tuple[int, ...]]
                   ) -> Tuple[Dict[str, Tuple[str, ...]], List[str]]:
    """Values by name, and the names of which they are not certain.

    Where two fields have one name, RT prints that of the last under each
    (``Forms/ticket/default``, 4.4.4 to 5.0.10); lines that differ are not its own.
    """
    custom: Dict[str, Tuple[str, ...]] = {}
    undecided: List[str] = []
    seen: Set[Tuple[str, str]] = set()
    for key, value in form.items():
        name = custom_field_name(key)
        if name is None:
            continue
        single = known[name].single if known and name in known else None
        held, certain = split_custom_values(value, version=release, single=single)
        if name in custom or known is not None and (name not in known or not certain):
            undecided.append(name)
        if (name, value) not in seen:
            custom[name] = custom.get(name, ()) + held
            seen.add((name, value))
    return custom, undecided


_DEFINITION = re.compile(r"(?P<name>.*?) \((?P<description>.*)\)\Z", re.DOTALL)
_TYPE = re.compile(r"(?P<many>Single|Multi)Value(?P<type>\w*)")


def definitions(form: Form, names: Iterable[str] = (),
                lookup_type: str = "RT::Queue-RT::Ticket") -> Dict[str, CustomField]:
    """The custom fields of a queue's tickets, from ``queue/X/ticketcustomfields`` (format l).

    Args:
        names: those on a ticket of that queue: a name that holds `` (`` is told by them from its
            description, which RT puts in parentheses behind it.
        lookup_type: what the fields that the address lists apply to.
    """
    known = sorted(names, key=len, reverse=True)
    found: Dict[str, CustomField] = {}
    for key, value in form.items():
        kind = _TYPE.match(value)
        if key.lower() == "id" or kind is None:
            continue
        name = next((one for one in known if key.startswith(one + " (")), None)
        if name is None:
            spelled = _DEFINITION.match(key)
            name = spelled.group("name") if spelled else key
        found[name] = CustomField(NOT_LOADED, name, kind.group("type") or None,
                                  kind.group("many") == "Single",
                                  description=key[len(name) + 2:-1],
                                  lookup_type=lookup_type)
    return found


# -- links ------------------------------------------------------------------------------------

def link_uris(form: Form) -> Dict[str, Dict[Any, str]]:
    """The links of a ticket by direction, each with the URI that RT knows it by."""
    return {name: {end: uri for value in form.all(key)
                   for end, uri in values.read_links(value).items()}
            for name, (key, _, _) in fields.LINKS.items()}


def links(form: Form) -> Links:
    """The links of a ticket, each direction sorted."""
    return Links(**{name: tuple(sorted(ends)) for name, ends in link_uris(form).items()})


# -- history ----------------------------------------------------------------------------------

_TRANSACTION = fields.by_rest1(fields.TRANSACTION)
_BODIES = frozenset(("content", "rendered", "rt_description", "attachments"))


def transaction(form: Form) -> Transaction:
    """A transaction without its bodies and attachments, from a history's long form."""
    found: Dict[str, Any] = {}
    other: Dict[str, str] = {}
    for key, value in form.items():
        row = _TRANSACTION.get(key.lower())
        if row is None and key:
            other[key] = value
        elif row is not None and row.name not in _BODIES:
            found[row.name] = _READ[row.kind](value)
    if not {"id", "ticket_id"} <= found.keys():
        raise ProtocolError("RT shows a transaction without its number or its ticket's")
    description = form.get("Description")
    said = describe(found.get("type", ""), found.get("field"), found.get("old_value"),
                    found.get("new_value"), found.get("data"), found.get("creator"))
    return Transaction(description=said, other_fields=FrozenMap(other),
                       rt_description=NOT_LOADED if description is None else description, **found)


def parts_of(form: Form) -> Tuple[AttachmentLine, ...]:
    """The attachments that a transaction's form lists: ids, names (``untitled``), sizes; or those
    of ``ticket/N/attachments``, where a name can forge more of them (`parse_attachment_list`)."""
    return parse_attachment_list(form.get("Attachments") or "",
                                 typed=(form.get("id") or "").endswith("/attachments"))


# -- attachments ------------------------------------------------------------------------------

_ATTACHMENT = fields.by_rest1(fields.ATTACHMENT)


def attachment(form: Form, *, ticket_id: int = NOT_LOADED) -> Attachment:
    """An attachment with its headers, from ``attachment/A`` or ``ticket/N/attachments/A``."""
    found: Dict[str, Any] = {}
    other: Dict[str, str] = {}
    for key, value in form.items():
        row = _ATTACHMENT.get(key.lower())
        if row is not None and row.name == "id":
            found["id"] = values.read_id(value)
        elif row is not None and row.kind == "parent":
            found["parent_id"] = values.read_id(value or "0") or None
        elif row is not None:
            found[row.name] = _READ[row.kind](value)
        elif key and key.lower() != "content":
            other[key] = value
    creator = form.get("Creator")
    if creator is not None:
        other["Creator"] = creator  # a number; whose, would take a request
    return Attachment(ticket_id=ticket_id, other_fields=FrozenMap(other), **found)


def attachment_list(form: Form, *, ticket_id: int,
                    transactions: Mapping[int, int], names: Mapping[int, str],
                    whole: bool, ids: Optional[Container[int]] = None
                    ) -> Tuple[Attachment, ...]:
    """The attachments of ``ticket/N/attachments``, by id.

    Args:
        transactions: by attachment the transaction it belongs to.
        names: by attachment its name as the history prints it, ``untitled`` where it has none,
            which no other name can forge.
        whole: ``transactions`` knows all attachments of the ticket; others are not believed.
        ids: those that are believed, where that is not so.
    """
    found = []
    believed = transactions if whole else ids
    lines = parse_attachment_list(form.get("Attachments") or "", ids=believed, names=names)
    for line in {line.id: line for line in lines}.values():
        if believed is not None and line.id not in believed:
            continue
        # up to 3.6 a part without a name is printed with none
        name = None if line.name in ("(Unnamed)", "") else line.name
        told = names.get(line.id, "untitled")
        name = name if told == "untitled" else told
        found.append(Attachment(
            line.id, ticket_id=ticket_id, filename=name, content_type=line.content_type or "",
            transaction_id=transactions.get(line.id, NOT_LOADED),
            size=values.read_size(line.size, line.content_type)))
    return tuple(sorted(found, key=lambda one: one.id))


# -- users, queues and groups -----------------------------------------------------------------

_USER = fields.by_rest1(fields.USER)
_QUEUE = fields.by_rest1(fields.QUEUE)
_GROUP = fields.by_rest1(fields.GROUP)


def _record(form: Form, rows: Mapping[str, fields.FieldRow], skip: FrozenSet[str]
            ) -> Tuple[Dict[str, Any], Dict[str, str]]:
    found: Dict[str, Any] = {}
    other: Dict[str, str] = {}
    for key, value in form.items():
        small = key.lower()
        row = rows.get("freeformcontactinfo" if small == "contactinfo" else small)
        if row is not None and row.name == "id":
            found["id"] = values.read_id(value)
        elif row is not None:
            found[row.name] = _READ[row.kind](value)
        elif key and custom_field_name(key) is None and small not in skip:
            other[key] = value
    if "id" not in found:
        raise ProtocolError("RT shows a record without its number")
    return found, other


def _listed_values(form: Form) -> Mapping[str, Tuple[str, ...]]:
    """Custom fields of users, queues and groups: lists, one key a value where lines end in it."""
    custom: Dict[str, Tuple[str, ...]] = {}
    for key in form.keys():
        name = custom_field_name(key)
        if name is not None:
            custom[name] = tuple(value for value in form.all(key) if value != "")
    return FrozenMap(custom)


def user(form: Form, *, hidden: FrozenSet[str] = frozenset()) -> User:
    """A user from ``user/X/show`` with ``format=l``, which prints empty fields too.

    Args:
        hidden: attributes that the caller may not see: printed as empty, read as NOT_LOADED.
    """
    found, other = _record(form, _USER, frozenset(("password",)))
    visible = {name: value for name, value in found.items() if name not in hidden}
    return User(custom_fields=_listed_values(form), other_fields=FrozenMap(other), **visible)


def queue(form: Form) -> Queue:
    """A queue from ``queue/X/show``."""
    found, other = _record(form, _QUEUE, frozenset())
    return Queue(custom_fields=_listed_values(form), other_fields=FrozenMap(other), **found)


def group(form: Form) -> Group:
    """A group from ``group/X``."""
    found, other = _record(form, _GROUP, frozenset(("members",)))
    return Group(custom_fields=_listed_values(form), other_fields=FrozenMap(other), **found)


#: A member of a group: ``Real Name <address>``, or ``GROUP [Name] (its members; …)``; between them
#: a comma, after which RT breaks the line or not.
_MEMBER = re.compile(r"\s*(?:GROUP \[(?P<group>.*?)\] \(.*?\)|.*?<(?P<email>[^<>\s]*)>)"
                     r"(?:,\s+|\s*\Z)", re.DOTALL)


def members(form: Form) -> Tuple[Member, ...]:
    """Who belongs to a group, users by address and then groups by name."""
    users, groups = [], []
    for found in _MEMBER.finditer(form.get("Members") or ""):
        if found.group("group") is None:
            users.append(Member("user", email=found.group("email") or None))
        else:
            groups.append(Member("group", name=found.group("group"), email=None))
    return (*sorted(users, key=lambda one: one.email or ""),
            *sorted(groups, key=lambda one: one.name))
