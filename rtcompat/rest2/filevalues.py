"""Files as values of Image and Binary custom fields of a ticket.

RT names such a value by its file's name, and two contents of one name differ by the number of the
value alone. Among several values it passes over a file whose name is there already, and gives two
new files of one name the same content (5.0.3 to 5.0.10); a plain text makes a value without a
content. So names are told apart before anything is sent, and a receipt compares numbers.
"""
from __future__ import annotations

import base64
from typing import Any, Dict, FrozenSet, Iterable, Mapping, Tuple

from rtcompat import limits
from rtcompat.errors import InvalidValue, UsageError
from rtcompat.model import CustomFieldFile, NewAttachment
from rtcompat.rest2.context import FieldKind

__all__ = ["StoredFile", "NewFile", "stored", "settled"]


class StoredFile(str):
    """A file's name that knows the number of its value: equal to a text of that name, and to
    another only if it is the same value."""

    number: int

    def __new__(cls, name: str, number: int) -> StoredFile:
        made = super().__new__(cls, name)
        made.number = number
        return made

    def __getnewargs__(self) -> Tuple[Any, ...]:
        return (str(self), self.number)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, NewFile):
            return other == self
        if isinstance(other, StoredFile):
            return self.number == other.number
        return str.__eq__(self, other) is True

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


class NewFile(str):
    """The name of a file to store: equal only to a value of that name which was not there before.

    Args:
        file: what to store.
        before: numbers of the values that were there.
    """

    file: NewAttachment
    before: FrozenSet[int]

    def __new__(cls, file: NewAttachment, before: Iterable[int] = ()) -> NewFile:
        made = super().__new__(cls, file.filename)
        made.file, made.before = file, frozenset(before)
        return made

    def __getnewargs__(self) -> Tuple[Any, ...]:
        return (self.file, self.before)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, NewFile):
            return self is other
        return isinstance(other, StoredFile) and str.__eq__(self, other) is True \
            and other.number not in self.before

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def in_json(self) -> Dict[str, str]:
        """As RT takes it."""
        content = self.file.content
        if not isinstance(content, bytes):
            content.seek(0)
            content = content.read()
        return {"FileName": str(self), "FileContent": base64.b64encode(content).decode("ascii"),
                "FileType": self.file.content_type or "application/octet-stream"}


def stored(names: Tuple[str, ...], files: Iterable[CustomFieldFile]) -> Tuple[str, ...]:
    """The values that a record holds, with their numbers where these are known."""
    listed = tuple(StoredFile(one.filename, one.id) for one in files)
    return listed if tuple(map(str, listed)) == names else names


def settled(given: Mapping[str, Tuple[Any, ...]], kinds: Mapping[str, FieldKind],
            held: Mapping[str, Tuple[CustomFieldFile, ...]]) -> Dict[str, Tuple[Any, ...]]:
    """The wanted values of custom fields, files by name.

    Args:
        held: the files that are there.
    Raises: UsageError for a text in place of a file and for two files of one name, InvalidValue
        for a file in a field of texts and for a name that several values may not share.
    """
    return {name: _settled(name, several, kinds.get(name), held.get(name, ()))
            for name, several in given.items()}


def _settled(name: str, several: Tuple[Any, ...], kind: Any,
             held: Tuple[CustomFieldFile, ...]) -> Tuple[Any, ...]:
    files = [one.filename for one in several if isinstance(one, NewAttachment)]
    if kind is None or not (files or kind.type in limits.FILE_TYPES):
        return several
    if files and kind.type not in limits.FILE_TYPES:
        raise InvalidValue(f"the custom field {name!r} holds no files: it is of type {kind.type}")
    there = [one.filename for one in held]
    limits.check_file_names(name, several, there)
    if len(set(files)) < len(files):
        raise UsageError(f"custom_fields[{name}]: two files of one name", argument="custom_fields")
    again = sorted(set(files) & set(there))
    if again and not kind.single:
        raise InvalidValue(f"custom_fields[{name}]: RT keeps the {again[0]!r} that is there and "
                           "does not store the new one", advice="take it away first, or give the "
                           "new one another name")
    numbers = [one.id for one in held]
    return tuple(NewFile(one, numbers) if isinstance(one, NewAttachment) else one
                 for one in several)
