"""Records to the answers in which RT would have shown them over REST 1.0. No requests.

The other direction of `read`: what is composed here reads equal to the record, as far as REST 1.0
tells it at all. Dates are in UTC and say so (W3CDTF, one of RT's own date formats since 3.8), so
that nobody has to find out their zone. What the records do not hold is left out, and so reads as
NOT_LOADED; where RT's text cannot do without it, it is marked:

* links name no organisation (``fsck.com-rt:///ticket/7``);
* a text whose characters were not counted has the size ``0b``, by which RT tells no size either;
* where RT would print what it renders of an HTML body, there is nothing.

Custom roles and who changed a ticket last have no place in REST 1.0's forms and are not written.
Source: share/html/REST/1.0/Forms of RT 4.4 to 5.0.
"""
from __future__ import annotations

from datetime import datetime
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from rtcompat import fields
from rtcompat.model import (NOT_LOADED, Attachment, CustomField, Link, Links, Queue, Ticket,
                            Transaction, User, Watcher)
from rtcompat.rest1.forms import Envelope, Field, Form, compose_answer, compose_list

__all__ = ["NO_CONTENT", "answer", "attachment", "attachment_list", "content_head",
           "custom_fields", "history", "ids", "links", "queue", "refusal", "size_of", "ticket",
           "user"]

#: What RT says in place of a message that has no body to show.
NO_CONTENT = "This transaction appears to have no content"
_NOT_TEXT = ("Content is not text and will not be displayed!\n"
             'Use "rt show attachment/<id>/content [> file.ext]" to get the content.')
#: As RT prints them (Forms/ticket/links).
_LINKS = ("depends_on", "depended_on_by", "refers_to", "referred_to_by", "members", "member_of")


# -- whole answers ----------------------------------------------------------------------------

def answer(version: str, *envelopes: Sequence[Form]) -> bytes:
    """The bytes of an answer.

    Args:
        version: RT's, for the status line.
        envelopes: the forms of each; histories have one of their own. One without forms is left
            out.
    """
    return compose_answer(Envelope(version, 200, "Ok", tuple(forms))
                          for forms in envelopes if forms)


def content_head(version: str) -> bytes:
    """What stands before the bytes of ``attachment/A/content``."""
    return f"RT/{version} 200 Ok\n\n".encode()


def ids(version: str, kind: str, numbers: Iterable[int]) -> bytes:
    """What a search lists by ``format=i``: ``ticket/36`` a line."""
    lines = "".join(f"{kind}/{number}\n" for number in numbers)
    return content_head(version) + (lines or "\n").encode() + b"\n\n"


def refusal(version: str, sentence: str) -> bytes:
    """A sentence in place of an object, under 200: ``Ticket 9 does not exist.``"""
    return compose_answer((Envelope(version, 200, "Ok", (Form((f"# {sentence}",)),), tail=1),))


# -- values -----------------------------------------------------------------------------------

def _date(value: Optional[datetime]) -> str:
    return "Not set" if value is None else value.strftime("%Y-%m-%dT%H:%M:%SZ")


def _utc(value: Optional[datetime]) -> str:
    return "" if value is None else value.strftime("%Y-%m-%d %H:%M:%S")


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _minutes(value: int) -> str:
    return f"{value} minutes" if value else "0"


def _flag(value: bool) -> str:
    return "1" if value else "0"


_WRITE: Mapping[str, Callable[[Any], str]] = {
    "number": str, "text": _text, "optional": _text, "login": _text,
    "queue": _text, "minutes": _minutes, "flag": _flag, "date": _date}


def _people(key: str, people: Iterable[Watcher],
            members: Mapping[int, Iterable[str]]) -> Field:
    """Addresses: a group's members in its place, nobody without one."""
    found: List[str] = []
    for who in people:
        if who.kind == "group":
            found += members.get(who.id or 0, ())
        elif who.email:
            found.append(who.email)
    return compose_list(key, sorted(set(found)))


def _record(rows: Iterable[fields.FieldRow], record: Any) -> List[Field]:
    """The fields that the table has for REST 1.0 and the record holds."""
    found = []
    for row in rows:
        value = getattr(record, row.name)
        if row.rest1 is not None and row.kind in _WRITE and value is not NOT_LOADED \
                and row.name != "id":
            found.append(Field(row.rest1, _WRITE[row.kind](value)))
    return found


# -- tickets ----------------------------------------------------------------------------------

def ticket(record: Ticket, *, known: Optional[Mapping[str, CustomField]] = None,
           members: Optional[Mapping[int, Iterable[str]]] = None,
           with_sla: bool = True) -> Form:
    """``ticket/N/show``.

    Args:
        known: the queue's custom fields by name: of one that is missing there, several values
            are written as such, and one as it is.
        members: addresses by number of a group that watches the ticket.
        with_sla: whether the queue has service levels; RT leaves the line out otherwise.
    """
    found = [Field("id", f"ticket/{record.id}")]
    for row in fields.TICKET:
        value = getattr(record, row.name)
        if row.rest1 is None or value is NOT_LOADED or row.name == "id":
            continue
        if row.kind == "people":
            found.append(_people(row.rest1, value, members or {}))
        elif row.name != "sla" or (value is not None and with_sla):
            found.append(Field(row.rest1, _WRITE[row.kind](value)))
    if record.custom_fields is not NOT_LOADED:
        for name, several in record.custom_fields.items():
            kind = (known or {}).get(name)
            single = kind.single if kind is not None else None
            found.append(Field(f"CF.{{{name}}}", _joined(several, single)))
    return Form(fields=tuple(found))


def _joined(several: Tuple[str, ...], single: Optional[bool]) -> str:
    """The values of a ticket's custom field, as RT prints them since 4.2.11."""
    if single or (single is None and len(several) == 1):
        return ",".join(several)
    return ",".join("'" + one.replace("\\", "\\\\").replace("'", "\\'") + "'" if "," in one
                    else one for one in several)


def links(ticket_id: int, record: Links) -> Form:
    """``ticket/N/links`` with ``format=l``, which prints empty directions, too."""
    found = [Field("id", f"ticket/{ticket_id}/links")]
    for name in _LINKS:
        ends = [_uri(end) for end in getattr(record, name)]
        key = fields.LINKS[name][0]
        found.append(compose_list(key, ends) if ends else Field(key, ""))
    return Form(fields=tuple(found))


def _uri(end: Link) -> str:
    if end.kind == "url":
        return end.url
    if end.kind == "asset":
        return f"asset:{end.id}"
    return f"fsck.com-{'rt' if end.kind == 'ticket' else end.kind}:///{end.kind}/{end.id}"


# -- history ----------------------------------------------------------------------------------

def size_of(part: Attachment, text: Optional[str] = None) -> str:
    """A size as RT prints it: of a text its characters, otherwise bytes; above 1024 in units of
    1024, cut to tenths. ``0b`` where that is not known.

    Args:
        text: the part's, where it was read.
    """
    if part.content_type is not NOT_LOADED and part.content_type.lower().startswith("text/"):
        count = 0 if text is None or text == "0" else len(text)
    else:
        count = part.size or 0
    if count <= 1024:
        return f"{count}b"
    tenths = int(count / 102.4)
    return f"{tenths // 10}.{tenths % 10}k" if tenths % 10 else f"{tenths // 10}k"


def _name(part: Attachment, unnamed: str) -> str:
    return (part.filename or "").replace("\n", "") or unnamed


def history(transactions: Iterable[Transaction], texts: Mapping[int, str]) -> Tuple[Form, ...]:
    """``ticket/N/history`` with ``format=l``: the forms of an envelope of their own.

    Args:
        transactions: with their attachments.
        texts: by attachment what is known of text parts.
    """
    every = tuple(transactions)
    return tuple(Form((f"# 1/{len(every)} (id/{one.id}/total)",), _transaction(one, texts))
                 for one in every)


def _transaction(record: Transaction, texts: Mapping[int, str]) -> Tuple[Field, ...]:
    found = [Field("id", str(record.id)), Field("Ticket", str(record.ticket_id)),
             Field("TimeTaken", str(record.time_taken or 0)), Field("Type", record.type),
             Field("Field", _text(record.field)), Field("OldValue", _text(record.old_value)),
             Field("NewValue", _text(record.new_value)), Field("Data", _text(record.data))]
    if record.rt_description is not NOT_LOADED:
        found.append(Field("Description", record.rt_description))
    shown = record.content if record.content is not None else record.rendered
    if record.content is None and record.html is None:
        shown = NO_CONTENT
    if record.content is not NOT_LOADED:
        # how RT renders an HTML body is not known; without the key nothing would tell of bodies
        found.append(Field("Content", shown or ""))
    found += [Field("Creator", record.creator), Field("Created", _utc(record.created))]
    if record.attachments is not NOT_LOADED:
        lines = [f"{part.id}: {_name(part, 'untitled')} ({size_of(part, texts.get(part.id))})"
                 for part in record.attachments]
        found.append(Field("Attachments", "".join("\n" + line for line in lines)))
    return tuple(found)


def attachment_list(ticket_id: int, parts: Iterable[Attachment],
                    texts: Mapping[int, str]) -> Tuple[Form, ...]:
    """``ticket/N/attachments``: one form; none where there are none, as RT has it."""
    items = [f"{part.id}: {_name(part, '(Unnamed)')} ({part.content_type} / "
             f"{size_of(part, texts.get(part.id))})" for part in parts]
    if not items:
        return ()
    return (Form(fields=(Field("id", f"ticket/{ticket_id}/attachments"),
                         compose_list("Attachments", items))),)


def attachment(record: Attachment, text: Optional[str] = None) -> Form:
    """``attachment/A``. The creator, whom RT prints as a number, is left out.

    Args:
        text: its content, where it is text and was read.
    """
    found = [Field("id", f"attachment/{record.id}")]
    for key, value in _attachment(record).items():
        if value is not None:
            found.append(Field(key, value))
    if text is not None:
        found.append(Field("Content", text))
    elif record.content_type is not NOT_LOADED \
            and not record.content_type.lower().startswith("text/"):
        found.append(Field("Content", _NOT_TEXT))
    return Form(fields=tuple(found))


def _attachment(record: Attachment) -> Dict[str, Optional[str]]:
    """The values by key, in RT's order; None for what is not known."""
    def known(value: Any, write: Any = _text) -> Optional[str]:
        return None if value is NOT_LOADED else str(write(value))

    return {
        "Subject": known(record.subject), "Created": known(record.created, _utc),
        "Transaction": known(record.transaction_id),
        "Parent": known(record.parent_id, lambda parent: f"attachment/{parent or 0}"),
        "MessageId": known(record.message_id), "Filename": known(record.filename),
        "ContentType": known(record.content_type),
        "Headers": known(record.headers, lambda pairs: "\n".join(
            f"{name}: " + value.replace("\n", " ") for name, value in pairs)),
    }


# -- queues and users -------------------------------------------------------------------------

def custom_fields(queue_id: int, several: Iterable[CustomField]) -> Form:
    """``queue/X/ticketcustomfields`` with ``format=l``; a field of which it is not known whether
    it takes several values is left out."""
    found = [Field("id", f"queue/{queue_id}")]
    for one in several:
        if one.single is not None:
            described = "" if one.description is NOT_LOADED else one.description
            found.append(Field(f"{one.name} ({described})",
                               f"{'Single' if one.single else 'Multi'}Value{one.type or ''}"))
    return Form(fields=tuple(found))


def queue(record: Queue) -> Form:
    """``queue/X/show``."""
    return Form(fields=(Field("id", f"queue/{record.id}"), *_record(fields.QUEUE, record),
                        *_values(record.custom_fields)))


def user(record: User) -> Form:
    """``user/X/show`` with ``format=l``."""
    return Form(fields=(Field("id", f"user/{record.id}"), Field("Password", "********"),
                        *_record(fields.USER, record), *_values(record.custom_fields)))


def _values(several: Mapping[str, Tuple[str, ...]]) -> List[Field]:
    """Custom fields of queues and users: lists."""
    if several is NOT_LOADED:
        return []
    found: List[Field] = []
    for name, given in several.items():
        if any("\n" in one for one in given):
            found += [Field(f"CF-{name}", one) for one in given]
        else:
            found.append(compose_list(f"CF-{name}", given))
    return found
