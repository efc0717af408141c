"""Field by field comparison of the records of two protocols, with a ledger of what was excused."""
from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Counter as CounterType, Dict, List, Mapping, Set, Tuple

from rtcompat.model import NOT_LOADED
from tests.differential.differences import DIFFERENCES, Difference

__all__ = ["Ledger", "Reading"]

#: kind of record -> key -> record (or bytes).
Reading = Mapping[str, Mapping[Any, Any]]


@dataclass(frozen=True)
class Place:
    """Where a comparison stands: for messages, and for finding the row that may excuse it."""

    server: str
    user: str
    record: str
    key: Any
    names: Tuple[str, ...]


class Ledger:
    """Counts fields compared and excused, and keeps every difference that no row excuses."""

    def __init__(self) -> None:
        self.compared: CounterType[Tuple[str, str]] = Counter()
        self.excused: CounterType[Tuple[str, str]] = Counter()
        #: Loaded by neither: what the operation does not promise.
        self.absent: CounterType[Tuple[str, str]] = Counter()
        self.used: Set[Difference] = set()
        self.unexcused: List[str] = []
        self.unexcused_places: List[Tuple[Tuple[str, str], str]] = []

    def compare(self, server: str, user: str, one: Reading, other: Reading,
                names: Mapping[Tuple[str, Any], Tuple[str, ...]]) -> None:
        """Compare two readings of a server by one user.

        Args:
            one, other: what REST 1.0 and REST2 gave.
            names: by (kind, key), the seed's names that a row's ``where`` may speak of.
        """
        for record in sorted(set(one) | set(other)):
            left, right = one.get(record, {}), other.get(record, {})
            for key in sorted(set(left) | set(right), key=str):
                place = Place(server, user, record, key, names.get((record, key), ()))
                if key not in left or key not in right:
                    self._differs(place, "presence", key in left, key in right)
                else:
                    self._record(place, left[key], right[key])

    def _record(self, place: Place, one: Any, other: Any) -> None:
        for name, first, second in self._pairs(one, other):
            if first is NOT_LOADED and second is NOT_LOADED:
                self.absent[place.record, name] += 1
            elif type(first) is type(second) and first == second:
                self.compared[place.record, name] += 1
            else:
                self._differs(place, name, first, second)

    def _pairs(self, one: Any, other: Any) -> List[Tuple[str, Any, Any]]:
        if not is_dataclass(one) or type(one) is not type(other):
            return [("value", one, other)]
        return [(each.name, getattr(one, each.name), getattr(other, each.name))
                for each in fields(one) if each.compare]

    def _differs(self, place: Place, name: str, first: Any, second: Any) -> None:
        # "Ticket of get_tickets" is a Ticket: what a protocol does not tell, it tells nowhere.
        kinds = (place.record, place.record.partition(" of ")[0])
        for row in DIFFERENCES:
            if (row.record in kinds and row.field == name and place.user in row.users
                    and (not row.where or set(row.where) & set(place.names))):
                self.used.add(row)
                self.excused[place.record, name] += 1
                return
        line = (f"{place.server} {place.user} {place.record} {place.key} {place.names}: {name}: "
                f"rest1 {_short(first)} rest2 {_short(second)}")
        self.unexcused.append(line)
        self.unexcused_places.append(((place.record, name), line))

    def by_field(self) -> Dict[str, List[str]]:
        """The differences without an excuse, by record and field."""
        grouped: Dict[str, List[str]] = {}
        for (record, name), line in self.unexcused_places:
            grouped.setdefault(f"{record}.{name}", []).append(line)
        return grouped

    def unused(self) -> Tuple[Difference, ...]:
        """Rows that excused nothing."""
        return tuple(row for row in DIFFERENCES if row not in self.used)

    def table(self) -> str:
        """Per kind of record: the fields compared, and those excused with their counts."""
        lines: List[str] = []
        by_record: Dict[str, Set[str]] = {}
        for record, name in list(self.compared) + list(self.excused):
            by_record.setdefault(record, set()).add(name)
        for record in sorted(by_record):
            idle = sorted(name for kind, name in self.absent
                          if kind == record and name not in by_record[record])
            lines.append(f"{record}: {len(by_record[record])} fields"
                         + (f"; not part of it: {', '.join(idle)}" if idle else ""))
            for name in sorted(by_record[record]):
                excused = self.excused[record, name]
                lines.append(f"    {name:18} equal {self.compared[record, name]:6}"
                             + (f"   excused {excused:6}" if excused else ""))
        return "\n".join(lines)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 240 else text[:160] + " … " + text[-70:]
