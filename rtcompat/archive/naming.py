"""What a file's name and folders hint at: the address of REST 1.0 that was asked.

A hint and no more: people name files as they like, and what a file holds decides what it is.
"""
from __future__ import annotations

import re
from functools import lru_cache
from typing import Callable, Match, Optional, Pattern, Set, Tuple
from urllib.parse import unquote

__all__ = ["address_of", "names_content", "without_password"]

#: What tools and people put behind a name.
_ENDING = re.compile(r"\.(?:txt|text|body|out|rt|dump|dat|raw|log|gz|bz2|xz|rest|resp|response"
                     r"|asc|saved)\Z", re.IGNORECASE)
#: What browsers and wget put behind a name that was taken: ``history (1)``, ``history.1``.
_COPY = re.compile(r" ?\(\d{1,3}\)\Z|(?<=[^\d/])\.\d{1,3}\Z")
#: Of an address only what is below this, if it is there.
_BASE = re.compile(r".*/REST/1\.0/", re.DOTALL | re.IGNORECASE)
_APART = re.compile(r"[/_\-\s.,;:+=&~#()\[\]]+")
_QUERY = re.compile(r"[?@](?:[\w.-]+=|.*&).*\Z|\?.*\Z", re.DOTALL)

#: wget names a file as the address that it asked, which may hold the password.
_PASSWORD = re.compile(r"(pass(?:=|%3D)).*?(?=[&;/\\\n]|%26|\Z)", re.IGNORECASE | re.DOTALL)

#: Folders that can belong to an address; those above them say nothing.
_DEEPEST = 5

_ATTACHED = r"(?:attachments?|att)"
_DATE = r"(?:19|20)\d\d(?:[01]\d(?:[0-3]\d)?)?(?:t?\d{4,6}z?)?"
_DATED = re.compile(rf"{_DATE}\Z", re.IGNORECASE)
#: Numbers behind an address; and those that look like a copy's, a date or a time.
_BEHIND = r"(?P<behind>(?:/(?:\d\w*|copy))*)"
_AGAIN = re.compile(rf"(?:/(?:\d{{1,2}}(?:t\d\d)?|{_DATE}|(?<=\d/)\d{{6}}z?|copy))*\Z",
                    re.IGNORECASE)


def without_password(file: str) -> str:
    """A file's name as it may be shown: ``1?user=alice&pass=…``."""
    return _PASSWORD.sub(r"\1…", file)


def _ticket(rest: str) -> Callable[["Match[str]"], str]:
    return lambda match: f"ticket/{match.group(1)}{rest}"


def _attachment(match: "Match[str]") -> str:
    content = "/content" if match.group(3) else ""
    return f"ticket/{match.group(1)}/attachments/{match.group(2)}{content}"


def _alone(match: "Match[str]") -> str:
    return f"attachment/{match.group(1)}{'/content' if match.group(2) else ''}"


def _number(before: str) -> str:
    return rf"(?:\A|.*/)(?:{before})"


#: A number alone counts only where a folder's or a file's name begins: elsewhere it is a date's
#: or a version's.
_TICKET = _number(r"tickets?/?(?:id/)?|rt/|t|") + r"(?P<ticket>\d+)"
_CALLED = re.compile(r"(?:\A|/)(?:(?P<one>ticket/?(?:id/)?)|tickets/?(?:id/)?|rt/|t)\Z",
                     re.IGNORECASE)

#: Of a name cut into words, ``/`` between them: the first that matches to the end says it. First
#: a word without which none can match.
_NAMED: Tuple[Tuple[str, Pattern[str], Callable[["Match[str]"], str]], ...] = tuple(
    (word, re.compile(pattern + r"\Z", re.IGNORECASE), said) for word, pattern, said in (
        ("att", rf"{_TICKET}/{_ATTACHED}/?(\d+)(?:(/content|/body)(?:/\w+)*|(?:/[a-z]\w*)*)",
         _attachment),
        ("att", rf"{_number('')}{_ATTACHED}/?(\d+)(?:(/content|/body)(?:/\w+)*|(?:/[a-z]\w*)?)",
         _alone),
        ("content", rf"{_number('')}(?!(?<=\d/)content/(?:\d\d?|{_DATE})\Z)content/?(\d+)()",
         lambda match: f"attachment/{match.group(1)}/content"),
        ("att", rf"{_TICKET}/{_ATTACHED}", _ticket("/attachments")),
        ("history/id", rf"{_TICKET}/history/id/(\d+)(?:/\w+)*",
         lambda match: f"ticket/{match.group(1)}/history/id/{match.group(2)}"),
        ("history", rf"{_TICKET}/history(?:/(?:l|s|i|long|short|format/\w))*{_BEHIND}",
         _ticket("/history")),
        ("link", rf"{_TICKET}/links?(?:/show)?{_BEHIND}", _ticket("/links")),
        ("", rf"{_TICKET}/(?:(?:show|edit){_BEHIND}|ticket)", _ticket("/show")),
        ("history", rf"{_number('')}history/(?:tickets?/)?(\d+)", _ticket("/history")),
        ("links", rf"{_number('')}links/(?:tickets?/)?(\d+)", _ticket("/links")),
        ("att", rf"{_number('')}{_ATTACHED}/tickets?/(\d+)", _ticket("/attachments")),
        ("transaction", rf"{_number('')}transactions?/(\d+)(?:/show)?",
         lambda match: f"transaction/{match.group(1)}"),
        ("ticket", rf"{_number('tickets?/?')}([1-9]\d*)", _ticket("/show")),
        ("search", rf"{_number('')}search(?:/(tickets?|users?|queues?|groups?))?(?:/.*)?",
         lambda match: f"search/{(match.group(1) or 'ticket').lower().rstrip('s')}"),
    ))

#: Users, queues and groups have names, which are not to be cut into words.
_OBJECT = re.compile(r"(?:.*/)?(user|queue|group)[/_-]([^/]+?)"
                     r"(?:[/_-](show|customfields|ticketcustomfields))?\Z", re.DOTALL)
#: An object's own file, whatever the object is named; before anything of it is unquoted.
_SHOWN = re.compile(r"(?:.*/)?(?:user|queue|group)/[^/]+/(?:show|(?:ticket)?customfields)\Z",
                    re.DOTALL)


@lru_cache(maxsize=1024)
def address_of(file: str) -> str:
    """The address below ``REST/1.0/`` that a file's name looks like, or the empty text.

    Args:
        file: as in `rtcompat.archive.Problem`: ``dumps.tar.gz!2019/ticket_12_history.txt``,
            ``rt.example/REST/1.0/ticket/12/history?format=l``, ``REST%2F1.0%2Fticket%2F12``,
            ``12-attachments-34-content``, ``ticket/12/show.txt``.
    """
    path = unquote(file, errors="surrogateescape").replace("\\", "/").replace("!", "/")
    path = _BASE.sub("", path)
    path = _QUERY.sub("", "/".join(path.rstrip("/").rsplit("/", _DEEPEST)[-_DEEPEST:]))
    bare = path
    for _ in range(2):
        path = _ENDING.sub("", path)
        bare = _ENDING.sub("", _COPY.sub("", _ENDING.sub("", bare)))
    words = ""
    begins = set()
    for part in bare[-200:].split("/"):
        begins.add(len(words))
        words += "".join(f"{word}/" for word in _APART.split(part) if word)
    words = words.rstrip("/")
    lower = words.lower()
    for word, pattern, said in _NAMED:
        match = pattern.match(words) if word in lower else None
        if match is not None and _is_number(match, begins):
            address = said(match) if _is_certain(match) else ""
            if names_content(address) and _SHOWN.match(file.replace("!", "/")) is not None:
                break  # somebody's name that reads like a content's
            return address
    match = _OBJECT.match(path[-300:])
    if match is None:
        return ""
    rest = "" if match.group(3) in (None, "show") else f"/{match.group(3)}"
    return f"{match.group(1)}/{match.group(2)}{rest}"


def _is_number(match: "Match[str]", begins: Set[int]) -> bool:
    """Whether what was taken for a ticket's number is called one, or begins a name and what stands
    behind is no number of its own."""
    if "ticket" not in match.re.groupindex:
        return True
    called = _called(match)
    if called is not None and called.group("one"):
        return True
    return (called is not None or match.start("ticket") in begins) \
        and _AGAIN.match(match.groupdict().get("behind") or "") is not None


def _is_certain(match: "Match[str]") -> bool:
    """Whether what was taken for a ticket's number cannot be a date, as in ``2019-history-7``."""
    named = match.groupdict()
    return not named.get("behind") or _DATED.match(named["ticket"]) is None \
        or _called(match) is not None


def _called(match: "Match[str]") -> Optional["Match[str]"]:
    return _CALLED.search(match.string[:match.start("ticket")])


def names_content(address: str) -> bool:
    """Whether an address is that of an attachment's bytes."""
    return address.endswith("/content")
