"""`Query`: TicketSQL as a tree, its values apart from its words until it is rendered.

RT knows one AND or OR a level: ``a AND b OR c`` is ``a OR b OR c`` to it (the last word counts,
4.4.6 to 5.0.10). So every level here has one, and the others stand in parentheses.
"""
from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, datetime
from typing import Iterator, Sequence, Tuple, Union

from rtcompat.conditions import Wild
from rtcompat.errors import UsageError
from rtcompat.ticketsql.moments import Zones, spelled, spelled_day, zones_of
from rtcompat.ticketsql.quoting import text_literal

__all__ = ["Comparison", "Joined", "Query", "Scalar", "Written", "joined", "written_value"]

#: What stands on the right side of a comparison; None is NULL.
Scalar = Union[str, int, datetime, date, Wild, None]
_OPPOSITE = {"=": "!=", "<": ">=", ">": "<=", "LIKE": "NOT LIKE", "IS": "IS NOT",
             "STARTSWITH": "NOT STARTSWITH", "ENDSWITH": "NOT ENDSWITH"}
_OTHERS = {**_OPPOSITE, **{other: one for one, other in _OPPOSITE.items()}}
#: More at one level than the database can nest (SQLite: 1000) are put in groups of so many.
_AT_ONCE = 100


class Query(ABC):
    """A query, made by `ticketsql`. Immutable; compared and hashed by what it says.

    ``one & other``, ``one | other``, ``~one``: both, either, the tickets that one does not find.
    """

    def text(self, zone: Zones = None) -> str:
        """The TicketSQL.

        Args:
            zone: name of the time zone in which RT reads dates (the user's), or of all that it
                may be; not needed without a datetime or date inside.
        Raises: UsageError where a zone is needed; Unsupported where the zones disagree on a
            moment, and for moments that nothing in a query gives: see `moments`.
        """
        return self._rendered(zones_of(zone))

    def __str__(self) -> str:
        return self.text()

    @property
    def needs_zone(self) -> bool:
        """Whether `text` depends on the zone."""
        return any(isinstance(value, date) for value in self._values())  # a datetime is a date

    def __and__(self, other: Query) -> Query:
        return joined("AND", (self, other)) if isinstance(other, Query) else NotImplemented

    def __or__(self, other: Query) -> Query:
        return joined("OR", (self, other)) if isinstance(other, Query) else NotImplemented

    def __invert__(self) -> Query:
        return self._opposite()

    @abstractmethod
    def _rendered(self, zones: Tuple[str, ...]) -> str:
        """The words, without parentheses around them."""

    @abstractmethod
    def _values(self) -> Iterator[Scalar]:
        """Every value inside."""

    @abstractmethod
    def _opposite(self) -> Query:
        """The query that finds what this does not."""


def written_value(value: Scalar, operator: str, name: str, zones: Tuple[str, ...]) -> str:
    """A value as TicketSQL. Raises: UsageError, Unsupported."""
    if value is None:
        return "NULL"
    if isinstance(value, datetime):
        return f"'{spelled(value, zones)}'"
    if isinstance(value, date):
        return f"'{spelled_day(value, zones)}'"
    if isinstance(value, int):
        return str(value) if value >= 0 else f"'{value}'"
    return text_literal(value, operator, name)


@dataclass(frozen=True)
class Comparison(Query):
    """One condition.

    Attributes:
        key: RT's word on the left side, as it is written.
        operator: one of RT's.
        name: what the caller called it, for errors.
        negatable: whether RT's opposite operator finds exactly the other tickets.
        nullable: whether the column may be NULL, which neither an operator nor its opposite finds.
        apart: stands in parentheses among alternatives: RT joins those without to an IN, which
            looks at the case of letters.
    """

    key: str
    operator: str
    value: Scalar
    name: str
    negatable: bool = True
    nullable: bool = False
    apart: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.value, date):
            written_value(self.value, self.operator, self.name, ())

    def _rendered(self, zones: Tuple[str, ...]) -> str:
        value = written_value(self.value, self.operator, self.name, zones)
        return f"{self.key} {self.operator} {value}"

    def _values(self) -> Iterator[Scalar]:
        yield self.value

    def _opposite(self) -> Query:
        if not self.negatable:
            raise UsageError(f"{self.name}: RT has no operator for the opposite of "
                             f"{self.operator} here", argument=self.name)
        other = Comparison(self.key, _OTHERS[self.operator], self.value, self.name,
                           nullable=self.nullable, apart=self.apart)
        if not self.nullable or self.operator in ("IS", "IS NOT"):
            return other
        return joined("OR", (other, Comparison(self.key, "IS", None, self.name)))


@dataclass(frozen=True)
class Written(Query):
    """A template with its values.

    Attributes:
        pieces: the template's words between the values.
        slots: (operator, value) after each piece but the last.
    """

    pieces: Tuple[str, ...]
    slots: Tuple[Tuple[str, Scalar], ...]

    def __post_init__(self) -> None:
        for operator, value in self.slots:
            if not isinstance(value, date):
                written_value(value, operator, "values", ())

    def _rendered(self, zones: Tuple[str, ...]) -> str:
        found = self.pieces[0]
        for (operator, value), piece in zip(self.slots, self.pieces[1:]):
            found += written_value(value, operator, "values", zones) + piece
        return found

    def _values(self) -> Iterator[Scalar]:
        for _, value in self.slots:
            yield value

    def _opposite(self) -> Query:
        raise UsageError("RT has no NOT, and a template is words: write its opposite",
                         argument="template")


@dataclass(frozen=True)
class Joined(Query):
    """Two or more queries, all of which (AND) or any of which (OR) find a ticket."""

    word: str
    parts: Tuple[Query, ...]

    def _rendered(self, zones: Tuple[str, ...]) -> str:
        return self._grouped([self._part(one, zones) for one in self.parts])

    def _part(self, one: Query, zones: Tuple[str, ...]) -> str:
        alone = isinstance(one, Comparison) and not (self.word == "OR" and one.apart)
        return one._rendered(zones) if alone else f"({one._rendered(zones)})"

    def _grouped(self, parts: Sequence[str]) -> str:
        between = f" {self.word} "
        while len(parts) > _AT_ONCE:
            parts = [f"({between.join(parts[start:start + _AT_ONCE])})"
                     for start in range(0, len(parts), _AT_ONCE)]
        return between.join(parts)

    def _values(self) -> Iterator[Scalar]:
        for one in self.parts:
            yield from one._values()

    def _opposite(self) -> Query:
        return joined("OR" if self.word == "AND" else "AND", [~one for one in self.parts])


def joined(word: str, parts: Sequence[Query]) -> Query:
    """The parts joined; one alone stays itself, levels of the same word become one."""
    flat: Tuple[Query, ...] = ()
    for one in parts:
        flat += one.parts if isinstance(one, Joined) and one.word == word else (one,)
    return flat[0] if len(flat) == 1 else Joined(word, flat)
