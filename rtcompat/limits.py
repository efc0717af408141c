"""What RT can store, checked before anything is sent: one table for both protocols.

`checked` turns the arguments of a write into the values that a record would hold afterwards, or
raises `UsageError` by name. `carried_by` says which protocols keep a value that one of them loses.
"""
from __future__ import annotations

import codecs
import re
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, Dict, FrozenSet, List, Mapping, Optional, Tuple, Union

from rtcompat import fields
from rtcompat.errors import UsageError
from rtcompat.model import KEEP, LINK_NAMES, NOT_LOADED, Link, NewAttachment, Watcher

__all__ = ["checked", "checked_people", "checked_links", "checked_message", "checked_query",
           "checked_order", "carried_by", "is_empty",
           "BOTH", "REST1_ONLY", "REST2_ONLY", "positive_id"]

BOTH: FrozenSet[str] = frozenset(("rest1", "rest2"))
REST1_ONLY: FrozenSet[str] = frozenset(("rest1",))
REST2_ONLY: FrozenSet[str] = frozenset(("rest2",))

#: RT cuts a subject there without a word, in UTF-8 (4.4 to 6.0).
SUBJECT_BYTES = 200
#: Widths of Users.EmailAddress and of Links.Base and Links.Target (RT's schema, 3.8 to 6.0).
ADDRESS_LENGTH = 120
LINK_LENGTH = 240
#: Kinds of `Link` that are records of this RT.
_LOCAL_KINDS = ("ticket", "article", "asset")
_ORDER = re.compile(r"(-?)([A-Za-z][^\r\n]*)\Z")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def positive_id(value: Any, argument: str) -> int:
    """A record's number, or UsageError: RT reads other spellings as something else."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise UsageError(f"{argument} is a positive whole number, not {value!r}",
                         argument=argument)
    return value


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{name} is text, not {type(value).__name__}", argument=name)
    if "\0" in value:
        raise UsageError(f"{name} holds a NUL character, which RT does not store", argument=name)
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError(f"{name} holds half a character (a lone surrogate)",
                         argument=name) from None
    return value


def _line(value: Any, name: str) -> str:
    text = _text(value, name)
    if "\n" in text or "\r" in text:
        raise UsageError(f"{name} is one line: RT deletes line ends, or reads what follows as "
                         "another field", argument=name)
    return text


def _subject(value: Any, name: str) -> str:
    text = _line(value, name)
    size = len(text.encode("utf-8"))
    if size > SUBJECT_BYTES:
        raise UsageError(f"{name} has {size} bytes in UTF-8; RT keeps {SUBJECT_BYTES}",
                         argument=name)
    return text


def _number(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise UsageError(f"{name} is a whole number, not {value!r}", argument=name)
    if not -2**31 <= value < 2**31:
        raise UsageError(f"{name} does not fit RT's column: {value}", argument=name)
    return value


def _minutes(value: Any, name: str) -> int:
    number = _number(value, name)
    if number < 0:
        raise UsageError(f"{name} is a number of minutes from 0", argument=name)
    return number


def _date(value: Any, name: str) -> Optional[datetime]:
    if value is None:
        return None
    if not isinstance(value, datetime):
        raise UsageError(f"{name} is a datetime with a time zone, or None, not {value!r}",
                         argument=name)
    if value.tzinfo is None or value.utcoffset() is None:
        raise UsageError(f"{name} is {value.isoformat(' ')}, and in which time zone is not said",
                         argument=name, advice="datetime(…, tzinfo=timezone.utc) says UTC, "
                         ".astimezone() this computer's zone")
    moment = value.astimezone(timezone.utc).replace(microsecond=0)
    if moment <= _EPOCH:
        raise UsageError(f"{name} is not after 1970-01-01, which is RT's way to say unset",
                         argument=name)
    return moment


def _flag(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise UsageError(f"{name} is True or False, not {value!r}", argument=name)
    return value


def _login(value: Any, name: str) -> str:
    if value is None:
        return "Nobody"
    text = _line(value, name)
    if not text.strip():
        raise UsageError(f"{name} is empty; None or 'Nobody' takes the owner away", argument=name)
    return text


def _queue(value: Any, name: str) -> Union[str, int]:
    if isinstance(value, int):
        return positive_id(value, name)
    text = _line(value, name)
    if not text:
        raise UsageError(f"{name} is empty", argument=name)
    if text.isdecimal():
        raise UsageError(f"{name} is the text {text!r}, which RT takes for a number: give the "
                         "queue's number as an int", argument=name)
    return text


def _address(text: str, name: str) -> str:
    """One address: RT takes texts with these characters apart, and keeps so many characters."""
    before, _, behind = text.rpartition("@")
    if any(c in text for c in ",;<>") or "@" in text and not (before and behind):
        raise UsageError(f"{name}: {text!r} is not one address; several are a list, one text each",
                         argument=name)
    if len(text) > ADDRESS_LENGTH:
        raise UsageError(f"{name}: an address has at most {ADDRESS_LENGTH} characters: {text!r}",
                         argument=name)
    return text


def _person(one: Any, name: str) -> Watcher:
    """A watcher. The number of a user is dropped where an address or a login is known: a record
    read from another RT, or before the user was merged, would name a stranger by it."""
    if isinstance(one, Watcher):
        for part in (one.email, one.name):
            if part is not None and not _line(part, name).strip():
                raise UsageError(f"{name}: an empty address", argument=name)
        if one.email is None and one.name is None and one.id is None:
            raise UsageError(f"{name}: a watcher needs an address, a name or an id", argument=name)
        if one.email is not None:
            _address(one.email, name)
        elif one.kind != "group":
            _not_nobody(one.name, name)
        named = one.kind != "group" and (one.email is not None or one.name is not None)
        return replace(one, id=None) if named else one
    if not isinstance(one, str):
        raise UsageError(f"an entry of {name} is a text or a Watcher, not {one!r}", argument=name)
    text = _line(one, name).strip()
    if not text:
        raise UsageError(f"{name}: an empty address", argument=name)
    if text.endswith(">") and "<" in text:
        return Watcher(_address(text[text.rindex("<") + 1:-1].strip(), name))
    if "@" in text or "," in text:
        return Watcher(_address(text, name))
    _not_nobody(text, name)
    return Watcher(None, name=text)


def _not_nobody(login: Optional[str], name: str) -> None:
    if login is not None and login.lower() == "nobody":
        raise UsageError(f"{name}: Nobody is no watcher; an empty list means nobody",
                         argument=name)


def checked_people(value: Any, name: str) -> Tuple[Watcher, ...]:
    """People as watchers: text with ``@`` is an address, other text a login; sorted, no doubles.

    Raises: UsageError for a single text (it would be taken apart), a newline, an empty address.
    """
    if isinstance(value, (str, bytes, Watcher)) or not hasattr(value, "__iter__"):
        raise UsageError(f"{name} is a list of addresses or watchers", argument=name)
    # Watchers compare by address alone: two logins without one are two people.
    people = {(who.email or "", who.name or "", who.id or 0): who
              for who in (_person(one, name) for one in value)}
    return tuple(people[key] for key in sorted(people))


def _custom_values(value: Any, name: str) -> Tuple[Any, ...]:
    if value is None:
        return ()
    if not isinstance(value, (str, list, tuple, NewAttachment)):
        raise UsageError(f"{name} is a text or a list of texts, not {type(value).__name__}",
                         argument=name)
    several = [value] if isinstance(value, (str, NewAttachment)) else list(value)
    for one in several:
        if isinstance(one, NewAttachment):
            _attachment(one)
            if is_empty(one):
                raise UsageError(f"{name}: RT takes no empty file", argument=name)
        elif not isinstance(one, str):
            raise UsageError(f"an entry of {name} is text, not {one!r}", argument=name)
    return tuple(one if isinstance(one, NewAttachment) else _text(one, name)
                 for one in several if one != "")


def is_empty(one: NewAttachment) -> bool:
    """Whether a file has no content."""
    if isinstance(one.content, bytes):
        return not one.content
    at = one.content.tell()
    end = one.content.seek(0, 2)
    one.content.seek(at)
    return end == at


def _custom_fields(value: Any, name: str) -> Dict[str, Tuple[Any, ...]]:
    if not isinstance(value, Mapping):
        raise UsageError(f"{name} maps names to texts", argument=name)
    return {_line(key, name): _custom_values(one, f"{name}[{key}]")
            for key, one in value.items()}


def _custom_roles(value: Any, name: str) -> Dict[str, Tuple[Watcher, ...]]:
    if not isinstance(value, Mapping):
        raise UsageError(f"{name} maps role names to lists of people", argument=name)
    return {_line(key, name): checked_people(one, f"{name}[{key}]") for key, one in value.items()}


_BY_KIND = {
    "text": _text, "optional": _line, "login": _login, "queue": _queue, "number": _number,
    "minutes": _minutes, "date": _date, "flag": _flag, "people": checked_people,
    "custom_fields": _custom_fields, "custom_roles": _custom_roles,
}
#: Texts of several lines; every other text is one line.
_SEVERAL_LINES = frozenset(("contact_info", "comments", "signature"))


def checked(rows: Tuple[fields.FieldRow, ...], given: Mapping[str, Any]) -> Dict[str, Any]:
    """The fields among the arguments, as a record would hold them; KEEP ones are left out.

    Args:
        rows: the record's table in `fields`.
        given: arguments by name; names that are no fields are passed over.
    Returns:
        by field name: str, int, bool, aware UTC datetime without microseconds or None, tuple of
        Watcher, dict of tuples.
    Raises: UsageError naming the argument.
    """
    wanted: Dict[str, Any] = {}
    for row in rows:
        value = given.get(row.name, KEEP)
        if value is KEEP or row.name == "id":
            continue
        if value is NOT_LOADED:
            raise UsageError(f"{row.name} was not loaded; it cannot be sent", argument=row.name)
        if row.name == "subject":
            wanted[row.name] = _subject(value, row.name)
        elif row.kind == "text" and row.name not in _SEVERAL_LINES:
            wanted[row.name] = _line(value, row.name)
        else:
            wanted[row.name] = _BY_KIND[row.kind](value, row.name)
            if row.kind in ("custom_fields", "custom_roles") and not wanted[row.name]:
                del wanted[row.name]  # none is named, so none is to be changed
    return wanted


def checked_links(value: Any, name: str) -> Dict[str, Tuple[Link, ...]]:
    """Links by direction from numbers and URLs; KEEP gives none.

    Raises: UsageError for an unknown direction, a newline, a comma or white space in a URL.
    """
    if value is KEEP:
        return {}
    if not isinstance(value, Mapping):
        raise UsageError(f"{name} maps directions to ticket numbers and URLs", argument=name)
    wanted: Dict[str, Tuple[Link, ...]] = {}
    for direction, ends in value.items():
        if direction not in LINK_NAMES:
            raise UsageError(f"{direction!r} is no direction of a link; these are: "
                             + ", ".join(LINK_NAMES), argument=name)
        if isinstance(ends, (str, int)):
            raise UsageError(f"{name}[{direction}] is a list", argument=name)
        wanted[direction] = tuple(sorted({_link(end, f"{name}[{direction}]") for end in ends}))
    return wanted


def _link(end: Any, name: str) -> Link:
    if isinstance(end, Link):
        if end.kind in _LOCAL_KINDS and not end.url:
            return Link(end.kind, positive_id(end.id, name))
        if end.kind != "url" or end.id != 0:
            raise UsageError(f"{name}: {end!r} is no link: a number goes with ticket, article or "
                             "asset, an address with url", argument=name)
        end = end.url
    if isinstance(end, int):
        return Link("ticket", positive_id(end, name))
    if not isinstance(end, str):
        raise UsageError(f"an entry of {name} is a ticket's number, a URL or a Link, not {end!r}",
                         argument=name)
    url = _line(end, name)
    if not url or "," in url or any(c.isspace() for c in url):
        raise UsageError(f"{name}: {end!r} is no URL that RT can keep (percent-encode commas and "
                         "blanks)", argument=name)
    if ":" not in url:
        raise UsageError(f"{name}: {end!r} is neither a ticket number nor a URL", argument=name)
    if len(url) > LINK_LENGTH:
        raise UsageError(f"{name}: RT keeps {LINK_LENGTH} characters of a link, and this has "
                         f"{len(url)}: {url!r}", argument=name)
    return Link("url", url=url)


def checked_query(query: Any) -> str:
    """TicketSQL that may be sent. Raises: UsageError for none: RT finds nothing by it and says
    nothing, so that a variable that was not set looks like no tickets."""
    text = _text(query, "query")
    if not text.strip():
        raise UsageError("query is empty; 'id > 0' finds all tickets", argument="query")
    return text


def checked_order(order: Any) -> Tuple[str, bool]:
    """(field, whether descending) of an order. Raises: UsageError for what names no field."""
    found = _ORDER.match(order) if isinstance(order, str) else None
    if found is None:
        raise UsageError(f"order names a field of TicketSQL, with a minus before it for "
                         f"descending (-Created), not {order!r}", argument="order")
    return found.group(2), bool(found.group(1))


def checked_message(content: Any, content_type: Any, attachments: Any,
                    time_worked: Any = 0) -> None:
    """Check what a new ticket, a reply or a comment carries.

    Raises: UsageError for a text that is exactly ``0`` (every RT takes it for none), a content
        type other than plain text and HTML, a file name that RT would change.
    """
    text = _text(content, "content")
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
    _minutes(time_worked, "time_worked")
    if not isinstance(attachments, (list, tuple)):
        raise UsageError("attachments is a list of NewAttachment records", argument="attachments")
    for one in attachments:
        _attachment(one)


def _attachment(one: Any) -> None:
    if not isinstance(one, NewAttachment):
        raise UsageError("attachments are NewAttachment records", argument="attachments")
    name = _line(one.filename, "attachments")
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


def carried_by(operation: str, given: Mapping[str, Any]) -> FrozenSet[str]:
    """The protocols that keep these values.

    Args:
        operation: ``create_ticket``, ``reply``, ….
        given: its arguments by name.
    Returns: names of protocols; empty when none can.
    """
    carriers: FrozenSet[str] = BOTH
    for _, protocols, operations, applies in _LOSSES:
        if (not operations or operation in operations) and applies(given):
            carriers &= protocols
    return carriers


def _starts_blank(given: Mapping[str, Any]) -> bool:
    return str(given.get("content") or "").startswith(("\n", "\r"))


def _files(given: Mapping[str, Any]) -> List[NewAttachment]:
    files = given.get("attachments")
    return [one for one in (files if isinstance(files, (list, tuple)) else ())
            if isinstance(one, NewAttachment)]


def _file_values(given: Mapping[str, Any]) -> bool:
    several = given.get("custom_fields")
    return isinstance(several, Mapping) and any(
        isinstance(one, NewAttachment) for value in several.values()
        for one in (value if isinstance(value, (list, tuple)) else (value,)))


#: (what, the protocols that keep it, the operations, () for all, when it applies). REST 1.0's form
#: drops leading empty lines of a value (form_parse of RT 3.4 to 6.0); REST2 answers an empty file
#: with 400 (5.0.1 to 6.0). With a new ticket REST2 turns a text into UTF-8 and does not say what
#: it was (5.0.3 to 5.0.10), which REST 1.0 does; with a message it reads a file's name in the
#: file's own charset (5.0.3 to 5.0.7).
_LOSSES: Tuple[Tuple[str, FrozenSet[str], Tuple[str, ...], Any], ...] = (
    ("leading empty lines of a text", REST2_ONLY, (), _starts_blank),
    ("a file as a custom field's value", REST2_ONLY, (), _file_values),
    ("an empty file", REST1_ONLY, (), lambda given: any(
        one.content == b"" for one in _files(given))),
    ("a text in another charset", REST1_ONLY, ("create_ticket",), lambda given: any(
        map(recoded, _files(given)))),
    ("a name in another charset", REST1_ONLY, ("reply", "comment"), lambda given: any(
        map(misnamed, _files(given)))),
)
