"""Single values: texts, numbers, dates, and the names that RT looks up."""
from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Optional, Union

from rtcompat.errors import UsageError

__all__ = ["positive_id", "checked_text", "checked_line", "checked_subject", "checked_number",
           "checked_minutes", "checked_date", "checked_flag", "checked_login", "checked_queue"]

#: RT cuts a subject there without a word, in UTF-8 (4.4 to 6.0).
SUBJECT_BYTES = 200
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def positive_id(value: Any, argument: str) -> int:
    """A record's number, or UsageError: RT reads other spellings as something else."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise UsageError(f"{argument} is a positive whole number, not {value!r}",
                         argument=argument)
    return value


def checked_text(value: Any, name: str) -> str:
    """Text that RT can store. Raises: UsageError."""
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


def checked_line(value: Any, name: str) -> str:
    """Text of one line. Raises: UsageError."""
    text = checked_text(value, name)
    if "\n" in text or "\r" in text:
        raise UsageError(f"{name} is one line: RT deletes line ends, or reads what follows as "
                         "another field", argument=name)
    return text


def checked_subject(value: Any, name: str) -> str:
    """A line that RT does not cut. Raises: UsageError."""
    text = checked_line(value, name)
    size = len(text.encode("utf-8"))
    if size > SUBJECT_BYTES:
        raise UsageError(f"{name} has {size} bytes in UTF-8; RT keeps {SUBJECT_BYTES}",
                         argument=name)
    return text


def checked_number(value: Any, name: str) -> int:
    """A whole number that fits a column. Raises: UsageError."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise UsageError(f"{name} is a whole number, not {value!r}", argument=name)
    if not -2**31 <= value < 2**31:
        raise UsageError(f"{name} does not fit RT's column: {value}", argument=name)
    return value


def checked_minutes(value: Any, name: str) -> int:
    """A duration. Raises: UsageError."""
    number = checked_number(value, name)
    if number < 0:
        raise UsageError(f"{name} is a number of minutes from 0", argument=name)
    return number


def checked_date(value: Any, name: str) -> Optional[datetime]:
    """A moment in UTC, in whole seconds; None unsets it. Raises: UsageError."""
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


def checked_flag(value: Any, name: str) -> bool:
    """True or False. Raises: UsageError for what only counts as one."""
    if not isinstance(value, bool):
        raise UsageError(f"{name} is True or False, not {value!r}", argument=name)
    return value


def checked_login(value: Any, name: str) -> str:
    """An owner's login; None is Nobody. Raises: UsageError."""
    if value is None:
        return "Nobody"
    text = checked_line(value, name)
    if not text.strip():
        raise UsageError(f"{name} is empty; None or 'Nobody' takes the owner away", argument=name)
    return text


def checked_queue(value: Any, name: str) -> Union[str, int]:
    """A queue's name or number. Raises: UsageError for digits in a text."""
    if isinstance(value, int):
        return positive_id(value, name)
    text = checked_line(value, name)
    if not text:
        raise UsageError(f"{name} is empty", argument=name)
    if text.isdecimal():
        raise UsageError(f"{name} is the text {text!r}, which RT takes for a number: give the "
                         "queue's number as an int", argument=name)
    return text
