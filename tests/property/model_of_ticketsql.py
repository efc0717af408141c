"""How RT reads TicketSQL, modelled: words, values, levels. Source: RT::SQL, 4.4.6 to 5.0.10.

It looks for the next word that it knows anywhere, so that what it does not know is passed over;
a level has one AND or OR, the last that was read.
"""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Callable, List, Union

__all__ = ["Leaf", "Level", "parsed", "holds"]

_QUOTED = r"'(?:[^\\']|\\[^\n])*'|\"(?:[^\\\"]|\\[^\n])*\""
_FIELD = r"CF\.\{[^\n]+?\}(?:\.(?:Content|LargeContent))?"
_OPERATOR = (r"(?:SHALLOW )?(?:=|!=|>=|<=|>|<|IS NOT|IS|NOT LIKE|LIKE|NOT STARTSWITH|STARTSWITH"
             r"|NOT ENDSWITH|ENDSWITH)")
_KEY = rf"{_FIELD}|[{{}}\w.]+|{_QUOTED}"
_VALUE = rf"{_FIELD}|[\w.]+|[+-]?\d+|NULL|{_QUOTED}"
_ANY = re.compile(rf"AND|OR|{_OPERATOR}|{_KEY}|{_VALUE}|\(|\)", re.IGNORECASE)
_COLUMN = re.compile(r"CF\.[^\n]*\n?\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Leaf:
    """A condition as RT understood it."""

    key: str
    operator: str
    value: str
    is_column: bool


@dataclass
class Level:
    """What stands between parentheses."""

    word: str = "AND"
    parts: List[Union[Leaf, "Level"]] = field(default_factory=list)


def _is(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text, re.IGNORECASE) is not None


def _bare(text: str) -> str:
    if re.search(_QUOTED, text):
        text = text[1:-1]
    return re.sub(r"\\([^\n])", r"\1", text)


def parsed(query: str) -> Level:
    """RT's reading of a query. Raises: ValueError where RT refuses it."""
    levels, wanted, key, operator = [Level()], {"key", "("}, "", ""
    for found in _ANY.finditer(query):
        text = found.group()
        if "(" in wanted and text == "(":
            inner = Level()
            levels[-1].parts.append(inner)
            levels.append(inner)
        elif ")" in wanted and text == ")" and len(levels) > 1:
            levels.pop()
            wanted = {"word", ")"}
        elif "word" in wanted and _is("AND|OR", text):
            levels[-1].word = text.upper()
            wanted = {"key", "("}
        elif "key" in wanted and _is(_KEY, text):
            key, wanted = _bare(text), {"operator"}
        elif "operator" in wanted and _is(_OPERATOR, text):
            operator, wanted = text.upper(), {"value"}
        elif "value" in wanted and _is(_VALUE, text):
            value, quoted = _bare(text), text[0] in "'\""
            column = _COLUMN.match(value) is not None if quoted else text[0].isalpha()
            levels[-1].parts.append(Leaf(key, operator, value, column and value != "NULL"))
            wanted = {"word", ")"}
        else:
            raise ValueError(f"{text!r} where {wanted} is expected in {query!r}")
    if len(levels) > 1 or wanted != {"word", ")"}:
        raise ValueError(f"incomplete: {query!r}")
    return levels[0]


def holds(level: Union[Leaf, Level], judge: Callable[[Leaf], bool]) -> bool:
    """Whether a ticket is found, ``judge`` saying which conditions hold for it."""
    if isinstance(level, Leaf):
        return judge(level)
    every = [holds(one, judge) for one in level.parts]
    return any(every) if level.word == "OR" else all(every)
