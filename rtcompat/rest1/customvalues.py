"""Lists inside values: custom fields of many values, watchers, links, attachment lists.

REST 1.0 has no lists: RT joins values into one text, and how it quotes them depends on the
version. What cannot be told apart again is said to be undecided, never guessed silently.
"""
from __future__ import annotations

import re
from functools import lru_cache
from typing import Container, Iterable, List, Mapping, NamedTuple, Optional, Tuple

from rtcompat.errors import UsageError
from rtcompat.rest1.formsyntax import PERL_BLANKS, Version

__all__ = ["AttachmentLine", "check_custom_field_name", "custom_field_key", "custom_field_name",
           "join_custom_values", "parse_attachment_list", "split_custom_values", "split_list",
           "split_words"]

_CUSTOM_KEY = re.compile(r"(?:CF\.\{(.*)\}|C(?:ustom)?F(?:ield)?-(.*))\Z",
                         re.IGNORECASE | re.DOTALL)

#: Names that servers before 4.0.9 read; a line with another name is dropped silently there.
_NAME_BEFORE_4_0_9 = re.compile(r"[\sA-Za-z0-9_ :()/-]+\Z")
#: 3.6: other characters are a syntax error.
_NAME_3_6 = re.compile(r"[A-Za-z0-9_ -]+\Z")

#: From here on values with a comma are quoted on output, and edits replace instead of append.
_QUOTES_SINCE = (3, 8, 3)
#: From here on only they are quoted, backslashes too, and input is split by the same rules.
_SPLITS_SINCE = (4, 2, 11)

#: What is trimmed off an item of a list.
_EDGE = re.compile(f"[{PERL_BLANKS}]")
_BLANK_CHARACTERS = "".join(chr(code) for code in range(0x3001) if _EDGE.match(chr(code)))


# -- keys -------------------------------------------------------------------------------------

@lru_cache(maxsize=4096)
def custom_field_name(key: str) -> Optional[str]:
    """The name in ``CF.{Name}``, ``CF-Name`` or ``CustomField-Name`` in any case; else None."""
    match = _CUSTOM_KEY.match(key)
    if match is None:
        return None
    return match.group(1) if match.group(1) is not None else match.group(2)


def custom_field_key(name: str, version: Optional[Version]) -> str:
    """The key under which a ticket's custom field is posted: ``CF.{Name}``, on 3.6 ``CF-Name``.

    Raises:
        UsageError: this version cannot be given a field of that name.
    """
    key = f"CF-{name}" if version is not None and version < (3, 8) else f"CF.{{{name}}}"
    check_custom_field_name(key, name, version)
    return key


def check_custom_field_name(key: str, name: str, version: Optional[Version]) -> None:
    """Raises:
        UsageError: a server of this version would not read ``key``, most without saying so.
    """
    if name == "" or "\n" in name or "\0" in name or "\ud800" <= max(name) <= "\udfff":
        raise UsageError(f"{name!r} is not a custom field's name", argument=key)
    braces = key[:3].upper() == "CF."
    if version is not None and version < (3, 6):
        raise UsageError("RT before 3.6 has no custom fields over REST 1.0", argument=key)
    if version is not None and version < (3, 8):
        readable = not braces and _NAME_3_6.match(name) is not None
    elif version is not None and version < (4, 0, 9):
        readable = _NAME_BEFORE_4_0_9.match(name) is not None
    else:
        readable = "," not in name
    if not readable:
        raise UsageError(f"this version of RT cannot be given the custom field {name!r}: "
                         "its name holds a character that REST 1.0 does not read", argument=key)


# -- custom fields of many values -------------------------------------------------------------

def split_custom_values(text: str, *, version: Optional[Version], single: Optional[bool]
                        ) -> Tuple[Tuple[str, ...], bool]:
    """The values in a ticket's ``CF.{…}``.

    Args:
        text: the value of the field.
        version: of the server; None means 4.2.11 or later.
        single: True if the field takes one value, False if many, None if that is not known.

    Returns:
        The values, ``()`` for none, and True if they are certain. Not certain: the kind of the
        field is unknown (taken for one value); 3.6.0 to 3.8.2 quote nothing, so a comma may be
        either; a value with a line end, with blanks at an edge, or starting with a quote.
    """
    if text == "":
        return (), True
    if single is None:
        return (text,), False
    if single:
        return (text,), True
    if version is not None and version < _QUOTES_SINCE:
        values = text.split(",")
        return tuple(values), len(values) == 1 and _plain(text)
    if version is not None and version < _SPLITS_SINCE:
        return _split_quoted_all(text)
    return _split_quoted(text)


def _plain(value: str) -> bool:
    """True for a value of which the joined text leaves no doubt."""
    return (value != "" and "\n" not in value and value[0] not in "'\""
            and not _EDGE.match(value) and not _EDGE.match(value[-1]))


_QUOTED = re.compile(r"'((?:[^\\']|\\[\\'])*)'(?=,|\Z)", re.DOTALL)
_QUOTED_ALL = re.compile(r"'((?:[^']|(?<=\\)')*)'(?=,|\Z)", re.DOTALL)
_ITEM = re.compile(r"[^,]*")


def _split_quoted(text: str) -> Tuple[Tuple[str, ...], bool]:
    """4.2.11 and later: ``'…'`` around values with a comma, all others as they are."""
    values: List[str] = []
    certain = True
    position = 0
    while True:
        match = _QUOTED.match(text, position) if text[position:position + 1] == "'" else None
        if match is not None and "," in match.group(1):
            value = re.sub(r"\\([\\'])", r"\1", match.group(1))
            certain = certain and _plain(value)
        else:
            match = _ITEM.match(text, position)
            assert match is not None  # it matches the empty text
            value = match.group()
            certain = certain and _plain(value)
        values.append(value)
        if match.end() == len(text):
            return tuple(values), certain
        position = match.end() + 1


def _split_quoted_all(text: str) -> Tuple[Tuple[str, ...], bool]:
    """3.8.3 to 4.2.10: quotes are escaped in every value, backslashes in none."""
    values: List[str] = []
    certain = True
    position = 0
    while True:
        match = None
        if text[position:position + 1] == "'":  # a raw value never starts with a bare quote
            match = _QUOTED_ALL.match(text, position)
        if match is not None:
            value = match.group(1).replace("\\'", "'")
        else:
            match = _ITEM.match(text, position)
            assert match is not None  # it matches the empty text
            value = match.group().replace("\\'", "'")
            certain = certain and not match.group().startswith("'")
        certain = certain and _plain(value)
        values.append(value)
        if match.end() == len(text):
            return tuple(values), certain
        position = match.end() + 1


def join_custom_values(values: Iterable[str], *, version: Optional[Version],
                       creating: bool = False) -> str:
    """The text to post for a custom field of many values.

    Args:
        values: in order; none empties the field.
        version: of the server; None means 4.2.11 or later.
        creating: for a new ticket, where servers before 4.2.11 store the text as one value.

    Raises:
        UsageError: values that REST 1.0 cannot carry or cannot show again: with a line end,
            with blanks at an edge, starting with a quote, empty; before 4.2.11 with a backslash
            (and before 3.8.3 several values, or one with a comma).
    """
    items = list(values)
    for value in items:
        if not _plain(value):
            raise UsageError("a value of a field of many values must not be empty, hold a line "
                             "end, start with a quote or have blanks at its edges over REST 1.0: "
                             f"{value!r}", argument="custom_fields")
    if version is None or version >= _SPLITS_SINCE:
        return ",".join(_quote(value) for value in items)
    if len(items) > 1 and (creating or version < _QUOTES_SINCE):
        raise UsageError("this version of RT takes one value at a time for a field of many"
                         + (" in a new ticket" if creating else ""), argument="custom_fields")
    if creating or (version < _QUOTES_SINCE and not any("," in value for value in items)):
        return "".join(items)
    if version < _QUOTES_SINCE or any("\\" in value or "'" in value for value in items):
        raise UsageError("this version of RT cannot be given values with commas, quotes or "
                         "backslashes in a field of many values", argument="custom_fields")
    return ",".join(f"'{value}'" if "," in value else value for value in items)


def _quote(value: str) -> str:
    """An item for the splitter of 4.2.11 and later (``vsplit`` of RT::Interface::REST)."""
    if "," not in value and not value.startswith("q{"):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


_BLANKS = f"[{PERL_BLANKS}]*"
_ITEM_END = rf"{_BLANKS}(?:,|\Z)"
#: An item in quotes that is followed by a comma or the end; else it is taken as it stands.
_QUOTED_WORD = re.compile(rf"""(["'])((?:(?!\1)[^\\]|\\.)*)\1{_ITEM_END}""", re.DOTALL)
_BRACE_END = re.compile(rf"\}}{_ITEM_END}")


def split_words(line: str, *, keep_quotes: bool, quotes: bool = True) -> Tuple[str, ...]:
    """The items of one line of a list, as RT reads it.

    Args:
        line: without line ends.
        keep_quotes: leave quotes and escapes in the items, as RT does with repeated keys.
        quotes: False for servers before 4.2.11, which split at every comma.

    Source:
        vsplit of RT::Interface::REST.
    """
    if not quotes:
        items = [_trim(item) for item in line.split(",")]
        while items and items[-1] == "":
            items.pop()
        return tuple(items)
    words: List[str] = []
    braces = list(_BRACE_END.finditer(line)) if "q{" in line else []
    brace = 0
    end = len(line.rstrip(_BLANK_CHARACTERS))
    position = 0
    while position < end:
        while line[position] in _BLANK_CHARACTERS:
            position += 1
        while brace < len(braces) and braces[brace].start() < position + 2:
            brace += 1
        match = _QUOTED_WORD.match(line, position)
        if match is not None:
            quote, quoted, position = match.group(1), match.group(2), match.end()
        elif brace < len(braces) and line.startswith("q{", position):
            quote, quoted = _braced(line[position + 2:braces[brace].start()])
            position = braces[brace].end()
        else:
            comma = line.find(",", position)
            comma = len(line) if comma < 0 else comma
            words.append(_trim(line[position:comma]))
            position = comma + 1
            continue
        if not keep_quotes and quote:
            quoted, quote = re.sub(rf"\\([\\{quote}])", r"\1", quoted), ""
        words.append(quote + quoted + quote)
    return tuple(words)


def _braced(inside: str) -> Tuple[str, str]:
    """Quote and quoted text of ``q{…}``; RT loses what Perl takes for false."""
    if inside in ("", "0"):
        return "", ""
    return "'", re.sub(r"([\\'])", r"\\\1", inside)


def _trim(item: str) -> str:
    return item.strip(_BLANK_CHARACTERS)


# -- lists of a form --------------------------------------------------------------------------

def split_list(value: str) -> Tuple[str, ...]:
    """The items of a list that RT wrote (watchers, links, members): ``, ``-joined and wrapped.

    Nothing is escaped there: an item that itself holds ``, `` comes apart. Addresses and link
    targets do not hold one.
    """
    return tuple(item for item in re.split(r",[ \n]", value) if item != "")


class AttachmentLine(NamedTuple):
    """One line of a list of attachments.

    Attributes:
        id: the attachment's number.
        name: as printed: ``(Unnamed)`` from 3.8 on and empty before where there is no file
            name; in histories ``untitled``.
        content_type: None in histories, which do not print it.
        size: as printed: ``42b``, ``2.9k``; characters for text, bytes otherwise.
    """

    id: int
    name: str
    content_type: Optional[str]
    size: str


_TYPED = re.compile(r" \(([^()\n]*) / ([0-9.]+[bk])\)(?=,[ \n]|\n|,?\Z)")
_SIZED = re.compile(r" \(([0-9.]+[bk])\)(?=\n|\Z)")
#: 18 digits are more than any id has, and less than what `int` refuses to read.
_NUMBERED = re.compile(r"[ \n]*([0-9]{1,18}): ?")
_NEXT_LINE = re.compile(r"\n *([0-9]{1,18}): ?")


#: How histories call a part without a name, and how the list does, from 3.8 on and before.
_UNTITLED, _UNNAMED = "untitled", ("(Unnamed)", "")
_NO_NAMES: Mapping[int, str] = {}


def parse_attachment_list(value: str, *, typed: bool = True,
                          ids: Optional[Container[int]] = None,
                          names: Mapping[int, str] = _NO_NAMES) -> Tuple[AttachmentLine, ...]:
    """The items of ``Attachments`` in ``ticket/N/attachments`` and in a history's long form.

    Names are not escaped. Histories put one item on a line, and RT deletes the line ends of a name
    (seen on 4.4.4 to 6.0.0), so what they list is certain; elsewhere a name can read like the end
    of its own item and the start of another.

    Args:
        typed: items say their type and are parted by commas; False for those of a history.
        ids: the numbers that an item may have, where they are known; None takes any.
        names: by number, as a history prints them: an item ends behind its own.
    """
    value = value.rstrip("\n")  # of answers that somebody joined with more line ends than RT's
    found: List[AttachmentLine] = []
    number = _NUMBERED.match(value)
    while number is not None:
        end = _end_of_item(value, number, typed, ids, names)
        if end is None:
            break
        name = value[number.end():max(end.start(), number.end())]
        content_type = end.group(1) if typed else None
        found.append(AttachmentLine(int(number.group(1)), name, content_type,
                                    end.group(end.re.groups)))
        number = _NUMBERED.match(value, end.end() + value.startswith(",", end.end()))
    return tuple(found)


def _end_of_item(value: str, number: "re.Match[str]", typed: bool, ids: Optional[Container[int]],
                 names: Mapping[int, str]) -> Optional["re.Match[str]"]:
    """The type and size behind the name of an item; None where it was cut."""
    pattern, following = (_TYPED, _NUMBERED) if typed else (_SIZED, _NEXT_LINE)
    told = names.get(int(number.group(1)))
    for name in () if told is None else (told, *(_UNNAMED if told == _UNTITLED else ())):
        size = pattern.match(value, number.end() + len(name)) \
            if value.startswith(name, number.end()) else None
        if size is not None:
            return size
    for size in pattern.finditer(value, max(number.end() - 1, 0)):
        after = size.end() + value.startswith(",", size.end())
        then = following.match(value, after)
        if after >= len(value) or then is not None and (
                ids is None or int(then.group(1)) in ids):
            return size  # else a name that looks like the end of an item
    return None
