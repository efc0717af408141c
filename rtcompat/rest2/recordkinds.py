"""What REST2 needs to know of a kind of record other than tickets: one row a kind."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, Mapping, NamedTuple, Optional, Tuple

from rtcompat.exchange import Operation
from rtcompat.fields import FieldRow
from rtcompat.rest2.context import Context, FieldKind

__all__ = ["RecordKind", "FieldsFrom", "Fetch", "Told", "EVERYTHING"]

#: The condition that holds for every record: most collections are empty without any.
EVERYTHING: Tuple[Mapping[str, Any], ...] = ({"field": "id", "operator": ">", "value": "0"},)
#: (context, wanted values, for the log) -> the custom fields of a new record by name.
FieldsFrom = Callable[[Context, Mapping[str, Any], str], Operation[Dict[str, FieldKind]]]


class Told(NamedTuple):
    """What RT tells of one record: its JSON, and the number in its ETag (`answers.etag`), None
    where that is no transaction's or where it was read from a collection."""

    raw: Mapping[str, Any]
    etag: Optional[int]


#: (path, for the log) -> what RT tells of a record.
Fetch = Callable[[str, str], Operation[Told]]


@dataclass(frozen=True)
class RecordKind:
    """A kind of record.

    Attributes:
        name: RT's word for one, which its path begins with (``user``).
        plural: the collection (``users``).
        rows: the record's table in `fields`.
        read: RT's JSON to the record.
        named: whether RT takes a name in the path; else names are looked up.
        unlisted: attributes that an item of the collection does not carry.
        nested: parameters that make an item carry more (``fields[Cc]``).
        tells_disabled: whether an item of the collection tells that it is disabled.
        everything: the condition that is sent where none is given.
        always: conditions that every search and look-up by name has besides.
        denied_as_missing: RT says 403 of a name that does not exist.
        may_create: asks whether we may create such records at all, where RT's answer to a refused
            creation (400) does not tell; None: it is then about the values.
        fields_from: gives the custom fields of a new record; None: it takes none.
        tagged: the record carries its ETag: RT writes a transaction for each change of what it
            holds.
        fetch: reads one record where its own path does not tell enough of it; None: by that path.
    """

    name: str
    plural: str
    rows: Tuple[FieldRow, ...]
    read: Callable[[Mapping[str, Any]], Any]
    named: bool = True
    unlisted: Tuple[str, ...] = ()
    nested: Tuple[Tuple[str, str], ...] = ()
    tells_disabled: bool = True
    everything: Tuple[Mapping[str, Any], ...] = EVERYTHING
    always: Tuple[Mapping[str, Any], ...] = ()
    denied_as_missing: bool = False
    may_create: Optional[Callable[[], Operation[bool]]] = None
    fields_from: Optional[FieldsFrom] = None
    tagged: bool = False
    fetch: Optional[Fetch] = None

    def listed_rows(self) -> Tuple[FieldRow, ...]:
        """The rows of what an item of the collection carries."""
        return tuple(row for row in self.rows if row.rest2 and row.name not in self.unlisted)
