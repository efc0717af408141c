"""Values of the command line made into arguments of the public interface."""
from __future__ import annotations

import mimetypes
import re
from datetime import datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import IO, Any, Dict, List, Optional, Sequence, Tuple, Union
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rtcompat import fields
from rtcompat.conditions import OPERATORS, Condition, where
from rtcompat.errors import UsageError
from rtcompat.model import KEEP, LINK_NAMES, NewAttachment

__all__ = ["zone_named", "date", "pair", "settings", "custom_fields", "roles", "people", "text",
           "files", "link_changes", "ticket_number", "ticket_numbers", "field_names", "condition"]

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?"
                   r" ?(?:(Z)|([+-])(\d\d):?(\d\d))?", re.ASCII | re.IGNORECASE)
_CONDITION = re.compile(
    r"(?P<field>[A-Za-z_][\w.{} -]*?)\s*(?P<operator>"
    + "|".join(re.escape(one).replace(r"\ ", r"\s+") if not one[0].isalpha()
               else r"\b" + one.replace(" ", r"\s+") + r"\b"
               for one in sorted(OPERATORS, key=len, reverse=True))
    + r")\s*(?P<value>.*)", re.IGNORECASE | re.DOTALL)
#: A value of a condition: in quotes, a time with a blank in it, or a word.
_VALUE = re.compile(r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\d{4}-\d\d-\d\d \d\d:\d\d\S*"""
                    r"""|[^\s,'"()]+)""")
#: Numbers in a range of tickets at most: more is a slip.
_WIDEST = 100_000
#: Files up to this size are read at once, so that an empty one is known for empty; in bytes.
_SMALL = 1_000_000
#: The fields of a ticket that have an option of their own.
_BY_OPTION = {"requestors": "--requestor", "cc": "--cc", "admin_cc": "--admin-cc",
              "custom_fields": "--cf", "custom_roles": "--role"}


def zone_named(name: str) -> ZoneInfo:
    """The zone with an IANA name.

    Raises: UsageError.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"{name!r} is no time zone known here", argument="timezone",
                         advice="give an IANA name such as Europe/Berlin") from None


def date(given: str, zone: Optional[tzinfo], name: str) -> Optional[datetime]:
    """A date of the command line as an aware datetime; empty text unsets it (None).

    Args:
        given: ``2024-07-01T08:00+02:00``, ``2024-07-01 08:00:00Z``; without an offset it is read
            in zone; without a time it is midnight.
    Raises: UsageError for another form, for a time without offset when there is no zone, and for
        one that the zone's clocks show twice or never.
    """
    if not given:
        return None
    found = _DATE.fullmatch(given)
    if found is None:
        raise UsageError(f"{name}: {given!r} is no date of the form 2024-07-01T08:00+02:00",
                         argument=name)
    year, month, day, hour, minute, second = (int(one or 0) for one in found.groups()[:6])
    try:
        moment = datetime(year, month, day, hour, minute, second)
        if found[7]:
            return moment.replace(tzinfo=timezone.utc)
        if found[8]:
            offset = timedelta(hours=int(found[9]), minutes=int(found[10]))
            return moment.replace(tzinfo=timezone(offset if found[8] == "+" else -offset))
    except ValueError as error:
        raise UsageError(f"{name}: {given!r}: {error}", argument=name) from None
    return _in_zone(moment, zone, given, name)


def _in_zone(moment: datetime, zone: Optional[tzinfo], given: str, name: str) -> datetime:
    if zone is None:
        raise UsageError(f"{name}: {given!r} does not say in which time zone", argument=name,
                         advice="add an offset (2024-07-01T08:00+02:00, or Z for UTC) or give "
                                "--timezone")
    first, second = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise UsageError(f"{name}: the clocks of {zone} show {given!r} twice or never",
                         argument=name, advice="add an offset (2024-07-01T08:00+02:00)")
    return first


def pair(given: str, option: str) -> Tuple[str, str]:
    """``name=value`` taken apart at the first ``=``.

    Raises: UsageError without one, or without a name.
    """
    name, found, value = given.partition("=")
    if not found or not name:
        raise UsageError(f"{option} takes name=value, not {given!r}", argument=option)
    return name, value


def settings(given: Sequence[str], zone: Optional[tzinfo], *, creating: bool) -> Dict[str, Any]:
    """What ``--set`` gives, as arguments of `create_ticket` or `edit_ticket`.

    Returns: by field: int, aware datetime or None, or text.
    Raises: UsageError for a field that cannot be set, that has its own option, or is set twice.
    """
    allowed = {row.name: row for row in fields.TICKET
               if (row.create if creating else row.edit) and row.name not in _BY_OPTION}
    values: Dict[str, Any] = {}
    for one in given:
        said, value = pair(one, "--set")
        name = said.lower().replace("-", "_")
        if name in _BY_OPTION:
            raise UsageError(f"--set does not take {said}: use {_BY_OPTION[name]}", argument=name)
        if name not in allowed:
            raise UsageError(f"{said!r} is no field that can be set here", argument=name,
                             advice=fields.choices(name, allowed))
        if name in values:
            raise UsageError(f"{name} is set twice", argument=name)
        values[name] = _value(allowed[name].kind, value, zone, name)
    return values


def _value(kind: str, value: str, zone: Optional[tzinfo], name: str) -> Any:
    if kind == "date":
        return date(value, zone, name)
    if kind in ("number", "minutes"):
        if not re.fullmatch(r"[+-]?[0-9]+", value):
            unit = " of minutes" if kind == "minutes" else ""
            raise UsageError(f"{name} is a whole number{unit}, not {value!r}", argument=name)
        return int(value)
    return value


def custom_fields(given: Sequence[str]) -> Any:
    """What ``--cf`` gives: by name, all its values; ``Name=`` alone clears. KEEP without any."""
    values: Dict[str, List[str]] = {}
    for one in given:
        name, value = pair(one, "--cf")
        values.setdefault(name, [])
        if value:
            values[name].append(value)
    return {name: tuple(several) for name, several in values.items()} or KEEP


def roles(given: Sequence[str]) -> Any:
    """What ``--role`` gives: by name of the custom role, its people; as `custom_fields`."""
    return custom_fields([f"{name}={who}" for name, who in (pair(one, "--role") for one in given)])


def people(given: Sequence[str]) -> Any:
    """What an option that lists people gives: KEEP without any, no people for one empty text."""
    if not given:
        return KEEP
    return tuple(one for one in given if one)


def text(content: Optional[str], path: Optional[str], standard_input: IO[bytes]) -> str:
    """The text of a message: the option's own, or a file's; ``-`` reads standard input.

    Raises: UsageError for both, and for bytes that are not UTF-8.
    """
    if content is not None and path is not None:
        raise UsageError("the text comes from --content or from --file, not from both")
    if "-" in (content, path):
        return _utf8(standard_input.read(), "standard input")
    if path is not None:
        return _utf8(Path(path).read_bytes(), path)
    return content or ""


def _utf8(content: bytes, source: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{source} is not UTF-8 (byte {error.start})",
                         advice="convert it, or send it with --attach") from None


def files(paths: Sequence[str]) -> List[NewAttachment]:
    """Files to attach, with the type that their name tells. Large ones are streamed.

    Raises: OSError for a file that cannot be read.
    """
    return [_file(Path(path)) for path in paths]


def _file(path: Path) -> NewAttachment:
    kind, encoding = mimetypes.guess_type(path.name)
    # A compressed file is not of the type that stands inside it.
    content_type = "application/octet-stream" if kind is None or encoding else kind
    opened = path.open("rb")
    content: Union[bytes, IO[bytes]] = opened
    if path.stat().st_size <= _SMALL:
        with opened:
            content = opened.read()
    return NewAttachment(path.name, content, content_type)


def link_changes(given: Sequence[str], option: str) -> Any:
    """What ``--add``, ``--remove`` or ``--replace`` gives: by direction, numbers and URLs.

    ``direction=`` alone is for ``--replace``, which removes all. KEEP without any.
    Raises: UsageError for an unknown direction, and for no end to be added or removed.
    """
    changes: Dict[str, List[Union[int, str]]] = {}
    for one in given:
        said, end = pair(one, option)
        direction = said.lower().replace("-", "_")
        if direction not in LINK_NAMES:
            raise UsageError(f"{said!r} is no direction of a link", argument=option,
                             advice="these are: " + ", ".join(LINK_NAMES))
        ends = changes.setdefault(direction, [])
        if not end.strip() and option != "--replace":
            every = f"; --replace {said}= removes all" if option == "--remove" else ""
            raise UsageError(f"{option} {said}= names no ticket and no URL", argument=option,
                             advice=f"give {option} {said}=NUMBER{every}")
        if end:
            ends.append(ticket_number(end) if end.lstrip("#").isdigit() else end)
    return changes or KEEP


def ticket_number(given: str) -> int:
    """A ticket's number, with or without ``#`` before it.

    Raises: UsageError.
    """
    if not re.fullmatch(r"#?0*[1-9][0-9]*", given):
        raise UsageError(f"{given!r} is no number of a ticket")
    return int(given.lstrip("#"))


def ticket_numbers(given: str) -> Tuple[int, ...]:
    """The numbers in a list with ranges: ``7``, ``#7``, ``3-5,9``.

    Raises: UsageError for what is none, and for a range of more than 100,000.
    """
    found: List[int] = []
    for part in map(str.strip, given.split(",")):
        first, dash, last = part.partition("-")
        try:
            begin, end = ticket_number(first), ticket_number(last if dash else first)
        except UsageError:
            kind = "range of tickets, such as 3-5" if dash else "number of a ticket"
            raise UsageError(f"{part!r} is no {kind}") from None
        if end < begin:
            raise UsageError(f"{part!r} is no range of tickets: it ends before it begins")
        if end - begin >= _WIDEST:
            raise UsageError(f"{part!r} is too many tickets: a range has at most {_WIDEST:,}")
        found += range(begin, end + 1)
    return tuple(dict.fromkeys(found))


def condition(given: str, zone: Optional[tzinfo]) -> Condition:
    """A condition as one text: ``name LIKE 'web'``, ``disabled = 1``, ``id IN (1, 2)``,
    ``created > 2024-07-01T08:00Z``; a value with or without quotes, in which ``\\'`` is a quote.

    Raises: UsageError, also for anything that follows: a condition more is an option more.
    """
    found = _CONDITION.fullmatch(given.strip())
    if found is None:
        raise UsageError(f"{given!r} is no condition", argument="conditions",
                         advice="a field, an operator, a value: name LIKE 'web'")
    operator, value = " ".join(found["operator"].upper().split()), found["value"].strip()
    number = OPERATORS[operator]
    if value.startswith("(") and value.endswith(")") and number == "several":
        value = value[1:-1]
    values = _VALUE.findall(value)
    between = [part.strip() for part in _VALUE.split(value)[::2]]
    joined = all(part == "," for part in between[1:-1]) and not between[0] and not between[-1]
    most = {"one": 1, "none": 0}.get(number, len(values))
    if not joined or len(values) != most or (number == "several" and not values):
        raise UsageError(f"{given!r} is not one condition", argument="conditions",
                         advice="quote a value with blanks or commas; give --where once for each "
                                "condition, and IN for alternatives: name IN ('a', 'b')")
    read = [_condition_value(one, zone) for one in values]
    return where(found["field"], operator,
                 None if number == "none" else read if number == "several" else read[0])


def _condition_value(text_: str, zone: Optional[tzinfo]) -> Any:
    if text_[0] in "'\"":
        return re.sub(r"\\(.)", r"\1", text_[1:-1])
    return date(text_, zone, "conditions") if _DATE.fullmatch(text_) else text_


def field_names(given: str) -> Tuple[str, ...]:
    """The names in a comma-separated list, as `Ticket` spells them."""
    return tuple(name.strip().lower().replace("-", "_") for name in given.split(",")
                 if name.strip())
