"""Objects of RT: read-only views of records that are asked for at first use."""
from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import (TYPE_CHECKING, Any, Dict, Generic, Iterable, List, Mapping, NoReturn, Optional,
                    Tuple, TypeVar, Union)

from rtcompat.errors import UsageError
from rtcompat.model import (LINK_NAMES, NOT_LOADED, Attachment, Link, NewAttachment, Receipt,
                            Ticket, Transaction)
from rtcompat.tracker import Listing, People

if TYPE_CHECKING:
    from rtcompat.resources.collections import Collection

__all__ = ["Handle", "TicketHandle", "AttachmentHandle", "RecordHandle"]

R = TypeVar("R")
Key = Union[int, str]


class Handle(Generic[R]):
    """A record of a server, by its number or name. Made without asking; asked for at first use.

    Two handles are equal when they are of the same server, kind and number: the number asked for,
    so that a merged ticket's is not equal to its survivor's, though they show the same record. A
    name that the record does not have is an AttributeError and costs no request.
    """

    __slots__ = ("_collection", "_key", "__weakref__")
    _collection: Collection[R, Any]
    _key: Key

    def __init__(self, collection: Collection[R, Any], key: Key) -> None:
        object.__setattr__(self, "_collection", collection)
        object.__setattr__(self, "_key", key)

    # -- what it is ---------------------------------------------------------------------------

    @property
    def id(self) -> int:
        """The number by which it was asked for, for a merged ticket too (its record has the
        survivor's). One request where only a name is known."""
        if isinstance(self._key, int):
            return self._key
        found: int = getattr(self.record, "id")
        return found

    @property
    def record(self) -> R:
        """The record as the cache has it, else as the server has it now."""
        return self._collection.read(self._key)

    @property
    def last_request_age(self) -> Optional[float]:
        """Seconds since the record was asked for; None when it is not in the cache."""
        return self._collection.age(self._key)

    @property
    def weburl(self) -> str:
        """Where people see it in RT."""
        return self._collection.weburl(self)

    def view(self) -> Mapping[str, Any]:
        """Every attribute that was loaded, by name; cannot be changed."""
        record: Any = self.record
        return MappingProxyType({name: getattr(record, name) for name in self._collection.names
                                 if getattr(record, name) is not NOT_LOADED})

    def reload(self) -> "Handle[R]":
        """Ask the server again; this handle."""
        self._collection.read(self._key, anew=True)
        return self

    def update(self, **changes: Any) -> Receipt:
        """Edit it; the arguments are those of the tracker's operation (`Tracker.edit_ticket` …).

        Returns: the Receipt. The next use shows what RT stored.
        Raises: UsageError for a field that there is not; what the operation raises.
        """
        return self._collection.edit(self._key, changes)

    # -- what an object does --------------------------------------------------------------------

    def __getattr__(self, name: str) -> Any:
        # Copying asks before anything is set.
        if name in Handle.__slots__ or name not in self._collection.names:
            raise AttributeError(f"there is no {name!r}" if name in Handle.__slots__
                                 else f"a {self._collection.kind} has no {name!r}")
        return getattr(self.record, name)

    def __getitem__(self, name: str) -> Any:
        if name not in self._collection.names:
            raise KeyError(name)
        return getattr(self.record, name)

    #: A mapping by name is no sequence, which `iter` would take it for.
    __iter__ = None

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{name!r} cannot be set: use update({name}=…)")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{name!r} cannot be deleted")

    def __copy__(self) -> "Handle[R]":
        return self

    def __deepcopy__(self, memo: Any) -> "Handle[R]":
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("an object of RT belongs to a connection: pickle its record")

    def __dir__(self) -> List[str]:
        return sorted({*super().__dir__(), *self._collection.names})

    def __repr__(self) -> str:
        return f"<{self._collection.kind} {self._key!r} of {self._collection.server}>"

    def _identity(self) -> Tuple[str, str, int]:
        return self._collection.server, self._collection.kind, self.id

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Handle):
            return NotImplemented
        same = (self._collection.server, self._collection.kind) == (
            other._collection.server, other._collection.kind)
        return same and (self._key == other._key or self.id == other.id)

    def __hash__(self) -> int:
        return hash(self._identity())


class RecordHandle(Handle[R]):
    """A user, a group, a queue, an asset and the like."""

    __slots__ = ()

    def history(self) -> Listing[Transaction]:
        """Its transactions, oldest first."""
        found: Listing[Transaction] = self._collection.call("history", self._key)
        return found

    def delete(self) -> Receipt:
        """Disable it, or delete it where RT deletes such records. Twice does no harm."""
        return self._collection.write(self._key,
                                      lambda: self._collection.call("delete", self._key))


class TicketHandle(Handle[Ticket]):
    """A ticket."""

    __slots__ = ()

    @property
    def _tracker(self) -> Any:
        return self._collection.tracker

    def history(self, *, content: bool = True,
                types: Optional[Iterable[str]] = None) -> Listing[Transaction]:
        """Its transactions, oldest first: see `Tracker.get_history`."""
        found: Listing[Transaction] = self._tracker.get_history(self.id, content=content,
                                                                types=types)
        return found

    def attachments(self) -> Tuple["AttachmentHandle", ...]:
        """Its parts by number, message bodies among them."""
        return tuple(AttachmentHandle(self, one)
                     for one in self._tracker.get_attachments(self.id))

    def links(self) -> Mapping[str, Tuple[Union["TicketHandle", Link], ...]]:
        """Its links by direction; tickets as handles, anything else as `Link`."""
        held = self._tracker.get_links(self.id)
        return MappingProxyType({
            name: tuple(self._collection(one.id) if one.kind == "ticket" else one
                        for one in getattr(held, name)) for name in LINK_NAMES})

    def link_with(self, target: Union["TicketHandle", int, str], direction: str) -> Receipt:
        """Link it; a link that is there already is ``unchanged``.

        Args:
            target: a ticket, its number, or a URL. direction: of `LINK_NAMES`.
        """
        return self._linked("add", target, direction)

    def unlink_from(self, target: Union["TicketHandle", int, str], direction: str) -> Receipt:
        """Remove a link; one that is not there is ``unchanged``."""
        return self._linked("remove", target, direction)

    def _linked(self, change: str, target: Union["TicketHandle", int, str],
                direction: str) -> Receipt:
        if direction not in LINK_NAMES:
            raise UsageError(f"{direction!r} is no direction of a link: {', '.join(LINK_NAMES)}",
                             argument="direction")
        end = target.id if isinstance(target, TicketHandle) else target
        return self._written("edit_links", **{change: {direction: [end]}})

    def merge_into(self, target: Union["TicketHandle", int]) -> "TicketHandle":
        """Merge it into another ticket; that ticket. RT cannot undo it."""
        into = target.id if isinstance(target, TicketHandle) else target
        self._written("merge_ticket", into_id=into)
        survivor: TicketHandle = self._collection(into)
        return survivor

    def reply(self, content: str = "", *, content_type: str = "text/plain", cc: People = (),
              bcc: People = (), time_worked: int = 0,
              attachments: Iterable[Union[NewAttachment, str, Path]] = ()) -> Receipt:
        """Reply to its requestors, once. attachments: records, or paths of files."""
        return self._written("reply", content=content, content_type=content_type, cc=cc, bcc=bcc,
                             time_worked=time_worked, attachments=_files(attachments))

    def comment(self, content: str = "", *, content_type: str = "text/plain", cc: People = (),
                bcc: People = (), time_worked: int = 0,
                attachments: Iterable[Union[NewAttachment, str, Path]] = ()) -> Receipt:
        """Comment on it, once."""
        return self._written("comment", content=content, content_type=content_type, cc=cc, bcc=bcc,
                             time_worked=time_worked, attachments=_files(attachments))

    def add_time(self, minutes: int, *, comment: str = "") -> Receipt:
        """Add minutes to its time worked."""
        return self._written("add_time", minutes=minutes, comment=comment)

    def take(self) -> Receipt:
        """Become its owner, when nobody is."""
        return self._written("take_ticket")

    def untake(self) -> Receipt:
        """Give it back to nobody."""
        return self._written("untake_ticket")

    def steal(self) -> Receipt:
        """Become its owner, whoever is."""
        return self._written("steal_ticket")

    def delete(self) -> Receipt:
        """Set its status to deleted."""
        return self._written("delete_ticket")

    def _written(self, operation: str, **given: Any) -> Receipt:
        """Write to it; the next use of any ticket asks for what RT stored."""
        write = getattr(self._tracker, operation)
        return self._collection.write(self._key, lambda: write(self.id, **given))


def _files(given: Iterable[Union[NewAttachment, str, Path]]) -> List[NewAttachment]:
    if isinstance(given, (str, Path)):
        raise UsageError("attachments is a list", argument="attachments")
    return [one if isinstance(one, NewAttachment) else NewAttachment.from_path(one)
            for one in given]


_ATTACHMENT = frozenset(each.name for each in fields(Attachment))


class AttachmentHandle:
    """A part of a ticket's message: what RT told of it, and its content when asked for."""

    __slots__ = ("ticket", "record")
    ticket: TicketHandle
    record: Attachment

    def __init__(self, ticket: TicketHandle, record: Attachment) -> None:
        object.__setattr__(self, "ticket", ticket)
        object.__setattr__(self, "record", record)

    def __getattr__(self, name: str) -> Any:
        if name not in _ATTACHMENT:
            raise AttributeError(f"an attachment has no {name!r}")
        return getattr(self.record, name)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("an attachment cannot be changed")

    def __repr__(self) -> str:
        return f"<attachment {self.record.id} of {self.ticket!r}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AttachmentHandle):
            return NotImplemented
        return self.ticket == other.ticket and self.record.id == other.record.id

    def __hash__(self) -> int:
        return hash((self.ticket, self.record.id))

    def view(self) -> Mapping[str, Any]:
        """Every attribute that was loaded, by name."""
        found: Dict[str, Any] = {name: getattr(self.record, name) for name in sorted(_ATTACHMENT)}
        return MappingProxyType({name: value for name, value in found.items()
                                 if value is not NOT_LOADED})

    def read_bytes(self) -> bytes:
        """The content, byte by byte as it was sent to RT."""
        content: bytes = self.ticket._tracker.read_attachment(self.record.id,
                                                              ticket_id=self.ticket.id)
        return content

    def read_text(self, encoding: str = "utf-8") -> str:
        """The content as text. Raises: UnicodeDecodeError where it is none in this encoding."""
        return self.read_bytes().decode(encoding)

    def download(self, path: Union[str, Path], *, raise_if_exists: bool = False) -> int:
        """Stream the content into a file, which appears only when it is whole; bytes written.

        Raises: FileExistsError, with raise_if_exists.
        """
        if raise_if_exists and Path(path).exists():
            raise FileExistsError(str(path))
        size: int = self.ticket._tracker.save_attachment(self.record.id, path,
                                                         ticket_id=self.ticket.id)
        return size
