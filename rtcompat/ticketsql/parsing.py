"""TicketSQL taken apart: text → a tree of conditions, or an `InvalidQuery` that says where.

Words and quotes are RT's (RT::SQL, 4.4.6 to 5.0.10). Otherwise than RT: what RT would pass over
between the words is refused; AND binds before OR, as in SQL (RT takes the last of the two for the
whole level: `mixed` finds such queries); ``IN (…)``, ``NOT (…)``, ``MATCHES`` and ``<>``, which
RT lacks or reads in some versions only, are read.
"""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Iterator, List, NoReturn, Tuple, Union

from rtcompat.errors import InvalidQuery, Unsupported
from rtcompat.ticketsql.words import (COLUMNS, KINDS, OPERATORS, PERSON_COLUMNS, UNTOLD, nearest,
                                      spelled_word)

__all__ = ["parse", "enclosed", "conditions_of", "mixed", "Column", "Condition", "Group",
           "Negation", "Node", "Value", "DEEPEST", "wrong"]

#: More parentheses inside each other than this are refused.
DEEPEST = 100
_QUOTED = r"'(?:[^\\']|\\.)*'|\"(?:[^\\\"]|\\.)*\""
#: A custom field's name between braces may hold blanks.
_BRACED = (r"(?:CF|CustomField|CustomFieldValue|CustomRole|QueueCF|TxnCF|TransactionCF)"
           r"\.(?:[\w.]+\.)?\{[^\n]+?\}(?:\.\w+)*")
_BLANK = re.compile(r"\s*")
_KEY = re.compile(rf"(?P<not>NOT\b(?!\s*(?:=|LIKE\b|IN\b)))|(?P<open>\()|(?P<quoted>{_QUOTED})"
                  rf"|(?P<word>{_BRACED}|[{{}}\w.]+)", re.IGNORECASE | re.DOTALL)
_OPERATOR = re.compile(
    r"(?P<shallow>SHALLOW\s+)?(?P<operator>=|!=|<>|>=|<=|>|<|(?:IS\s+NOT|IS|(?:NOT\s+)?"
    r"(?:LIKE|MATCHES|STARTSWITH|ENDSWITH|IN))(?!\w))", re.IGNORECASE)
_VALUE = re.compile(rf"(?P<quoted>{_QUOTED})|(?P<word>CF\.(?:[\w.]+\.)?\{{[^\n]+?\}}"
                    rf"(?:\.(?:Content|LargeContent))?|[+-]?[\w.]+)", re.IGNORECASE | re.DOTALL)
_BETWEEN = re.compile(r"(?P<joint>AND|OR)(?!\w)|(?P<close>\))", re.IGNORECASE)
_LIST = re.compile(r"(?P<more>,)|(?P<close>\))")
#: What encloses, and what RT takes for one word though it holds such a character.
_ENCLOSING = re.compile(rf"{_QUOTED}|(?<![\w.{{}}])CF\.\{{.[^}}\n]*\}}|['\"()]",
                        re.IGNORECASE)
_COLUMN = re.compile(r"CF\.(?:\{.*\}|.*?)(?:\.(?:Content|LargeContent))?", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """A value that is another field of the same ticket.

    Attributes:
        key: RT's word (``LastUpdated``), or ``CF``.
        detail: a custom field's name between braces, else "".
    """

    key: str
    detail: str = ""


#: What a field is compared with; None is NULL.
Value = Union[str, Column, None]


@dataclass(frozen=True)
class Condition:
    """A field, an operator and what it is compared with.

    Attributes:
        key: RT's word, as RT spells it: ``Requestor``, ``CF``.
        detail: what stands behind its first dot: ``EmailAddress``, ``{Severity}``; else "".
        operator: one of `OPERATORS`, capital letters; MATCHES is LIKE, ``<>`` is ``!=``.
        values: one, for IN and NOT IN any number.
        shallow: whether only people themselves count, not members of groups.
        place: of the first character in the text, from 0. Not compared.
    """

    key: str
    detail: str
    operator: str
    values: Tuple[Value, ...]
    shallow: bool = False
    place: int = field(default=0, compare=False)

    @property
    def kind(self) -> str:
        """See `KINDS`."""
        return KINDS[self.key]

    @property
    def name(self) -> str:
        """The left side as it is written."""
        return f"{self.key}.{self.detail}" if self.detail else self.key


@dataclass(frozen=True)
class Group:
    """Conditions of which all (AND) or any (OR) must hold.

    Attributes:
        mixed: AND and OR stood at one level, so that RT finds something else. Not compared.
    """

    word: str
    parts: Tuple[Node, ...]
    mixed: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Negation:
    """What must not hold."""

    part: Node


Node = Union[Condition, Group, Negation]


def conditions_of(tree: Node) -> Iterator[Condition]:
    """Every condition, from left to right."""
    waiting: List[Node] = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Condition):
            yield one
        else:
            waiting.extend(reversed(one.parts) if isinstance(one, Group) else (one.part,))


def mixed(tree: Node) -> bool:
    """Whether AND and OR stand at one level somewhere."""
    waiting: List[Node] = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Group):
            if one.mixed:
                return True
            waiting.extend(one.parts)
        elif isinstance(one, Negation):
            waiting.append(one.part)
    return False


def wrong(place: int, message: str, advice: str = "") -> NoReturn:
    """Raise InvalidQuery that names the character, counted from 1."""
    raise InvalidQuery(f"character {place + 1} of the query: {message}", advice=advice or None)


class _Level:
    """What was read between two parentheses so far."""

    def __init__(self, denied: bool = False) -> None:
        self.denied = denied
        self.runs: List[List[Node]] = [[]]
        self.words: List[str] = []

    def add(self, node: Node, denied: bool) -> None:
        self.runs[-1].append(Negation(node) if denied else node)

    def join(self, word: str) -> None:
        self.words.append(word)
        if word == "OR":
            self.runs.append([])

    def tree(self) -> Node:
        """The level's conditions; one alone stays itself."""
        several = [run[0] if len(run) == 1 else Group("AND", tuple(run)) for run in self.runs]
        if len(several) == 1:
            return several[0]
        return Group("OR", tuple(several), mixed="AND" in self.words)


class _Reader:
    """A place in a text, and the words before it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.levels = [_Level()]

    def blank(self) -> bool:
        """Go to the next word; whether there is none."""
        found = _BLANK.match(self.text, self.place)
        self.place = found.end() if found else self.place
        return self.place >= len(self.text)

    def next(self, pattern: re.Pattern[str], expected: str) -> re.Match[str]:
        """The next word, which must fit. Raises: InvalidQuery."""
        at_end = self.blank()
        found = pattern.match(self.text, self.place)
        if found is None:
            rest = self.text[self.place:self.place + 30].split("\n")[0]
            if rest[:1] in ("'", '"'):
                closed = re.compile(_QUOTED, re.DOTALL).match(self.text, self.place)
                if closed is None:
                    wrong(self.place, "this quotation mark is not closed")
            wrong(self.place, f"expected {expected}, found "
                  + ("the end" if at_end else repr(rest)))
        self.place = found.end()
        return found

    def tree(self) -> Node:
        """The whole query."""
        while True:
            self._opened()
            if self._closed():
                return self.levels[0].tree()

    def _opened(self) -> None:
        """NOT and parentheses, then a condition."""
        denied = False
        while True:
            found = self.next(_KEY, "a field or a parenthesis")
            if found["not"]:
                denied = not denied
            elif found["open"]:
                if len(self.levels) > DEEPEST:
                    wrong(found.start(), f"more than {DEEPEST} parentheses inside each other")
                self.levels.append(_Level(denied))
                denied = False
            else:
                self.levels[-1].add(self._condition(found), denied)
                return

    def _closed(self) -> bool:
        """Parentheses that end, then AND or OR; whether the query is at its end."""
        while True:
            if self.blank():
                if len(self.levels) > 1:
                    wrong(self.place, f"{len(self.levels) - 1} parentheses are not closed")
                return True
            found = self.next(_BETWEEN, "AND, OR or a closing parenthesis"
                              if len(self.levels) > 1 else "AND or OR")
            if found["joint"]:
                self.levels[-1].join(found["joint"].upper())
                return False
            if len(self.levels) == 1:
                wrong(found.start(), "this parenthesis closes none")
            level = self.levels.pop()
            self.levels[-1].add(level.tree(), level.denied)

    def _condition(self, found: re.Match[str]) -> Condition:
        place = found.start()
        key, detail = _key(_bare(found), place)
        taken = self.next(_OPERATOR, "an operator (=, !=, <, >, LIKE, IS, …)")
        operator = " ".join(taken["operator"].upper().split())
        operator = operator.replace("MATCHES", "LIKE").replace("<>", "!=")
        _check_operator(key, operator, bool(taken["shallow"]), taken.start())
        if operator in ("IN", "NOT IN"):
            values = self._list()
        else:
            values = (self._value(operator),)
        return Condition(key, detail, operator, values, bool(taken["shallow"]), place)

    def _list(self) -> Tuple[Value, ...]:
        self.next(re.compile(r"\("), "a parenthesis: IN (1, 2)")
        values: List[Value] = []
        while True:
            values.append(self._value("IN"))
            if self.next(_LIST, "a comma or a closing parenthesis")["close"]:
                return tuple(values)

    def _value(self, operator: str) -> Value:
        found = self.next(_VALUE, "a value: a number, or a text in quotation marks")
        text, place = _bare(found), found.start()
        if operator in ("IS", "IS NOT"):
            if text.upper() != "NULL":
                wrong(place, f"{operator} takes NULL")
            return None
        if found["quoted"]:
            return _column(text, place) if _COLUMN.fullmatch(text) else text
        if text.upper() == "NULL":
            wrong(place, "NULL is compared by IS and IS NOT")
        if not re.match(r"[A-Za-z]", text):
            return text
        return _column(text, place)


def _bare(found: re.Match[str]) -> str:
    """A word without its quotation marks and what they escape."""
    text = found["quoted"][1:-1] if found["quoted"] else found["word"]
    return re.sub(r"\\(.)", r"\1", text)


def _key(text: str, place: int) -> Tuple[str, str]:
    word, _, detail = text.partition(".")
    key = spelled_word(word)
    if not key:
        wrong(place, f"RT knows no field {word!r}", nearest(word, KINDS))
    if key in UNTOLD:
        raise Unsupported(f"character {place + 1} of the query: {key} cannot be looked up in "
                          f"records: {UNTOLD[key]}", operation="search_tickets",
                          argument="query")
    kind = KINDS[key]
    if kind in ("cf", "role"):
        if detail in ("", "{}"):
            wrong(place, f"{key} of what name? Write {key}.{{Name}}")
    elif detail and kind == "date":
        raise Unsupported(f"character {place + 1} of the query: a part of a date ({text}) is "
                          "reckoned by RT's database", operation="search_tickets",
                          argument="query")
    elif detail and kind not in ("people", "owner"):
        wrong(place, f"{key} has no {detail!r}")
    elif detail and detail not in PERSON_COLUMNS:
        wrong(place, f"people are not searched by {detail!r}", nearest(detail, PERSON_COLUMNS))
    return key, detail


def _check_operator(key: str, operator: str, shallow: bool, place: int) -> None:
    kind = KINDS[key]
    if operator not in OPERATORS[kind]:
        known = ", ".join(sorted(OPERATORS[kind]))
        wrong(place, f"{key} takes no {operator}; it takes {known}")
    if shallow and kind not in ("people", "owner", "role"):
        wrong(place, f"SHALLOW is for people, not for {key}")


def _column(text: str, place: int) -> Column:
    word, _, detail = text.partition(".")
    if word.upper() == "CF" and detail:
        name = re.sub(r"\.(?:Large)?Content$", "", detail, flags=re.IGNORECASE)
        return Column("CF", name if name.startswith("{") else f"{{{name}}}")
    if text in COLUMNS:
        return Column(text)
    wrong(place, f"{text!r} without quotation marks is no column",
          nearest(text, COLUMNS) or "put texts into quotation marks")


def parse(text: str) -> Node:
    """The tree of a query.

    Raises: InvalidQuery that says at which character what was expected; Unsupported for a field
        that records cannot tell.
    """
    if not isinstance(text, str) or not text.strip():
        raise InvalidQuery("the query is empty; 'id > 0' finds all tickets")
    return _Reader(text).tree()


def enclosed(text: str) -> str:
    """TicketSQL in parentheses, to be joined to more.

    Raises: InvalidQuery for parentheses and quotation marks that are not closed or not opened:
        alone RT refuses nearly all of them, and in parentheses it would take them for others.
    """
    depth = 0
    for found in _ENCLOSING.finditer(text):
        mark = found.group()
        if mark in ("'", '"'):
            wrong(found.start(), "this quotation mark is not closed")
        depth += {"(": 1, ")": -1}.get(mark, 0)
        if depth < 0:
            wrong(found.start(), "this parenthesis closes none")
    if depth:
        wrong(len(text), f"{depth} parentheses are not closed")
    return f"({text})"
